/* Whole reads and writes of files that are open. */
#ifndef EXPORTERS_FILE_IO_H
#define EXPORTERS_FILE_IO_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/** Errors IO: words are the system's ("No space left on device") */
enum err_code file_write_at(int fd, uint64_t at, const void *bytes, size_t n_bytes,
                            struct err *err) MUST_USE;
/** Exactly so many, into `out`, which is reset before. Errors IO, the buffer's */
enum err_code file_read_at(int fd, uint64_t at, size_t n_bytes, struct buf *out,
                           struct err *err) MUST_USE;
enum err_code file_read_all(int fd, struct buf *out, struct err *err) MUST_USE;
enum err_code file_size(int fd, uint64_t *out, struct err *err) MUST_USE;

#endif

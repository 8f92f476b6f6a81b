/* Counted bytes that never change: for what is sent, cached, or crosses threads. */
#ifndef BASE_BLOB_H
#define BASE_BLOB_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct blob; /* atomic reference count + bytes */

/** A new blob with one reference. Errors NO_MEMORY. */
enum err_code blob_new(const void *bytes, size_t n_bytes, struct blob **out,
                       struct err *err) MUST_USE;
/** Takes the buffer's memory: `b` is an empty husk afterwards. Errors: those of buf_status(). */
enum err_code blob_from_buf(struct buf *b, struct blob **out, struct err *err) MUST_USE;
/** Bytes that live as long as the program (embedded files); not copied. */
enum err_code blob_from_static(const void *bytes, size_t n_bytes, struct blob **out,
                               struct err *err) MUST_USE;

struct blob *blob_ref(struct blob *b);
void blob_unref(struct blob *b); /* accepts NULL */

const uint8_t *blob_bytes(const struct blob *b);
size_t blob_len_bytes(const struct blob *b);

#endif

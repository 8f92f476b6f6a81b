/*
 * The files of a source: one file with its siblings (a.shp, a.dbf), a folder's files, the files in
 * a ZIP archive, or one stream ("-"). What is inside an archive is reached as if it were not.
 */
#ifndef IMPORTERS_BUNDLE_H
#define IMPORTERS_BUNDLE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/source.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bundle;

enum bundle_kind {
    BUNDLE_FILE,   /* file 0 is the one that was named, the others are its siblings */
    BUNDLE_FOLDER, /* every file below, by name */
    BUNDLE_ARCHIVE /* every file of a ZIP archive, by name */
};

struct bundle_limits {
    uint64_t files;      /* in a folder or an archive */
    uint64_t inflation;  /* a file may unpack to so many times its size (and to 1 GB always) */
    const char *scratch; /* folder of temporary files */
};

/** In       path: a file, a folder, or "-" for standard input
 * Errors   those of source_open(); BAD_DATA a broken archive, or one whose names lead out of it;
 *          UNSUPPORTED an encrypted one; LIMIT */
enum err_code bundle_open(const char *path, const struct bundle_limits *limits, struct bundle **out,
                          struct err *err) MUST_USE;
void bundle_close(struct bundle *b); /* accepts NULL */

const char *bundle_path(const struct bundle *b); /* as it was given */
enum bundle_kind bundle_kind(const struct bundle *b);
size_t bundle_n_files(const struct bundle *b);
/** Its name: within folders and archives with the folders before it, '/' between. */
const char *bundle_name(const struct bundle *b, size_t file);
/** Bytes as they are (of an archive's file: unpacked); 0 when not known. */
uint64_t bundle_bytes(const struct bundle *b, size_t file);
/** The file of the same folder and name as `file` but another suffix (".dbf"), upper or lower case.
 * False when there is none. */
bool bundle_sibling(const struct bundle *b, size_t file, const char *suffix, size_t *out);

/** The file as a stream, inflated when it is gzip; opened once, at its start only the first time;
 * the bundle's own. */
enum err_code bundle_source(struct bundle *b, size_t file, struct source **out,
                            struct err *err) MUST_USE;
/** All of a small file. Errors LIMIT longer than the buffer's limit; those of source_read() */
enum err_code bundle_read(struct bundle *b, size_t file, struct buf *out, struct err *err) MUST_USE;
/** A descriptor for pread(); the bundle's own. What is packed is unpacked into a file without a
 * name first. Errors UNSUPPORTED standard input; LIMIT, IO */
enum err_code bundle_fd(struct bundle *b, size_t file, int *out, uint64_t *out_bytes,
                        struct err *err) MUST_USE;
/** A path for libraries that open by name, siblings beside it; the bundle's own. What is packed is
 * unpacked into a folder that goes when the bundle is closed. Errors as bundle_fd(). */
enum err_code bundle_local_path(struct bundle *b, size_t file, const char **out,
                                struct err *err) MUST_USE;

/** SHA-256 of the file that was named (of a folder's file: that file; its siblings are not part of
 * it), and its size as it is. Errors IO */
enum err_code bundle_sha256(struct bundle *b, size_t file, char out_hex[SOURCE_SHA256_BYTES],
                            uint64_t *out_bytes, struct err *err) MUST_USE;

#endif

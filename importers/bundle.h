/*
 * The files of a source: one file with its siblings (a.shp, a.dbf), a folder's files, the files in
 * a ZIP archive, or one stream ("-"). What is inside an archive is reached as if it were not, and
 * what is behind a URL is fetched first, and then like any file.
 */
#ifndef IMPORTERS_BUNDLE_H
#define IMPORTERS_BUNDLE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/source.h"
#include "base/text.h"
#include "importers/fetch.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bundle;

enum bundle_kind {
    BUNDLE_FILE,   /* file 0 is the one that was named, the others are its siblings */
    BUNDLE_FOLDER, /* every file below, by name; ZIP archives in it are folders */
    BUNDLE_ARCHIVE /* every file of a ZIP archive, by name */
};

struct bundle_limits {
    uint64_t files; /* in a folder or an archive */
    uint64_t
        inflation; /* what is packed may unpack to 1 GB, and beyond to so many times its size */
    const char *scratch; /* folder of temporary files */
    struct fetch_options fetch;
    const atomic_bool *cancel; /* ends a wait for bytes that do not come; NULL: nothing does */
};

/** In       source: a file, a folder, a URL (http, https, file), or "-" for standard input
 * Errors   those of source_open() and fetch_url(); BAD_DATA a broken archive, or one whose names
 *          lead out of it; UNSUPPORTED an encrypted one, another kind of URL; LIMIT */
enum err_code bundle_open(const char *source, const struct bundle_limits *limits,
                          struct bundle **out, struct err *err) MUST_USE;
void bundle_close(struct bundle *b); /* accepts NULL */

/** As it was given, but a URL without user and password, and a file: URL as a path. */
const char *bundle_path(const struct bundle *b);
enum bundle_kind bundle_kind(const struct bundle *b);
/** A URL that still is the version of limits.fetch: it was not fetched, and there are no files. */
bool bundle_is_unchanged(const struct bundle *b);
/** What the server calls the version that was fetched; "" when it says nothing, or nothing was
 * fetched. */
const char *bundle_version(const struct bundle *b);

size_t bundle_n_files(const struct bundle *b);
/** Its name: within folders and archives with the folders before it, '/' between. */
const char *bundle_name(const struct bundle *b, size_t file);
/** Bytes as they are (of an archive's file: unpacked); 0 when not known. */
uint64_t bundle_bytes(const struct bundle *b, size_t file);
/** False in a folder: a link, which is not followed, a pipe or the like, which is not read. */
bool bundle_is_regular(const struct bundle *b, size_t file);
/** The file that is called like this stem and suffix (".dbf"), the suffix in upper or lower case.
 * False when there is none. */
bool bundle_find(const struct bundle *b, struct span stem, const char *suffix, size_t *out);
/** The file of the same folder and name as `file` but another suffix. */
bool bundle_sibling(const struct bundle *b, size_t file, const char *suffix, size_t *out);

/** The file as a stream, inflated when it is gzip; opened once, at its start only the first time
 * after bundle_open() or bundle_release(); the bundle's own. */
enum err_code bundle_source(struct bundle *b, size_t file, struct source **out,
                            struct err *err) MUST_USE;
/** All of a small file. Errors LIMIT longer than the buffer's limit; those of source_read() */
enum err_code bundle_read(struct bundle *b, size_t file, struct buf *out, struct err *err) MUST_USE;
/** A descriptor for pread(); the bundle's own. What is packed is unpacked into a file without a
 * name first. Errors UNSUPPORTED standard input; those of reading */
enum err_code bundle_fd(struct bundle *b, size_t file, int *out, uint64_t *out_bytes,
                        struct err *err) MUST_USE;
/** A path for libraries that open by name, the other files of its folder beside it; the bundle's
 * own. What is packed is unpacked into a private folder that goes when the bundle is closed. Errors
 * as bundle_fd(). */
enum err_code bundle_local_path(struct bundle *b, size_t file, const char **out,
                                struct err *err) MUST_USE;
/** Close the file's stream and descriptor: nothing of it is needed for now. */
void bundle_release(struct bundle *b, size_t file);

/** SHA-256 of the bytes of these files as they are, one after the other, and how many bytes that
 * is. A single file that was read as a stream is not read again. Errors IO, BAD_DATA; UNSUPPORTED
 * standard input that was not read */
enum err_code bundle_sha256(struct bundle *b, const size_t *files, size_t n_files,
                            char out_hex[SOURCE_SHA256_BYTES], uint64_t *out_bytes,
                            struct err *err) MUST_USE;

#endif

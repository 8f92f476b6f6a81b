/*
 * Bytes of a source: a file, standard input ("-") or any other origin, inflated as they come when
 * they are gzip (recognised by content; several members too), hashed on the way. Never holds more
 * than its block.
 */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include "base/err.h"
#include "base/text.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source;

/** How far it is: raw bytes are those of the file, plain bytes those given out. */
struct source_progress {
    uint64_t raw_bytes;
    uint64_t raw_total_bytes; /* 0 when not known (a pipe) */
    uint64_t plain_bytes;
};

#define SOURCE_SHA256_BYTES 65 /* hex and NUL */

/** Where raw bytes come from. A plain value that owns its state. */
struct source_origin {
    void *state;
    uint64_t n_bytes; /* 0 when not known */
    /** At most `n_max` of them; 0 only at the end. Errors are the origin's own. */
    enum err_code (*read)(void *state, void *into, size_t n_max, size_t *n_out, struct err *err);
    void (*close)(void *state);
};

/** A file, or standard input. `cancel` (may be NULL, lent until it is closed) ends a wait for bytes
 * that do not come: then reading fails with CANCELED.
 * Errors NOT_FOUND, IO (cannot be read; a directory), NO_MEMORY: words name the path */
enum err_code source_origin_file(const char *path, const atomic_bool *cancel,
                                 struct source_origin *out, struct err *err) MUST_USE;

/** A source of these bytes. The origin is taken, also on failure. Errors: the origin's, NO_MEMORY */
enum err_code source_new(struct source_origin origin, struct source **out,
                         struct err *err) MUST_USE;
/** Of a file or standard input. Errors of both the above: words name the path, as those of the other
 * functions here do not. */
enum err_code source_open(const char *path, struct source **out, struct err *err) MUST_USE;
void source_close(struct source *s); /* accepts NULL */

/** Append the whole of a file, inflated. Errors: those of source_open() and source_read(), LIMIT of
 * the buf; words name the path. */
enum err_code source_read_file(const char *path, struct buf *out, struct err *err) MUST_USE;

/** What always may come out of gzip, however small it is. */
#define SOURCE_INFLATED_BYTES ((uint64_t)1 << 30)

/** Let gzip inflate to SOURCE_INFLATED_BYTES, and beyond that to `times` its size: what is a bomb
 * ends with LIMIT. Without this call nothing is limited. */
void source_limit_inflation(struct source *s, uint64_t times);

/**
 * The next bytes, at most `n_max`; 0 bytes only at the end.
 * Errors IO; BAD_DATA damaged or truncated gzip (words say at which byte); LIMIT it inflates to more
 * than it may
 */
enum err_code source_read(struct source *s, void *into, size_t n_max, size_t *n_out,
                          struct err *err) MUST_USE;

#define SOURCE_PEEK_BYTES 4096

/** The first plain bytes, not taken: source_read() gives them out all the same. Only before the
 * first source_read(); at most SOURCE_PEEK_BYTES, fewer only when there are no more; lent until
 * then. Errors: those of source_read(). */
enum err_code source_peek(struct source *s, struct span *out, struct err *err) MUST_USE;

struct source_progress source_progress(const struct source *s);
bool source_is_gzip(const struct source *s);
/** SHA-256 of all raw bytes; reads what is left of them first, so that nothing is left to give out.
 * Errors IO */
enum err_code source_sha256(struct source *s, char out_hex[SOURCE_SHA256_BYTES],
                            struct err *err) MUST_USE;

#endif

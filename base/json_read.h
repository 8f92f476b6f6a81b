/*
 * Reads JSON with simdjson behind a C face (json_read.cpp is the one C++ file). A parsed document
 * lives until the reader parses the next or is freed; every value, key and text is lent from it.
 * Depth is limited at birth; nothing recurses. One thread at a time for each reader.
 */
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_reader;

enum json_type {
    JSON_NULL,
    JSON_BOOL,
    JSON_INT,  /* fits int64 */
    JSON_REAL, /* any other finite number (also integers beyond int64) */
    JSON_TEXT,
    JSON_ARRAY,
    JSON_OBJECT
};

/** A place in the reader's document; a plain value. */
struct json_value {
    const struct json_reader *in;
    size_t at;
};

/** `limit_depth` 1 to 1024. A reader takes up to 16 times the bytes of the longest document that it
 * has read. Errors NO_MEMORY. */
enum err_code json_reader_new(size_t limit_bytes, int limit_depth, struct json_reader **out,
                              struct err *err) MUST_USE;
void json_reader_free(struct json_reader *r);

/**
 * Parse one whole document; the bytes are copied (simdjson wants padding behind them). A byte order
 * mark is skipped.
 * Errors BAD_DATA not JSON (words say what and, where known, at which byte), also for a number
 *        beyond double's range; LIMIT too long or too deep; NO_MEMORY
 */
enum err_code json_read(struct json_reader *r, struct span text, struct json_value *out_root,
                        struct err *err) MUST_USE;

enum json_type json_type(struct json_value v);
bool json_is(struct json_value v, enum json_type type);

/* The value must be of the type named; anything else gives false, 0, 0.0, or an empty span. */
bool json_bool_of(struct json_value v);
int64_t json_int_of(struct json_value v);
double json_f64_of(struct json_value v); /* INT and REAL */
struct span json_text_of(struct json_value v);

/** The first member of that name of an object; false when there is none or it is no object. */
bool json_get(struct json_value object, const char *key, struct json_value *out);

/** Walk members or items: start with `struct json_walk w = json_walk(v)`, then until it gives
 * false. */
struct json_walk {
    const struct json_reader *in;
    size_t at, end;
    bool object;
};
struct json_walk json_walk(struct json_value v);
bool json_next(struct json_walk *w, struct span *out_key,
               struct json_value *out); /* key empty in arrays */
size_t json_count(struct json_value v); /* members or items */

/** Up to `n_max` numbers of an array of numbers; `*n_out` is how many the array holds, so a larger
 *  figure than n_max says that some were left. False when any item is not a number. */
bool json_numbers(struct json_value array, double *out, size_t n_max, size_t *n_out);

/** The next items of a walk over an array, at most `n_max`, as long as each is an array of exactly two
 * numbers: taken, into `out_xy`. Returns how many. */
size_t json_pairs(struct json_walk *w, double *out_xy, size_t n_max);

/** Write the value back as compact JSON. */
void json_put(struct buf *b, struct json_value v);

#ifdef __cplusplus
}
#endif

#endif

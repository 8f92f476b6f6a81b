/* Text: numbers, UTF-8, percent-encoding, time. No locale, no allocation unless a buf is passed. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A piece of text that need not end in NUL. */
struct span {
    const char *at;
    size_t len_bytes;
};

struct span span_of(const char *text); /* NULL gives an empty span */
bool span_eq(struct span s, const char *text);

bool text_eq(const char *a, const char *b);               /* NULL equals only NULL */
bool text_eq_ignoring_case(const char *a, const char *b); /* ASCII case only */
bool text_starts_with(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);

/** The whole text must be a number. Errors BAD_ARG ("'7x' is not a whole number"), LIMIT out of
 * range. */
enum err_code text_parse_i64(const char *text, int64_t *out, struct err *err) MUST_USE;
/** Finite only: nan, inf and hex floats are BAD_ARG. */
enum err_code text_parse_f64(const char *text, double *out, struct err *err) MUST_USE;
/** The number that a text begins with, in the same grammar: how many bytes it takes, 0 when there is
 * none, it is not finite, or has more than 1000 characters. */
size_t text_read_f64(struct span s, double *out);
/** "256M", "4K", "2G", "1T", "1000": bytes, binary multiples, either case. Errors BAD_ARG, LIMIT */
enum err_code text_parse_bytes(const char *text, uint64_t *out, struct err *err) MUST_USE;

/** The shortest decimal text that reads back as the same double; integers without ".0". JSON-safe;
 *  a value that is not finite writes "null". */
void text_put_f64(struct buf *b, double value);
/** At most `decimals` decimals, trailing zeros left out ("2.3264631", "-0.5", "3"). */
void text_put_fixed(struct buf *b, double value, int decimals);
/** "12,345,678" and "1.5 GB" (binary multiples, as text_parse_bytes() reads them): for people. */
void text_put_count(struct buf *b, uint64_t n);
void text_put_size(struct buf *b, uint64_t n_bytes);

/** How many bytes the first character of `s` takes, 1 to 4, and its code point (`out_code` may be
 * NULL); 0 when there is none or it is not UTF-8 (RFC 3629: no overlong forms, no surrogates). */
size_t text_utf8_char(struct span s, uint32_t *out_code);
/** Whether all of it is UTF-8. */
bool text_is_utf8(const char *text, size_t n_bytes);

/** Words may come from a file or a client: their characters that would move a terminal's cursor, give
 * it commands or, but for `keep_lines`, begin a line become blanks. */
void text_blank_controls(char *text, size_t n_bytes, bool keep_lines);

/** %XX and, with `plus_is_space`, '+'. Errors BAD_ARG on a bad escape, %00 or bytes that are not
 * UTF-8. */
enum err_code text_percent_decode(struct span in, bool plus_is_space, struct buf *out,
                                  struct err *err) MUST_USE;
/** All but RFC 3986 unreserved characters are escaped. */
void text_put_percent(struct buf *b, const char *text);

/** A name that can be a layer: letters, digits, '_' '-' '.', not first '-' or '.', at most 63
 * bytes; other characters become '_', Latin letters with accents lose them. "" becomes "layer". */
void text_put_slug(struct buf *b, struct span text);

/** FNV-1a, 64 bits: for hash tables and ETags, not against attackers. Start with `seed` 0. */
uint64_t text_hash(const void *bytes, size_t n_bytes, uint64_t seed);

#endif

/*
 * Text in any encoding becomes UTF-8: the door to iconv. Depends on buf and text.
 */
#ifndef BASE_ENCODING_H
#define BASE_ENCODING_H

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct encoding; /* for one thread */

/** In      name: as people and files write it: "ISO-8859-1", "latin1", "1252", "ANSI 1252", "UTF8",
 *          "65001", "88591"
 *  Errors  BAD_ARG no such encoding is known; NO_MEMORY */
enum err_code encoding_new(const char *name, struct encoding **out, struct err *err) MUST_USE;
void encoding_free(struct encoding *e); /* accepts NULL */

/** One name for each: "UTF-8", "ISO-8859-1", "WINDOWS-1252". */
const char *encoding_name(const struct encoding *e);
/** Whether bytes 1 to 127 are always the ASCII characters, unless a character's second byte. */
bool encoding_is_ascii_based(const struct encoding *e);

/**
 * Write the text as UTF-8. What is no character becomes U+FFFD.
 * In       in: the text, or a piece of it; is_last: nothing follows it
 * Out      out: written behind what it holds, its failure sticks; out_used: bytes of `in` that were
 *          taken: all of them, but for the beginning of a character at the end of a piece that is
 *          not the last (may be NULL)
 * Returns  how many bytes were no part of a character
 */
size_t encoding_decode(struct encoding *e, struct span in, bool is_last, struct buf *out,
                       size_t *out_used);

#endif

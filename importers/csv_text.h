/*
 * The text of a CSV source in UTF-8: bytes as they are, or decoded line by line, so that every place
 * in it can be told in the source's own bytes.
 */
#ifndef IMPORTERS_CSV_TEXT_H
#define IMPORTERS_CSV_TEXT_H

#include "base/buf.h"
#include "base/encoding.h"
#include "base/err.h"
#include "base/source.h"
#include "base/text.h"
#include "importers/byte_window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csv_line; /* a decoded line: where it stands in the text and in the source */

/** Open to be embedded; the members are its own. */
struct csv_text {
    struct byte_window window; /* of the source's bytes */
    bool is_lent;              /* the window's bytes are the caller's, and all there is */
    struct encoding *encoding; /* NULL: the bytes are given as they are */
    size_t unit_bytes;         /* of the encoding: 1, 2 or 4 */
    bool big_endian;
    struct buf decoded;
    size_t decoded_at; /* next in it */
    struct csv_line *lines;
    size_t n_lines, room_lines, line_at; /* line_at: that of decoded_at, or one before */
};

/**
 * Begin to read; a byte order mark is taken off.
 * In       encoding: its name; NULL: UTF-16 when a byte order mark says so, else bytes as they are
 *          limit_bytes: the most that may be in memory at once
 * Errors   BAD_ARG no such encoding; UNSUPPORTED one that no line can be found in; those of
 *          source_peek(), and there is nothing to clear
 */
enum err_code csv_text_open(struct csv_text *t, struct source *source, const char *encoding,
                            size_t limit_bytes, struct err *err) MUST_USE;
/** A text that is all in memory, in UTF-8; lent until cleared. */
void csv_text_lend(struct csv_text *t, struct span text);
void csv_text_clear(struct csv_text *t);

/** What of the text is in memory, from where the reader is. */
struct span csv_text_ready(const struct csv_text *t);
/** Bring more behind it; `*out_more` false: there is no more. Errors LIMIT more than limit_bytes are
 * wanted at once; those of source_read() */
enum err_code csv_text_more(struct csv_text *t, bool *out_more, struct err *err) MUST_USE;
/** The reader is so many bytes further. */
void csv_text_take(struct csv_text *t, size_t n_bytes);

/** Where the reader is in the source's plain bytes; exact at the beginning of a line. */
uint64_t csv_text_byte(struct csv_text *t);
/** Whether the next `n_bytes` of the text hold what was no character of the encoding. */
bool csv_text_is_damaged(struct csv_text *t, size_t n_bytes);
/** Name of the encoding that the text is decoded from; NULL: the bytes are as they are. */
const char *csv_text_encoding(const struct csv_text *t);

#endif

/*
 * A window over a source: what is being read stays in memory, what was read is forgotten. Knows
 * its place in the plain bytes and counts lines.
 */
#ifndef IMPORTERS_BYTE_WINDOW_H
#define IMPORTERS_BYTE_WINDOW_H

#include "base/err.h"
#include "base/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** `data[at]` is next, `data[mark]` is the first byte still wanted; both move when the window is
 * filled. */
struct byte_window {
    struct source *source;
    char *data;
    size_t mark, at, end;
    bool ended; /* nothing comes behind `end` */
    size_t room_bytes, limit_bytes;
    uint64_t data_byte; /* offset of data[0] in the plain bytes */
    uint64_t line;      /* of data[line_at]; the first is 1 */
    size_t line_at;
};

/** `limit_bytes`: the most that may lie between mark and end. */
void byte_window_init(struct byte_window *w, struct source *source, size_t limit_bytes);
void byte_window_clear(struct byte_window *w);

/** Bring more bytes behind `end`, or set `ended`. Errors LIMIT more than limit_bytes are wanted at
 * once; NO_MEMORY; those of source_read() */
enum err_code byte_window_fill(struct byte_window *w, struct err *err) MUST_USE;

/** Offset in the plain bytes, and line, of data[mark]. */
uint64_t byte_window_mark_byte(const struct byte_window *w);
uint64_t byte_window_mark_line(struct byte_window *w);

#endif

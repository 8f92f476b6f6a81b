#include "importers/byte_window.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

enum { BLOCK_BYTES = 256 << 10 };

void byte_window_init(struct byte_window *w, struct source *source, size_t limit_bytes)
{
    *w = (struct byte_window){.source = source, .limit_bytes = limit_bytes, .line = 1};
}

void byte_window_clear(struct byte_window *w)
{
    mem_free(w->data);
    w->data = NULL;
}

uint64_t byte_window_mark_byte(const struct byte_window *w)
{
    return w->data_byte + w->mark;
}

uint64_t byte_window_mark_line(struct byte_window *w)
{
    while (w->line_at < w->mark) {
        const char *newline = memchr(w->data + w->line_at, '\n', w->mark - w->line_at);
        if (newline)
            w->line++;
        w->line_at = newline ? (size_t)(newline - w->data) + 1 : w->mark;
    }
    return w->line;
}

static void forget_before_mark(struct byte_window *w)
{
    if (w->mark == 0)
        return;
    (void)byte_window_mark_line(w);
    memmove(w->data, w->data + w->mark, w->end - w->mark);
    w->data_byte += w->mark;
    w->line_at -= w->mark;
    w->at -= w->mark;
    w->end -= w->mark;
    w->mark = 0;
}

enum err_code byte_window_fill(struct byte_window *w, struct err *err)
{
    forget_before_mark(w);
    if (w->end >= w->limit_bytes) {
        struct buf size;
        buf_init(&size, 64);
        text_put_size(&size, w->limit_bytes);
        const enum err_code rc =
            err_set(err, LIMIT, "line %llu: one feature of more than %s",
                    (unsigned long long)byte_window_mark_line(w), buf_text(&size));
        buf_clear(&size);
        return rc;
    }
    if (w->room_bytes - w->end < BLOCK_BYTES / 2) {
        const enum err_code rc =
            mem_grow((void **)&w->data, &w->room_bytes, w->end + BLOCK_BYTES, 1, err);
        if (rc)
            return rc;
    }
    size_t n = 0;
    const enum err_code rc =
        source_read(w->source, w->data + w->end, w->room_bytes - w->end, &n, err);
    if (rc)
        return rc;
    w->end += n;
    w->ended = n == 0;
    return OK;
}

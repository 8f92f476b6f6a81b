#include "cli/table.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#define GAP 2

void table_init(struct table *t, size_t n_columns, const char *const *titles)
{
    *t = (struct table){.n_columns = n_columns};
    table_row(t, titles);
}

void table_clear(struct table *t)
{
    mem_free(t->cells);
    *t = (struct table){0};
}

void table_row(struct table *t, const char *const *cells)
{
    if (t->failed)
        return;
    void *all = t->cells;
    t->failed = mem_grow(&all, &t->room_rows, t->n_rows + 1, t->n_columns * sizeof *t->cells, NULL);
    if (t->failed)
        return;
    t->cells = all;
    memcpy(t->cells + t->n_rows * t->n_columns, cells, t->n_columns * sizeof *cells);
    t->n_rows++;
}

/* Characters, not bytes: a title with accents must not shift what follows. */
static size_t width_of(const char *text)
{
    struct span rest = span_of(text);
    size_t width = 0;
    while (rest.len_bytes) {
        const size_t n = text_utf8_char(rest, NULL);
        rest.at += n ? n : 1;
        rest.len_bytes -= n ? n : 1;
        width++;
    }
    return width;
}

enum err_code table_put(const struct table *t, struct buf *b, struct err *err)
{
    if (t->failed)
        return err_set(err, t->failed, "%s", err_sentence(t->failed));
    size_t widths[TABLE_COLUMNS_MAX] = {0};
    for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
        const size_t width = width_of(t->cells[i]);
        if (width > widths[i % t->n_columns])
            widths[i % t->n_columns] = width;
    }
    for (size_t row = 0; row < t->n_rows; row++) {
        for (size_t column = 0; column < t->n_columns; column++) {
            const char *cell = t->cells[row * t->n_columns + column];
            const size_t start = b->len_bytes;
            const int space = (int)(widths[column] - width_of(cell));
            const bool last = column + 1 == t->n_columns;
            if (t->right[column])
                buf_printf(b, "%*s%s%*s", space, "", cell, last ? 0 : GAP, "");
            else
                buf_printf(b, "%s%*s", cell, last ? 0 : space + GAP, "");
            if (b->len_bytes > start)
                text_blank_controls((char *)b->data + start, b->len_bytes - start, false);
        }
        buf_put_text(b, "\n");
    }
    return buf_status(b, err);
}

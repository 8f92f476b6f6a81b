/* An array of objects as a table: the columns are all the keys, objects within are spread over
 * columns of their own, and what is more than fits a page is folded into the last one. */
#include "server/http/document.h"

#include "server/http/document_html.h"

#include <string.h>

#define COLUMNS_MAX 12

struct column {
    const char *outer; /* of the object within; NULL for members of the row itself */
    const char *key;
};

struct columns {
    size_t n;
    struct column at[COLUMNS_MAX];
    bool more; /* there are keys without a column */
};

static bool has_column(const struct columns *c, const char *outer, const char *key)
{
    for (size_t i = 0; i < c->n; i++) {
        if (text_eq(c->at[i].outer, outer) && text_eq(c->at[i].key, key))
            return true;
    }
    return false;
}

static void add_column(struct columns *c, const char *outer, const char *key)
{
    if (has_column(c, outer, key))
        return;
    if (c->n < COLUMNS_MAX)
        c->at[c->n++] = (struct column){outer, key};
    else
        c->more = true;
}

static struct columns find_columns(const struct doc *array)
{
    struct columns c = {0};
    for (const struct doc *row = array->first; row; row = row->next) {
        for (const struct doc *m = row->kind == DOC_OBJECT ? row->first : NULL; m; m = m->next) {
            if (m->kind != DOC_OBJECT)
                add_column(&c, NULL, m->key);
            for (const struct doc *n = m->kind == DOC_OBJECT ? m->first : NULL; n; n = n->next)
                add_column(&c, m->key, n->key);
        }
    }
    return c;
}

static const struct doc *cell_of(const struct doc *row, const struct column *c)
{
    const struct doc *m =
        c->outer ? doc_find(doc_find(row, c->outer), c->key) : doc_find(row, c->key);
    return m && (c->outer || m->kind != DOC_OBJECT) ? m : NULL;
}

/* Where a row leads: its link to itself, if it has one. */
static const char *href_of(const struct doc *row)
{
    const struct doc *links = doc_find(row, "links");
    for (const struct doc *l = links ? links->first : NULL; l; l = l->next) {
        const struct doc *rel = doc_find(l, "rel"), *href = doc_find(l, "href");
        if (rel && href && rel->kind == DOC_TEXT && href->kind == DOC_TEXT &&
            text_eq(rel->text.at, "self"))
            return href->text.at;
    }
    return NULL;
}

static void put_cell(struct buf *b, const struct doc *cell, const char *href)
{
    const bool number = cell && (cell->kind == DOC_INT || cell->kind == DOC_F64);
    buf_put_text(b, number ? "<td class=\"number\">" : "<td>");
    if (cell && href && cell->kind == DOC_TEXT)
        html_put_link(b, href, cell->text.at);
    else if (cell)
        html_put_inline(b, cell);
    buf_put_text(b, "</td>");
}

static void put_pair(struct buf *b, const struct doc *m)
{
    buf_put_text(b, "<dt>");
    html_put_escaped(b, m->key);
    buf_put_text(b, "</dt><dd>");
    html_put_inline(b, m);
    buf_put_text(b, "</dd>");
}

static void put_more(struct buf *b, const struct doc *row, const struct columns *c)
{
    buf_put_text(b, "<td><details><summary>More</summary><dl>");
    for (const struct doc *m = row->first; m; m = m->next) {
        if (m->kind != DOC_OBJECT && !has_column(c, NULL, m->key))
            put_pair(b, m);
        for (const struct doc *n = m->kind == DOC_OBJECT ? m->first : NULL; n; n = n->next) {
            if (!has_column(c, m->key, n->key))
                put_pair(b, n);
        }
    }
    buf_put_text(b, "</dl></details></td>");
}

/* The cell that names a row becomes its link: title, else id, else the first text. */
static size_t name_of(const struct doc *row, const struct columns *c)
{
    static const char *const NAMES[] = {"title", "id", NULL};
    for (size_t k = 0; k < sizeof NAMES / sizeof *NAMES; k++) {
        for (size_t i = 0; i < c->n; i++) {
            const struct doc *cell = cell_of(row, &c->at[i]);
            if (cell && cell->kind == DOC_TEXT &&
                (!NAMES[k] || (!c->at[i].outer && text_eq(c->at[i].key, NAMES[k]))))
                return i;
        }
    }
    return c->n;
}

static void put_row(struct buf *b, const struct doc *row, const struct columns *c)
{
    if (row->kind != DOC_OBJECT) {
        buf_printf(b, "<tr><td colspan=\"%zu\">", c->n + c->more);
        html_put_inline(b, row);
        buf_put_text(b, "</td></tr>\n");
        return;
    }
    buf_put_text(b, "<tr>");
    const char *href = href_of(row);
    const size_t name = href ? name_of(row, c) : c->n;
    for (size_t i = 0; i < c->n; i++)
        put_cell(b, cell_of(row, &c->at[i]), i == name ? href : NULL);
    if (c->more)
        put_more(b, row, c);
    buf_put_text(b, "</tr>\n");
}

void html_put_table(struct buf *b, const struct doc *array)
{
    const struct columns c = find_columns(array);
    buf_put_text(b, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    html_put_escaped(b, array->key ? array->key : "table");
    buf_put_text(b, "\"><table>\n<thead><tr>");
    for (size_t i = 0; i < c.n; i++) {
        buf_put_text(b, "<th scope=\"col\">");
        html_put_escaped(b, c.at[i].key);
        buf_put_text(b, "</th>");
    }
    buf_put_text(b, c.more ? "<th scope=\"col\">more</th>" : "");
    buf_put_text(b, "</tr></thead>\n<tbody>\n");
    for (const struct doc *row = array->first; row; row = row->next)
        put_row(b, row, &c);
    buf_put_text(b, "</tbody></table></div>\n");
}

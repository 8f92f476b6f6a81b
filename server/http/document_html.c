/* The HTML face of a document: the frame of the page, objects as definition lists, links as links;
 * tables are in document_table.c. */
#include "server/http/document.h"

#include "base/embedded.h"
#include "server/http/document_html.h"

#include <string.h>

extern const struct embedded_file HTTP_FILES[];

void html_put_escaped(struct buf *b, const char *text)
{
    for (;;) {
        const size_t n = strcspn(text, "&<>\"'");
        buf_put(b, text, n);
        text += n;
        switch (*text++) {
        case '\0':
            return;
        case '&':
            buf_put_text(b, "&amp;");
            break;
        case '<':
            buf_put_text(b, "&lt;");
            break;
        case '>':
            buf_put_text(b, "&gt;");
            break;
        case '"':
            buf_put_text(b, "&quot;");
            break;
        case '\'':
            buf_put_text(b, "&#39;");
            break;
        }
    }
}

/* Other schemes could run as a script: they are shown, not linked. */
static bool is_safe_href(const char *href)
{
    return text_starts_with(href, "http://") || text_starts_with(href, "https://") ||
           (href[0] == '/' && href[1] != '/');
}

void html_put_link(struct buf *b, const char *href, const char *text)
{
    const bool safe = is_safe_href(href);
    if (safe) {
        buf_put_text(b, "<a href=\"");
        html_put_escaped(b, href);
        buf_put_text(b, "\">");
    }
    html_put_escaped(b, text);
    if (safe)
        buf_put_text(b, "</a>");
}

static const char *text_of(const struct doc *object, const char *key)
{
    const struct doc *m = doc_find(object, key);
    return m && m->kind == DOC_TEXT ? m->text.at : NULL;
}

bool html_is_links(const struct doc *d)
{
    return d->kind == DOC_ARRAY && text_eq(d->key, "links") && d->first &&
           text_of(d->first, "href");
}

void html_put_one_link(struct buf *b, const struct doc *link)
{
    const char *href = text_of(link, "href"), *title = text_of(link, "title");
    const char *rel = text_of(link, "rel");
    const struct doc *templated = doc_find(link, "templated");
    const char *name = title ? title : rel ? rel : href;
    if (!href)
        return;
    if (templated && templated->boolean) {
        html_put_escaped(b, name);
        buf_put_text(b, " <code>");
        html_put_escaped(b, href);
        buf_put_text(b, "</code>");
    } else {
        html_put_link(b, href, name);
    }
}

/* The head of the page links these (put_formats), and a page need not link itself. */
static bool is_of_head(const struct doc *link)
{
    const char *rel = text_of(link, "rel");
    return text_eq(rel, "self") || text_eq(rel, "alternate");
}

/* The same resource in other media. */
static bool is_twin(const struct doc *a, const struct doc *b)
{
    return text_of(a, "title") && text_eq(text_of(a, "rel"), text_of(b, "rel")) &&
           text_eq(text_of(a, "title"), text_of(b, "title"));
}

static bool has_earlier_twin(const struct doc *links, const struct doc *l)
{
    for (const struct doc *e = links->first; e != l; e = e->next) {
        if (is_twin(e, l))
            return true;
    }
    return false;
}

static bool has_links_to_show(const struct doc *links)
{
    for (const struct doc *l = links->first; l; l = l->next) {
        if (!is_of_head(l))
            return true;
    }
    return false;
}

/* "data", and the last step of a relation that is an address. */
static const char *short_rel(const char *rel)
{
    const char *slash = strrchr(rel, '/');
    return slash ? slash + 1 : rel;
}

/* One line for a resource: its page, where it has one, then what it is and its other media. */
static void put_resource(struct buf *b, const struct doc *first)
{
    const struct doc *face = first;
    for (const struct doc *l = first; l; l = l->next) {
        const char *type = text_of(l, "type");
        if (type && text_starts_with(type, "text/html") && (l == first || is_twin(first, l)))
            face = l;
    }
    const char *rel = text_of(first, "rel"), *separator = "";
    buf_put_text(b, "<li>");
    html_put_one_link(b, face);
    buf_put_text(b, " <small>");
    if (rel && text_of(first, "title")) {
        html_put_escaped(b, short_rel(rel));
        separator = " · ";
    }
    for (const struct doc *l = first; l; l = l->next) {
        const char *type = text_of(l, "type"), *href = text_of(l, "href");
        if (!type || (l != first && !is_twin(first, l)))
            continue;
        buf_put_text(b, separator);
        separator = " · ";
        if (l != face && href)
            html_put_link(b, href, type);
        else
            html_put_escaped(b, type);
    }
    buf_put_text(b, "</small></li>\n");
}

static void put_links(struct buf *b, const struct doc *links)
{
    buf_put_text(b, "<ul class=\"links\">\n");
    for (const struct doc *l = links->first; l; l = l->next) {
        if (!is_of_head(l) && !has_earlier_twin(links, l))
            put_resource(b, l);
    }
    buf_put_text(b, "</ul>\n");
}

/* Longer JSON is folded: a geometry must not push everything else off the page. */
#define FOLD_BYTES 160

static void put_json(struct buf *b, const struct doc *d)
{
    struct buf json;
    buf_init(&json, b->limit_bytes);
    struct err ignored; /* told once, by the page's own writer */
    if (doc_put_json(d, &json, &ignored))
        b->failed = b->failed ? b->failed : ignored.code;
    const bool folded = json.len_bytes > FOLD_BYTES;
    if (folded) {
        buf_put_text(b, "<details><summary>");
        html_put_escaped(b, d->kind == DOC_ARRAY ? "List" : "Value");
        buf_printf(b, " of %zu characters</summary>", json.len_bytes);
    }
    buf_put_text(b, "<code>");
    html_put_escaped(b, buf_text(&json));
    buf_put_text(b, folded ? "</code></details>" : "</code>");
    buf_clear(&json);
}

static void put_scalar(struct buf *b, const struct doc *d)
{
    switch (d->kind) {
    case DOC_TEXT:
        if (text_starts_with(d->text.at, "http://") || text_starts_with(d->text.at, "https://"))
            html_put_link(b, d->text.at, d->text.at);
        else
            html_put_escaped(b, d->text.at);
        break;
    case DOC_INT:
        buf_printf(b, "%lld", (long long)d->integer);
        break;
    case DOC_F64:
        text_put_f64(b, d->real);
        break;
    case DOC_BOOL:
        buf_put_text(b, d->boolean ? "true" : "false");
        break;
    case DOC_NULL:
        buf_put_text(b, "<span class=\"null\">null</span>");
        break;
    default:
        put_json(b, d);
        break;
    }
}

static bool all_scalar(const struct doc *array)
{
    for (const struct doc *m = array->first; m; m = m->next) {
        if (!doc_is_scalar(m))
            return false;
    }
    return true;
}

void html_put_inline(struct buf *b, const struct doc *d)
{
    if (doc_is_scalar(d)) {
        put_scalar(b, d);
    } else if (html_is_links(d)) {
        for (const struct doc *l = d->first; l; l = l->next) {
            html_put_one_link(b, l);
            buf_put_text(b, l->next ? ", " : "");
        }
    } else if (d->kind == DOC_ARRAY && all_scalar(d)) {
        for (const struct doc *m = d->first; m; m = m->next) {
            put_scalar(b, m);
            buf_put_text(b, m->next ? ", " : "");
        }
    } else {
        put_json(b, d);
    }
}

static bool has_objects(const struct doc *d)
{
    for (const struct doc *m = d->kind == DOC_ARRAY ? d->first : NULL; m; m = m->next) {
        if (m->kind == DOC_OBJECT)
            return true;
    }
    return false;
}

static bool is_section(const struct doc *d)
{
    return d->kind == DOC_OBJECT || has_objects(d);
}

/* What the page's head says already is not said again. */
static bool is_said(const struct doc *d, const struct page *page)
{
    return page && d->kind == DOC_TEXT &&
           (text_eq(d->text.at, page->title) || text_eq(d->text.at, page->intro));
}

static void put_object(struct buf *b, const struct doc *d, const struct page *said, int level);

static void put_section(struct buf *b, const struct doc *d, int level)
{
    buf_printf(b, "<section>\n<h%d>", level);
    html_put_escaped(b, d->key ? d->key : "");
    buf_printf(b, "</h%d>\n", level);
    if (html_is_links(d))
        put_links(b, d);
    else if (d->kind == DOC_ARRAY)
        html_put_table(b, d);
    else
        put_object(b, d, NULL, level < 6 ? level + 1 : 6);
    buf_put_text(b, "</section>\n");
}

static void put_object(struct buf *b, const struct doc *d, const struct page *said, int level)
{
    bool open = false;
    for (const struct doc *m = d->first; m; m = m->next) {
        if (is_section(m) || is_said(m, said))
            continue;
        buf_put_text(b, open ? "" : "<dl>\n");
        open = true;
        buf_put_text(b, "<dt>");
        html_put_escaped(b, m->key);
        buf_put_text(b, "</dt><dd>");
        html_put_inline(b, m);
        buf_put_text(b, "</dd>\n");
    }
    buf_put_text(b, open ? "</dl>\n" : "");
    /* What is there before where one can go. */
    for (const struct doc *m = d->first; m; m = m->next) {
        if (is_section(m) && !html_is_links(m))
            put_section(b, m, level);
    }
    for (const struct doc *m = d->first; m; m = m->next) {
        if (html_is_links(m) && has_links_to_show(m))
            put_section(b, m, level);
    }
}

/* What begins with a slash is of this server, which may stand below a path of a proxy's. */
static void put_own_href(struct buf *b, const struct request *r, const char *href)
{
    if (href[0] == '/')
        html_put_escaped(b, r->base_url);
    html_put_escaped(b, href);
}

static void put_crumbs(struct buf *b, const struct request *r, const struct page *page)
{
    buf_put_text(b, "<nav aria-label=\"Breadcrumb\"><ol>");
    for (const char *const *c = page->crumbs; c && c[0] && c[1]; c += 2) {
        buf_put_text(b, "<li>");
        if (is_safe_href(c[1])) {
            buf_put_text(b, "<a href=\"");
            put_own_href(b, r, c[1]);
            buf_put_text(b, "\">");
        }
        html_put_escaped(b, c[0]);
        buf_put_text(b, is_safe_href(c[1]) ? "</a></li>" : "</li>");
    }
    buf_put_text(b, "<li aria-current=\"page\">");
    html_put_escaped(b, page->title);
    buf_put_text(b, "</li></ol></nav>\n");
}

/* The document's own alternates, so that people find what programs get. */
static void put_formats(struct buf *b, const struct doc *d)
{
    const struct doc *links = doc_find(d, "links");
    bool open = false;
    for (const struct doc *l = links ? links->first : NULL; l; l = l->next) {
        if (!text_eq(text_of(l, "rel"), "alternate") || !text_of(l, "href"))
            continue;
        buf_put_text(b, open ? " " : "<nav aria-label=\"Formats\">");
        open = true;
        const char *type = text_of(l, "type");
        html_put_link(b, text_of(l, "href"), type ? type : "other");
    }
    buf_put_text(b, open ? "</nav>\n" : "");
}

enum err_code doc_put_html(const struct doc *d, const struct page *page, const struct request *r,
                           struct buf *out, struct err *err)
{
    if (!d || d->root->failed)
        return err_set(err, NO_MEMORY, "the document does not fit into memory");
    buf_put_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<link rel=\"icon\" href=\"data:,\">\n" /* else browsers ask for one */
                      "<title>");
    html_put_escaped(out, page->title);
    buf_put_text(out, " · Cassini</title>\n<style>\n");
    const struct embedded_file *css = embedded_find(HTTP_FILES, "page.css");
    buf_put(out, css->bytes, css->n_bytes);
    buf_put_text(out, "</style>\n</head>\n<body>\n<header>\n");
    put_crumbs(out, r, page);
    put_formats(out, d);
    buf_put_text(out, "</header>\n<main>\n<h1>");
    html_put_escaped(out, page->title);
    buf_put_text(out, "</h1>\n");
    if (page->intro) {
        buf_put_text(out, "<p class=\"intro\">");
        html_put_escaped(out, page->intro);
        buf_put_text(out, "</p>\n");
    }
    if (page->map_href && is_safe_href(page->map_href)) {
        buf_put_text(out, "<iframe title=\"Map\" src=\"");
        put_own_href(out, r, page->map_href);
        buf_put_text(out, "\"></iframe>\n");
    }
    put_object(out, d, page, 2);
    buf_put_text(out, "</main>\n<footer>Cassini " CASSINI_VERSION "</footer>\n</body>\n</html>\n");
    return buf_status(out, err);
}

#include "server/http/document.h"

#include "base/json_write.h"
#include "server/http/document_tree.h"

#include <string.h>

struct doc *doc_new(struct arena *a)
{
    struct doc *d = arena_new(a, 1, sizeof *d, NULL);
    struct doc_root *root = arena_new(a, 1, sizeof *root, NULL);
    if (!d || !root)
        return NULL;
    root->arena = a;
    d->kind = DOC_OBJECT;
    d->root = root;
    return d;
}

static struct doc *add(struct doc *to, enum doc_kind kind, const char *key)
{
    if (!to)
        return NULL;
    struct doc *d = arena_new(to->root->arena, 1, sizeof *d, NULL);
    if (!d) {
        to->root->failed = true;
        return NULL;
    }
    d->kind = kind;
    d->key = key;
    d->root = to->root;
    *(to->last ? &to->last->next : &to->first) = d;
    to->last = d;
    return d;
}

static void add_text(struct doc *to, enum doc_kind kind, const char *key, struct span text)
{
    struct doc *d = add(to, kind, key);
    if (!d)
        return;
    d->text.at = arena_strndup(d->root->arena, text.at ? text.at : "", text.len_bytes, NULL);
    d->text.len_bytes = text.len_bytes;
    if (!d->text.at) {
        d->text = span_of("");
        d->root->failed = true;
    }
}

void doc_text(struct doc *d, const char *key, const char *text)
{
    if (text)
        add_text(d, DOC_TEXT, key, span_of(text));
}

void doc_int(struct doc *d, const char *key, int64_t value)
{
    struct doc *m = add(d, DOC_INT, key);
    if (m)
        m->integer = value;
}

void doc_f64(struct doc *d, const char *key, double value)
{
    struct doc *m = add(d, DOC_F64, key);
    if (m)
        m->real = value;
}

void doc_bool(struct doc *d, const char *key, bool value)
{
    struct doc *m = add(d, DOC_BOOL, key);
    if (m)
        m->boolean = value;
}

void doc_null(struct doc *d, const char *key)
{
    add(d, DOC_NULL, key);
}

void doc_json(struct doc *d, const char *key, struct span json)
{
    add_text(d, DOC_JSON, key, json);
}

struct doc *doc_object(struct doc *d, const char *key)
{
    return add(d, DOC_OBJECT, key);
}

struct doc *doc_array(struct doc *d, const char *key)
{
    return add(d, DOC_ARRAY, key);
}

void doc_add_text(struct doc *array, const char *text)
{
    doc_text(array, NULL, text);
}

void doc_add_int(struct doc *array, int64_t value)
{
    doc_int(array, NULL, value);
}

void doc_add_f64(struct doc *array, double value)
{
    doc_f64(array, NULL, value);
}

void doc_add_json(struct doc *array, struct span json)
{
    doc_json(array, NULL, json);
}

struct doc *doc_add_object(struct doc *array)
{
    return add(array, DOC_OBJECT, NULL);
}

struct doc *doc_add_array(struct doc *array)
{
    return add(array, DOC_ARRAY, NULL);
}

const struct doc *doc_find(const struct doc *d, const char *key)
{
    const struct doc *m = d && d->kind == DOC_OBJECT ? d->first : NULL;
    while (m && !text_eq(m->key, key))
        m = m->next;
    return m;
}

bool doc_is_scalar(const struct doc *d)
{
    return d->kind != DOC_OBJECT && d->kind != DOC_ARRAY;
}

void doc_link(struct doc *d, const struct doc_link *link)
{
    if (!d)
        return;
    struct doc *links = d->first;
    while (links && !text_eq(links->key, "links"))
        links = links->next;
    if (!links)
        links = doc_array(d, "links");
    struct doc *l = doc_add_object(links);
    doc_text(l, "href", link->href);
    doc_text(l, "rel", link->rel);
    doc_text(l, "type", link->type);
    doc_text(l, "title", link->title);
    doc_text(l, "hreflang", link->hreflang);
    if (link->templated)
        doc_bool(l, "templated", true);
}

/* The request's own query without f, then f=... */
static void put_query(struct buf *b, const char *query, const char *f)
{
    char before = '?';
    for (const char *at = query; *at;) {
        const size_t n = strcspn(at, "&");
        if (n && strncmp(at, "f=", 2) != 0 && !(n == 1 && *at == 'f')) {
            buf_put_u8(b, (uint8_t)before);
            buf_put(b, at, n);
            before = '&';
        }
        at += n;
        at += *at == '&';
    }
    buf_printf(b, "%cf=%s", before, f);
}

/* In links, HTML goes without its charset. */
static const char *link_type(enum media m)
{
    return m == MEDIA_HTML ? "text/html" : media_type(m);
}

/* Several media may answer to one f; only the first is reached by it. */
static bool is_reached(const enum media *offered, const enum media *m)
{
    for (; offered != m; offered++) {
        if (text_eq(media_f(*offered), media_f(*m)))
            return false;
    }
    return true;
}

void doc_link_self(struct doc *d, const struct request *r)
{
    struct buf href;
    buf_init(&href, 64 << 10);
    buf_printf(&href, "%s%s%s%s", r->base_url, r->path, *r->query ? "?" : "", r->query);
    doc_link(
        d, &(struct doc_link){.rel = "self", .type = link_type(r->media), .href = buf_text(&href)});
    for (const enum media *m = r->route->media; *m != MEDIA_END; m++) {
        if (*m == r->media || !is_reached(r->route->media, m))
            continue;
        buf_reset(&href);
        buf_printf(&href, "%s%s", r->base_url, r->path);
        put_query(&href, r->query, media_f(*m));
        doc_link(d, &(struct doc_link){.rel = "alternate",
                                       .type = link_type(*m),
                                       .title = *m == MEDIA_HTML ? "This as a page" : NULL,
                                       .href = buf_text(&href)});
    }
    if (d && href.failed)
        d->root->failed = true;
    buf_clear(&href);
}

static void put_value(struct json_out *j, const struct doc *d)
{
    switch (d->kind) {
    case DOC_OBJECT:
        json_object(j);
        for (const struct doc *m = d->first; m; m = m->next) {
            json_key(j, m->key);
            put_value(j, m);
        }
        json_object_end(j);
        break;
    case DOC_ARRAY:
        json_array(j);
        for (const struct doc *m = d->first; m; m = m->next)
            put_value(j, m);
        json_array_end(j);
        break;
    case DOC_TEXT:
        json_span(j, d->text);
        break;
    case DOC_INT:
        json_int(j, d->integer);
        break;
    case DOC_F64:
        json_f64(j, d->real);
        break;
    case DOC_BOOL:
        json_bool(j, d->boolean);
        break;
    case DOC_NULL:
        json_null(j);
        break;
    case DOC_JSON:
        json_raw(j, d->text);
        break;
    }
}

enum err_code doc_put_json(const struct doc *d, struct buf *out, struct err *err)
{
    if (!d || d->root->failed)
        return err_set(err, NO_MEMORY, "the document does not fit into memory");
    struct json_out j = json_out(out);
    put_value(&j, d);
    return buf_status(out, err);
}

enum err_code doc_respond(const struct doc *d, const struct page *page, const struct request *r,
                          struct response *out, struct err *err)
{
    out->media = r->media;
    return r->media == MEDIA_HTML ? doc_put_html(d, page, r, &out->body, err)
                                  : doc_put_json(d, &out->body, err);
}

#include "server/http/router.h"

#include "base/mem.h"
#include "server/http/query.h"

#include <stdlib.h>
#include <string.h>

/* In the order in which they are tried. */
enum part_kind { PART_LITERAL, PART_NAME_AND_TAIL, PART_NAME };

struct part {
    enum part_kind kind;
    struct span name; /* of {name} */
    struct span text; /* the literal, or the tail behind {name} */
};

struct entry {
    const struct route *route;
    size_t n_parts;
    struct part parts[PATH_SEGMENTS_MAX];
};

struct router {
    size_t n_entries;
    struct entry entries[];
};

static bool has_path_param(const struct route *route, struct span name)
{
    for (const struct param_spec *const *p = route->params; p && *p; p++) {
        if ((*p)->place == PARAM_IN_PATH && span_eq(name, (*p)->name))
            return true;
    }
    return false;
}

static enum err_code read_part(const struct route *route, struct span segment, struct part *out,
                               struct err *err)
{
    const char *const end = segment.at + segment.len_bytes;
    if (segment.len_bytes == 0)
        return err_set(err, INTERNAL, "route '%s' has an empty segment", route->pattern);
    if (segment.at[0] != '{') {
        *out = (struct part){.kind = PART_LITERAL, .text = segment};
        return OK;
    }
    const char *close = memchr(segment.at, '}', segment.len_bytes);
    if (!close)
        return err_set(err, INTERNAL, "route '%s' has a '{' without '}'", route->pattern);
    out->name = (struct span){segment.at + 1, (size_t)(close - segment.at - 1)};
    out->text = (struct span){close + 1, (size_t)(end - close - 1)};
    out->kind = out->text.len_bytes ? PART_NAME_AND_TAIL : PART_NAME;
    if (!has_path_param(route, out->name))
        return err_set(err, INTERNAL, "route '%s' does not describe its parameter {%.*s}",
                       route->pattern, (int)out->name.len_bytes, out->name.at);
    return OK;
}

static enum err_code read_pattern(const struct route *route, struct entry *out, struct err *err)
{
    out->route = route;
    const char *at = route->pattern;
    if (text_eq(at, "/"))
        return OK;
    while (*at == '/') {
        const size_t n_bytes = strcspn(at + 1, "/");
        if (out->n_parts == PATH_SEGMENTS_MAX)
            return err_set(err, INTERNAL, "route '%s' has too many segments", route->pattern);
        const enum err_code rc =
            read_part(route, (struct span){at + 1, n_bytes}, &out->parts[out->n_parts++], err);
        if (rc)
            return rc;
        at += 1 + n_bytes;
    }
    if (*at || out->n_parts == 0)
        return err_set(err, INTERNAL, "route '%s' does not start with '/'", route->pattern);
    return OK;
}

static int compare_spans(struct span a, struct span b)
{
    const size_t n = a.len_bytes < b.len_bytes ? a.len_bytes : b.len_bytes;
    const int order = n ? memcmp(a.at, b.at, n) : 0;
    return order ? order : (a.len_bytes > b.len_bytes) - (a.len_bytes < b.len_bytes);
}

/* Equal only when both take the same paths: names do not count. */
static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->n_parts != y->n_parts)
        return x->n_parts < y->n_parts ? -1 : 1;
    for (size_t i = 0; i < x->n_parts; i++) {
        if (x->parts[i].kind != y->parts[i].kind)
            return x->parts[i].kind < y->parts[i].kind ? -1 : 1;
        /* Longer tails first: "{y}.tar.gz" before "{y}.gz". */
        if (x->parts[i].text.len_bytes != y->parts[i].text.len_bytes)
            return x->parts[i].text.len_bytes > y->parts[i].text.len_bytes ? -1 : 1;
        const int order = compare_spans(x->parts[i].text, y->parts[i].text);
        if (order)
            return order;
    }
    return 0;
}

enum err_code router_new(const struct route *const *routes, struct router **out, struct err *err)
{
    size_t n = 0;
    while (routes[n])
        n++;
    struct router *r = mem_new(1, sizeof *r + n * sizeof *r->entries);
    if (!r)
        return err_no_memory(err, sizeof *r + n * sizeof *r->entries);
    enum err_code rc = OK;
    for (size_t i = 0; i < n && !rc; i++)
        rc = read_pattern(routes[i], &r->entries[i], err);
    r->n_entries = n;
    if (!rc && n)
        qsort(r->entries, n, sizeof *r->entries, compare_entries);
    for (size_t i = 1; i < n && !rc; i++) {
        if (compare_entries(&r->entries[i - 1], &r->entries[i]) == 0)
            rc = err_set(err, INTERNAL, "routes '%s' and '%s' take the same paths",
                         r->entries[i - 1].route->pattern, r->entries[i].route->pattern);
    }
    if (rc)
        router_free(r);
    else
        *out = r;
    return rc;
}

void router_free(struct router *r)
{
    mem_free(r);
}

enum err_code path_read(const char *text, struct arena *a, struct path *out, struct err *err)
{
    struct path path = {0};
    const char *at = text;
    if (*at != '/')
        return err_set(err, NOT_FOUND, "'%.80s' is not a path", text);
    if (text_eq(at, "/")) {
        *out = path;
        return OK;
    }
    while (*at == '/') {
        const size_t n_bytes = strcspn(at + 1, "/");
        if (path.n_segments == PATH_SEGMENTS_MAX)
            return err_set(err, NOT_FOUND, "there is nothing that deep");
        const char *segment = NULL;
        const enum err_code rc = query_decode(at + 1, n_bytes, false, a, &segment, err);
        if (rc)
            return rc;
        if (text_eq(segment, ".") || text_eq(segment, ".."))
            return err_set(err, BAD_ARG, "'%s' is not allowed in a path", segment);
        path.segments[path.n_segments++] = segment;
        at += 1 + n_bytes;
    }
    *out = path;
    return OK;
}

static bool part_takes(const struct part *part, const char *segment)
{
    const size_t n = strlen(segment), n_text = part->text.len_bytes;
    switch (part->kind) {
    case PART_LITERAL:
        return span_eq(part->text, segment);
    case PART_NAME_AND_TAIL:
        return n > n_text && memcmp(segment + n - n_text, part->text.at, n_text) == 0;
    case PART_NAME:
        return n > 0;
    }
    return false;
}

static bool entry_takes(const struct entry *e, const struct path *path)
{
    if (e->n_parts != path->n_segments)
        return false;
    for (size_t i = 0; i < e->n_parts; i++) {
        if (!part_takes(&e->parts[i], path->segments[i]))
            return false;
    }
    return true;
}

static enum err_code take_values(const struct entry *e, const struct path *path, struct arena *a,
                                 struct match *out, struct err *err)
{
    struct match m = {.route = e->route};
    for (size_t i = 0; i < e->n_parts; i++) {
        const struct part *part = &e->parts[i];
        if (part->kind == PART_LITERAL)
            continue;
        const char *segment = path->segments[i];
        const char *text = arena_strndup(a, segment, strlen(segment) - part->text.len_bytes, err);
        if (!text)
            return err ? err->code : NO_MEMORY;
        m.values[m.n_values++] = (struct path_value){part->name.at, part->name.len_bytes, text};
    }
    *out = m;
    return OK;
}

enum err_code router_find(const struct router *r, const struct path *path, struct arena *a,
                          struct match *out, struct err *err)
{
    for (size_t i = 0; i < r->n_entries; i++) {
        if (entry_takes(&r->entries[i], path))
            return take_values(&r->entries[i], path, a, out, err);
    }
    return err_set(err, NOT_FOUND, "there is nothing at this path");
}

#include "importers/keep_layers.h"

#include "base/json_read.h"
#include "base/json_write.h"

#define LIST_MAX_BYTES ((size_t)64 << 20)
#define LIST_MAX_DEPTH 64

enum err_code keep_layers_add(struct keep_layers *l, const struct mvt_reading *m, struct arena *a,
                              struct err *err)
{
    for (size_t i = 0; i < mvt_reading_n_layers(m); i++) {
        const char *name = mvt_reading_layer(m, i).name;
        size_t k = 0;
        while (k < l->n && !text_eq(l->names[k], name))
            k++;
        if (k < l->n)
            continue;
        if (l->n == KEEP_LAYERS_MAX)
            return err_set(err, LIMIT, "more than %d layers in the tiles", KEEP_LAYERS_MAX);
        l->names[l->n] = arena_strdup(a, name, err);
        if (!l->names[l->n++])
            return NO_MEMORY;
    }
    return OK;
}

static void put_layer(struct json_out *j, struct span id, int min_zoom, int max_zoom)
{
    json_object(j);
    json_key(j, "id");
    json_span(j, id);
    json_key(j, "fields");
    json_object(j);
    json_object_end(j);
    json_member_int(j, "minzoom", min_zoom);
    json_member_int(j, "maxzoom", max_zoom);
    json_object_end(j);
}

/* As it was told, where it has what TileJSON requires. */
static void put_told(struct json_out *j, struct json_value item, struct span id, int min_zoom,
                     int max_zoom)
{
    struct json_value fields;
    if (!json_get(item, "fields", &fields) || !json_is(fields, JSON_OBJECT)) {
        put_layer(j, id, min_zoom, max_zoom);
        return;
    }
    json_raw(j, (struct span){"", 0});
    json_put(j->to, item);
}

/* What the archive tells; `seen` marks what was met. */
static enum err_code put_all_told(const struct keep_layers *l, const char *told, int min_zoom,
                                  int max_zoom, struct json_out *j, bool *seen, struct err *err)
{
    struct json_reader *reader = NULL;
    struct json_value root, item, id;
    struct span key;
    enum err_code rc = json_reader_new(LIST_MAX_BYTES, LIST_MAX_DEPTH, &reader, err);
    if (!rc)
        rc = json_read(reader, span_of(told), &root, err);
    if (!rc) {
        for (struct json_walk w = json_walk(root); json_next(&w, &key, &item);) {
            if (!json_get(item, "id", &id) || json_text_of(id).len_bytes == 0)
                continue;
            put_told(j, item, json_text_of(id), min_zoom, max_zoom);
            for (size_t i = 0; i < l->n; i++)
                seen[i] |= span_eq(json_text_of(id), l->names[i]);
        }
    }
    json_reader_free(reader);
    return rc;
}

enum err_code keep_layers_json(const struct keep_layers *l, const char *told, int min_zoom,
                               int max_zoom, struct arena *a, const char **out, size_t *n_added,
                               struct err *err)
{
    struct buf text;
    buf_init(&text, LIST_MAX_BYTES);
    struct json_out j = json_out(&text);
    bool *seen = arena_new(a, l->n, sizeof *seen, err);
    enum err_code rc = seen ? OK : NO_MEMORY;
    json_array(&j);
    if (!rc && told)
        rc = put_all_told(l, told, min_zoom, max_zoom, &j, seen, err);
    *n_added = 0;
    for (size_t i = 0; !rc && i < l->n; i++) {
        if (seen[i])
            continue;
        put_layer(&j, span_of(l->names[i]), min_zoom, max_zoom);
        ++*n_added;
    }
    json_array_end(&j);
    if (!rc)
        rc = buf_status(&text, err);
    if (!rc)
        *out = arena_strdup(a, buf_text(&text), err);
    buf_clear(&text);
    return rc || *out ? rc : NO_MEMORY;
}

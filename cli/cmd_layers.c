/* cassini layers: what is in a store. */
#include "base/text.h"
#include "cli/command.h"
#include "cli/layer_json.h"
#include "cli/table.h"
#include "store/store.h"
#include "store/tileset.h"

#define ARENA_MAX_BYTES  (256u << 20)
#define RESULT_MAX_BYTES (256u << 20)

static const char *date_of(const struct layer *l, struct arena *a, struct err *err)
{
    struct buf time;
    buf_init(&time, 64);
    when_put_rfc3339(&time, l->updated_us);
    /* To the minute: 2026-11-22T10:00 */
    const char *text =
        arena_strndup(a, buf_text(&time), time.len_bytes < 16 ? time.len_bytes : 16, err);
    buf_clear(&time);
    return text;
}

static enum err_code add_row(struct table *t, const struct layer *l, struct arena *a,
                             struct err *err)
{
    struct buf count;
    buf_init(&count, 64);
    text_put_count(&count, l->kept ? l->kept->n_tiles : l->n_features);
    if (l->kept)
        buf_put_text(&count, " tiles");
    const bool drawn = l->geom_type != GEOM_NONE || l->kept;
    const char *const cells[] = {
        l->name,
        l->kept ? tile_format_name(l->kept->format)
        : drawn ? l->geom_type == GEOM_COLLECTION ? "any" : geom_type_name(l->geom_type)
                : "none",
        drawn ? arena_printf(a, err, "EPSG:%d", (int)l->epsg) : "",
        arena_strdup(a, buf_text(&count), err),
        drawn ? arena_printf(a, err, "%d-%d", l->min_zoom, l->max_zoom) : "",
        date_of(l, a, err),
    };
    buf_clear(&count);
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        if (!cells[i])
            return err_add(err, "layer '%s'", l->name);
    }
    table_row(t, cells);
    return OK;
}

static enum err_code put_table(const struct catalog *catalog, struct arena *a, struct buf *out,
                               struct err *err)
{
    static const char *const titles[] = {"layer",    "geometry", "CRS",
                                         "features", "zooms",    "updated (UTC)"};
    if (catalog_n_layers(catalog) == 0) {
        buf_put_text(out, "no layers yet: cassini import SOURCE --store FILE makes one\n");
        return OK;
    }
    struct table t;
    table_init(&t, sizeof titles / sizeof titles[0], titles);
    t.right[3] = true;
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < catalog_n_layers(catalog); i++)
        rc = add_row(&t, catalog_layer(catalog, i), a, err);
    if (!rc)
        rc = table_put(&t, out, err);
    table_clear(&t);
    return rc;
}

static enum err_code put_json(struct store *s, const struct catalog *catalog, struct arena *a,
                              struct buf *out, struct err *err)
{
    struct json_out json = json_out(out);
    json_object(&json);
    json_key(&json, "layers");
    json_array(&json);
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < catalog_n_layers(catalog); i++) {
        const struct layer *l = catalog_layer(catalog, i);
        struct import_record *imports = NULL;
        size_t n_imports = 0;
        rc = store_read_imports(s, l->name, a, &imports, &n_imports, err);
        if (!rc)
            layer_put_json(&json, l, imports, n_imports);
    }
    json_array_end(&json);
    json_object_end(&json);
    buf_put_text(out, "\n");
    return rc;
}

static enum exit_code run(const struct options *o)
{
    struct store *store = NULL;
    struct catalog *catalog = NULL;
    struct arena arena;
    struct buf result;
    struct err err = {0};
    arena_init(&arena, ARENA_MAX_BYTES);
    buf_init(&result, RESULT_MAX_BYTES);
    enum err_code rc = store_open(options_text(o, "store"), STORE_READ, &store, &err);
    if (!rc)
        rc = store_read_catalog(store, &catalog, &err);
    if (!rc)
        rc = options_flag(o, "json") ? put_json(store, catalog, &arena, &result, &err)
                                     : put_table(catalog, &arena, &result, &err);
    const enum exit_code code = rc ? command_failed(o, &err) : command_print(o, &result);
    catalog_unref(catalog);
    store_close(store);
    buf_clear(&result);
    arena_clear(&arena);
    return code;
}

const struct command command_layers = {
    .name = "layers",
    .arguments = "",
    .summary = "List the layers of a store",
    .description = "List the layers of a store: geometry, coordinate reference system, number of "
                   "features, zooms, time of the last change. With --json also fields, extent and "
                   "where each layer came from: source, checksum, time, options, counts.",
    .run = run,
};

/* The drawables of a layer made anew from its features, by whoever knows how. */
#include "store/spatialite_editor.h"

#include "base/spool.h"

#include <string.h>

#define COMPARE_BYTES ((size_t)64 << 20)

/* A drawable of before or after: its area, by a hash of all that a tile draws of it. */
struct trace {
    struct changed_area area;
    bool is_new;
};

static enum err_code open_traces(struct store *s, struct spool **out, struct err *err)
{
    const char *path = sqlite3_db_filename(s->db, "main");
    const char *slash = path ? strrchr(path, '/') : NULL;
    char *folder =
        slash ? sqlite3_mprintf("%.*s", (int)(slash - path + 1), path) : sqlite3_mprintf(".");
    if (!folder)
        return err_no_memory(err, 0);
    const enum err_code rc = spool_new(folder, COMPARE_BYTES, out, err);
    sqlite3_free(folder);
    return rc;
}

/* The drawables of one chunk after the other become traces. */
struct tracing {
    struct spool *traces;
    struct trace trace; /* what all of a chunk have in common */
};

static enum err_code put_trace(void *state, const struct grid_box *box, uint64_t hash,
                               struct err *err)
{
    struct tracing *t = state;
    t->trace.area.box = *box;
    const uint64_t key = text_hash(&t->trace.area, sizeof t->trace.area, hash);
    return spool_put(t->traces, key, (struct span){(const char *)&t->trace, sizeof t->trace}, err);
}

/* Leave a trace of every drawable that is there. */
static enum err_code trace_drawables(struct store *s, const char *layer, bool is_new,
                                     struct deriver *d, struct spool *traces, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_prepare(s, &stmt, err,
                                  "SELECT n_drawables, min_zoom, max_zoom, content FROM"
                                  " \"%w_drawable\" WHERE min_zoom<=%d",
                                  layer, ZOOM_MAX);
    while (!rc && !(rc = db_step(s, stmt, &row, err)) && row) {
        const struct chunk c = {
            .n_drawables = (uint32_t)sqlite3_column_int64(stmt, 0),
            .min_zoom = (uint8_t)sqlite3_column_int(stmt, 1),
            .max_zoom = (uint8_t)sqlite3_column_int(stmt, 2),
            .content = {sqlite3_column_blob(stmt, 3), (size_t)sqlite3_column_bytes(stmt, 3)},
        };
        struct tracing t = {.traces = traces};
        memset(&t.trace, 0, sizeof t.trace);
        t.trace.is_new = is_new;
        t.trace.area.min_zoom = c.min_zoom;
        t.trace.area.max_zoom = c.max_zoom;
        rc = d->list(d->state, &c, put_trace, &t, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

/* Of each hash the old ones come first: what of either kind is more than of the other has changed. */
static enum err_code compare_traces(struct feature_editor *e, struct spool *traces, struct err *err)
{
    uint64_t key = 0, last_key = 0;
    struct span record;
    struct trace t, last = {0};
    int64_t n_more = 0; /* old ones than new ones, of the last key */
    bool more = true;
    enum err_code rc = spool_sort(traces, err);
    while (!rc && more) {
        rc = spool_next(traces, &key, &record, &more, err);
        if (rc)
            break;
        if (n_more && (!more || key != last_key)) {
            rc = feature_editor_touch(e, &last.area, err);
            n_more = 0;
        }
        if (rc || !more)
            break;
        memcpy(&t, record.at, sizeof t);
        n_more += t.is_new ? -1 : 1;
        last_key = key;
        last = t;
    }
    return rc;
}

static enum err_code begin_drawables(struct layer_writer *w, struct err *err)
{
    struct store *s = w->store;
    const char *name = w->spec.name;
    char *drawables = sqlite3_mprintf("%s_drawable", name);
    char *index = sqlite3_mprintf("%s_drawable_index", name);
    enum err_code rc = drawables && index ? OK : err_no_memory(err, 0);
    if (!rc)
        rc = db_run(s, err,
                    "DROP TABLE IF EXISTS \"%w_drawable_index\";"
                    "DROP TABLE IF EXISTS \"%w_drawable\"",
                    name, name);
    if (!rc)
        rc = tables_create_drawables(s, name, err);
    if (!rc)
        rc = row_writer_insert(&w->drawables, s, drawables, DRAWABLE_COLUMNS, err);
    if (!rc)
        rc = rtree_writer_init(&w->drawable_index, s, index, 3, false, NULL, err);
    sqlite3_free(drawables);
    sqlite3_free(index);
    w->begun = true;
    return rc;
}

static void count(struct layer_writer *w, const struct feature *f)
{
    const struct bbox box = f->geom.type == GEOM_NONE ? bbox_empty() : geom_bbox(&f->geom);
    w->n_features++;
    w->n_without_geometry += bbox_is_empty(&box);
    bbox_join(&w->bbox, &box);
    if (w->spec.time_field >= 0)
        layer_writer_extend_time(w, &f->values[w->spec.time_field]);
}

static enum err_code derive(struct layer_writer *w, const struct layer *l, struct deriver *d,
                            struct err *err)
{
    struct feature_cursor *cursor = NULL;
    struct arena arena;
    const struct feature_query all = {.layer = l};
    arena_init(&arena, SIZE_MAX);
    enum err_code rc = d->begin(d->state, &w->spec, err);
    if (!rc)
        rc = store_query_features(w->store, &all, &cursor, err);
    while (!rc) {
        struct feature f;
        bool more = false;
        arena_reset(&arena);
        rc = feature_cursor_next(cursor, &arena, &f, &more, err);
        if (rc || !more)
            break;
        count(w, &f);
        rc = d->feature(d->state, &f, err);
    }
    feature_cursor_close(cursor);
    arena_clear(&arena);
    return rc ? rc : d->finish(d->state, w, err);
}

static enum err_code make_drawables(struct layer_writer *w, const struct layer *l,
                                    struct deriver *d, struct err *err)
{
    enum err_code rc = begin_drawables(w, err);
    if (!rc)
        rc = derive(w, l, d, err);
    if (!rc)
        rc = row_writer_finish(&w->drawables, err);
    if (!rc)
        rc = rtree_writer_finish(&w->drawable_index, err);
    row_writer_clear(&w->drawables);
    rtree_writer_clear(&w->drawable_index);
    return rc;
}

enum err_code rederive_layer(struct layer_writer *w, const struct layer *l, struct deriver *d,
                             struct feature_editor *e, struct err *err)
{
    struct spool *traces = NULL;
    w->bbox = bbox_empty();
    w->min_zoom = ZOOM_MAX;
    if (!e)
        return make_drawables(w, l, d, err);
    enum err_code rc = open_traces(w->store, &traces, err);
    if (!rc)
        rc = trace_drawables(w->store, l->name, false, d, traces, err);
    if (!rc)
        rc = make_drawables(w, l, d, err);
    if (!rc)
        rc = trace_drawables(w->store, l->name, true, d, traces, err);
    if (!rc)
        rc = compare_traces(e, traces, err);
    spool_free(traces);
    return rc;
}

#include "server/ogc/feature_page.h"

#define LON_LAT_EPSG 4326

/* The numbers of features that match are counted behind the page up to so many candidates: it
 * costs a few ms, and beyond that no client waits for the exact figure. */
#define COUNT_MAX 10000

#define FEATURE_ARENA_BYTES ((size_t)256 << 20)

/* From the layer's CRS to GeoJSON's, in place. What has no image there has no geometry that
 * GeoJSON could say. */
static enum err_code to_degrees(struct ogc_worker *w, const struct layer *layer, struct feature *f,
                                struct err *err)
{
    if (layer->epsg == LON_LAT_EPSG || f->geom.type == GEOM_NONE)
        return OK;
    size_t n_failed = 0;
    const enum err_code rc = crs_transform(w->crs, layer->epsg, LON_LAT_EPSG, f->geom.xy,
                                           f->geom.n_vertices, &n_failed, err);
    if (!rc && n_failed)
        f->geom = (struct geom){.type = GEOM_NONE};
    return rc;
}

struct reading {
    struct ogc_worker *w;
    const struct item_query *q;
    feature_taker take;
    void *state;
    struct feature_page page;
    int64_t n_seen; /* candidates */
};

/* One candidate: is it of the result, is it of the page? */
static enum err_code read_one(struct reading *rd, struct feature *f, struct err *err)
{
    const struct layer *layer = rd->q->store.layer;
    enum err_code rc = to_degrees(rd->w, layer, f, err);
    if (rc || !item_query_meets(rd->q, &f->geom))
        return rc;
    if (rd->page.n_returned == rd->q->limit) {
        rd->page.has_next = true;
        rd->page.n_matched++;
        return OK;
    }
    geom_wind(&f->geom);
    rc = rd->take(rd->state, layer, f, err);
    rd->page.last_fid = f->fid;
    rd->page.n_returned++;
    rd->page.n_matched++;
    return rc;
}

/* Whether there is reason to read on behind a full page: only to count, and not for ever. */
static bool is_done(const struct reading *rd)
{
    return rd->page.has_next &&
           (rd->q->is_whole || rd->q->store.after_fid > 0 || rd->n_seen >= COUNT_MAX);
}

static enum err_code read_all(struct reading *rd, struct feature_cursor *cursor, struct arena *a,
                              struct err *err)
{
    for (;;) {
        struct feature f;
        bool more = false;
        arena_reset(a);
        enum err_code rc = feature_cursor_next(cursor, a, &f, &more, err);
        if (rc)
            return rc;
        if (!more) {
            rd->page.has_matched = rd->q->store.after_fid == 0;
            return OK;
        }
        rd->n_seen++;
        rc = read_one(rd, &f, err);
        if (rc || is_done(rd))
            return rc;
    }
}

enum err_code feature_page_read(struct ogc_worker *w, const struct item_query *q,
                                feature_taker take, void *state, struct feature_page *out,
                                struct err *err)
{
    struct reading rd = {.w = w, .q = q, .take = take, .state = state};
    struct feature_cursor *cursor = NULL;
    struct arena a;
    arena_init(&a, FEATURE_ARENA_BYTES);
    enum err_code rc = store_query_features(w->store, &q->store, &cursor, err);
    if (!rc)
        rc = read_all(&rd, cursor, &a, err);
    feature_cursor_close(cursor);
    arena_clear(&a);
    if (rc)
        return ogc_worker_failed(rc, err);
    if (q->is_whole) {
        rd.page.has_matched = true;
        rd.page.n_matched = q->store.layer->n_features;
    }
    *out = rd.page;
    return OK;
}

enum err_code feature_find(struct ogc_worker *w, const struct layer *layer, const char *id,
                           struct arena *a, struct feature *out, struct err *err)
{
    const struct feature_query query = {.layer = layer, .id = id};
    struct feature_cursor *cursor = NULL;
    struct feature f = {0};
    bool more = false;
    enum err_code rc = store_query_features(w->store, &query, &cursor, err);
    if (!rc)
        rc = feature_cursor_next(cursor, a, &f, &more, err);
    feature_cursor_close(cursor);
    if (!rc && !more)
        return err_set(err, NOT_FOUND, "collection '%s' has no feature '%s'", layer->name, id);
    if (!rc)
        rc = to_degrees(w, layer, &f, err);
    if (rc)
        return ogc_worker_failed(rc, err);
    geom_wind(&f.geom);
    *out = f;
    return OK;
}

/* The end of an edit: what hangs on the features follows them. */
#include "store/spatialite_changes.h"
#include "store/spatialite_editor.h"

/* --- the layer's box --- */

/* One side of the box. The index gives numbers that are rounded outwards, all on the same side of
 * what they round: so the rows that it finds beyond a bound hold the outermost one. */
static enum err_code find_side(struct feature_editor *e, const char *column, const char *compare,
                               const char *extreme, double bound, double *out, bool *out_found,
                               struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    const char *name = e->layer->name;
    enum err_code rc = db_prepare(e->store, &stmt, err,
                                  "SELECT %s FROM \"%w\" WHERE fid IN"
                                  " (SELECT pkid FROM \"idx_%w_geom\" WHERE %s%s?1)",
                                  extreme, name, name, column, compare);
    if (!rc) {
        sqlite3_bind_double(stmt, 1, bound);
        rc = db_step(e->store, stmt, &row, err);
    }
    if (!rc && sqlite3_column_type(stmt, 0) != SQLITE_NULL) {
        *out = sqlite3_column_double(stmt, 0);
        *out_found = true;
    }
    sqlite3_finalize(stmt);
    return rc;
}

/* Some feature that lay at a side is gone: look inwards from there, farther each time. */
static enum err_code shrink_box(struct feature_editor *e, struct err *err)
{
    struct layer_writer *w = &e->writer;
    const struct bbox all = w->bbox;
    struct bbox found = all;
    const double width = all.max_x - all.min_x, height = all.max_y - all.min_y;
    const struct {
        const char *column, *compare, *extreme;
        double from, size;
        double *out;
    } sides[] = {
        {"xmin", "<=", "min(MbrMinX(geom))", all.min_x, width, &found.min_x},
        {"ymin", "<=", "min(MbrMinY(geom))", all.min_y, height, &found.min_y},
        {"xmax", ">=", "max(MbrMaxX(geom))", all.max_x, -width, &found.max_x},
        {"ymax", ">=", "max(MbrMaxY(geom))", all.max_y, -height, &found.max_y},
    };
    if (w->n_features == w->n_without_geometry) {
        w->bbox = bbox_empty();
        return OK;
    }
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < sizeof sides / sizeof *sides; i++) {
        bool is_found = false;
        for (double share = 1.0 / 1024; !rc && !is_found && share <= 4; share *= 4)
            rc = find_side(e, sides[i].column, sides[i].compare, sides[i].extreme,
                           sides[i].from + share * sides[i].size, sides[i].out, &is_found, err);
    }
    if (!rc)
        w->bbox = found;
    return rc;
}

/* --- the layer's time --- */

static enum err_code read_times(struct feature_editor *e, struct err *err)
{
    struct layer_writer *w = &e->writer;
    const struct layer *l = e->layer;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    w->has_time_extent = false;
    enum err_code rc = db_prepare(e->store, &stmt, err, "SELECT \"%w\" FROM \"%w\"",
                                  l->fields[l->time_field].column, l->name);
    while (!rc && !(rc = db_step(e->store, stmt, &row, err)) && row) {
        const struct value v = value_text(db_column_span(stmt, 0));
        layer_writer_extend_time(w, &v);
    }
    sqlite3_finalize(stmt);
    return rc;
}

/* --- drawables --- */

static enum err_code derive_all(struct feature_editor *e, struct deriver *d, struct err *err)
{
    struct layer_writer *w = &e->writer;
    struct layer_writer anew = {.store = e->store, .spec = w->spec, .pages.fd = -1};
    const enum err_code rc = rederive_layer(&anew, e->layer, d, e, err);
    w->n_chunks = anew.n_chunks;
    w->min_zoom = anew.min_zoom;
    w->max_zoom = anew.max_zoom;
    return rc;
}

static enum err_code derive(struct feature_editor *e, struct deriver *d, struct err *err)
{
    if (!d || e->n_changes == 0 || e->layer->geom_type == GEOM_NONE)
        return OK;
    bool is_done = false;
    const enum err_code rc =
        d->edit ? d->edit(d->state, e, e->changes, e->n_changes, &is_done, err) : OK;
    return rc || is_done ? rc : derive_all(e, d, err);
}

/* --- all of it --- */

static enum err_code settle_indexes(struct feature_editor *e, struct err *err)
{
    struct store *s = e->store;
    const struct layer_writer *w = &e->writer;
    const char *name = e->layer->name;
    const bool had = e->layer->n_without_geometry > 0, has = w->n_without_geometry > 0;
    enum err_code rc = OK;
    if (!e->index_put)
        return OK;
    if (had && !has)
        rc = db_run(s, err, "DROP INDEX IF EXISTS \"idx_%w_geom_null\"", name);
    else if (!had && has)
        rc = tables_index_no_geometry(s, name, true, err);
    return rc ? rc : tables_put_statistics(s, name, (uint64_t)w->n_features, &w->bbox, err);
}

static enum err_code settle(struct feature_editor *e, struct deriver *d, struct err *err)
{
    enum err_code rc = e->may_shrink ? shrink_box(e, err) : OK;
    if (!rc && e->may_shorten_time)
        rc = read_times(e, err);
    if (!rc)
        rc = settle_indexes(e, err);
    if (!rc)
        rc = derive(e, d, err);
    if (!rc)
        rc = layer_writer_put_layer(&e->writer, err);
    return rc ? rc : changes_put_areas(e->store, e->layer->name, e->areas, e->n_areas, err);
}

enum err_code feature_editor_commit(struct feature_editor *e, struct deriver *d,
                                    const struct import_record *record, struct err *err)
{
    struct store *s = e->store;
    enum err_code rc = settle(e, d, err);
    if (!rc && record)
        rc = store_put_import(s, e->writer.import_id, e->layer->name, e->writer.n_features, record,
                              err);
    if (!rc)
        rc = db_run(s, err, "COMMIT");
    feature_editor_abort(e);
    return rc ? rc : store_publish(s, err);
}

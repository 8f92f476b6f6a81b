/* The end of a layer writer: the layer gets its indexes, its place in the catalog, and is seen. */
#include "base/crs.h"
#include "store/spatialite_changes.h"
#include "store/spatialite_drawing.h"
#include "store/spatialite_writer.h"

/* From here on a layer is shown in full detail, whatever smaller scale its features appear at. */
#define FULL_DETAIL_ZOOM 14

#define CRS_OF_DEGREES 4326

/* From here on everything goes through SQLite again. */
static enum err_code end_pages(struct layer_writer *w, struct err *err)
{
    enum err_code rc = page_file_end(&w->pages, err);
    return rc ? rc : db_run(w->store, err, "BEGIN IMMEDIATE");
}

static enum err_code finish_rows(struct layer_writer *w, bool has_geometry, struct err *err)
{
    enum err_code rc = layer_writer_begin(w, err);
    if (!rc)
        rc = row_writer_finish(&w->features, err);
    if (!rc)
        rc = row_writer_finish(&w->drawables, err);
    if (!rc && has_geometry)
        rc = rtree_writer_finish(&w->index, err);
    if (!rc)
        rc = rtree_writer_finish(&w->drawable_index, err);
    if (!rc && w->ids)
        rc = id_index_pack(w->ids, &w->pages, w->ids_root, &w->ids_packed, err);
    if (!rc && w->pages.fd >= 0)
        rc = end_pages(w, err);
    if (!rc && has_geometry)
        rc = rtree_writer_settle(&w->index, err);
    return rc ? rc : rtree_writer_settle(&w->drawable_index, err);
}

static enum err_code put_indexes(struct layer_writer *w, struct err *err)
{
    struct store *s = w->store;
    const char *name = w->spec.name;
    const bool has_geometry = w->spec.geom_type != GEOM_NONE;
    enum err_code rc = finish_rows(w, has_geometry, err);
    if (!rc && w->ids && !w->ids_packed)
        rc = db_run(s, err, "DROP INDEX \"idx_%w_id\"", name);
    const bool some_without = has_geometry && w->n_without_geometry > 0;
    if (!rc && w->ids_packed)
        rc = tables_index_no_geometry(s, name, some_without, err);
    else if (!rc)
        rc = tables_index(s, name, w->id_column, some_without, err);
    if (!rc)
        rc = triggers_put_back(s, &w->triggers, err);
    if (!rc && has_geometry)
        rc = tables_put_statistics(s, name, (uint64_t)w->n_features, &w->bbox, err);
    return rc;
}

static enum err_code bbox_in_degrees(const struct layer_writer *w, struct bbox *out,
                                     struct err *err)
{
    *out = bbox_empty();
    if (bbox_is_empty(&w->bbox))
        return OK;
    struct crs *crs = NULL;
    enum err_code rc = crs_new(&crs, err);
    if (!rc)
        rc = crs_transform_bbox(crs, w->spec.epsg, CRS_OF_DEGREES, &w->bbox, out, err);
    crs_free(crs);
    return rc;
}

static void bind_bbox(sqlite3_stmt *stmt, int at, const struct bbox *b)
{
    if (bbox_is_empty(b))
        return;
    sqlite3_bind_double(stmt, at, b->min_x);
    sqlite3_bind_double(stmt, at + 1, b->min_y);
    sqlite3_bind_double(stmt, at + 2, b->max_x);
    sqlite3_bind_double(stmt, at + 3, b->max_y);
}

static void bind_index(sqlite3_stmt *stmt, int at, int index)
{
    if (index >= 0)
        sqlite3_bind_int(stmt, at, index);
}

/* A replaced layer keeps the words that were not said again, and its tile limits. */
static const char PUT_LAYER[] =
    "INSERT INTO cassini_layers(name, title, description, license, attribution, keywords,"
    " id_column, id_field, time_field, geom_type, epsg, n_features, n_without_geometry,"
    " min_x, min_y, max_x, max_y, west_deg, south_deg, east_deg, north_deg, min_zoom, max_zoom,"
    " time_start_us, time_end_us, updated_us, revision)"
    " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,0)"
    " ON CONFLICT(name) DO UPDATE SET title=coalesce(excluded.title, title),"
    " description=coalesce(excluded.description, description),"
    " license=coalesce(excluded.license, license),"
    " attribution=coalesce(excluded.attribution, attribution),"
    " keywords=coalesce(excluded.keywords, keywords), id_column=excluded.id_column,"
    " id_field=excluded.id_field, time_field=excluded.time_field, geom_type=excluded.geom_type,"
    " epsg=excluded.epsg, n_features=excluded.n_features,"
    " n_without_geometry=excluded.n_without_geometry, min_x=excluded.min_x,"
    " min_y=excluded.min_y, max_x=excluded.max_x, max_y=excluded.max_y,"
    " west_deg=excluded.west_deg, south_deg=excluded.south_deg, east_deg=excluded.east_deg,"
    " north_deg=excluded.north_deg, min_zoom=excluded.min_zoom, max_zoom=excluded.max_zoom,"
    " time_start_us=excluded.time_start_us, time_end_us=excluded.time_end_us";

enum err_code layer_writer_put_layer(const struct layer_writer *w, struct err *err)
{
    const struct layer_spec *spec = &w->spec;
    struct bbox box_deg;
    sqlite3_stmt *stmt = NULL;
    enum err_code rc = bbox_in_degrees(w, &box_deg, err);
    if (!rc)
        rc = db_prepare(w->store, &stmt, err, "%s", PUT_LAYER);
    if (rc)
        return rc;
    const char *const texts[] = {spec->name,    spec->title,       spec->description,
                                 spec->license, spec->attribution, spec->keywords,
                                 w->id_column};
    for (int i = 0; i < 7; i++)
        db_bind_text(stmt, i + 1, texts[i]);
    bind_index(stmt, 8, spec->id_field);
    bind_index(stmt, 9, spec->time_field);
    sqlite3_bind_int(stmt, 10, spec->geom_type);
    sqlite3_bind_int(stmt, 11, spec->epsg);
    sqlite3_bind_int64(stmt, 12, w->n_features);
    sqlite3_bind_int64(stmt, 13, w->n_without_geometry);
    bind_bbox(stmt, 14, &w->bbox);
    bind_bbox(stmt, 18, &box_deg);
    sqlite3_bind_int(stmt, 22, w->n_chunks ? w->min_zoom : 0);
    sqlite3_bind_int(stmt, 23, w->max_zoom > FULL_DETAIL_ZOOM ? w->max_zoom : FULL_DETAIL_ZOOM);
    if (w->has_time_extent) {
        sqlite3_bind_int64(stmt, 24, w->time_start_us);
        sqlite3_bind_int64(stmt, 25, w->time_end_us);
    }
    rc = db_step_reset(w->store, stmt, err);
    sqlite3_finalize(stmt);
    return rc;
}

static enum err_code put_fields(const struct layer_writer *w, struct err *err)
{
    const struct layer_spec *spec = &w->spec;
    sqlite3_stmt *stmt = NULL;
    enum err_code rc =
        db_prepare(w->store, &stmt, err, "INSERT INTO cassini_fields VALUES(?,?,?,?,?,?,?,?)");
    for (size_t i = 0; !rc && i < spec->n_fields; i++) {
        db_bind_text(stmt, 1, spec->name);
        sqlite3_bind_int64(stmt, 2, (sqlite3_int64)i);
        db_bind_text(stmt, 3, spec->fields[i].name);
        db_bind_text(stmt, 4, spec->fields[i].column);
        db_bind_text(stmt, 5, field_type_name(spec->fields[i].type));
        db_bind_text(stmt, 6, spec->fields[i].title);
        db_bind_text(stmt, 7, spec->fields[i].unit);
        db_bind_text(stmt, 8, spec->fields[i].iri);
        rc = db_step_reset(w->store, stmt, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

#define COUNT_PLACE(member, name, words) ",?"

enum err_code store_put_import(struct store *s, int64_t id, const char *layer, int64_t n_written,
                               const struct import_record *r, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum err_code rc = db_prepare(
        s, &stmt, err,
        "INSERT INTO cassini_imports(id, layer, source, sha256, source_bytes, started_us,"
        " ended_us, mode, options, software, n_read, n_written" IMPORT_COUNTS(
            IMPORT_COUNT_COLUMN) ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?" IMPORT_COUNTS(COUNT_PLACE) ")");
    if (rc)
        return rc;
    sqlite3_bind_int64(stmt, 1, id);
    db_bind_text(stmt, 2, layer);
    db_bind_text(stmt, 3, r->source);
    db_bind_text(stmt, 4, r->sha256);
    sqlite3_bind_int64(stmt, 5, (sqlite3_int64)r->source_bytes);
    sqlite3_bind_int64(stmt, 6, r->started_us);
    sqlite3_bind_int64(stmt, 7, r->ended_us);
    db_bind_text(stmt, 8, r->mode);
    db_bind_text(stmt, 9, r->options);
    db_bind_text(stmt, 10, r->software);
    sqlite3_bind_int64(stmt, 11, (sqlite3_int64)r->n_read);
    sqlite3_bind_int64(stmt, 12, n_written);
    for (int i = 0; import_count_table[i].name; i++)
        sqlite3_bind_int64(stmt, 13 + i,
                           (sqlite3_int64)import_count_in(&r->counts, &import_count_table[i]));
    rc = db_step_reset(s, stmt, err);
    sqlite3_finalize(stmt);
    return rc;
}

enum err_code layer_writer_commit(struct layer_writer *w, const struct import_record *record,
                                  struct err *err)
{
    struct store *s = w->store;
    enum err_code rc = put_indexes(w, err);
    if (!rc)
        rc = layer_writer_put_layer(w, err);
    if (!rc)
        rc = changes_put_whole(s, w->spec.name, err);
    if (!rc)
        rc = put_fields(w, err);
    if (!rc)
        rc = drawing_write(s, w->spec.name, layer_drawing_of(w->spec.drawing), err);
    if (!rc)
        rc = store_put_import(s, w->import_id, w->spec.name, w->n_features, record, err);
    if (!rc)
        rc = db_run(s, err, "COMMIT");
    if (!rc)
        s->spoiled = false;
    layer_writer_abort(w);
    return rc ? rc : store_publish(s, err);
}

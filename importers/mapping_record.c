#include "importers/mapping_record.h"

#include "base/wkt.h"
#include "importers/geojson_geometry.h"
#include "importers/mapping_value.h"

static enum record_format format_of(const struct mapping *m, int join)
{
    return join >= 0 && m->joins[join].has_format ? m->joins[join].format : m->format;
}

static bool is_loose(const struct mapping *m, const struct mapping_place *place)
{
    return record_format_is_loose(format_of(m, place->join));
}

enum err_code mapped_record_init(struct mapped_record *r, const struct mapping *m,
                                 const struct input *in, const struct reader_options *o,
                                 const char *folder, struct err *err)
{
    const size_t most =
        o->limits.feature_bytes < SIZE_MAX / 8 ? (size_t)o->limits.feature_bytes : SIZE_MAX / 8;
    *r = (struct mapped_record){.mapping = m, .keep_z = o->keep_z};
    geom_builder_init(&r->builder, (size_t)o->limits.vertices);
    arena_init(&r->arena, 8 * most);
    enum err_code rc = json_reader_new(most, o->limits.depth, &r->geometry_json, err);
    for (size_t i = 0; !rc && i < m->n_joins; i++)
        rc = join_table_new(&m->joins[i], format_of(m, (int)i), in, o, folder, &r->joins[i], err);
    return rc;
}

void mapped_record_clear(struct mapped_record *r)
{
    for (size_t i = 0; i < MAPPING_JOINS_MAX; i++)
        join_table_free(r->joins[i]);
    json_reader_free(r->geometry_json);
    geom_builder_clear(&r->builder);
    arena_clear(&r->arena);
}

static bool find(const struct mapped_record *r, const struct mapping_place *place,
                 struct json_value *out)
{
    const bool loose = is_loose(r->mapping, place);
    if (place->path.n_steps == 0)
        return false;
    if (place->join < 0)
        return record_path_find(&place->path, 0, loose, r->root, out);
    return r->found[place->join] &&
           record_path_find(&place->path, 1, loose, r->joined[place->join], out);
}

enum err_code mapped_record_start(struct mapped_record *r, struct json_value root, struct err *err)
{
    arena_reset(&r->arena);
    r->root = root;
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < r->mapping->n_joins; i++) {
        struct json_value key;
        struct span text;
        bool has = false;
        r->found[i] = false;
        if (find(r, &r->mapping->joins[i].local, &key))
            rc = mapping_text_of(key, &r->arena, &text, &has, err);
        if (!rc && has && text.len_bytes > 0)
            rc = join_table_find(r->joins[i], text, &r->joined[i], &r->found[i], err);
    }
    return rc;
}

enum err_code mapped_record_id(struct mapped_record *r, struct span *out, struct err *err)
{
    const struct mapping *m = r->mapping;
    struct buf id;
    *out = (struct span){0};
    if (m->n_id_parts == 0)
        return OK;
    buf_init(&id, 1 << 16);
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < m->n_id_parts; i++) {
        const struct mapping_id_part *part = &m->id[i];
        struct json_value v;
        struct span text = {0};
        bool has = false;
        buf_put(&id, part->text.at, part->text.len_bytes);
        if (part->has_place && find(r, &part->place, &v))
            rc = mapping_text_of(v, &r->arena, &text, &has, err);
        if (!rc && part->has_place && text.len_bytes == 0)
            rc = err_set(err, BAD_DATA, "there is no '%s' to make the id of",
                         part->place.path.steps[part->place.path.n_steps - 1]);
        buf_put(&id, text.at, text.len_bytes);
    }
    if (!rc)
        rc = buf_status(&id, err);
    const char *copy = rc ? NULL : arena_strndup(&r->arena, buf_text(&id), id.len_bytes, err);
    if (copy)
        *out = (struct span){copy, id.len_bytes};
    buf_clear(&id);
    return rc || copy ? rc : err->code;
}

static enum err_code read_point(struct mapped_record *r, struct geom *out, struct err *err)
{
    const struct mapping_place *const places[] = {&r->mapping->x, &r->mapping->y};
    double xy[2] = {0};
    bool has[2] = {false};
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < 2; i++) {
        struct json_value v;
        if (find(r, places[i], &v))
            rc = mapping_number_of(v, &xy[i], &has[i], err);
    }
    if (rc || (!has[0] && !has[1]))
        return rc;
    if (!has[0] || !has[1])
        return err_set(err, BAD_DATA, "there is a %s, but no %s", has[0] ? "longitude" : "latitude",
                       has[0] ? "latitude" : "longitude");
    geom_build_start(&r->builder, GEOM_POINT);
    geom_build_part(&r->builder, GEOM_KIND_POINT);
    geom_build_ring(&r->builder);
    geom_build_vertex(&r->builder, xy[0], xy[1]);
    return geom_build_end(&r->builder, out, err);
}

static enum err_code read_wkt(struct mapped_record *r, struct json_value v, struct geom *out,
                              size_t *n_heights, struct err *err)
{
    struct wkt wkt;
    if (json_is(v, JSON_NULL) || (json_is(v, JSON_TEXT) && json_text_of(v).len_bytes == 0))
        return OK;
    if (!json_is(v, JSON_TEXT))
        return err_set(err, BAD_DATA, "a geometry as WKT is not a text");
    const enum err_code rc = wkt_read(json_text_of(v), r->keep_z, &r->builder, &wkt, err);
    if (rc)
        return rc;
    *out = wkt.geom;
    *n_heights = wkt.n_heights;
    return OK;
}

/* A geometry object, or a Feature with one, or either as a text. */
static enum err_code read_geojson(struct mapped_record *r, struct json_value v, struct geom *out,
                                  size_t *n_heights, struct err *err)
{
    struct json_value type, geometry;
    if (json_is(v, JSON_TEXT)) {
        if (json_text_of(v).len_bytes == 0)
            return OK;
        const enum err_code rc = json_read(r->geometry_json, json_text_of(v), &v, err);
        if (rc)
            return err_add(err, "a geometry as GeoJSON");
    }
    if (json_get(v, "type", &type) && json_is(type, JSON_TEXT) &&
        span_eq(json_text_of(type), "Feature")) {
        if (!json_get(v, "geometry", &geometry))
            return err_set(err, BAD_DATA, "a GeoJSON Feature without `geometry`");
        v = geometry;
    }
    return geojson_read_geometry(v, r->keep_z, &r->builder, out, n_heights, err);
}

enum err_code mapped_record_geometry(struct mapped_record *r, struct geom *out, size_t *n_heights,
                                     struct err *err)
{
    struct json_value v;
    *out = (struct geom){.type = GEOM_NONE};
    switch (r->mapping->geometry) {
    case MAPPING_TABLE:
        return OK;
    case MAPPING_LON_LAT:
        return read_point(r, out, err);
    case MAPPING_WKT:
        return find(r, &r->mapping->x, &v) ? read_wkt(r, v, out, n_heights, err) : OK;
    case MAPPING_GEOJSON:
        return find(r, &r->mapping->x, &v) ? read_geojson(r, v, out, n_heights, err) : OK;
    }
    return OK;
}

enum err_code mapped_record_values(struct mapped_record *r, struct source_value *out,
                                   struct err *err)
{
    const struct mapping *m = r->mapping;
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < m->n_fields; i++) {
        const struct mapping_field *f = &m->fields[i];
        struct json_value v = {0};
        if (f->from.path.n_steps == 0) {
            out[i] = (struct source_value){.name = span_of(f->name), .value = f->constant};
            continue;
        }
        const bool found = find(r, &f->from, &v);
        rc = mapping_make_value(f, v, found, is_loose(m, &f->from), &r->arena, &out[i], err);
    }
    return rc;
}

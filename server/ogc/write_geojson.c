#include "server/ogc/write_geojson.h"

#include "base/text.h"

#include <stdbool.h>

#define DECIMALS 7

/* Coordinates are written to the buf itself: nearly all of the bytes of a page are theirs. */
struct coordinates {
    struct buf *to;
    const double *xy;
    const double *z; /* NULL: no heights */
    bool exact;
};

static void put_number(const struct coordinates *c, double value)
{
    if (c->exact)
        text_put_f64(c->to, value);
    else
        text_put_fixed(c->to, value, DECIMALS);
}

static void put_position(const struct coordinates *c, size_t vertex)
{
    buf_put_u8(c->to, '[');
    put_number(c, c->xy[2 * vertex]);
    buf_put_u8(c->to, ',');
    put_number(c, c->xy[2 * vertex + 1]);
    if (c->z) {
        buf_put_u8(c->to, ',');
        text_put_f64(c->to, c->z[vertex]);
    }
    buf_put_u8(c->to, ']');
}

static void put_path(const struct coordinates *c, size_t from, size_t end)
{
    buf_put_u8(c->to, '[');
    for (size_t i = from; i < end; i++) {
        if (i > from)
            buf_put_u8(c->to, ',');
        put_position(c, i);
    }
    buf_put_u8(c->to, ']');
}

/* What one part has as "coordinates": a position, a path, or rings. */
static void put_part(const struct coordinates *c, const struct geom *g, size_t part)
{
    const size_t first_ring = part ? g->part_end[part - 1] : 0;
    size_t vertex = first_ring ? g->ring_end[first_ring - 1] : 0;
    switch ((enum geom_kind)g->part_kind[part]) {
    case GEOM_KIND_POINT:
        put_position(c, vertex);
        return;
    case GEOM_KIND_LINE:
        put_path(c, vertex, g->ring_end[first_ring]);
        return;
    case GEOM_KIND_POLYGON:
        buf_put_u8(c->to, '[');
        for (size_t ring = first_ring; ring < g->part_end[part]; ring++) {
            if (ring > first_ring)
                buf_put_u8(c->to, ',');
            put_path(c, vertex, g->ring_end[ring]);
            vertex = g->ring_end[ring];
        }
        buf_put_u8(c->to, ']');
        return;
    }
}

static void put_collection(const struct coordinates *c, const struct geom *g)
{
    static const enum geom_type TYPES[] = {[GEOM_KIND_POINT] = GEOM_POINT,
                                           [GEOM_KIND_LINE] = GEOM_LINESTRING,
                                           [GEOM_KIND_POLYGON] = GEOM_POLYGON};
    buf_put_text(c->to, "{\"type\":\"GeometryCollection\",\"geometries\":[");
    for (size_t part = 0; part < g->n_parts; part++) {
        buf_printf(c->to, "%s{\"type\":\"%s\",\"coordinates\":", part ? "," : "",
                   geom_type_name(TYPES[g->part_kind[part]]));
        put_part(c, g, part);
        buf_put_u8(c->to, '}');
    }
    buf_put_text(c->to, "]}");
}

static void put_geometry(const struct coordinates *c, const struct geom *g)
{
    if (g->type == GEOM_COLLECTION) {
        put_collection(c, g);
        return;
    }
    const bool multi = g->type >= GEOM_MULTIPOINT;
    buf_put_text(c->to, "{\"type\":\"");
    buf_put_text(c->to, geom_type_name(g->type));
    buf_put_text(c->to, multi ? "\",\"coordinates\":[" : "\",\"coordinates\":");
    for (size_t part = 0; part < g->n_parts; part++) {
        if (part)
            buf_put_u8(c->to, ',');
        put_part(c, g, part);
    }
    buf_put_text(c->to, multi ? "]}" : "}");
}

/* 15 digits are below 2^53 whatever they are. */
static bool is_number(const struct layer *layer, struct span id)
{
    return id.len_bytes <= 15 &&
           (layer->id_field < 0 || layer->fields[layer->id_field].type == FIELD_INTEGER);
}

void geojson_put_members(struct json_out *j, const struct layer *layer, const struct feature *f)
{
    json_key(j, "id");
    if (is_number(layer, f->id))
        json_raw(j, f->id);
    else
        json_span(j, f->id);
    json_key(j, "geometry");
    if (f->geom.type == GEOM_NONE || f->geom.n_parts == 0) {
        json_null(j);
    } else {
        /* An empty value: the writer sees to comma and colon, the bytes follow. */
        json_raw(j, (struct span){"", 0});
        const struct coordinates c = {j->to, f->geom.xy, f->geom.z, layer->epsg == 4326};
        put_geometry(&c, &f->geom);
    }
    json_key(j, "properties");
    json_object(j);
    for (size_t i = 0; i < f->n_values && i < layer->n_fields; i++) {
        json_key(j, layer->fields[i].name);
        value_put_json(j, &f->values[i]);
    }
    json_object_end(j);
}

void geojson_put_feature(struct json_out *j, const struct layer *layer, const struct feature *f)
{
    json_object(j);
    json_member_text(j, "type", "Feature");
    geojson_put_members(j, layer, f);
    json_object_end(j);
}

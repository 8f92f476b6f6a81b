#include "tests/golden/mvt_read.h"

#include <string.h>

enum wire { WIRE_VARINT = 0, WIRE_8_BYTES = 1, WIRE_BYTES = 2, WIRE_4_BYTES = 5 };

/* One field of a message: its number and its varint, or its bytes. */
struct field_read {
    uint64_t number;
    uint64_t varint;
    struct bytes bytes;
};

static enum err_code next_field(struct bytes *r, struct field_read *f, struct err *err)
{
    uint64_t key, n_bytes = 0;
    if (bytes_get_varint(r, &key, err))
        return BAD_DATA;
    f->number = key >> 3;
    switch (key & 7) {
    case WIRE_VARINT:
        return bytes_get_varint(r, &f->varint, err);
    case WIRE_8_BYTES:
        n_bytes = 8;
        break;
    case WIRE_4_BYTES:
        n_bytes = 4;
        break;
    case WIRE_BYTES:
        if (bytes_get_varint(r, &n_bytes, err))
            return BAD_DATA;
        break;
    default:
        return err_set(err, BAD_DATA, "wire type %u", (unsigned)(key & 7));
    }
    if (bytes_get(r, n_bytes, &f->bytes.at, err))
        return BAD_DATA;
    f->bytes.end = f->bytes.at + n_bytes;
    return OK;
}

static enum err_code read_u32s(struct bytes r, struct arena *a, uint32_t **out, size_t *n,
                               struct err *err)
{
    *n = 0;
    *out = arena_new(a, (size_t)(r.end - r.at) + 1, sizeof **out, err);
    while (*out && r.at < r.end) {
        uint64_t v;
        if (bytes_get_varint(&r, &v, err))
            return BAD_DATA;
        (*out)[(*n)++] = (uint32_t)v;
    }
    return *out ? OK : NO_MEMORY;
}

static char *text_of(struct bytes b, struct arena *a, struct err *err)
{
    return arena_strndup(a, (const char *)b.at, (size_t)(b.end - b.at), err);
}

static int64_t unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

/* Follows the commands of one geometry. */
struct cursor {
    const uint32_t *at, *end;
    int64_t x, y;
};

static enum err_code next_vertices(struct cursor *c, uint32_t n, struct geom_builder *b,
                                   struct err *err)
{
    if ((uint64_t)(c->end - c->at) < 2 * (uint64_t)n)
        return err_set(err, BAD_DATA, "a geometry that ends in mid-command");
    for (uint32_t i = 0; i < n; i++) {
        c->x += unzigzag(*c->at++);
        c->y += unzigzag(*c->at++);
        geom_build_vertex(b, (double)c->x, (double)c->y);
    }
    return OK;
}

static enum err_code read_path(struct cursor *c, bool is_polygon, struct geom_builder *b,
                               struct err *err)
{
    geom_build_part(b, is_polygon ? GEOM_KIND_POLYGON : GEOM_KIND_LINE);
    geom_build_ring(b);
    if (*c->at++ != (1 << 3 | 1) || next_vertices(c, 1, b, err))
        return err_set(err, BAD_DATA, "a path that does not begin with one MoveTo");
    const int64_t first_x = c->x, first_y = c->y;
    if (c->at == c->end || (*c->at & 7) != 2)
        return err_set(err, BAD_DATA, "a MoveTo without a LineTo");
    const uint32_t n = *c->at++ >> 3;
    if (n < (is_polygon ? 2 : 1))
        return err_set(err, BAD_DATA, "a LineTo with %u vertices", n);
    if (next_vertices(c, n, b, err))
        return BAD_DATA;
    if (!is_polygon)
        return OK;
    if (c->at == c->end || *c->at++ != (1 << 3 | 7))
        return err_set(err, BAD_DATA, "a ring that is not closed");
    geom_build_vertex(b, (double)first_x, (double)first_y);
    return OK;
}

/* Rings were read as parts of their own: those of negative area are holes of the one before. */
static void join_holes(struct geom *g)
{
    size_t n_parts = 0;
    for (size_t ring = 0; ring < g->n_rings; ring++) {
        const size_t start = ring ? g->ring_end[ring - 1] : 0;
        if (ring_area2(g->xy + 2 * start, g->ring_end[ring] - start) > 0 || n_parts == 0)
            n_parts++;
        g->part_end[n_parts - 1] = (uint32_t)ring + 1;
    }
    g->n_parts = n_parts;
}

static enum err_code read_geometry(const uint32_t *ints, size_t n, uint64_t type, struct arena *a,
                                   struct geom *out, struct err *err)
{
    struct cursor c = {ints, ints + n, 0, 0};
    struct geom_builder b;
    geom_builder_init(&b, SIZE_MAX / 64);
    geom_build_start(&b, (enum geom_type)(type + 3));
    enum err_code rc = n && type >= 1 && type <= 3
                           ? OK
                           : err_set(err, BAD_DATA, "a feature without type or geometry");
    if (!rc && type == 1) {
        const uint32_t count = *c.at++ >> 3;
        for (uint32_t i = 0; i < count && !rc; i++) {
            geom_build_part(&b, GEOM_KIND_POINT);
            geom_build_ring(&b);
            rc = next_vertices(&c, 1, &b, err);
        }
        if (!rc && c.at != c.end)
            rc = err_set(err, BAD_DATA, "points with more than one command");
    }
    while (!rc && c.at < c.end)
        rc = read_path(&c, type == 3, &b, err);
    struct geom g = {0};
    if (!rc)
        rc = geom_build_end(&b, &g, err);
    if (!rc && type == 3)
        join_holes(&g);
    if (!rc)
        rc = geom_copy(&g, a, out, err);
    geom_builder_clear(&b);
    return rc;
}

static enum err_code read_feature(struct bytes r, struct arena *a, struct mvt_feature *out,
                                  struct err *err)
{
    uint64_t type = 0;
    uint32_t *ints = NULL;
    size_t n_ints = 0;
    while (r.at < r.end) {
        struct field_read f;
        if (next_field(&r, &f, err))
            return BAD_DATA;
        if (f.number == 1) {
            out->has_id = true;
            out->id = f.varint;
        } else if (f.number == 2) {
            if (read_u32s(f.bytes, a, &out->tags, &out->n_tags, err))
                return BAD_DATA;
        } else if (f.number == 3) {
            type = f.varint;
        } else if (f.number == 4) {
            if (read_u32s(f.bytes, a, &ints, &n_ints, err))
                return BAD_DATA;
        }
    }
    if (out->n_tags % 2)
        return err_set(err, BAD_DATA, "an odd number of tags");
    return read_geometry(ints, n_ints, type, a, &out->geom, err);
}

static enum err_code read_value(struct bytes r, struct arena *a, struct value *out, struct err *err)
{
    struct field_read f;
    if (next_field(&r, &f, err))
        return BAD_DATA;
    if (r.at != r.end)
        return err_set(err, BAD_DATA, "a value that is several");
    double real;
    switch (f.number) {
    case 1:
        *out = value_text(span_of(text_of(f.bytes, a, err)));
        return OK;
    case 3:
        if (bytes_get_f64(&f.bytes, &real, err))
            return BAD_DATA;
        *out = value_real(real);
        return OK;
    case 4:
        *out = value_int((int64_t)f.varint);
        return OK;
    case 6:
        *out = value_int(unzigzag(f.varint));
        return OK;
    case 7:
        *out = value_bool(f.varint != 0);
        return OK;
    default:
        return err_set(err, BAD_DATA, "a value of field %u", (unsigned)f.number);
    }
}

static enum err_code read_layer(struct bytes r, struct arena *a, struct mvt_read_layer *out,
                                struct err *err)
{
    const size_t most = (size_t)(r.end - r.at);
    *out = (struct mvt_read_layer){.version = 1, .extent = 4096};
    out->features = arena_new(a, most, sizeof *out->features, err);
    out->keys = arena_new(a, most, sizeof *out->keys, err);
    out->values = arena_new(a, most, sizeof *out->values, err);
    if (!out->features || !out->keys || !out->values)
        return NO_MEMORY;
    while (r.at < r.end) {
        struct field_read f;
        enum err_code rc = next_field(&r, &f, err);
        if (rc)
            return rc;
        if (f.number == 1)
            out->name = text_of(f.bytes, a, err);
        else if (f.number == 2)
            rc = read_feature(f.bytes, a, &out->features[out->n_features++], err);
        else if (f.number == 3)
            out->keys[out->n_keys++] = text_of(f.bytes, a, err);
        else if (f.number == 4)
            rc = read_value(f.bytes, a, &out->values[out->n_values++], err);
        else if (f.number == 5)
            out->extent = (uint32_t)f.varint;
        else if (f.number == 15)
            out->version = (uint32_t)f.varint;
        if (rc)
            return rc;
    }
    return out->name ? OK : err_set(err, BAD_DATA, "a layer without a name");
}

enum err_code mvt_read(struct span tile, struct arena *a, struct mvt_tile *out, struct err *err)
{
    out->n_layers = 0;
    if (tile.len_bytes == 0)
        return OK;
    struct bytes r = {(const uint8_t *)tile.at, (const uint8_t *)tile.at + tile.len_bytes};
    while (r.at < r.end) {
        struct field_read f;
        if (next_field(&r, &f, err))
            return BAD_DATA;
        if (f.number != 3)
            return err_set(err, BAD_DATA, "a tile with field %u", (unsigned)f.number);
        if (out->n_layers == MVT_MAX_LAYERS)
            return err_set(err, LIMIT, "more than %d layers", MVT_MAX_LAYERS);
        const enum err_code rc = read_layer(f.bytes, a, &out->layers[out->n_layers++], err);
        if (rc)
            return rc;
    }
    return OK;
}

static void put_rings(struct buf *b, const struct geom *g)
{
    for (size_t part = 0, ring = 0, vertex = 0; part < g->n_parts; part++) {
        for (size_t first = ring; ring < g->part_end[part]; ring++) {
            const bool is_polygon = g->part_kind[part] == GEOM_KIND_POLYGON;
            buf_put_text(b, !is_polygon ? "   " : ring == first ? "    outer" : "    hole ");
            /* The closing vertex says nothing new. */
            for (; vertex < g->ring_end[ring] - is_polygon; vertex++)
                buf_printf(b, " %.0f,%.0f", g->xy[2 * vertex], g->xy[2 * vertex + 1]);
            vertex += is_polygon;
            buf_put_text(b, "\n");
        }
    }
}

static void put_feature(struct buf *b, const struct mvt_read_layer *l, const struct mvt_feature *f)
{
    buf_printf(b, "  %s", geom_type_name(f->geom.type));
    if (f->has_id)
        buf_printf(b, " %llu", (unsigned long long)f->id);
    buf_put_text(b, "\n");
    put_rings(b, &f->geom);
    for (size_t i = 0; i < f->n_tags; i += 2) {
        if (f->tags[i] >= l->n_keys || f->tags[i + 1] >= l->n_values) {
            buf_put_text(b, "    a tag that points nowhere\n");
            continue;
        }
        buf_printf(b, "    %s = ", l->keys[f->tags[i]]);
        struct json_out j = json_out(b);
        value_put_json(&j, &l->values[f->tags[i + 1]]);
        buf_put_text(b, "\n");
    }
}

void mvt_put_text(struct buf *b, const struct mvt_tile *t)
{
    for (size_t i = 0; i < t->n_layers; i++) {
        const struct mvt_read_layer *l = &t->layers[i];
        buf_printf(b, "layer %s, version %u, extent %u\n", l->name, l->version, l->extent);
        for (size_t k = 0; k < l->n_features; k++)
            put_feature(b, l, &l->features[k]);
    }
}

#include "tests/golden/kept_sketch.h"

#include "base/gzip.h"
#include "store/tileset.h"
#include "tiler/mvt_collage.h"

#include <stdlib.h>
#include <string.h>

static enum err_code parse(const char *text, enum geom_kind kind, struct tile_shape *out,
                           struct err *err)
{
    enum err_code rc = tile_shape_start(out, kind, 0, 0, 0, err);
    const char *next = text;
    while (!rc) {
        char *end = NULL;
        rc = tile_shape_reserve(out, 1, 1, 1, err);
        if (rc)
            break;
        const double x = strtod(next, &end);
        const char *const at_y = end;
        const double y = strtod(at_y, &end);
        if (end == at_y)
            return err_set(err, BAD_ARG, "'%s' is no list of vertices", text);
        end += strspn(end, " ");
        tile_shape_put(out, (struct vertex_tu){(int64_t)x, (int64_t)y});
        if (*end != ',')
            tile_shape_end_ring(out);
        if (*end == '|' || *end == '\0')
            tile_shape_end_part(out);
        if (*end == '\0')
            break;
        next = end + 1;
    }
    return rc;
}

static enum err_code add(struct mvt_collage *c, uint32_t extent, const struct kept_feature *f,
                         uint64_t place, struct err *err)
{
    const struct mvt_property properties[] = {
        {span_of("name"), value_text(span_of(f->name))},
        {span_of("n"), value_int((int64_t)strlen(f->name))},
    };
    const struct mvt_reading_feature of = {
        .has_id = f->id != 0, .id = f->id, .properties = properties, .n_properties = 2};
    struct tile_shape shape = {0};
    size_t layer = 0;
    enum err_code rc = mvt_collage_layer(c, f->layer, extent, &layer, err);
    if (!rc)
        rc = parse(f->text, f->kind, &shape, err);
    if (!rc)
        rc = mvt_collage_add(c, layer, place, &of, &shape, err);
    tile_shape_clear(&shape);
    return rc;
}

enum err_code kept_sketch_tile(uint32_t extent, const struct kept_feature *features,
                               struct buf *out, struct err *err)
{
    struct mvt_collage *c = NULL;
    struct arena a;
    arena_init(&a, 1 << 24);
    enum err_code rc = mvt_collage_new(&c, err);
    if (!rc)
        mvt_collage_start(c, &a);
    for (size_t i = 0; !rc && features[i].text; i++)
        rc = add(c, extent, &features[i], i, err);
    if (!rc)
        rc = mvt_collage_pack(c, out, err);
    mvt_collage_free(c);
    arena_clear(&a);
    return rc;
}

static enum err_code put(struct tileset_writer *w, struct gzip *g, uint32_t extent,
                         const struct kept_sketch *t, struct err *err)
{
    struct buf plain, packed, key;
    buf_init(&plain, 1 << 24);
    buf_init(&packed, 1 << 24);
    buf_init(&key, 64);
    buf_printf(&key, "%d/%u/%u", t->at.z, t->at.x, t->at.y);
    enum err_code rc = OK;
    if (t->features)
        rc = kept_sketch_tile(extent, t->features, &plain, err);
    else
        buf_put_text(&plain, t->bytes);
    if (!rc)
        rc = gzip_compress(g, (struct span){(const char *)plain.data, plain.len_bytes}, &packed,
                           err);
    if (!rc)
        rc = tileset_writer_put(w, t->at.z, t->at.x, t->at.y, buf_text(&key),
                                (struct span){(const char *)packed.data, packed.len_bytes}, err);
    buf_clear(&plain);
    buf_clear(&packed);
    buf_clear(&key);
    return rc;
}

enum err_code kept_sketch_keep(struct store *s, const char *layer, uint32_t extent,
                               const struct kept_sketch *tiles, struct err *err)
{
    const struct tileset_spec spec = {
        .title = layer, .format = TILE_MVT, .bbox_deg = {-180, -85, 180, 85}, .metadata = "{}"};
    const struct import_record record = {.source = "a test", .software = "a test"};
    struct tileset_writer *w = NULL;
    struct gzip *g = NULL;
    enum err_code rc = gzip_new(6, &g, err);
    if (!rc)
        rc = tileset_writer_open(s, layer, true, &w, err);
    for (size_t i = 0; !rc && (tiles[i].features || tiles[i].bytes); i++)
        rc = put(w, g, extent, &tiles[i], err);
    if (!rc)
        rc = tileset_writer_commit(w, &spec, &record, err);
    else
        tileset_writer_abort(w);
    gzip_free(g);
    return rc;
}

/* "/xyz/{layers}.json", and the document itself for the tilesets' f=tilejson. */
#include "server/ogc/tilejson.h"

#include "base/text.h"
#include "server/http/document.h"
#include "server/ogc/arena_text.h"
#include "server/ogc/describe.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/tile_limits.h"
#include "server/ogc/world.h"
#include "store/tileset.h"
#include "tiler/vector_layers.h"

const char *xyz_path(const struct request *r, const struct layer *const *layers, size_t n_layers,
                     const char *tail)
{
    struct buf path;
    buf_init(&path, ARENA_TEXT_MAX_BYTES);
    buf_put_text(&path, "/xyz/");
    for (size_t i = 0; i < n_layers; i++)
        buf_printf(&path, "%s%s", i ? "," : "", layers[i]->name);
    buf_put_text(&path, tail);
    return arena_take_text(r->arena, &path);
}

static void put_vector_layers(struct doc *d, const struct request *r,
                              const struct layer *const *layers, size_t n_layers)
{
    static const struct vector_layers_way WAY = {field_type_name, 0, ZOOM_MAX};
    struct buf text;
    buf_init(&text, ARENA_TEXT_MAX_BYTES);
    struct json_out j = json_out(&text);
    json_array(&j);
    if (vector_layers_put(&j, layers, n_layers, &WAY, NULL))
        r->arena->failed = true;
    json_array_end(&j);
    doc_json(d, "vector_layers", span_of(arena_take_text(r->arena, &text)));
}

/* Of the layers, each once. */
static const char *attribution_of(const struct request *r, const struct layer *const *layers,
                                  size_t n_layers)
{
    struct buf text;
    buf_init(&text, ARENA_TEXT_MAX_BYTES);
    for (size_t i = 0; i < n_layers; i++) {
        bool is_new = layers[i]->attribution != NULL;
        for (size_t k = 0; k < i; k++)
            is_new = is_new && !text_eq(layers[k]->attribution, layers[i]->attribution);
        if (is_new)
            buf_printf(&text, "%s%s", text.len_bytes ? ", " : "", layers[i]->attribution);
    }
    const bool is_none = text.len_bytes == 0;
    const char *copy = arena_take_text(r->arena, &text);
    return is_none ? NULL : copy;
}

/* Where an archive says that its map should open. */
static bool put_kept_center(struct doc *d, const struct layer *const *layers, size_t n_layers)
{
    const struct kept_tiles *k = n_layers == 1 ? layers[0]->kept : NULL;
    if (!k || !k->has_center)
        return false;
    struct doc *center = doc_array(d, "center");
    doc_add_f64(center, k->center_lon_deg);
    doc_add_f64(center, k->center_lat_deg);
    doc_add_int(center, k->center_zoom);
    return true;
}

static void put_place(struct doc *d, const struct tile_cover *cover)
{
    doc_int(d, "minzoom", cover->min_zoom);
    doc_int(d, "maxzoom", cover->max_zoom);
    if (bbox_is_empty(&cover->bbox_deg))
        return;
    struct bbox b = cover->bbox_deg;
    /* There is no map beyond. */
    b.min_y = b.min_y < -MERCATOR_MAX_LAT_DEG ? -MERCATOR_MAX_LAT_DEG : b.min_y;
    b.max_y = b.max_y > MERCATOR_MAX_LAT_DEG ? MERCATOR_MAX_LAT_DEG : b.max_y;
    describe_bbox(doc_array(d, "bounds"), &b);
    if (put_kept_center(d, cover->layers, cover->n_layers))
        return;
    struct doc *center = doc_array(d, "center");
    doc_add_f64(center, (b.min_x + b.max_x) / 2);
    doc_add_f64(center, (b.min_y + b.max_y) / 2);
    doc_add_int(center, cover->min_zoom);
}

static const char *tail_of(const struct layer *const *layers, size_t n_layers)
{
    static const char *const TAILS[] = {[TILE_MVT] = "/{z}/{x}/{y}.mvt",
                                        [TILE_PNG] = "/{z}/{x}/{y}.png",
                                        [TILE_JPEG] = "/{z}/{x}/{y}.jpg",
                                        [TILE_WEBP] = "/{z}/{x}/{y}.webp"};
    return TAILS[n_layers == 1 && layers[0]->kept ? layers[0]->kept->format : TILE_MVT];
}

enum err_code tilejson_respond(const struct request *r, const struct layer *const *layers,
                               size_t n_layers, struct response *out, struct err *err)
{
    const enum err_code rc = n_layers > 1 ? world_check_vector(layers, n_layers, err) : OK;
    if (rc)
        return rc;
    struct tile_cover cover = tile_cover_of(layers, n_layers);
    if (bbox_is_empty(&cover.bbox_deg))
        cover.min_zoom = 0;
    struct doc *d = doc_new(r->arena);
    doc_text(d, "tilejson", "3.0.0");
    doc_text(d, "name", n_layers == 1 ? layers[0]->title : world_of(r)->title);
    doc_text(d, "description", n_layers == 1 ? layers[0]->description : NULL);
    doc_text(d, "attribution", attribution_of(r, layers, n_layers));
    doc_text(d, "scheme", "xyz");
    doc_add_text(doc_array(d, "tiles"),
                 arena_printf(r->arena, err, "%s%s", r->base_url,
                              xyz_path(r, layers, n_layers, tail_of(layers, n_layers))));
    put_place(d, &cover);
    if (n_layers == 1 && layer_has_images(layers[0]))
        return doc_respond(d, &(struct page){.title = "TileJSON"}, r, out, err);
    put_vector_layers(d, r, layers, n_layers);
    return doc_respond(d, &(struct page){.title = "TileJSON"}, r, out, err);
}

static enum err_code handle(const struct request *r, struct response *out, struct err *err)
{
    const struct layer *const *layers = NULL;
    size_t n = 0;
    const enum err_code rc = world_layers(r, layers_param.name, &layers, &n, err);
    return rc ? rc : tilejson_respond(r, layers, n, out, err);
}

static const enum media MEDIA[] = {MEDIA_TILEJSON, MEDIA_END};
static const struct param_spec *const PARAMS[] = {&layers_param, NULL};

const struct route xyz_tilejson_route = {
    .pattern = "/xyz/{layers}.json",
    .operation_id = "getTileJson",
    .tag = "Tiles",
    .summary = "TileJSON of collections",
    .description = "TileJSON 3.0.0: where the XYZ tiles of these collections are and what is on "
                   "them.",
    .media = MEDIA,
    .params = PARAMS,
    .light = true,
    .handle = handle,
};

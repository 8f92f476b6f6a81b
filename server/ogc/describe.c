#include "server/ogc/describe.h"

#include "base/crs.h"
#include "base/text.h"
#include "base/when.h"
#include "server/ogc/arena_text.h"
#include "server/ogc/links.h"
#include "server/ogc/params.h"
#include "store/tileset.h"

#include <math.h>
#include <string.h>

#define STEPS_PER_DEGREE 1e7
#define US_PER_SECOND    1000000

static double round_down(double deg, double least)
{
    return fmax(floor(deg * STEPS_PER_DEGREE) / STEPS_PER_DEGREE, least);
}

static double round_up(double deg, double most)
{
    return fmin(ceil(deg * STEPS_PER_DEGREE) / STEPS_PER_DEGREE, most);
}

void describe_bbox(struct doc *array, const struct bbox *bbox_deg)
{
    doc_add_f64(array, round_down(bbox_deg->min_x, -180));
    doc_add_f64(array, round_down(bbox_deg->min_y, -90));
    doc_add_f64(array, round_up(bbox_deg->max_x, 180));
    doc_add_f64(array, round_up(bbox_deg->max_y, 90));
}

int layer_dimension(const struct layer *layer)
{
    if (layer->geom_type == GEOM_NONE || layer->geom_type == GEOM_COLLECTION)
        return -1;
    return (int)geom_kind_of(layer->geom_type);
}

static const char *time_text(const struct request *r, int64_t us)
{
    struct buf text;
    buf_init(&text, 64);
    when_put_rfc3339(&text, us);
    return arena_take_text(r->arena, &text);
}

void describe_time(struct doc *d, const struct request *r, const char *key, int64_t us)
{
    doc_text(d, key, time_text(r, us - us % US_PER_SECOND));
}

static void put_extent(struct doc *d, const struct request *r, const struct layer *layer)
{
    const bool has_box = !bbox_is_empty(&layer->bbox_deg);
    if (!has_box && !layer->has_time_extent)
        return;
    struct doc *extent = doc_object(d, "extent");
    if (has_box) {
        struct doc *spatial = doc_object(extent, "spatial");
        describe_bbox(doc_add_array(doc_array(spatial, "bbox")), &layer->bbox_deg);
        doc_text(spatial, "crs", CRS84_URI);
    }
    if (layer->has_time_extent) {
        struct doc *temporal = doc_object(extent, "temporal");
        struct doc *interval = doc_add_array(doc_array(temporal, "interval"));
        doc_add_text(interval, time_text(r, layer->time_start_us));
        doc_add_text(interval, time_text(r, layer->time_end_us));
        doc_text(temporal, "trs", "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian");
    }
}

/* Keywords are kept as one text, separated by commas. */
static void put_keywords(struct doc *d, const struct request *r, const char *keywords)
{
    if (!keywords)
        return;
    struct doc *array = doc_array(d, "keywords");
    for (const char *at = keywords + strspn(keywords, ", "); *at;) {
        size_t n = strcspn(at, ",");
        const char *next = at + n;
        while (n && at[n - 1] == ' ')
            n--;
        doc_add_text(array, arena_strndup(r->arena, at, n, NULL));
        at = next + strspn(next, ", ");
    }
}

static void put_links(struct doc *d, const struct request *r, const struct layer *layer)
{
    static const enum media features[] = {MEDIA_GEOJSON, MEDIA_HTML, MEDIA_END};
    static const enum media schema[] = {MEDIA_SCHEMA, MEDIA_HTML, MEDIA_END};
    const char *path = arena_printf(r->arena, NULL, "/collections/%s", layer->name);
    if (!layer->kept) {
        link_media(d, r, "items", features, "Features",
                   arena_printf(r->arena, NULL, "%s/items", path));
        link_media(d, r, REL_SCHEMA, schema, "Schema of the features",
                   arena_printf(r->arena, NULL, "%s/schema", path));
    }
    if (layer_has_tiles(layer)) {
        const bool is_map = layer_has_images(layer);
        link_media(d, r, is_map ? REL_TILESETS_MAP : REL_TILESETS_VECTOR, json_and_html,
                   is_map ? "Map tiles" : "Vector tiles",
                   arena_printf(r->arena, NULL, "%s/tiles", path));
        link_to(d, r, "preview", MEDIA_HTML, "Map", "/map#layers=%s", layer->name);
    }
    link_media(d, r, REL_STYLES, json_and_html, "Styles", "/styles");
    if (layer->license && text_starts_with(layer->license, "http"))
        doc_link(d,
                 &(struct doc_link){.rel = "license", .title = "Licence", .href = layer->license});
}

static void put_features(struct doc *d, const struct layer *layer)
{
    doc_text(d, "itemType", "feature");
    doc_add_text(doc_array(d, "crs"), CRS84_URI);
    doc_text(d, "dataType", "vector");
    if (layer->geom_type != GEOM_NONE)
        doc_text(d, "geometryType",
                 layer->geom_type == GEOM_COLLECTION ? "Geometry"
                                                     : geom_type_name(layer->geom_type));
    if (layer_dimension(layer) >= 0)
        doc_int(d, "geometryDimension", layer_dimension(layer));
    if (layer->id_field >= 0)
        doc_text(d, "idField", layer->fields[layer->id_field].name);
    doc_int(d, "featureCount", (int64_t)layer->n_features);
}

/* Another kind of items than features, so that clients that want these look elsewhere. */
static void put_kept(struct doc *d, const struct layer *layer)
{
    doc_text(d, "itemType", "tile");
    doc_text(d, "dataType", layer_has_images(layer) ? "map" : "vector");
    doc_text(d, "tileFormat", tile_format_name(layer->kept->format));
    doc_int(d, "tileCount", (int64_t)layer->kept->n_tiles);
}

void describe_layer(struct doc *d, const struct request *r, const struct layer *layer)
{
    doc_text(d, "id", layer->name);
    doc_text(d, "title", layer->title);
    doc_text(d, "description", layer->description);
    put_keywords(d, r, layer->keywords);
    doc_text(d, "attribution", layer->attribution);
    doc_text(d, "license", layer->license);
    put_extent(d, r, layer);
    if (layer->kept)
        put_kept(d, layer);
    else
        put_features(d, layer);
    if (layer_has_tiles(layer)) {
        doc_int(d, "minZoom", layer->min_zoom);
        doc_int(d, "maxZoom", layer->max_zoom);
    }
    describe_time(d, r, "updated", layer->updated_us);
    put_links(d, r, layer);
}

void describe_layer_briefly(struct doc *d, const struct request *r, const struct layer *layer)
{
    doc_text(d, "title", layer->title);
    doc_text(d, "description", layer->description);
    doc_text(d, "geometry",
             layer->kept                           ? "ready-made tiles"
             : layer->geom_type == GEOM_COLLECTION ? "any"
                                                   : geom_type_name(layer->geom_type));
    doc_int(d, "features", (int64_t)layer->n_features);
    describe_time(d, r, "updated", layer->updated_us);
    link_to(d, r, "self", MEDIA_HTML, layer->name, "/collections/%s", layer->name);
}

const char *const *layer_crumbs(const struct request *r, const struct layer *layer)
{
    const char **crumbs = arena_new(r->arena, 7, sizeof *crumbs, NULL);
    if (!crumbs)
        return NULL;
    crumbs[0] = "Home";
    crumbs[1] = "/";
    crumbs[2] = "Collections";
    crumbs[3] = "/collections";
    crumbs[4] = layer->title;
    crumbs[5] = arena_printf(r->arena, NULL, "/collections/%s", layer->name);
    return crumbs;
}

const char *layer_map_href(const struct request *r, const struct layer *layer)
{
    return !layer_has_tiles(layer) ? NULL
                                   : arena_printf(r->arena, NULL, "/map#layers=%s", layer->name);
}

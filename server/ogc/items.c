/* "/collections/{collectionId}/items": features, page by page. */
#include "base/crs.h"
#include "base/when.h"
#include "server/http/document.h"
#include "server/ogc/describe.h"
#include "server/ogc/feature_doc.h"
#include "server/ogc/feature_page.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"
#include "server/ogc/write_geojson.h"

static enum err_code take_json(void *state, const struct layer *layer, const struct feature *f,
                               struct err *err)
{
    struct json_out *features = state;
    geojson_put_feature(features, layer, f);
    return buf_status(features->to, err);
}

struct rows {
    const struct request *r;
    struct doc *table;
};

static enum err_code take_row(void *state, const struct layer *layer, const struct feature *f,
                              struct err *err)
{
    (void)err; /* a document's failures are told when it is written */
    struct rows *rows = state;
    struct doc *row = doc_add_object(rows->table);
    struct arena *a = rows->r->arena;
    const char *id = arena_strndup(a, f->id.at, f->id.len_bytes, NULL);
    if (layer->id_field < 0)
        doc_text(row, "id", id);
    feature_doc_properties(row, a, layer, f);
    link_to(row, rows->r, "self", MEDIA_HTML, id, "%s", feature_path(a, layer, f->id));
    return OK;
}

/* All that stands around the features. */
static void put_frame(struct doc *d, const struct request *r, const struct layer *layer,
                      const struct feature_page *page)
{
    doc_link_self(d, r);
    link_media(d, r, "collection", json_and_html, layer->title,
               arena_printf(r->arena, NULL, "/collections/%s", layer->name));
    if (page->has_next)
        link_to(d, r, "next", r->media, "Next page", "/collections/%s/items?%s", layer->name,
                item_query_next(r, layer, page->last_fid));
    describe_time(d, r, "timeStamp", when_now_us());
    if (page->has_matched)
        doc_int(d, "numberMatched", (int64_t)page->n_matched);
    doc_int(d, "numberReturned", page->n_returned);
}

static enum err_code respond_json(const struct request *r, const struct layer *layer,
                                  const struct item_query *q, struct response *out, struct err *err)
{
    struct buf features;
    buf_init(&features, out->body.limit_bytes);
    struct json_out j = json_out(&features);
    struct feature_page page = {0};
    json_array(&j);
    enum err_code rc = feature_page_read(ogc_worker_of(r), q, take_json, &j, &page, err);
    json_array_end(&j);
    if (!rc)
        rc = buf_status(&features, err);
    if (!rc) {
        struct doc *d = doc_new(r->arena);
        doc_text(d, "type", "FeatureCollection");
        put_frame(d, r, layer, &page);
        doc_json(d, "features", (struct span){(const char *)features.data, features.len_bytes});
        rc = doc_respond(d, &(struct page){.title = layer->title}, r, out, err);
    }
    buf_clear(&features);
    return rc;
}

static enum err_code respond_html(const struct request *r, const struct layer *layer,
                                  const struct item_query *q, struct response *out, struct err *err)
{
    struct doc *d = doc_new(r->arena);
    struct rows rows = {r, doc_array(d, "features")};
    struct feature_page found = {0};
    const enum err_code rc = feature_page_read(ogc_worker_of(r), q, take_row, &rows, &found, err);
    if (rc)
        return rc;
    put_frame(d, r, layer, &found);
    const struct page page = {.title = "Features",
                              .intro = layer->description,
                              .crumbs = layer_crumbs(r, layer),
                              .map_href = layer_map_href(r, layer)};
    return doc_respond(d, &page, r, out, err);
}

static enum err_code handle(const struct request *r, struct response *out, struct err *err)
{
    const struct layer *layer = NULL;
    struct item_query q;
    enum err_code rc = world_path_features(r, &layer, err);
    if (!rc)
        rc = item_query_read(r, layer, &q, err);
    if (rc)
        return rc;
    response_header(out, "Content-Crs", "<" CRS84_URI ">");
    return r->media == MEDIA_HTML ? respond_html(r, layer, &q, out, err)
                                  : respond_json(r, layer, &q, out, err);
}

static const enum media MEDIA[] = {MEDIA_GEOJSON, MEDIA_HTML, MEDIA_END};

static const struct param_spec *const PARAMS[] = {
    &collection_id_param, &bbox_param, &datetime_param, &limit_param, &after_param, NULL};

static const char *const CLASSES[] = {
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    NULL,
};

const struct route items_route = {
    .pattern = "/collections/{collectionId}/items",
    .operation_id = "getFeatures",
    .tag = "Features",
    .summary = "Features of a collection",
    .description = "A page of features; a `next` link leads to the following page. Every feature "
                   "is on exactly one page.",
    .media = MEDIA,
    .params = PARAMS,
    .conformance = CLASSES,
    .response_schema = "{\"$ref\":\"#/components/schemas/featureCollection\"}",
    .handle = handle,
};

/* "/collections/{collectionId}/items/{featureId}": one feature. */
#include "base/crs.h"
#include "server/http/document.h"
#include "server/ogc/describe.h"
#include "server/ogc/feature_doc.h"
#include "server/ogc/feature_page.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"
#include "server/ogc/write_geojson.h"

#include <string.h>

static void put_links(struct doc *d, const struct request *r, const struct layer *layer)
{
    doc_link_self(d, r);
    link_media(d, r, "collection", json_and_html, layer->title,
               arena_printf(r->arena, NULL, "/collections/%s", layer->name));
}

static enum err_code respond_json(const struct request *r, const struct layer *layer,
                                  const struct feature *f, struct response *out, struct err *err)
{
    struct doc *links = doc_new(r->arena);
    put_links(links, r, layer);
    struct buf members;
    buf_init(&members, 1 << 20);
    enum err_code rc = doc_put_json(links, &members, err);
    struct json_out j = json_out(&out->body);
    json_object(&j);
    json_member_text(&j, "type", "Feature");
    geojson_put_members(&j, layer, f);
    buf_put_u8(&out->body, ',');
    /* The object of links without its first brace ends the feature's. */
    if (!rc)
        buf_put(&out->body, members.data + 1, members.len_bytes - 1);
    buf_clear(&members);
    return rc ? rc : buf_status(&out->body, err);
}

/* The map that shows this feature: server/pages/web/permalink.js reads it. */
static const char *map_href(const struct request *r, const struct layer *layer,
                            const struct feature *f)
{
    const char *path = feature_path(r->arena, layer, f->id);
    if (layer->geom_type == GEOM_NONE || !path)
        return NULL;
    return arena_printf(r->arena, NULL, "/map#layers=%s&feature=%s%s", layer->name, layer->name,
                        strrchr(path, '/'));
}

static enum err_code respond_html(const struct request *r, const struct layer *layer,
                                  const struct feature *f, const char *id, struct response *out,
                                  struct err *err)
{
    struct doc *d = doc_new(r->arena);
    feature_doc_properties(d, r->arena, layer, f);
    put_links(d, r, layer);
    const struct page page = {.title = id,
                              .intro = layer->title,
                              .crumbs = layer_crumbs(r, layer),
                              .map_href = map_href(r, layer, f)};
    return doc_respond(d, &page, r, out, err);
}

static enum err_code handle(const struct request *r, struct response *out, struct err *err)
{
    const struct layer *layer = NULL;
    const char *id = request_text(r, feature_id_param.name);
    struct feature f;
    enum err_code rc = world_path_features(r, &layer, err);
    if (!rc)
        rc = feature_find(ogc_worker_of(r), layer, id, r->arena, &f, err);
    if (rc)
        return rc;
    response_header(out, "Content-Crs", "<" CRS84_URI ">");
    return r->media == MEDIA_HTML ? respond_html(r, layer, &f, id, out, err)
                                  : respond_json(r, layer, &f, out, err);
}

static const enum media MEDIA[] = {MEDIA_GEOJSON, MEDIA_HTML, MEDIA_END};

static const struct param_spec *const PARAMS[] = {&collection_id_param, &feature_id_param, NULL};

const struct route item_route = {
    .pattern = "/collections/{collectionId}/items/{featureId}",
    .operation_id = "getFeature",
    .tag = "Features",
    .summary = "One feature",
    .description = "The feature with its geometry and all its properties.",
    .media = MEDIA,
    .params = PARAMS,
    .response_schema = "{\"$ref\":\"#/components/schemas/feature\"}",
    .handle = handle,
};

#include "server/ogc/kept_tile.h"

#include "base/json_write.h"
#include "server/ogc/ogc_worker.h"
#include "server/ogc/tile_counts.h"
#include "store/tileset.h"

static enum media media_of(enum tile_format format)
{
    static const enum media MEDIA[] = {[TILE_MVT] = MEDIA_MVT,
                                       [TILE_PNG] = MEDIA_PNG,
                                       [TILE_JPEG] = MEDIA_JPEG,
                                       [TILE_WEBP] = MEDIA_WEBP};
    return MEDIA[format];
}

enum media kept_tile_media(const struct layer *layer)
{
    return media_of(layer->kept->format);
}

static void put_report(const struct layer *layer, struct tile_address at,
                       const struct kept_report *report, struct response *out)
{
    buf_reset(&out->body);
    struct json_out j = json_out(&out->body);
    json_object(&j);
    json_member_int(&j, "z", at.z);
    json_member_int(&j, "x", at.x);
    json_member_int(&j, "y", at.y);
    json_member_text(&j, "kept", layer->name);
    json_member_text(&j, "format", tile_format_name(layer->kept->format));
    kept_report_put_members(&j, at, report);
    json_object_end(&j);
}

/* Images of an archive may be of several formats: each is what its bytes say. */
static enum media media_of_body(const struct layer *layer, const struct buf *body)
{
    enum tile_format format = layer->kept->format;
    if (format != TILE_MVT)
        tile_format_of_image((struct span){(const char *)body->data, body->len_bytes}, &format);
    return media_of(format);
}

static enum err_code respond_as_kept(const struct request *r, const struct layer *layer,
                                     struct tile_address at, struct response *out, struct err *err)
{
    bool found = false;
    const enum err_code rc = store_read_kept_tile(ogc_worker_of(r)->store, layer, at.z, at.x, at.y,
                                                  &out->body, &found, err);
    if (rc)
        return ogc_worker_failed(rc, err);
    if (r->media == MEDIA_REPORT) {
        const struct kept_report report = {.source_zoom = at.z, .n_bytes = out->body.len_bytes};
        put_report(layer, at, &report, out);
        return buf_status(&out->body, err);
    }
    out->media = media_of_body(layer, &out->body);
    out->is_gzip = found && layer->kept->format == TILE_MVT;
    if (!found && layer->kept->format != TILE_MVT)
        out->status = 204;
    return OK;
}

static enum err_code respond_made(const struct request *r, const struct layer *layer,
                                  struct tile_address at, struct response *out, struct err *err)
{
    struct ogc_worker *w = ogc_worker_of(r);
    struct tile_report report = {.n_kept = 1};
    const enum err_code rc =
        tiler_render_kept(w->tiler, w->store, layer, at, &out->body, &report.kept[0], err);
    if (rc)
        return ogc_worker_failed(rc, err);
    tile_put_counts(r, &report, out);
    out->media = MEDIA_MVT;
    if (r->media == MEDIA_REPORT)
        put_report(layer, at, &report.kept[0], out);
    return buf_status(&out->body, err);
}

enum err_code kept_tile_respond(const struct request *r, const struct layer *layer,
                                struct tile_address at, struct response *out, struct err *err)
{
    return kept_zoom_source(layer, at.z) == at.z ? respond_as_kept(r, layer, at, out, err)
                                                 : respond_made(r, layer, at, out, err);
}

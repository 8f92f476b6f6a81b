#include "tiler/tiler.h"

static void put_count(struct json_out *j, const char *key, uint64_t n)
{
    json_member_int(j, key, (int64_t)n);
}

static void put_layer(struct json_out *j, const struct tile_layer_report *l)
{
    json_object(j);
    json_member_text(j, "layer", l->layer);
    put_count(j, "drawnZoom", l->drawn_zoom);
    put_count(j, "found", l->n_found);
    put_count(j, "written", l->n_written);
    put_count(j, "features", l->n_features);
    put_count(j, "outside", l->n_outside);
    put_count(j, "collapsed", l->n_collapsed);
    put_count(j, "enlarged", l->n_enlarged);
    put_count(j, "repaired", l->n_repaired);
    put_count(j, "leftOut", l->n_left_out);
    put_count(j, "withoutAttributes", l->n_without_attributes);
    put_count(j, "vertices", l->n_vertices);
    put_count(j, "bytes", l->n_bytes);
    json_object_end(j);
}

void kept_report_put_members(struct json_out *j, struct tile_address at,
                             const struct kept_report *r)
{
    put_count(j, "sourceZoom", (uint64_t)r->source_zoom);
    if (r->source_zoom != at.z) {
        put_count(j, "tiles", r->n_tiles);
        put_count(j, "tilesBeyond", r->n_tiles_beyond);
        put_count(j, "features", r->n_features);
        put_count(j, "tooSmall", r->n_too_small);
        put_count(j, "leftOut", r->n_left_out);
        put_count(j, "broken", r->n_broken);
        put_count(j, "repaired", r->n_repaired);
        put_count(j, "vertices", r->n_vertices);
    }
    put_count(j, "bytes", r->n_bytes);
}

static void put_kept(struct json_out *j, struct tile_address at, const struct kept_report *r)
{
    json_object(j);
    json_member_text(j, "layer", r->layer);
    kept_report_put_members(j, at, r);
    json_object_end(j);
}

void tile_report_put_json(struct json_out *j, const struct tile_request *request,
                          const struct tile_report *r)
{
    const struct tile_grid *grid = request->grid;
    json_object(j);
    if (grid) {
        json_member_text(j, "tileMatrixSet", grid->id);
        json_member_text(j, "tileMatrix", grid->levels[request->at.z].id);
    } else {
        put_count(j, "z", request->at.z);
    }
    put_count(j, "x", request->at.x);
    put_count(j, "y", request->at.y);
    put_count(j, "extent", request->extent_tu);
    put_count(j, "buffer", request->buffer_tu);
    json_key(j, "layers");
    json_array(j);
    for (size_t i = 0; i < r->n_layers; i++)
        put_layer(j, &r->layers[i]);
    json_array_end(j);
    if (r->n_kept) {
        json_key(j, "kept");
        json_array(j);
        for (size_t i = 0; i < r->n_kept; i++)
            put_kept(j, request->at, &r->kept[i]);
        json_array_end(j);
    }
    json_object_end(j);
}

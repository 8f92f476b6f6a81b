#include "cli/layer_json.h"

#include "store/layer_drawing.h"
#include "store/tileset.h"

static void put_time(struct json_out *j, const char *key, int64_t us)
{
    struct buf text;
    buf_init(&text, 64);
    when_put_rfc3339(&text, us);
    json_member_text(j, key, buf_text(&text));
    buf_clear(&text);
}

void bbox_put_json(struct json_out *j, const struct bbox *box)
{
    if (bbox_is_empty(box)) {
        json_null(j);
        return;
    }
    json_array(j);
    json_f64(j, box->min_x);
    json_f64(j, box->min_y);
    json_f64(j, box->max_x);
    json_f64(j, box->max_y);
    json_array_end(j);
}

static void put_fields(struct json_out *j, const struct layer *l)
{
    json_array(j);
    for (size_t i = 0; i < l->n_fields; i++) {
        json_object(j);
        json_member_text(j, "name", l->fields[i].name);
        json_member_text(j, "type", field_type_name(l->fields[i].type));
        json_member_text(j, "title", l->fields[i].title);
        json_member_text(j, "unit", l->fields[i].unit);
        json_member_text(j, "iri", l->fields[i].iri);
        json_object_end(j);
    }
    json_array_end(j);
}

static void put_import(struct json_out *j, const struct import_record *r)
{
    json_object(j);
    json_member_text(j, "source", r->source);
    json_member_text(j, "sha256", r->sha256);
    json_member_int(j, "bytes", (int64_t)r->source_bytes);
    put_time(j, "started", r->started_us);
    put_time(j, "ended", r->ended_us);
    json_member_text(j, "mode", r->mode);
    json_key(j, "options");
    json_raw(j, span_of(r->options ? r->options : "null"));
    json_member_text(j, "software", r->software);
    json_member_int(j, "read", (int64_t)r->n_read);
    json_member_int(j, "written", (int64_t)r->n_written);
    for (const struct import_count *k = import_count_table; k->name; k++)
        json_member_int(j, k->name, (int64_t)import_count_in(&r->counts, k));
    json_object_end(j);
}

static void put_words(struct json_out *j, const struct layer *l)
{
    json_member_text(j, "name", l->name);
    json_member_text(j, "title", l->title);
    json_member_text(j, "description", l->description);
    json_member_text(j, "license", l->license);
    json_member_text(j, "attribution", l->attribution);
    json_member_text(j, "keywords", l->keywords);
}

static void put_drawing(struct json_out *j, const struct layer *l)
{
    const struct layer_drawing *d = layer_drawing_of(l->drawing);
    json_key(j, "drawing");
    json_object(j);
    json_member_text(j, "groupBy", d->group_field < 0 ? NULL : l->fields[d->group_field].name);
    json_member_text(j, "label", d->label_field < 0 ? NULL : l->fields[d->label_field].name);
    json_key(j, "aggregates");
    json_array(j);
    for (size_t i = 0; i < d->n_aggregates; i++) {
        json_object(j);
        json_member_text(j, "field", l->fields[d->aggregates[i].field].name);
        json_member_text(j, "operation", aggregate_op_name(d->aggregates[i].op));
        json_object_end(j);
    }
    json_array_end(j);
    if (d->tile_fields) {
        json_key(j, "tileFields");
        json_array(j);
        for (size_t i = 0; i < d->n_tile_fields; i++)
            json_text(j, l->fields[d->tile_fields[i]].name);
        json_array_end(j);
    }
    json_member_int(j, "tileLimitBytes", (int64_t)l->tile_limit_bytes);
    json_member_int(j, "tileLimitFeatures", (int64_t)l->tile_limit_features);
    json_object_end(j);
}

static void put_kept(struct json_out *j, const struct kept_tiles *k)
{
    json_key(j, "tiles");
    json_object(j);
    json_member_text(j, "format", tile_format_name(k->format));
    json_member_int(j, "count", (int64_t)k->n_tiles);
    json_member_int(j, "contents", (int64_t)k->n_blobs);
    json_member_int(j, "bytes", (int64_t)k->n_bytes);
    json_key(j, "metadata");
    json_raw(j, span_of(k->metadata ? k->metadata : "null"));
    json_object_end(j);
}

void layer_put_json(struct json_out *j, const struct layer *l, const struct import_record *imports,
                    size_t n_imports)
{
    json_object(j);
    put_words(j, l);
    if (l->kept)
        put_kept(j, l->kept);
    json_member_text(j, "geometry",
                     l->geom_type == GEOM_NONE ? NULL : geom_type_name(l->geom_type));
    json_member_int(j, "epsg", l->epsg);
    json_member_int(j, "features", (int64_t)l->n_features);
    json_member_int(j, "withoutGeometry", (int64_t)l->n_without_geometry);
    json_key(j, "bbox");
    bbox_put_json(j, &l->bbox);
    json_key(j, "bboxDegrees");
    bbox_put_json(j, &l->bbox_deg);
    json_member_int(j, "minZoom", l->min_zoom);
    json_member_int(j, "maxZoom", l->max_zoom);
    json_member_text(j, "id", l->id_column);
    json_member_text(j, "time", l->time_field < 0 ? NULL : l->fields[l->time_field].name);
    if (l->has_time_extent) {
        put_time(j, "timeStart", l->time_start_us);
        put_time(j, "timeEnd", l->time_end_us);
    }
    if (!l->kept)
        put_drawing(j, l);
    json_member_int(j, "revision", l->revision);
    put_time(j, "updated", l->updated_us);
    json_key(j, "fields");
    put_fields(j, l);
    json_key(j, "imports");
    json_array(j);
    for (size_t i = 0; i < n_imports; i++)
        put_import(j, &imports[i]);
    json_array_end(j);
    json_object_end(j);
}

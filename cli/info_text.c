#include "cli/info_text.h"

#include "base/text.h"
#include "cli/layer_json.h"
#include "cli/table.h"

static void put_counted(struct buf *b, const char *title, uint64_t n)
{
    buf_printf(b, "%-12s", title);
    text_put_count(b, n);
    buf_put_text(b, "\n");
}

static void put_box(struct buf *b, const struct bbox *box)
{
    if (bbox_is_empty(box))
        return;
    const double sides[] = {box->min_x, box->min_y, box->max_x, box->max_y};
    buf_put_text(b, "bbox        ");
    for (int i = 0; i < 4; i++) {
        buf_put_text(b, i ? ", " : "");
        text_put_f64(b, sides[i]);
    }
    buf_put_text(b, "\n");
}

static void put_kept(struct buf *b, const struct source_info *s)
{
    buf_printf(b, "format      %s\nlayer       %s\ntiles       ", s->importer, s->layer);
    text_put_count(b, s->kept.n_tiles);
    buf_printf(b, ", %s\nzoom        %d-%d\n", s->kept.format, s->kept.min_zoom, s->kept.max_zoom);
    put_box(b, &s->bbox);
    buf_put_text(b, "size        ");
    text_put_size(b, s->source_bytes);
    buf_put_text(b, "\n");
}

/* An estimate has no more than three digits. */
static uint64_t rounded(uint64_t n)
{
    uint64_t step = 1;
    while (n / step >= 1000)
        step *= 10;
    return (n + step / 2) / step * step;
}

/* "about 12,000,000; sampled: the first 20,000, --max-features 0 reads all" */
static void put_sampled(struct buf *b, const struct source_info *s)
{
    buf_put_text(b, "features    ");
    if (s->n_estimated > 0) {
        buf_put_text(b, "about ");
        text_put_count(b, rounded(s->n_estimated));
        buf_put_text(b, "; ");
    }
    buf_put_text(b, "sampled: the first ");
    text_put_count(b, s->n_features);
    buf_put_text(b, ", and all below is of them; --max-features 0 reads all\n");
}

static void put_head(struct buf *b, const struct source_info *s)
{
    buf_printf(b, "format      %s\nlayer       %s\n", s->importer, s->layer);
    if (s->geom_type == GEOM_NONE)
        buf_put_text(b, "geometry    none\n");
    else
        buf_printf(b, "geometry    %s\nCRS         EPSG:%d\n",
                   s->geom_type == GEOM_COLLECTION ? "any" : geom_type_name(s->geom_type),
                   (int)s->epsg);
    put_box(b, &s->bbox);
    buf_put_text(b, "size        ");
    text_put_size(b, s->source_bytes);
    buf_put_text(b, "\n");
    if (s->complete)
        put_counted(b, "features", s->n_features);
    else
        put_sampled(b, s);
    buf_printf(b, "id          %s\n", s->id_field ? s->id_field : "position in the source");
    if (s->time_field)
        buf_printf(b, "time        %s\n", s->time_field);
}

static void put_warnings(struct buf *b, const struct source_info *s)
{
    for (size_t i = 0; i < s->n_notes; i++)
        buf_printf(b, "note        %s\n", s->notes[i]);
    const struct {
        uint64_t n;
        const char *words;
    } warnings[] = {
        {s->n_rejected, "would be rejected"},
        {s->n_invalid, "geometries are not valid and would be repaired"},
        {s->geom_type == GEOM_NONE ? 0 : s->n_without_geometry, "have no geometry"},
    };
    for (size_t i = 0; i < sizeof warnings / sizeof warnings[0]; i++) {
        if (warnings[i].n == 0)
            continue;
        buf_put_text(b, "warning     ");
        text_put_count(b, warnings[i].n);
        buf_printf(b, " %s\n", warnings[i].words);
    }
}

static enum err_code put_fields(struct buf *b, const struct source_info *s, struct arena *a,
                                struct err *err)
{
    static const char *const titles[] = {"field", "type", "null", "examples"};
    struct table t;
    table_init(&t, sizeof titles / sizeof titles[0], titles);
    t.right[2] = true;
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < s->n_fields; i++) {
        const struct source_field *f = &s->fields[i];
        struct buf count;
        buf_init(&count, 64);
        text_put_count(&count, f->n_null);
        const char *nulls = arena_strdup(a, buf_text(&count), err);
        buf_clear(&count);
        const char *const cells[] = {f->name, field_type_name(f->type), nulls,
                                     f->examples ? f->examples : ""};
        if (nulls)
            table_row(&t, cells);
        else
            rc = err_add(err, "field '%s'", f->name);
    }
    buf_put_text(b, "\n");
    if (!rc)
        rc = table_put(&t, b, err);
    table_clear(&t);
    return rc;
}

enum err_code info_put_text(struct buf *b, const struct source_info *s, struct arena *a,
                            struct err *err)
{
    (s->kept.format ? put_kept : put_head)(b, s);
    put_warnings(b, s);
    return s->kept.format ? OK : put_fields(b, s, a, err);
}

void info_put_json(struct json_out *j, const struct source_info *s, const char *source)
{
    json_object(j);
    if (source)
        json_member_text(j, "source", source);
    json_member_text(j, "format", s->importer);
    json_member_text(j, "layer", s->layer);
    if (s->kept.format) {
        json_member_text(j, "tileFormat", s->kept.format);
        json_member_int(j, "tiles", (int64_t)s->kept.n_tiles);
        json_member_int(j, "minZoom", s->kept.min_zoom);
        json_member_int(j, "maxZoom", s->kept.max_zoom);
    }
    json_member_text(j, "geometry",
                     s->geom_type == GEOM_NONE ? NULL : geom_type_name(s->geom_type));
    json_member_int(j, "epsg", s->epsg);
    json_key(j, "bbox");
    bbox_put_json(j, &s->bbox);
    json_member_int(j, "bytes", (int64_t)s->source_bytes);
    json_member_bool(j, "complete", s->complete);
    json_member_int(j, "features", (int64_t)s->n_features);
    if (s->n_estimated > 0)
        json_member_int(j, "featuresEstimated", (int64_t)s->n_estimated);
    json_member_int(j, "withoutGeometry", (int64_t)s->n_without_geometry);
    json_member_int(j, "invalid", (int64_t)s->n_invalid);
    json_member_int(j, "rejected", (int64_t)s->n_rejected);
    json_member_text(j, "id", s->id_field);
    json_member_text(j, "time", s->time_field);
    json_key(j, "fields");
    json_array(j);
    for (size_t i = 0; i < s->n_fields; i++) {
        json_object(j);
        json_member_text(j, "name", s->fields[i].name);
        json_member_text(j, "type", field_type_name(s->fields[i].type));
        json_member_int(j, "null", (int64_t)s->fields[i].n_null);
        json_member_text(j, "examples", s->fields[i].examples);
        json_object_end(j);
    }
    json_array_end(j);
    json_key(j, "notes");
    json_array(j);
    for (size_t i = 0; i < s->n_notes; i++)
        json_text(j, s->notes[i]);
    json_array_end(j);
    json_object_end(j);
}

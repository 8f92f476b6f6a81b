#include "store/layer_row.h"

#include "store/geometry_blob.h"

#include <string.h>

#define BLOB_LIMIT_BYTES ((size_t)1000000000) /* SQLITE_MAX_LENGTH */
#define NUMBER_MAX_BYTES 32                   /* of a number as people read it */

void row_scratch_init(struct row_scratch *s)
{
    buf_init(&s->blob, BLOB_LIMIT_BYTES);
    buf_init(&s->text, BLOB_LIMIT_BYTES);
}

void row_scratch_clear(struct row_scratch *s)
{
    buf_clear(&s->blob);
    buf_clear(&s->text);
}

static enum err_code put_value(struct row_scratch *s, struct row_writer *row, enum field_type type,
                               const struct value *v, struct err *err)
{
    const bool textual = type == FIELD_TEXT || type == FIELD_DATE || type == FIELD_DATETIME;
    switch (v->type) {
    case VALUE_NULL:
        row_put_null(row);
        return OK;
    case VALUE_TEXT:
    case VALUE_JSON:
        row_put_text(row, v->text);
        return OK;
    case VALUE_BOOL:
    case VALUE_INT:
    case VALUE_REAL:
        break;
    }
    if (textual) { /* takes any value as people read it */
        const size_t from = s->text.len_bytes;
        value_put_text(&s->text, v);
        row_put_text(row,
                     (struct span){(const char *)s->text.data + from, s->text.len_bytes - from});
        return buf_status(&s->text, err);
    }
    if (v->type == VALUE_REAL)
        row_put_f64(row, v->real);
    else
        row_put_i64(row, v->type == VALUE_BOOL ? v->boolean : v->integer);
    return OK;
}

/* Ids that are positions are whole numbers. */
static enum err_code put_position(struct row_writer *row, struct span id, struct err *err)
{
    char text[24] = {0};
    int64_t position = 0;
    if (id.len_bytes >= sizeof text)
        return err_set(err, BAD_DATA, "an id of %zu characters is no position", id.len_bytes);
    if (id.len_bytes)
        memcpy(text, id.at, id.len_bytes);
    if (text_parse_i64(text, &position, NULL))
        return err_set(err, BAD_DATA, "the id '%s' is no position", text);
    row_put_i64(row, position);
    return OK;
}

/* The geometry into `s->blob` and its column; `box` stays empty without geometry. */
static enum err_code put_geometry(const struct layer_spec *spec, struct row_scratch *s,
                                  struct row_writer *row, const struct geom *g, struct bbox *box,
                                  struct err *err)
{
    if (g->type == GEOM_NONE || g->n_vertices == 0) {
        if (spec->geom_type != GEOM_NONE)
            row_put_null(row);
        return OK;
    }
    if (spec->geom_type == GEOM_NONE)
        return err_set(err, BAD_DATA, "a geometry in a layer without geometry");
    *box = geom_bbox(g);
    if (bbox_is_empty(box))
        return err_set(err, BAD_DATA, "coordinates that are not numbers");
    buf_reset(&s->blob);
    const struct geometry_column column = {spec->geom_type, spec->has_z, spec->epsg};
    const enum err_code rc = geometry_blob_put(&s->blob, g, &column, box, err);
    if (!rc)
        row_put_blob(row, (struct span){(const char *)s->blob.data, s->blob.len_bytes});
    return rc;
}

enum err_code layer_row_put_columns(const struct layer_spec *spec, struct row_scratch *s,
                                    struct row_writer *row, const struct feature *f,
                                    struct bbox *out_box, struct err *err)
{
    enum err_code rc = OK;
    if (f->n_values != spec->n_fields)
        return err_set(err, BAD_ARG, "%zu values for %zu fields", f->n_values, spec->n_fields);
    buf_reset(&s->text);
    /* So that it does not move while the row lends its texts. */
    if (!buf_reserve(&s->text, spec->n_fields * NUMBER_MAX_BYTES))
        return buf_status(&s->text, err);
    if (spec->id_field < 0)
        rc = put_position(row, f->id, err);
    else if (f->values[spec->id_field].type == VALUE_NULL)
        rc = err_set(err, BAD_DATA, "no id (field '%s')", spec->fields[spec->id_field].name);
    for (size_t i = 0; !rc && i < spec->n_fields; i++)
        rc = put_value(s, row, spec->fields[i].type, &f->values[i], err);
    return rc ? rc : put_geometry(spec, s, row, &f->geom, out_box, err);
}

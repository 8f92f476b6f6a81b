#include "store/spatialite_drawing.h"

/* A row for each field that plays a part: one to group by, one to label with, those in tiles, those
 * of an operation. The field is its position among the layer's. */
const char DRAWING_TABLE[] = "CREATE TABLE cassini_drawing("
                             " layer TEXT NOT NULL COLLATE NOCASE, position INTEGER NOT NULL,"
                             " part TEXT NOT NULL, field INTEGER NOT NULL,"
                             " PRIMARY KEY(layer, position));";

#define PART_GROUP "group"
#define PART_LABEL "label"
#define PART_TILE  "tile"

/* --- reading -------------------------------------------------------------------------------- */

/* A drawing while its rows come. */
struct reading {
    struct layer_drawing *drawing;
    struct aggregate *aggregates;
    int *tile_fields;
};

/* A file can be edited by anybody: no more of each than there is room for. */
static bool take_row(struct reading *r, const struct layer *l, const char *part, int64_t field)
{
    struct layer_drawing *d = r->drawing;
    enum aggregate_op op;
    if (field < 0 || (uint64_t)field >= l->n_fields)
        return false;
    if (text_eq(part, PART_GROUP)) {
        d->group_field = (int)field;
    } else if (text_eq(part, PART_LABEL)) {
        d->label_field = (int)field;
    } else if (text_eq(part, PART_TILE) && d->n_tile_fields < l->n_fields) {
        r->tile_fields[d->n_tile_fields++] = (int)field;
        d->tile_fields = r->tile_fields;
    } else if (aggregate_op_parse(part, &op) && d->n_aggregates < AGGREGATES_MAX) {
        r->aggregates[d->n_aggregates++] = (struct aggregate){(int)field, op};
        d->aggregates = r->aggregates;
    } else {
        return false;
    }
    return true;
}

static enum err_code make_room(struct reading *r, struct arena *a, const struct layer *l,
                               struct err *err)
{
    struct err why = {0};
    r->drawing = arena_new(a, 1, sizeof *r->drawing, &why);
    if (!why.code)
        r->aggregates = arena_new(a, AGGREGATES_MAX, sizeof *r->aggregates, &why);
    if (!why.code)
        r->tile_fields = arena_new(a, l->n_fields, sizeof *r->tile_fields, &why);
    if (why.code)
        return err_set(err, why.code, "%s", why.text);
    *r->drawing = layer_drawing_plain;
    return OK;
}

enum err_code drawing_read(struct store *s, struct arena *a, struct layer *l, struct err *err)
{
    struct reading r = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_borrow(
        s, &stmt, err, "SELECT part, field FROM cassini_drawing WHERE layer=? ORDER BY position");
    if (rc)
        return rc;
    db_bind_text(stmt, 1, l->name);
    while (!(rc = db_step(s, stmt, &row, err)) && row) {
        if (!r.drawing)
            rc = make_room(&r, a, l, err);
        if (!rc && !take_row(&r, l, (const char *)sqlite3_column_text(stmt, 0),
                             sqlite3_column_int64(stmt, 1)))
            rc = err_set(err, BAD_DATA, "layer '%s': its drawing is not described as it should be",
                         l->name);
        if (rc)
            break;
    }
    db_return(s, stmt);
    if (!rc)
        l->drawing = layer_drawing_of(r.drawing);
    return rc;
}

/* --- names ---------------------------------------------------------------------------------- */

enum err_code drawing_check_names(struct store *s, const char *layer, bool has_labels,
                                  struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc =
        db_prepare(s, &stmt, err,
                   "SELECT name FROM cassini_layers"
                   " WHERE %d AND lower(name)=lower(%Q||'" LABEL_LAYER_SUFFIX "')"
                   " UNION ALL SELECT %Q FROM cassini_drawing WHERE part='" PART_LABEL "'"
                   " AND lower(layer||'" LABEL_LAYER_SUFFIX "')=lower(%Q)",
                   has_labels, layer, layer, layer);
    if (!rc)
        rc = db_step(s, stmt, &row, err);
    if (!rc && row)
        rc = err_set(err, CONFLICT,
                     "'%s' is the name of a layer's label points, and cannot be another layer's",
                     (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return rc;
}

/* --- writing -------------------------------------------------------------------------------- */

static enum err_code put_row(struct store *s, sqlite3_stmt *stmt, const char *part, int field,
                             struct err *err)
{
    if (field < 0)
        return OK;
    db_bind_text(stmt, 2, part);
    sqlite3_bind_int(stmt, 3, field);
    return db_step_reset(s, stmt, err);
}

enum err_code drawing_write(struct store *s, const char *layer, const struct layer_drawing *d,
                            struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum err_code rc = db_run(s, err, "DELETE FROM cassini_drawing WHERE layer=%Q", layer);
    if (!rc)
        rc = db_prepare(s, &stmt, err,
                        "INSERT INTO cassini_drawing(layer, position, part, field) SELECT ?1,"
                        " count(*), ?2, ?3 FROM cassini_drawing WHERE layer=?1");
    if (rc)
        return rc;
    db_bind_text(stmt, 1, layer);
    rc = put_row(s, stmt, PART_GROUP, d->group_field, err);
    if (!rc)
        rc = put_row(s, stmt, PART_LABEL, d->label_field, err);
    for (size_t i = 0; !rc && i < d->n_aggregates; i++)
        rc = put_row(s, stmt, aggregate_op_name(d->aggregates[i].op), d->aggregates[i].field, err);
    for (size_t i = 0; !rc && i < d->n_tile_fields; i++)
        rc = put_row(s, stmt, PART_TILE, d->tile_fields[i], err);
    sqlite3_finalize(stmt);
    return rc;
}

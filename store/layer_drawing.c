#include "store/layer_drawing.h"

#include "base/buf.h"
#include "base/text.h"
#include "store/layer_writer.h"

#include <string.h>

const struct layer_drawing layer_drawing_plain = {.group_field = -1, .label_field = -1};

static const char *const OPS[] = {
    [AGGREGATE_SUM] = "sum",
    [AGGREGATE_MIN] = "min",
    [AGGREGATE_MAX] = "max",
    [AGGREGATE_MEAN] = "mean",
};
_Static_assert(sizeof OPS / sizeof *OPS == N_AGGREGATE_OPS, "a name for every operation");

const char *aggregate_op_name(enum aggregate_op op)
{
    return OPS[op];
}

static bool parse_op(struct span name, enum aggregate_op *out)
{
    for (int i = 0; i < N_AGGREGATE_OPS; i++) {
        if (span_eq(name, OPS[i])) {
            *out = (enum aggregate_op)i;
            return true;
        }
    }
    return false;
}

bool aggregate_op_parse(const char *name, enum aggregate_op *out)
{
    return parse_op(span_of(name), out);
}

bool drawing_words_change_drawables(const struct drawing_words *w)
{
    return w->group_by || w->aggregate || w->label;
}

bool drawing_words_are_said(const struct drawing_words *w)
{
    return drawing_words_change_drawables(w) || w->tile_fields;
}

/* One option while its fields are looked for; the fields' names come from what is said, or from the
 * layer as it was. */
struct wish {
    const char *option;
    const struct layer_spec *spec;
    const struct layer *before; /* NULL: the words are said now */
};

/* --- what may be said ----------------------------------------------------------------------- */

enum { POINTS = 1, LINES = 2, POLYGONS = 4 };

static unsigned kinds_in(enum geom_type type)
{
    static const unsigned KINDS[] = {
        [GEOM_NONE] = 0,
        [GEOM_POINT] = POINTS,
        [GEOM_LINESTRING] = LINES,
        [GEOM_POLYGON] = POLYGONS,
        [GEOM_MULTIPOINT] = POINTS,
        [GEOM_MULTILINESTRING] = LINES,
        [GEOM_MULTIPOLYGON] = POLYGONS,
        [GEOM_COLLECTION] = POINTS | LINES | POLYGONS,
    };
    return KINDS[type];
}

static enum err_code check_kinds(const struct wish *w, unsigned kinds, const char *words,
                                 struct err *err)
{
    return kinds_in(w->spec->geom_type) & kinds
               ? OK
               : err_set(err, BAD_ARG, "%s is for %s, which the layer has none of", w->option,
                         words);
}

/* For an error's words: as many names as they can hold. */
static enum err_code tell_fields(const struct wish *w, struct span name, struct err *err)
{
    enum { NAMES_BYTES = 300 };
    struct buf names;
    buf_init(&names, NAMES_BYTES + 512);
    for (size_t i = 0; i < w->spec->n_fields && names.len_bytes < NAMES_BYTES; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", w->spec->fields[i].name);
    err_set(err, BAD_ARG, "%s: there is no field '%.*s'; there %s %s", w->option,
            name.len_bytes < 80 ? (int)name.len_bytes : 80, name.at,
            w->spec->n_fields == 1 ? "is" : "are", w->spec->n_fields ? buf_text(&names) : "none");
    buf_clear(&names);
    return BAD_ARG;
}

static enum err_code find_field(const struct wish *w, struct span name, int *out, struct err *err)
{
    for (size_t i = 0; i < w->spec->n_fields; i++) {
        if (span_eq(name, w->spec->fields[i].name)) {
            *out = (int)i;
            return OK;
        }
    }
    return tell_fields(w, name, err);
}

/* --- what is said --------------------------------------------------------------------------- */

static enum err_code one_field(const struct wish *w, const char *said, int before, int *out,
                               struct err *err)
{
    *out = -1;
    if (said && !*said)
        return OK;
    if (said)
        return find_field(w, span_of(said), out, err);
    return before < 0 ? OK : find_field(w, span_of(w->before->fields[before].name), out, err);
}

/* Cuts the first piece off; false at the end. */
static bool next_piece(const char **said, struct span *out)
{
    if (!*said)
        return false;
    const char *comma = strchr(*said, ',');
    *out = (struct span){*said, comma ? (size_t)(comma - *said) : strlen(*said)};
    *said = comma ? comma + 1 : NULL;
    return true;
}

static enum err_code add_aggregate(const struct wish *w, struct span name, enum aggregate_op op,
                                   struct aggregate *list, size_t *n, struct err *err)
{
    struct aggregate added = {.op = op};
    const enum err_code rc = find_field(w, name, &added.field, err);
    if (rc)
        return rc;
    const struct field *field = &w->spec->fields[added.field];
    if (field->type != FIELD_INTEGER && field->type != FIELD_REAL)
        return err_set(err, BAD_ARG, "%s: field '%s' is %s, and only numbers have a %s", w->option,
                       field->name, field_type_name(field->type), aggregate_op_name(op));
    for (size_t i = 0; i < *n; i++) {
        if (list[i].field == added.field && list[i].op == op)
            return err_set(err, BAD_ARG, "%s: '%s:%s' is said twice", w->option, field->name,
                           aggregate_op_name(op));
    }
    if (*n == AGGREGATES_MAX)
        return err_set(err, LIMIT, "%s: at most %d can be had", w->option, AGGREGATES_MAX);
    list[(*n)++] = added;
    return OK;
}

/* "FIELD:OP": names may hold ':', operations do not. */
static enum err_code read_aggregate(const struct wish *w, struct span piece, struct aggregate *list,
                                    size_t *n, struct err *err)
{
    enum aggregate_op op;
    size_t at = piece.len_bytes;
    while (at > 0 && piece.at[at - 1] != ':')
        at--;
    if (at < 2 || !parse_op((struct span){piece.at + at, piece.len_bytes - at}, &op))
        return err_set(err, BAD_ARG,
                       "%s: '%.*s' is not FIELD:sum, FIELD:min, FIELD:max or FIELD:mean", w->option,
                       piece.len_bytes < 80 ? (int)piece.len_bytes : 80, piece.at);
    return add_aggregate(w, (struct span){piece.at, at - 1}, op, list, n, err);
}

static enum err_code aggregates(const struct wish *w, const char *said,
                                const struct layer_drawing *before, struct arena *a,
                                struct layer_drawing *out, struct err *err)
{
    struct span piece;
    if (said ? !*said : before->n_aggregates == 0)
        return OK;
    struct aggregate *list = arena_new(a, AGGREGATES_MAX, sizeof *list, err);
    enum err_code rc = list ? OK : err ? err->code : NO_MEMORY;
    out->aggregates = list;
    for (size_t i = 0; !rc && !said && i < before->n_aggregates; i++) {
        const struct aggregate *old = &before->aggregates[i];
        rc = add_aggregate(w, span_of(w->before->fields[old->field].name), old->op, list,
                           &out->n_aggregates, err);
    }
    while (!rc && said && next_piece(&said, &piece))
        rc = read_aggregate(w, piece, list, &out->n_aggregates, err);
    return rc;
}

static enum err_code add_tile_field(const struct wish *w, struct span name, int *list, size_t *n,
                                    struct err *err)
{
    int field = -1;
    const enum err_code rc = find_field(w, name, &field, err);
    for (size_t i = 0; !rc && i < *n; i++) {
        if (list[i] == field)
            return err_set(err, BAD_ARG, "%s: field '%s' is said twice", w->option,
                           w->spec->fields[field].name);
    }
    if (!rc)
        list[(*n)++] = field;
    return rc;
}

static enum err_code tile_fields(const struct wish *w, const char *said,
                                 const struct layer_drawing *before, struct arena *a,
                                 struct layer_drawing *out, struct err *err)
{
    struct span piece;
    if (said ? !*said : !before->tile_fields)
        return OK;
    int *list = arena_new(a, w->spec->n_fields + 1, sizeof *list, err);
    enum err_code rc = list ? OK : err ? err->code : NO_MEMORY;
    out->tile_fields = list;
    for (size_t i = 0; !rc && !said && i < before->n_tile_fields; i++)
        rc = add_tile_field(w, span_of(w->before->fields[before->tile_fields[i]].name), list,
                            &out->n_tile_fields, err);
    while (!rc && said && next_piece(&said, &piece))
        rc = add_tile_field(w, piece, list, &out->n_tile_fields, err);
    return rc;
}

/* What was said before can be taken away, but is not lost without a word. */
static enum err_code tell_kept(const struct wish *w, const char *said, enum err_code rc,
                               struct err *err)
{
    if (rc == BAD_ARG && !said)
        err_add(err, "it was said of layer '%s' and still holds, %s '' takes it away",
                w->before->name, w->option);
    return rc;
}

enum err_code layer_drawing_make(const struct drawing_words *said, const struct layer *before,
                                 const struct layer_spec *spec, struct arena *a,
                                 struct layer_drawing *out, struct err *err)
{
    const struct layer_drawing *old = layer_drawing_of(before ? before->drawing : NULL);
    struct layer_drawing made = layer_drawing_plain;
    struct wish w = {"--group-by", spec, before};
    enum err_code rc = one_field(&w, said->group_by, old->group_field, &made.group_field, err);
    if (!rc && made.group_field >= 0)
        rc = check_kinds(&w, LINES | POLYGONS, "lines and polygons", err);
    if (rc)
        return tell_kept(&w, said->group_by, rc, err);
    w.option = "--label";
    rc = one_field(&w, said->label, old->label_field, &made.label_field, err);
    if (!rc && made.label_field >= 0)
        rc = check_kinds(&w, POLYGONS, "polygons", err);
    if (rc)
        return tell_kept(&w, said->label, rc, err);
    w.option = "--aggregate";
    rc = aggregates(&w, said->aggregate, old, a, &made, err);
    if (!rc && made.n_aggregates > 0)
        rc = check_kinds(&w, POINTS, "points", err);
    if (rc)
        return tell_kept(&w, said->aggregate, rc, err);
    w.option = "--tile-fields";
    rc = tile_fields(&w, said->tile_fields, old, a, &made, err);
    if (rc)
        return tell_kept(&w, said->tile_fields, rc, err);
    *out = made;
    return OK;
}

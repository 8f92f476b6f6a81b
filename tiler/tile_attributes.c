#include "tiler/tile_attributes.h"

#define NAME_MAX_BYTES ((size_t)1 << 20)

void tile_attribute_put_aggregate(struct buf *b, const char *field, enum aggregate_op op)
{
    buf_printf(b, "%s_%s", field, aggregate_op_name(op));
}

bool tile_tells_field(const struct layer *layer, size_t field)
{
    const struct layer_drawing *d = layer_drawing_of(layer->drawing);
    if (!d->tile_fields || (int)field == layer->id_field)
        return true;
    for (size_t i = 0; i < d->n_tile_fields; i++) {
        if (d->tile_fields[i] == (int)field)
            return true;
    }
    return false;
}

/* What groups tell besides, unless single features have an attribute of that name. */
static void tell(const struct layer *layer, const char *name, enum field_type type,
                 tile_attribute_fn *fn, void *state)
{
    const int same = layer_field_index(layer, name);
    if (same < 0 || !tile_tells_field(layer, (size_t)same))
        fn(state, name, type, NULL);
}

static bool has_kind(const struct layer *layer, enum geom_kind kind)
{
    return layer->geom_type == GEOM_COLLECTION ||
           (layer->geom_type != GEOM_NONE && geom_kind_of(layer->geom_type) == kind);
}

static enum err_code walk_aggregates(const struct layer *layer, tile_attribute_fn *fn, void *state,
                                     struct err *err)
{
    const struct layer_drawing *d = layer_drawing_of(layer->drawing);
    struct buf name;
    enum err_code rc = OK;
    buf_init(&name, NAME_MAX_BYTES);
    for (size_t i = 0; !rc && i < d->n_aggregates; i++) {
        const struct aggregate *g = &d->aggregates[i];
        const struct field *field = &layer->fields[g->field];
        buf_reset(&name);
        tile_attribute_put_aggregate(&name, field->name, g->op);
        rc = buf_status(&name, err);
        if (!rc)
            tell(layer, buf_text(&name), g->op == AGGREGATE_MEAN ? FIELD_REAL : field->type, fn,
                 state);
    }
    buf_clear(&name);
    return rc;
}

enum err_code tile_attributes_walk(const struct layer *layer, tile_attribute_fn *fn, void *state,
                                   struct err *err)
{
    const int group = layer_drawing_of(layer->drawing)->group_field;
    for (size_t i = 0; i < layer->n_fields; i++) {
        if (tile_tells_field(layer, i))
            fn(state, layer->fields[i].name, layer->fields[i].type, &layer->fields[i]);
    }
    if (group >= 0)
        tell(layer, layer->fields[group].name, layer->fields[group].type, fn, state);
    if (has_kind(layer, GEOM_KIND_LINE) || has_kind(layer, GEOM_KIND_POLYGON))
        tell(layer, FEATURE_COUNT_ATTRIBUTE, FIELD_INTEGER, fn, state);
    if (!has_kind(layer, GEOM_KIND_POINT))
        return OK;
    tell(layer, POINT_COUNT_ATTRIBUTE, FIELD_INTEGER, fn, state);
    return walk_aggregates(layer, fn, state, err);
}

bool layer_has_labels(const struct layer *layer)
{
    return layer_drawing_of(layer->drawing)->label_field >= 0;
}

void label_attributes_walk(const struct layer *layer, tile_attribute_fn *fn, void *state)
{
    const struct field *label = &layer->fields[layer_drawing_of(layer->drawing)->label_field];
    const struct field *id = layer->id_field < 0 ? NULL : &layer->fields[layer->id_field];
    fn(state, LABEL_ATTRIBUTE, label->type, NULL);
    if (id && !text_eq(id->name, LABEL_ATTRIBUTE))
        fn(state, id->name, id->type, id);
}

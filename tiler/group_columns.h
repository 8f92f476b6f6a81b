/*
 * What a group of features tells of them in a tile: the columns of its drawables. A column is null
 * where it does not fit the kind of group.
 *
 *   0  point_count    of a cluster of points
 *   1  feature_count  of a block of polygons or of merged lines
 *   2  the value that all have in common, when the layer groups by a field
 *   then each aggregate, FIELD_sum and so on
 */
#ifndef TILER_GROUP_COLUMNS_H
#define TILER_GROUP_COLUMNS_H

#include "base/arena.h"
#include "store/layer_drawing.h"

#define GROUP_COLUMN_POINTS   0
#define GROUP_COLUMN_FEATURES 1
#define GROUP_COLUMN_COMMON   2

static inline size_t group_n_columns(const struct layer_drawing *d)
{
    return GROUP_COLUMN_COMMON + (d->group_field >= 0) + d->n_aggregates;
}

static inline size_t group_first_aggregate(const struct layer_drawing *d)
{
    return GROUP_COLUMN_COMMON + (d->group_field >= 0);
}

#endif

/* The values of groups of features: their count, what they have in common, aggregates. */
#ifndef TILER_GROUP_VALUES_H
#define TILER_GROUP_VALUES_H

#include "base/buf.h"
#include "base/text.h"
#include "base/value.h"
#include "tiler/group_columns.h"

/** What is added up of one field of the points of a cluster. */
struct aggregate_sum {
    uint64_t n; /* values that are numbers */
    double sum, min, max;
};

void aggregate_sum_join(struct aggregate_sum *to, const struct aggregate_sum *from);
/** Nothing when the value is no number. */
void aggregate_sum_add(struct aggregate_sum *to, const struct value *v);

/**
 * Append the packed values of a group's columns.
 * In       is_points: a cluster, else a block or merged lines; common: packed; an empty span is null;
 *          sums: one for each aggregate; NULL: none are known
 */
void group_values_put(struct buf *b, const struct layer_drawing *d, bool is_points,
                      uint64_t n_features, struct span common, const struct aggregate_sum *sums);

#endif

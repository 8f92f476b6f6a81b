#include "tiler/group_values.h"

#include <math.h>

#define WHOLE_MAX 9007199254740992.0 /* 2^53: whole numbers that a double holds */

void aggregate_sum_join(struct aggregate_sum *to, const struct aggregate_sum *from)
{
    if (from->n == 0)
        return;
    to->min = to->n && to->min < from->min ? to->min : from->min;
    to->max = to->n && to->max > from->max ? to->max : from->max;
    to->sum += from->sum;
    to->n += from->n;
}

void aggregate_sum_add(struct aggregate_sum *to, const struct value *v)
{
    const double x = v->type == VALUE_INT ? (double)v->integer : v->real;
    if (v->type != VALUE_INT && v->type != VALUE_REAL)
        return;
    const struct aggregate_sum one = {1, x, x, x};
    aggregate_sum_join(to, &one);
}

static void put_number(struct buf *b, double x)
{
    const bool is_whole = floor(x) == x && fabs(x) <= WHOLE_MAX;
    const struct value v = is_whole ? value_int((int64_t)x) : value_real(x);
    value_pack(b, &v);
}

static void put_aggregate(struct buf *b, enum aggregate_op op, const struct aggregate_sum *s)
{
    const struct value null = value_null();
    if (!s || s->n == 0) {
        value_pack(b, &null);
        return;
    }
    const double of_op[N_AGGREGATE_OPS] = {
        [AGGREGATE_SUM] = s->sum,
        [AGGREGATE_MIN] = s->min,
        [AGGREGATE_MAX] = s->max,
        [AGGREGATE_MEAN] = s->sum / (double)s->n,
    };
    put_number(b, of_op[op]);
}

void group_values_put(struct buf *b, const struct layer_drawing *d, bool is_points,
                      uint64_t n_features, struct span common, const struct aggregate_sum *sums)
{
    const struct value null = value_null(), count = value_int((int64_t)n_features);
    value_pack(b, is_points ? &count : &null);
    value_pack(b, is_points ? &null : &count);
    if (d->group_field >= 0 && common.len_bytes)
        buf_put(b, common.at, common.len_bytes);
    else if (d->group_field >= 0)
        value_pack(b, &null);
    for (size_t i = 0; i < d->n_aggregates; i++)
        put_aggregate(b, d->aggregates[i].op, sums ? &sums[i] : NULL);
}

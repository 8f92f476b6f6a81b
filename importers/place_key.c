#include "importers/place_key.h"

#include "base/hilbert.h"

/* Metres east or north that any projected CRS stays within: 2^25. */
#define PROJECTED_MAX 33554432.0

static uint32_t on_curve(double v, double min, double max)
{
    const double at = (v - min) / (max - min) * 4294967296.0;
    return at <= 0 ? 0 : at >= 4294967295.0 ? UINT32_MAX : (uint32_t)at;
}

uint64_t place_key(const struct bbox *b, bool geographic)
{
    if (bbox_is_empty(b))
        return 0;
    const double x = b->min_x + (b->max_x - b->min_x) / 2;
    const double y = b->min_y + (b->max_y - b->min_y) / 2;
    if (geographic)
        return hilbert_key(on_curve(x, -180, 180), on_curve(y, -90, 90));
    return hilbert_key(on_curve(x, -PROJECTED_MAX, PROJECTED_MAX),
                       on_curve(y, -PROJECTED_MAX, PROJECTED_MAX));
}

#include "importers/keep_places.h"

#include <math.h>

#define DEGREES_OF_RADIAN 57.29577951308232
#define PI                3.141592653589793

void keep_places_add(struct keep_places *p, struct tile_place at)
{
    if (p->zooms[at.z].n_tiles++ == 0) {
        p->zooms[at.z].min_x = p->zooms[at.z].max_x = at.x;
        p->zooms[at.z].min_y = p->zooms[at.z].max_y = at.y;
        return;
    }
    if (at.x < p->zooms[at.z].min_x)
        p->zooms[at.z].min_x = at.x;
    if (at.y < p->zooms[at.z].min_y)
        p->zooms[at.z].min_y = at.y;
    if (at.x > p->zooms[at.z].max_x)
        p->zooms[at.z].max_x = at.x;
    if (at.y > p->zooms[at.z].max_y)
        p->zooms[at.z].max_y = at.y;
}

bool keep_places_zooms(const struct keep_places *p, int *out_min, int *out_max)
{
    bool any = false;
    for (int z = 0; z <= ARCHIVE_MAX_ZOOM; z++) {
        if (p->zooms[z].n_tiles == 0)
            continue;
        if (!any)
            *out_min = z;
        *out_max = z;
        any = true;
    }
    return any;
}

/* Of the edge before column `x`, and the one above row `y`, of so many. */
static double lon_of(uint32_t x, double n)
{
    return x / n * 360 - 180;
}

static double lat_of(uint32_t y, double n)
{
    return atan(sinh(PI * (1 - 2 * y / n))) * DEGREES_OF_RADIAN;
}

struct bbox keep_places_bbox(const struct keep_places *p)
{
    int min_zoom, z;
    if (!keep_places_zooms(p, &min_zoom, &z))
        return bbox_empty();
    const double n = (double)(UINT32_C(1) << z);
    return (struct bbox){lon_of(p->zooms[z].min_x, n), lat_of(p->zooms[z].max_y + 1, n),
                         lon_of(p->zooms[z].max_x + 1, n), lat_of(p->zooms[z].min_y, n)};
}

struct bbox keep_places_choose_bbox(const struct keep_places *p, const struct archive_face *face,
                                    const char **out_why)
{
    const struct bbox tiles = keep_places_bbox(p);
    *out_why = NULL;
    if (!face->has_bounds)
        return tiles;
    if (!bounds_are_ok(&face->bounds_deg))
        *out_why = "its bounds are no box of degrees; those of its tiles are taken";
    else if (!bbox_meets(&face->bounds_deg, &tiles))
        *out_why = "its bounds lie elsewhere than its tiles; those of its tiles are taken";
    return *out_why ? tiles : face->bounds_deg;
}

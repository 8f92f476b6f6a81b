#include "server/ogc/meets.h"

static bool box_holds(const struct bbox *box, const double *p)
{
    return p[0] >= box->min_x && p[0] <= box->max_x && p[1] >= box->min_y && p[1] <= box->max_y;
}

/* On which side of the line a to b: positive on its left. */
static double side_of(const double *a, const double *b, double x, double y)
{
    return (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
}

/* Two convex things are apart when an axis of either separates them: the box's two axes, and the
 * segment's own line with all four corners on one side of it. */
static bool segment_meets_box(const double *a, const double *b, const struct bbox *box)
{
    if ((a[0] < box->min_x && b[0] < box->min_x) || (a[0] > box->max_x && b[0] > box->max_x) ||
        (a[1] < box->min_y && b[1] < box->min_y) || (a[1] > box->max_y && b[1] > box->max_y))
        return false;
    if (box_holds(box, a) || box_holds(box, b))
        return true;
    const double sides[4] = {
        side_of(a, b, box->min_x, box->min_y), side_of(a, b, box->max_x, box->min_y),
        side_of(a, b, box->max_x, box->max_y), side_of(a, b, box->min_x, box->max_y)};
    int n_left = 0, n_right = 0;
    for (int i = 0; i < 4; i++) {
        n_left += sides[i] > 0;
        n_right += sides[i] < 0;
    }
    return n_left < 4 && n_right < 4;
}

static bool path_meets_box(const double *xy, size_t n_vertices, const struct bbox *box)
{
    if (n_vertices == 1)
        return box_holds(box, xy);
    for (size_t i = 1; i < n_vertices; i++)
        if (segment_meets_box(xy + 2 * (i - 1), xy + 2 * i, box))
            return true;
    return false;
}

/* Whether a ray from the point to the east crosses the ring an odd number of times. */
static bool ring_is_around(const double *xy, size_t n_vertices, double x, double y)
{
    bool inside = false;
    for (size_t i = 1; i < n_vertices; i++) {
        const double *a = xy + 2 * (i - 1), *b = xy + 2 * i;
        if ((a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
            inside = !inside;
    }
    return inside;
}

bool geom_meets_box(const struct geom *g, const struct bbox *box)
{
    size_t ring = 0, vertex = 0;
    for (size_t part = 0; part < g->n_parts; part++) {
        bool around = false;
        for (; ring < g->part_end[part]; ring++) {
            const double *xy = g->xy + 2 * vertex;
            const size_t n = g->ring_end[ring] - vertex;
            vertex = g->ring_end[ring];
            if (path_meets_box(xy, n, box))
                return true;
            /* No border meets the box, so it lies as a whole inside or outside of the polygon; a
             * hole around it turns inside into outside. */
            if (g->part_kind[part] == GEOM_KIND_POLYGON)
                around ^= ring_is_around(xy, n, box->min_x, box->min_y);
        }
        if (around)
            return true;
    }
    return false;
}

#include "tiler/min_zoom.h"

#include "tiler/arc.h"
#include "tiler/grid.h"

#include <math.h>

/* A tile is shown 512 CSS pixels wide: 8 tile units a pixel. Motives in docs/adr/0003-drawables.md.
 */
#define PIXEL_TU        8
#define LINE_SIDE_TU    (4 * PIXEL_TU)
#define POLYGON_SIDE_TU (16 * PIXEL_TU) /* however thin */
/* Below this area a polygon is drawn in a block, and from DETAIL_ZOOM on below that. */
#define POLYGON_AREA_TU2 (16 * PIXEL_TU * PIXEL_TU)
#define DETAIL_AREA_TU2  (4 * PIXEL_TU * PIXEL_TU)
#define DETAIL_ZOOM      14

static double area_of(const struct vertex_gu *v, size_t n)
{
    return fabs(vertex_ring_area2(v, n)) / 2;
}

static const struct vertex_gu *ring_of(const struct grid_shape *s, size_t ring, size_t *n)
{
    const size_t start = ring ? s->ring_end[ring - 1] : 0;
    *n = s->ring_end[ring] - start;
    return s->vertices + start;
}

/* What is inside the outer rings and not in the holes. */
double shape_area_gu2(const struct grid_shape *s)
{
    double area = 0;
    size_t ring = 0;
    for (size_t part = 0; part < s->n_parts; part++)
        for (const size_t outer = ring; ring < s->part_end[part]; ring++) {
            size_t n;
            const struct vertex_gu *v = ring_of(s, ring, &n);
            area += ring == outer ? area_of(v, n) : -area_of(v, n);
        }
    return area;
}

bool line_is_long(const struct vertex_gu *v, size_t n, uint8_t zoom)
{
    const double wanted_gu = LINE_SIDE_TU * (double)(1 << (GRID_DETAIL_ZOOM - zoom));
    struct vertex_gu min = v[0], max = v[0];
    for (size_t i = 1; i < n; i++) {
        min.x = v[i].x < min.x ? v[i].x : min.x;
        min.y = v[i].y < min.y ? v[i].y : min.y;
        max.x = v[i].x > max.x ? v[i].x : max.x;
        max.y = v[i].y > max.y ? v[i].y : max.y;
    }
    return max.x - min.x >= wanted_gu || max.y - min.y >= wanted_gu;
}

uint8_t min_zoom_by_size(const struct grid_shape *s)
{
    const bool is_polygon = s->kind == GEOM_KIND_POLYGON;
    const double area = is_polygon ? shape_area_gu2(s) : 0;
    const struct grid_box box = grid_shape_box(s);
    const uint32_t width = box.max_x - box.min_x, height = box.max_y - box.min_y;
    const double side = width > height ? width : height;
    for (uint8_t zoom = 0; zoom < ALL_DRAWN_ZOOM; zoom++) {
        const double unit_gu = (double)(1 << (GRID_DETAIL_ZOOM - zoom));
        const double area_tu2 = zoom < DETAIL_ZOOM ? POLYGON_AREA_TU2 : DETAIL_AREA_TU2;
        if (side >= (is_polygon ? POLYGON_SIDE_TU : LINE_SIDE_TU) * unit_gu ||
            (is_polygon && area >= area_tu2 * unit_gu * unit_gu))
            return zoom;
    }
    return ALL_DRAWN_ZOOM;
}

size_t main_ring(const struct grid_shape *s)
{
    size_t best = 0;
    double best_area = -1;
    for (size_t part = 0; part < s->n_parts; part++) {
        const size_t ring = part ? s->part_end[part - 1] : 0;
        size_t n;
        const struct vertex_gu *v = ring_of(s, ring, &n);
        const double area = area_of(v, n);
        if (area > best_area) {
            best_area = area;
            best = ring;
        }
    }
    return best;
}

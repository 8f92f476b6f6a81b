#include "tiler/vertex_zoom.h"

#include "base/mem.h"
#include "tiler/grid.h"
#include "tiler/min_zoom.h"

#include <string.h>

void vertex_zoomer_clear(struct vertex_zoomer *z)
{
    arc_settler_clear(&z->settler);
    mem_free(z->arc);
    mem_free(z->index);
    mem_free(z->arc_zoom);
    *z = (struct vertex_zoomer){0};
}

/* Room for an arc of a ring of n, which may come back to where it started. */
static enum err_code reserve(struct vertex_zoomer *z, size_t n, struct err *err)
{
    enum err_code rc = mem_grow((void **)&z->arc, &z->room_arc, n + 1, sizeof *z->arc, err);
    if (!rc)
        rc = mem_grow((void **)&z->index, &z->room_index, n + 1, sizeof *z->index, err);
    return rc ? rc : mem_grow((void **)&z->arc_zoom, &z->room_zoom, n + 1, 1, err);
}

/* --- lines --------------------------------------------------------------------------------- */

static enum err_code settle_piece(struct vertex_zoomer *z, const struct vertex_gu *v, size_t n,
                                  uint8_t *zoom, struct err *err)
{
    zoom[0] = zoom[n - 1] = 0;
    return arc_settle(&z->settler, v, n, GRID_DETAIL_ZOOM, zoom, err);
}

/* A line is cut at its ends; a closed one at the vertex farthest from them too. */
static enum err_code settle_line(struct vertex_zoomer *z, const struct vertex_gu *v, size_t n,
                                 uint8_t *zoom, struct err *err)
{
    size_t middle = 0;
    if (vertex_is_same(v[0], v[n - 1]))
        for (size_t i = 1; i < n; i++)
            if (vertex_distance2(v[0], v[i]) > vertex_distance2(v[0], v[middle]))
                middle = i;
    enum err_code rc = settle_piece(z, v, middle + 1, zoom, err);
    return rc ? rc : settle_piece(z, v + middle, n - middle, zoom + middle, err);
}

enum err_code vertex_zoom_set(struct vertex_zoomer *z, struct grid_shape *s, struct err *err)
{
    memset(s->zoom, 0, s->n_vertices);
    if (s->kind == GEOM_KIND_POINT)
        return OK;
    for (size_t ring = 0, start = 0; ring < s->n_rings; start = s->ring_end[ring++]) {
        const enum err_code rc =
            settle_line(z, s->vertices + start, s->ring_end[ring] - start, s->zoom + start, err);
        if (rc)
            return rc;
    }
    return OK;
}

/* --- polygons ------------------------------------------------------------------------------ */

struct ring {
    const struct vertex_gu *v;
    const uint8_t *junction_zoom;
    size_t n;
    uint8_t *zoom;
};

static bool is_anchor(const struct ring *r, size_t i, uint8_t zoom)
{
    return r->junction_zoom[i] <= zoom;
}

/* The arc from anchor `first` to anchor `last`, of the vertices kept so far; what of them is kept at
 * `zoom` as well gets it. */
static enum err_code settle_arc(struct vertex_zoomer *z, const struct ring *r, const size_t *kept,
                                size_t first, size_t last, size_t n_kept, uint8_t zoom,
                                bool is_ladder, struct err *err)
{
    size_t n = 0;
    for (size_t k = first;; k = k + 1 < n_kept ? k + 1 : 0) {
        z->arc[n++] = r->v[kept[k]];
        if (k == last && n > 1)
            break;
    }
    const enum err_code rc =
        arc_settle(&z->settler, z->arc, n, is_ladder ? GRID_DETAIL_ZOOM : zoom, z->arc_zoom, err);
    for (size_t i = 1; !rc && i + 1 < n; i++) {
        uint8_t *to = &r->zoom[kept[(first + i) % n_kept]];
        if (is_ladder)
            *to = z->arc_zoom[i];
        else if (z->arc_zoom[i] != ARC_HIDDEN)
            *to = zoom;
    }
    return rc;
}

/* A ring that nobody shares in parts: its corners are the anchors. */
static enum err_code settle_whole(struct vertex_zoomer *z, const struct ring *r, const size_t *kept,
                                  size_t n_kept, uint8_t zoom, bool is_ladder, struct err *err)
{
    size_t corners[N_CORNERS];
    for (size_t i = 0; i < n_kept; i++)
        z->arc[i] = r->v[kept[i]];
    ring_corners(z->arc, n_kept, corners);
    enum err_code rc = OK;
    for (int i = 0; i < N_CORNERS; i++)
        r->zoom[kept[corners[i]]] = is_ladder ? 0 : zoom;
    for (int i = 0; i < N_CORNERS && !rc; i++) {
        const size_t first = corners[i], last = corners[(i + 1) % N_CORNERS];
        if (first != last)
            rc = settle_arc(z, r, kept, first, last, n_kept, zoom, is_ladder, err);
    }
    return rc;
}

/* All arcs between the anchors of a zoom. */
static enum err_code settle_level(struct vertex_zoomer *z, const struct ring *r, const size_t *kept,
                                  size_t n_kept, uint8_t zoom, bool is_ladder, struct err *err)
{
    size_t start = 0;
    while (start < n_kept && !is_anchor(r, kept[start], zoom))
        start++;
    if (start == n_kept && n_kept >= 3)
        return settle_whole(z, r, kept, n_kept, zoom, is_ladder, err);
    if (start == n_kept) {
        for (size_t i = 0; i < n_kept; i++)
            r->zoom[kept[i]] = is_ladder ? 0 : zoom;
        return OK;
    }
    enum err_code rc = OK;
    size_t first = start;
    do {
        size_t last = first + 1 < n_kept ? first + 1 : 0;
        while (!is_anchor(r, kept[last], zoom))
            last = last + 1 < n_kept ? last + 1 : 0;
        r->zoom[kept[first]] = is_ladder ? 0 : zoom;
        rc = settle_arc(z, r, kept, first, last, n_kept, zoom, is_ladder, err);
        first = last;
    } while (!rc && first != start);
    return rc;
}

/* Which vertices are kept at a zoom, into z->index. */
static size_t list_kept(struct vertex_zoomer *z, const struct ring *r, uint8_t zoom)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (r->zoom[i] <= zoom)
            z->index[n++] = i;
    return n;
}

/* Whether no lower zoom can lose any of them. */
static bool all_are_anchors(const struct ring *r, const size_t *kept, size_t n_kept, uint8_t zoom)
{
    for (size_t i = 0; i < n_kept; i++)
        if (!is_anchor(r, kept[i], zoom))
            return false;
    return true;
}

enum err_code vertex_zoom_ring(struct vertex_zoomer *z, const struct vertex_gu *v,
                               const uint8_t *junction_zoom, size_t n, uint8_t min_zoom,
                               uint8_t *zoom, struct err *err)
{
    const struct ring r = {v, junction_zoom, n, zoom};
    enum err_code rc = reserve(z, n, err);
    if (rc)
        return rc;
    memset(zoom, 0, n);
    rc = settle_level(z, &r, z->index, list_kept(z, &r, 0), ALL_DRAWN_ZOOM, true, err);
    for (size_t i = 0; i < n; i++)
        if (zoom[i] < ALL_DRAWN_ZOOM)
            zoom[i] = ALL_DRAWN_ZOOM;
    for (int level = ALL_DRAWN_ZOOM - 1; !rc && level >= min_zoom; level--) {
        const size_t n_kept = list_kept(z, &r, (uint8_t)(level + 1));
        if (all_are_anchors(&r, z->index, n_kept, min_zoom)) {
            for (size_t i = 0; i < n_kept; i++)
                zoom[z->index[i]] = min_zoom;
            break;
        }
        rc = settle_level(z, &r, z->index, n_kept, (uint8_t)level, false, err);
    }
    return rc;
}

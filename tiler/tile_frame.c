#include "tiler/tile_frame.h"

#include <math.h>

#define LON_LAT 4326
/* Mapped at a time. */
#define BATCH 64
/* The edges of a box bend in another CRS more than the points tell by which they are followed
 * (base/crs.c): a 64th of a tile is many times that. */
#define BOX_MARGIN 64
/* Halving so often leaves nothing of the longest edge. */
#define MAX_HALVINGS 32

static uint32_t within_grid(double at_gu)
{
    return (uint32_t)fmin(fmax(at_gu, 0), UINT32_MAX);
}

static struct grid_box grid_box_of(const struct bbox *deg)
{
    struct grid_box b;
    double min_x, min_y, max_x, max_y;
    grid_place(deg->min_x, fmin(deg->max_y, MERCATOR_MAX_LAT_DEG), &min_x, &min_y);
    grid_place(deg->max_x, fmax(deg->min_y, -MERCATOR_MAX_LAT_DEG), &max_x, &max_y);
    b.min_x = within_grid(floor(min_x));
    b.min_y = within_grid(floor(min_y));
    b.max_x = within_grid(ceil(max_x));
    b.max_y = within_grid(ceil(max_y));
    return b;
}

enum err_code tile_frame_box(const struct tile_grid *g, struct tile_address at, uint32_t extent_tu,
                             uint32_t buffer_tu, struct crs *crs, struct grid_box *out,
                             struct err *err)
{
    const struct tile_level *l = &g->levels[at.z];
    struct bbox box = tile_grid_tile(g, at), box_deg;
    const double margin = l->side * buffer_tu / extent_tu + l->side / BOX_MARGIN;
    box = (struct bbox){box.min_x - margin, box.min_y - margin, box.max_x + margin,
                        box.max_y + margin};
    struct err why = {0};
    const enum err_code rc = crs_transform_bbox(crs, g->epsg, LON_LAT, &box, &box_deg, &why);
    if (rc && rc != BAD_DATA)
        return err_set(err, rc, "%s", why.text);
    const bool is_nowhere =
        rc || box_deg.min_y > MERCATOR_MAX_LAT_DEG || box_deg.max_y < -MERCATOR_MAX_LAT_DEG;
    *out = is_nowhere ? grid_box_empty() : grid_box_of(&box_deg);
    return OK;
}

enum err_code tile_frame_of_grid(const struct tile_grid *g, struct tile_address at,
                                 uint32_t extent_tu, uint32_t buffer_tu, struct crs *crs,
                                 struct grid_mesh *mesh, struct tile_frame *out, struct err *err)
{
    const struct tile_level *l = &g->levels[at.z];
    struct grid_box box;
    const enum err_code rc = tile_frame_box(g, at, extent_tu, buffer_tu, crs, &box, err);
    if (rc)
        return rc;
    grid_mesh_start(mesh, g, at.z, extent_tu);
    *out = (struct tile_frame){
        .extent_tu = extent_tu,
        .clip = {-(int64_t)buffer_tu, (int64_t)extent_tu + buffer_tu},
        .box = box,
        .is_nowhere = box.min_x > box.max_x,
        .zoom = l->zoom,
        .mesh = mesh,
        .origin_x_tu = (int64_t)at.x * extent_tu,
        .origin_y_tu = (int64_t)(l->from_bottom ? l->n_rows - 1 - at.y : at.y) * extent_tu,
        /* An edge of s grid units bends by up to s^2 tan(lat) / 8 R; this is a fifth of a tile
         * unit at 45 degrees. */
        .edge_bits = 25 - l->zoom / 2,
    };
    return OK;
}

/* What is appended, a batch at a time. */
struct batch {
    const struct tile_frame *frame;
    struct tile_shape *shape;
    size_t n;
    struct vertex_gu vertices[BATCH];
};

static enum err_code flush(struct batch *b, struct err *err)
{
    struct vertex_tu mapped[BATCH];
    size_t n = 0;
    enum err_code rc = grid_mesh_map(b->frame->mesh, b->vertices, b->n, mapped, &n, err);
    if (!rc)
        rc = tile_shape_reserve(b->shape, 0, 0, n, err);
    for (size_t i = 0; i < n && !rc; i++)
        tile_shape_put(b->shape, (struct vertex_tu){mapped[i].x - b->frame->origin_x_tu,
                                                    mapped[i].y - b->frame->origin_y_tu});
    b->n = 0;
    return rc;
}

static enum err_code put(struct batch *b, struct vertex_gu v, struct err *err)
{
    b->vertices[b->n++] = v;
    return b->n == BATCH ? flush(b, err) : OK;
}

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

/* Whether a stretch, `margin` longer at both ends, has something of min..max. */
static bool is_near(uint32_t a, uint32_t b, int64_t margin, uint32_t min, uint32_t max)
{
    const int64_t low = (a < b ? a : b) - margin, high = (a < b ? b : a) + margin;
    return low <= max && high >= min;
}

/* Edges that are straight on the world grid are curves in other CRSs. Far from the tile that does
 * not matter: an edge bends by less than a quarter of its length. */
static bool must_split(const struct tile_frame *f, struct vertex_gu a, struct vertex_gu b)
{
    const uint32_t dx = apart(a.x, b.x), dy = apart(a.y, b.y), length = dx > dy ? dx : dy;
    if (length >> f->edge_bits == 0)
        return false;
    return is_near(a.x, b.x, length / 4, f->box.min_x, f->box.max_x) &&
           is_near(a.y, b.y, length / 4, f->box.min_y, f->box.max_y);
}

/* The same whichever way the edge runs, so that polygons that share it still do. */
static struct vertex_gu middle_of(struct vertex_gu a, struct vertex_gu b)
{
    return (struct vertex_gu){(uint32_t)(((uint64_t)a.x + b.x) / 2),
                              (uint32_t)(((uint64_t)a.y + b.y) / 2)};
}

/* The edge from a to b, without a. */
static enum err_code put_edge(struct batch *b, struct vertex_gu from, struct vertex_gu to,
                              struct err *err)
{
    struct vertex_gu ahead[MAX_HALVINGS + 1] = {to};
    size_t n = 1;
    enum err_code rc = OK;
    while (n > 0 && !rc) {
        const struct vertex_gu next = ahead[n - 1];
        if (n <= MAX_HALVINGS && must_split(b->frame, from, next)) {
            ahead[n++] = middle_of(from, next);
            continue;
        }
        rc = put(b, next, err);
        from = next;
        n--;
    }
    return rc;
}

enum err_code tile_frame_project(const struct tile_frame *f, const struct vertex_gu *v, size_t n,
                                 struct tile_shape *out, struct err *err)
{
    struct batch b = {.frame = f, .shape = out};
    enum err_code rc = n ? put(&b, v[0], err) : OK;
    for (size_t i = 1; i < n && !rc; i++)
        rc = put_edge(&b, v[i - 1], v[i], err);
    /* The first vertex, which comes again, falls away when the ring ends. */
    if (!rc && n > 2 && out->kind == GEOM_KIND_POLYGON)
        rc = put_edge(&b, v[n - 1], v[0], err);
    return rc ? rc : flush(&b, err);
}

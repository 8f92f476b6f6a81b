#include "tiler/line_groups.h"

#include "base/mem.h"
#include "tiler/arc.h"
#include "tiler/drawable_codec.h"
#include "tiler/group_index.h"
#include "tiler/group_values.h"
#include "tiler/line_join.h"
#include "tiler/min_zoom.h"

#include <string.h>

#define BYTES_MAX ((size_t)1 << 30)

struct group {
    uint32_t hash;
    struct buf common;
    struct line_list lines;
};

/* The cell of a zoom that the curve is in: a group for each value that is grouped by. */
struct level {
    uint64_t cell;
    struct group_index index;
    struct group *groups;
    size_t n_groups, n_made, room_groups; /* made: groups whose memory is used again */
};

struct line_groups {
    const struct layer_drawing *drawing;
    struct chunk_sink *sink;
    struct level levels[ALL_DRAWN_ZOOM];
    struct line_joiner joiner;
    struct arc_settler settler;
    struct line_list joined, kept;
    uint8_t *zoom;
    size_t room_zoom;
    struct grid_shape shape;
    struct buf geometry, values;
};

enum err_code line_groups_new(struct line_groups **out, struct err *err)
{
    struct line_groups *g = mem_new(1, sizeof *g);
    if (!g)
        return err_no_memory(err, sizeof *g);
    buf_init(&g->geometry, BYTES_MAX);
    buf_init(&g->values, BYTES_MAX);
    *out = g;
    return OK;
}

void line_groups_free(struct line_groups *g)
{
    if (!g)
        return;
    for (int zoom = 0; zoom < ALL_DRAWN_ZOOM; zoom++) {
        struct level *l = &g->levels[zoom];
        for (size_t i = 0; i < l->n_made; i++) {
            buf_clear(&l->groups[i].common);
            line_list_clear(&l->groups[i].lines);
        }
        mem_free(l->groups);
        group_index_clear(&l->index);
    }
    line_joiner_clear(&g->joiner);
    arc_settler_clear(&g->settler);
    line_list_clear(&g->joined);
    line_list_clear(&g->kept);
    grid_shape_clear(&g->shape);
    mem_free(g->zoom);
    buf_clear(&g->geometry);
    buf_clear(&g->values);
    mem_free(g);
}

static void empty(struct level *l)
{
    l->n_groups = 0;
    group_index_reset(&l->index);
}

void line_groups_start(struct line_groups *g, const struct layer_drawing *drawing,
                       struct chunk_sink *sink)
{
    g->drawing = drawing;
    g->sink = sink;
    for (int zoom = 0; zoom < ALL_DRAWN_ZOOM; zoom++)
        empty(&g->levels[zoom]);
}

static enum err_code find_group(struct level *l, uint32_t hash, struct span common,
                                struct group **out, struct err *err)
{
    size_t at = 0;
    bool is_new = false;
    enum err_code rc = group_index_find(&l->index, hash, &at, &is_new, err);
    if (rc)
        return rc;
    if (is_new && at == l->n_made) {
        if (mem_grow((void **)&l->groups, &l->room_groups, l->n_made + 1, sizeof *l->groups, err))
            return NO_MEMORY;
        l->groups[l->n_made] = (struct group){0};
        buf_init(&l->groups[l->n_made++].common, BYTES_MAX);
    }
    struct group *g = &l->groups[at];
    *out = g;
    if (!is_new)
        return OK;
    l->n_groups = at + 1;
    g->hash = hash;
    line_list_reset(&g->lines);
    buf_reset(&g->common);
    buf_put(&g->common, common.at, common.len_bytes);
    return buf_status(&g->common, err);
}

/* --- into the sink ------------------------------------------------------------------------- */

static enum err_code put_line(struct line_groups *g, const struct vertex_gu *v, size_t n,
                              uint8_t zoom, struct err *err)
{
    struct grid_shape *s = &g->shape;
    if (mem_grow((void **)&s->vertices, &s->room_vertices, s->n_vertices + n, sizeof *v, err) ||
        mem_grow((void **)&s->zoom, &s->room_zooms, s->n_vertices + n, 1, err) ||
        mem_grow((void **)&s->ring_end, &s->room_rings, s->n_rings + 1, sizeof *s->ring_end, err) ||
        mem_grow((void **)&s->part_end, &s->room_parts, s->n_parts + 1, sizeof *s->part_end, err))
        return NO_MEMORY;
    memcpy(s->vertices + s->n_vertices, v, n * sizeof *v);
    memset(s->zoom + s->n_vertices, zoom, n);
    s->n_vertices += n;
    s->ring_end[s->n_rings++] = (uint32_t)s->n_vertices;
    s->part_end[s->n_parts++] = (uint32_t)s->n_rings;
    return OK;
}

static void start_shape(struct line_groups *g)
{
    g->shape.kind = GEOM_KIND_LINE;
    g->shape.n_parts = g->shape.n_rings = g->shape.n_vertices = 0;
}

static enum err_code put_drawable(struct line_groups *g, const struct group *of, uint8_t zoom,
                                  uint64_t n_features, struct err *err)
{
    const struct grid_box box = grid_shape_box(&g->shape);
    buf_reset(&g->geometry);
    buf_reset(&g->values);
    drawable_put_geometry(&g->geometry, &g->shape, &box);
    group_values_put(&g->values, g->drawing, false, n_features,
                     (struct span){(const char *)of->common.data, of->common.len_bytes}, NULL);
    enum err_code rc = buf_status(&g->geometry, err);
    if (!rc)
        rc = buf_status(&g->values, err);
    const struct drawable d = {.n_features = (uint32_t)n_features,
                               .box = box,
                               .geometry = span_of_buf(&g->geometry),
                               .values = span_of_buf(&g->values)};
    return rc ? rc : chunk_sink_put(g->sink, ROLE_GROUP, zoom, zoom, &d, err);
}

/* --- levels -------------------------------------------------------------------------------- */

/* A joined line with the vertices that the zoom needs, in place; how many are left. */
static enum err_code thin(struct line_groups *g, struct vertex_gu *v, size_t *n, uint8_t zoom,
                          struct err *err)
{
    if (mem_grow((void **)&g->zoom, &g->room_zoom, *n, 1, err))
        return NO_MEMORY;
    const enum err_code rc = arc_settle(&g->settler, v, *n, zoom, g->zoom, err);
    size_t n_left = 0;
    for (size_t i = 0; !rc && i < *n; i++)
        if (i == 0 || i + 1 == *n || g->zoom[i] != ARC_HIDDEN)
            v[n_left++] = v[i];
    if (!rc)
        *n = n_left;
    return rc;
}

/* What of a group is long enough is drawn; what is not is a line without length, which is counted
 * where it lies. All that may still become long enough goes on, into g->kept. */
static enum err_code end_group(struct line_groups *g, const struct group *of, uint8_t zoom,
                               struct err *err)
{
    uint64_t n_drawn = 0, n_left = 0;
    struct vertex_gu somewhere[2] = {{0, 0}, {0, 0}};
    line_list_reset(&g->joined);
    line_list_reset(&g->kept);
    start_shape(g);
    enum err_code rc = line_join(&g->joiner, &of->lines, &g->joined, err);
    for (size_t i = 0; !rc && i < g->joined.n; i++) {
        struct vertex_gu *v = g->joined.vertices + line_start(&g->joined, i);
        size_t n = g->joined.end[i] - line_start(&g->joined, i);
        rc = thin(g, v, &n, zoom, err);
        if (rc)
            break;
        if (line_is_long(v, n, zoom)) {
            n_drawn += g->joined.n_features[i];
            rc = put_line(g, v, n, zoom, err);
        } else {
            n_left += g->joined.n_features[i];
            somewhere[0] = somewhere[1] = v[0];
        }
        if (!rc)
            rc = line_list_add(&g->kept, v, n, g->joined.n_features[i], err);
    }
    if (!rc && n_drawn)
        rc = put_drawable(g, of, zoom, n_drawn, err);
    if (rc || n_left == 0)
        return rc;
    start_shape(g);
    rc = put_line(g, somewhere, 2, zoom, err);
    return rc ? rc : put_drawable(g, of, zoom, n_left, err);
}

static enum err_code end_level(struct line_groups *g, uint8_t zoom, struct err *err)
{
    struct level *l = &g->levels[zoom];
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < l->n_groups; i++) {
        const struct group *of = &l->groups[i];
        struct group *below = NULL;
        rc = end_group(g, of, zoom, err);
        if (rc || zoom == 0)
            continue;
        g->levels[zoom - 1].cell = l->cell >> 2;
        rc = find_group(&g->levels[zoom - 1], of->hash,
                        (struct span){(const char *)of->common.data, of->common.len_bytes}, &below,
                        err);
        for (size_t k = 0; !rc && k < g->kept.n; k++)
            rc =
                line_list_add(&below->lines, g->kept.vertices + line_start(&g->kept, k),
                              g->kept.end[k] - line_start(&g->kept, k), g->kept.n_features[k], err);
    }
    empty(l);
    return rc;
}

enum err_code line_groups_add(struct line_groups *g, const struct short_lines *s, struct err *err)
{
    enum err_code rc = OK;
    for (int zoom = ALL_DRAWN_ZOOM - 1; !rc && zoom >= 0; zoom--)
        if (g->levels[zoom].n_groups &&
            g->levels[zoom].cell != block_cell(s->self.key, (uint8_t)zoom))
            rc = end_level(g, (uint8_t)zoom, err);
    if (rc || s->self.min_zoom == 0)
        return rc;
    const uint8_t zoom = (uint8_t)(s->self.min_zoom - 1);
    struct group *of = NULL;
    g->levels[zoom].cell = block_cell(s->self.key, zoom);
    rc = find_group(&g->levels[zoom], s->self.group, s->common, &of, err);
    for (size_t i = 0, start = s->first; !rc && i < s->n_lines; start = s->end[i++])
        rc = line_list_add(&of->lines, s->vertices + start, s->end[i] - start, i == 0, err);
    return rc;
}

enum err_code line_groups_finish(struct line_groups *g, struct err *err)
{
    enum err_code rc = OK;
    for (int zoom = ALL_DRAWN_ZOOM - 1; !rc && zoom >= 0; zoom--)
        rc = end_level(g, (uint8_t)zoom, err);
    return rc;
}

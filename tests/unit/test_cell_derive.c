#include "tests/unit/cell_kit.h"

#include "base/hilbert.h"
#include "base/mem.h"
#include "tiler/cell_derive.h"
#include "tiler/min_zoom.h"

#include <string.h>

/* A mesh of N x N polygons whose borders wriggle; so many vertices stand between two corners. */
enum { N = 14, BETWEEN = 5, SIDE = 1 << 19, RING = 4 * (BETWEEN + 1) };
#define ORIGIN 2000000000u

static uint64_t mixed(uint64_t h)
{
    h ^= h >> 31;
    h *= UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

/* Place number `at` of the edge that begins at a corner and goes right or down; 0 is the corner. The
 * mesh's own border is straight. */
static struct vertex_gu place(uint32_t column, uint32_t row, bool is_down, uint32_t at)
{
    const uint32_t step = SIDE / (BETWEEN + 1);
    struct vertex_gu v = {ORIGIN + column * SIDE + (is_down ? 0 : at * step),
                          ORIGIN + row * SIDE + (is_down ? at * step : 0)};
    const bool is_border = is_down ? column == 0 || column == N : row == 0 || row == N;
    if (at == 0 || is_border)
        return v;
    const uint64_t random = mixed(((uint64_t)column * 64 + row) * 64 + at * 2 + is_down);
    const uint32_t off = (uint32_t)(random % (SIDE / 5)) - SIDE / 10;
    v.x += is_down ? off : 0;
    v.y += is_down ? 0 : off;
    return v;
}

static uint32_t put_way(struct vertex_gu *v, uint32_t n, uint32_t column, uint32_t row,
                        bool is_down, bool is_back)
{
    for (uint32_t i = 0; i <= BETWEEN; i++) {
        const uint32_t at = is_back ? BETWEEN + 1 - i : i;
        v[n++] = at <= BETWEEN ? place(column, row, is_down, at)
                               : place(column + !is_down, row + is_down, is_down, 0);
    }
    return n;
}

static void put_mesh(struct cell_kit *k)
{
    for (uint32_t row = 0; row < N; row++)
        for (uint32_t column = 0; column < N; column++) {
            struct vertex_gu v[RING];
            uint32_t n = put_way(v, 0, column, row, false, false);
            n = put_way(v, n, column + 1, row, true, false);
            n = put_way(v, n, column, row + 1, false, true);
            n = put_way(v, n, column, row, true, true);
            const uint64_t key = hilbert_key(v[0].x + SIDE / 2, v[0].y + SIDE / 2);
            const uint8_t min_zoom = (uint8_t)(4 + mixed(row * N + column) % 9);
            cell_kit_put(k, (struct owner){key, 0, min_zoom}, v, n);
        }
}

/* What is drawn at a zoom, as edges: of polygons, and of the blocks of that zoom by their cell. */
struct edges {
    uint64_t cell;
    struct block_edge *edges;
    size_t n, room;
};

static void add(struct edges *to, const struct block_edge *edges, size_t n)
{
    struct err err = {0};
    assert_ok(mem_grow((void **)&to->edges, &to->room, to->n + n + 1, sizeof *edges, &err));
    memcpy(to->edges + to->n, edges, n * sizeof *edges);
    to->n += n;
}

/* A polygon as it is drawn as itself. */
static void add_polygon(struct edges *to, const struct cell *c, const struct cell_shape *s,
                        uint8_t zoom)
{
    struct err err = {0};
    struct vertex_zoomer z = {0};
    uint8_t zooms[2 * RING];
    const size_t start = s->first_vertex, n = c->ring_end[s->first_ring] - start;
    assert_true(n <= 2 * RING);
    assert_ok(vertex_zoom_ring(&z, c->vertices + start, c->junction_zoom + start, n,
                               s->record.min_zoom, zooms, &err));
    vertex_zoomer_clear(&z);
    struct vertex_gu kept[2 * RING];
    size_t n_kept = 0;
    for (size_t i = 0; i < n; i++)
        if (zooms[i] <= zoom)
            kept[n_kept++] = c->vertices[start + i];
    for (size_t i = 0; i < n_kept; i++) {
        const struct block_edge e = {kept[i], kept[i + 1 < n_kept ? i + 1 : 0], NO_JUNCTION, false};
        add(to, &e, 1);
    }
}

static struct edges *block_of(struct edges *blocks, size_t *n, uint64_t cell)
{
    for (size_t i = 0; i < *n; i++)
        if (blocks[i].cell == cell)
            return &blocks[i];
    assert_true(*n < N * N);
    blocks[*n] = (struct edges){.cell = cell};
    return &blocks[(*n)++];
}

static bool is_on_line(uint32_t a, uint32_t b, uint32_t line)
{
    return a == line && b == line;
}

/* An edge of the mesh's own border. */
static bool is_outside(const struct block_edge *e)
{
    return is_on_line(e->from.x, e->to.x, ORIGIN) ||
           is_on_line(e->from.x, e->to.x, ORIGIN + N * SIDE) ||
           is_on_line(e->from.y, e->to.y, ORIGIN) ||
           is_on_line(e->from.y, e->to.y, ORIGIN + N * SIDE);
}

/* Each edge must run back as another's. */
static void check_closed(const struct edges *all)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct block_edge *e = &all->edges[i];
        bool has_other = is_outside(e) || vertex_is_same(e->from, e->to);
        for (size_t k = 0; k < all->n && !has_other; k++)
            has_other = vertex_is_same(e->from, all->edges[k].to) &&
                        vertex_is_same(e->to, all->edges[k].from);
        assert_true(has_other);
    }
}

/* The blocks of the zoom below, of those of this one and of the polygons that are drawn no more. */
static void coarsen(struct edges *blocks, size_t *n_blocks, const struct cell *c,
                    const struct cell_drawables *d, uint8_t zoom)
{
    struct edges below[N * N] = {0};
    size_t n_below = 0;
    for (size_t i = 0; i < *n_blocks; i++) {
        struct edges *to = block_of(below, &n_below, blocks[i].cell >> 2);
        add(to, blocks[i].edges, blocks[i].n);
        mem_free(blocks[i].edges);
    }
    for (size_t i = 0; i < c->n_shapes; i++) {
        if (c->shapes[i].record.min_zoom != zoom + 1)
            continue;
        struct edges *to = block_of(below, &n_below, block_cell(c->shapes[i].key, zoom));
        add(to, d->edges + d->derived[i].first_edge, d->derived[i].n_edges);
    }
    memcpy(blocks, below, sizeof below);
    *n_blocks = n_below;
}

static void at_every_zoom_neighbours_polygons_and_blocks_share_whole_edges(void **state)
{
    (void)state;
    struct err err = {0};
    struct cell_kit k;
    struct cell_deriver deriver = {0};
    struct cell_drawables d = {0};
    struct outliner outliner = {0};
    struct edges blocks[N * N] = {0};
    size_t n_blocks = 0, n_edges[ALL_DRAWN_ZOOM + 1];
    cell_kit_init(&k);
    put_mesh(&k);
    assert_ok(cell_derive(&deriver, &k.cell, &d, &err));
    for (int zoom = ALL_DRAWN_ZOOM; zoom >= 2; zoom--) {
        struct edges all = {0};
        coarsen(blocks, &n_blocks, &k.cell, &d, (uint8_t)zoom);
        for (size_t i = 0; i < n_blocks; i++) {
            assert_ok(outline_make(&outliner, (uint8_t)zoom, blocks[i].edges, &blocks[i].n, &err));
            add(&all, blocks[i].edges, blocks[i].n);
        }
        for (size_t i = 0; i < k.cell.n_shapes; i++)
            if (k.cell.shapes[i].record.min_zoom <= zoom)
                add_polygon(&all, &k.cell, &k.cell.shapes[i], (uint8_t)zoom);
        check_closed(&all);
        n_edges[zoom] = all.n;
        mem_free(all.edges);
    }
    /* It is not for want of thinning, nor of blocks. */
    assert_true(n_edges[5] < n_edges[16] / 8);
    for (size_t i = 0; i < n_blocks; i++)
        mem_free(blocks[i].edges);
    outliner_clear(&outliner);
    cell_drawables_clear(&d);
    cell_deriver_clear(&deriver);
    cell_kit_clear(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_every_zoom_neighbours_polygons_and_blocks_share_whole_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

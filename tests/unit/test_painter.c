/* Properties of tiles that must hold for whatever is drawn, on seeded random shapes. */
#include "base/geos.h"
#include "tests/golden/mvt_read.h"
#include "tests/golden/sketch.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_SHAPES 400

static const struct layer LAYER = {.name = "random", .max_zoom = 16};

/* SplitMix64: the same numbers everywhere. */
static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static double random_in(uint64_t *seed, double min, double max)
{
    return min + (max - min) * (double)(next_random(seed) >> 11) / 9007199254740992.0;
}

/* A star: rays of random length around a middle, so never crossing itself; some with a hole. */
static void put_star(struct buf *text, uint64_t *seed, double x, double y, double size_tu)
{
    const int n = 3 + (int)(next_random(seed) % 40);
    const bool has_hole = next_random(seed) % 3 == 0;
    for (int ring = 0; ring <= has_hole; ring++) {
        buf_put_text(text, ring ? ";" : "");
        for (int i = 0; i < n; i++) {
            const double angle = 6.283185307179586 * i / n;
            const double radius = ring ? size_tu * 0.1 : random_in(seed, 0.2, 1) * size_tu;
            buf_printf(text, "%s%.3f %.3f", i ? ", " : "", x + radius * cos(angle),
                       y + radius * sin(angle));
        }
    }
}

/* A comb: concave, with long thin teeth to the left. */
static void put_comb(struct buf *text, uint64_t *seed, double x, double y, double size_tu)
{
    const int n_teeth = 2 + (int)(next_random(seed) % 12);
    const double step = size_tu / n_teeth;
    buf_printf(text, "%.3f %.3f, %.3f %.3f", x, y + size_tu, x, y);
    for (int i = 0; i < n_teeth; i++) {
        const double length = random_in(seed, 0.1, 2) * size_tu;
        buf_printf(text, ", %.3f %.3f, %.3f %.3f, %.3f %.3f", x - length, y + (i + 0.2) * step,
                   x - length, y + (i + 0.7) * step, x - 0.05 * size_tu, y + (i + 0.7) * step);
        if (i + 1 < n_teeth)
            buf_printf(text, ", %.3f %.3f", x - 0.05 * size_tu, y + (i + 1.2) * step);
    }
}

static void put_random_shape(struct buf *text, uint64_t *seed)
{
    const double size_tu = pow(10, random_in(seed, 0.3, 4));
    const double x = random_in(seed, -500, 4600), y = random_in(seed, -500, 4600);
    buf_reset(text);
    if (next_random(seed) % 3)
        put_star(text, seed, x, y, size_tu);
    else
        put_comb(text, seed, x, y, size_tu);
}

struct paint_test {
    struct sketch sketch;
    struct painter *painter;
    struct geos *geos;
    struct arena arena;
    struct buf tile, other_tile, text;
    struct tile_layer_report report;
};

static int setup(void **state)
{
    struct err err = {0};
    struct paint_test *t = calloc(1, sizeof *t);
    assert_non_null(t);
    sketch_init(&t->sketch);
    arena_init(&t->arena, 1 << 28);
    buf_init(&t->tile, 1 << 24);
    buf_init(&t->other_tile, 1 << 24);
    buf_init(&t->text, 1 << 20);
    assert_ok(painter_new(&t->painter, &err));
    assert_ok(geos_new(&t->geos, &err));
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    struct paint_test *t = *state;
    sketch_clear(&t->sketch);
    arena_clear(&t->arena);
    buf_clear(&t->tile);
    buf_clear(&t->other_tile);
    buf_clear(&t->text);
    painter_free(t->painter);
    geos_free(t->geos);
    free(t);
    return 0;
}

/* Paint the shape of t->text, whose tile units are those of `drawn_in`, into `at`. */
static void paint(struct paint_test *t, enum geom_kind kind, struct tile_address drawn_in,
                  struct tile_address at, struct buf *tile)
{
    struct err err = {0};
    struct chunk d;
    buf_reset(tile);
    const struct tile_frame frame = tile_frame(at, TILE_EXTENT_TU, TILE_BUFFER_TU);
    assert_ok(painter_start(t->painter, &LAYER, &frame, at.z, &err));
    assert_ok(sketch_draw(&t->sketch, drawn_in, kind, buf_text(&t->text), "1", NULL, 0, &d, &err));
    assert_ok(painter_add(t->painter, &d, &err));
    assert_ok(painter_end(t->painter, tile, &t->report, &err));
}

/* NULL when the tile is empty. */
static const struct geom *decode(struct paint_test *t, const struct buf *tile)
{
    struct err err = {0};
    struct mvt_tile decoded;
    assert_ok(mvt_read((struct span){(const char *)tile->data, tile->len_bytes}, &t->arena,
                       &decoded, &err));
    return decoded.n_layers ? &decoded.layers[0].features[0].geom : NULL;
}

static void check_polygon(struct paint_test *t, const struct geom *g)
{
    struct err err = {0};
    const char *reason = NULL;
    bool valid = false;
    assert_ok(geos_is_valid(t->geos, g, &t->arena, &valid, &reason, &err));
    if (!valid)
        fail_msg("%s: %s", reason, buf_text(&t->text));
    for (size_t i = 0; i < 2 * g->n_vertices; i++)
        assert_true(g->xy[i] >= -TILE_BUFFER_TU && g->xy[i] <= 4096 + TILE_BUFFER_TU);
    for (size_t part = 0, ring = 0; part < g->n_parts; part++)
        for (size_t outer = ring; ring < g->part_end[part]; ring++) {
            const size_t start = ring ? g->ring_end[ring - 1] : 0;
            const double area = ring_area2(g->xy + 2 * start, g->ring_end[ring] - start);
            assert_true(ring == outer ? area > 0 : area < 0);
        }
}

static const struct tile_address AT = {14, 8299, 5635};

static void every_polygon_of_every_tile_is_valid_and_within_its_buffer(void **state)
{
    struct paint_test *t = *state;
    uint64_t seed = 1;
    int n_drawn = 0;
    for (int i = 0; i < N_SHAPES; i++) {
        put_random_shape(&t->text, &seed);
        for (uint8_t coarser = 0; coarser < 5; coarser++) {
            const struct tile_address at = {(uint8_t)(AT.z - coarser), AT.x >> coarser,
                                            AT.y >> coarser};
            paint(t, GEOM_KIND_POLYGON, AT, at, &t->tile);
            const struct geom *g = decode(t, &t->tile);
            if (g)
                check_polygon(t, g);
            n_drawn += g != NULL;
            assert_true(t->report.n_found <= 1);
            assert_int_equal(t->report.n_written + t->report.n_outside + t->report.n_collapsed,
                             t->report.n_found);
            arena_reset(&t->arena);
        }
    }
    assert_true(n_drawn > 4 * N_SHAPES);
}

static void a_polygon_is_never_lost_within_a_tile(void **state)
{
    struct paint_test *t = *state;
    uint64_t seed = 2;
    for (int i = 0; i < N_SHAPES; i++) {
        const double x = random_in(&seed, 100, 4000), y = random_in(&seed, 100, 4000);
        buf_reset(&t->text);
        put_star(&t->text, &seed, x, y, random_in(&seed, 0.01, 2));
        for (uint8_t coarser = 0; coarser < 4; coarser++) {
            const struct tile_address at = {(uint8_t)(20 - coarser), 531136 >> coarser,
                                            360640 >> coarser};
            paint(t, GEOM_KIND_POLYGON, (struct tile_address){20, 531136, 360640}, at, &t->tile);
            assert_int_equal(t->report.n_written, 1);
            check_polygon(t, decode(t, &t->tile));
        }
        arena_reset(&t->arena);
    }
}

static void a_shape_moved_by_whole_tiles_gives_an_equal_tile(void **state)
{
    struct paint_test *t = *state;
    uint64_t seed = 3;
    for (int i = 0; i < N_SHAPES; i++) {
        put_random_shape(&t->text, &seed);
        const enum geom_kind kind = i % 2 ? GEOM_KIND_POLYGON : GEOM_KIND_LINE;
        char *hole = kind == GEOM_KIND_LINE ? memchr(t->text.data, ';', t->text.len_bytes) : NULL;
        if (hole)
            *hole = '|';
        /* Sixteen tiles further the coarser tile is a whole one further. */
        const struct tile_address moved = {AT.z, AT.x + 48, AT.y - 16};
        for (uint8_t coarser = 0; coarser < 5; coarser += 2) {
            const uint8_t z = (uint8_t)(AT.z - coarser);
            paint(t, kind, AT, (struct tile_address){z, AT.x >> coarser, AT.y >> coarser},
                  &t->tile);
            paint(t, kind, moved, (struct tile_address){z, moved.x >> coarser, moved.y >> coarser},
                  &t->other_tile);
            assert_int_equal(t->tile.len_bytes, t->other_tile.len_bytes);
            assert_true(t->tile.len_bytes == 0 ||
                        memcmp(t->tile.data, t->other_tile.data, t->tile.len_bytes) == 0);
        }
    }
}

/*
 * How much of the line x = at, within the tile, the polygon covers. Where an edge was cut, its end
 * was rounded by half a unit at most in either direction: `*out_error_tu` is what that may move
 * the places where edges cross the line.
 */
static double covered(const struct geom *g, double at, double *out_error_tu)
{
    double ys[4096], sum = 0;
    int n = 0;
    *out_error_tu = 0;
    for (size_t ring = 0, i = 0; g && ring < g->n_rings; ring++) {
        for (; i + 1 < g->ring_end[ring]; i++) {
            const double *a = g->xy + 2 * i, *b = a + 2;
            if ((a[0] < at) == (b[0] < at))
                continue;
            const double slope = (b[1] - a[1]) / (b[0] - a[0]);
            double y = a[1] + slope * (at - a[0]);
            y = y < 0 ? 0 : y > 4096 ? 4096 : y;
            *out_error_tu += 0.5 + 0.5 * fabs(slope);
            int k = n++;
            for (; k > 0 && ys[k - 1] > y; k--)
                ys[k] = ys[k - 1];
            ys[k] = y;
            assert_in_range(n, 0, 4095);
        }
        i++;
    }
    for (int k = 0; k + 1 < n; k += 2)
        sum += ys[k + 1] - ys[k];
    return sum;
}

static void neighbouring_tiles_agree_on_their_shared_edge(void **state)
{
    struct paint_test *t = *state;
    uint64_t seed = 4;
    const struct tile_address east = {AT.z, AT.x + 1, AT.y};
    int n_shared = 0;
    for (int i = 0; i < N_SHAPES; i++) {
        put_random_shape(&t->text, &seed);
        paint(t, GEOM_KIND_POLYGON, AT, AT, &t->tile);
        paint(t, GEOM_KIND_POLYGON, AT, east, &t->other_tile);
        double west_error_tu, east_error_tu;
        const double west_tu = covered(decode(t, &t->tile), 4096.5, &west_error_tu);
        const double east_tu = covered(decode(t, &t->other_tile), 0.5, &east_error_tu);
        n_shared += west_error_tu > 0;
        assert_true(fabs(west_tu - east_tu) <= west_error_tu + east_error_tu);
        arena_reset(&t->arena);
    }
    assert_true(n_shared > N_SHAPES / 8);
}

static void a_damaged_drawable_is_an_error_and_no_tile(void **state)
{
    struct paint_test *t = *state;
    struct err err = {0};
    const struct chunk d = {.n_drawables = 1, .content = {"\x02\x01", 2}};
    const struct tile_frame frame = tile_frame(AT, TILE_EXTENT_TU, TILE_BUFFER_TU);
    assert_ok(painter_start(t->painter, &LAYER, &frame, AT.z, &err));
    assert_fails(painter_add(t->painter, &d, &err), BAD_DATA, "");
}

#define IN_PAINT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PAINT_TEST(every_polygon_of_every_tile_is_valid_and_within_its_buffer),
        IN_PAINT_TEST(a_polygon_is_never_lost_within_a_tile),
        IN_PAINT_TEST(a_shape_moved_by_whole_tiles_gives_an_equal_tile),
        IN_PAINT_TEST(neighbouring_tiles_agree_on_their_shared_edge),
        IN_PAINT_TEST(a_damaged_drawable_is_an_error_and_no_tile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

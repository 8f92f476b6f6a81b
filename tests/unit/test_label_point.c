#include "tests/unit/unit.h"
#include "tiler/label_point.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { MAX_VERTICES = 512, MAX_RINGS = 8 };

/* A shape with room, filled ring by ring. */
struct sketch {
    struct grid_shape shape;
    struct vertex_gu vertices[MAX_VERTICES];
    uint32_t ring_end[MAX_RINGS], part_end[MAX_RINGS];
};

static struct sketch *sketch_start(struct sketch *s)
{
    *s = (struct sketch){.shape = {.kind = GEOM_KIND_POLYGON}};
    s->shape.vertices = s->vertices;
    s->shape.ring_end = s->ring_end;
    s->shape.part_end = s->part_end;
    return s;
}

static void add_ring(struct sketch *s, bool new_part, const struct vertex_gu *v, size_t n)
{
    struct grid_shape *g = &s->shape;
    memcpy(s->vertices + g->n_vertices, v, n * sizeof *v);
    g->n_vertices += n;
    s->ring_end[g->n_rings++] = (uint32_t)g->n_vertices;
    g->n_parts += new_part;
    s->part_end[g->n_parts - 1] = (uint32_t)g->n_rings;
}

#define RING(s, new_part, ...)                                                                     \
    add_ring(s, new_part, (const struct vertex_gu[]){__VA_ARGS__},                                 \
             sizeof((const struct vertex_gu[]){__VA_ARGS__}) / sizeof(struct vertex_gu))

static struct label_point place(const struct sketch *s)
{
    struct err err = {0};
    struct label_placer *p = NULL;
    struct label_point out = {0};
    assert_ok(label_placer_new(&p, &err));
    assert_ok(label_placer_place(p, &s->shape, &out, &err));
    label_placer_free(p);
    return out;
}

/* Whole numbers only: whether a point is in a part, its edges not counted. */
static bool is_inside(const struct grid_shape *g, size_t part, int64_t x, int64_t y)
{
    bool inside = false;
    for (size_t r = part ? g->part_end[part - 1] : 0; r < g->part_end[part]; r++) {
        const size_t start = r ? g->ring_end[r - 1] : 0, n = g->ring_end[r] - start;
        for (size_t i = 0; i < n; i++) {
            const struct vertex_gu a = g->vertices[start + i];
            const struct vertex_gu b = g->vertices[start + (i + 1) % n];
            const int64_t cross =
                ((int64_t)b.x - a.x) * (y - a.y) - ((int64_t)b.y - a.y) * (x - a.x);
            const bool up = (int64_t)b.y > a.y;
            if (((int64_t)a.y > y) != ((int64_t)b.y > y) && (up ? cross > 0 : cross < 0))
                inside = !inside;
        }
    }
    return inside;
}

static double distance_to_edges(const struct grid_shape *g, size_t part, double x, double y)
{
    double least = INFINITY;
    for (size_t r = part ? g->part_end[part - 1] : 0; r < g->part_end[part]; r++) {
        const size_t start = r ? g->ring_end[r - 1] : 0, n = g->ring_end[r] - start;
        for (size_t i = 0; i < n; i++) {
            const struct vertex_gu a = g->vertices[start + i];
            const struct vertex_gu b = g->vertices[start + (i + 1) % n];
            const double dx = (double)b.x - a.x, dy = (double)b.y - a.y;
            const double t =
                fmin(1, fmax(0, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy)));
            least = fmin(least, hypot(x - a.x - t * dx, y - a.y - t * dy));
        }
    }
    return least;
}

/* It is in that part, as far from the edges as it says. */
static void check_inside(const struct sketch *s, size_t part, struct label_point p)
{
    assert_true(is_inside(&s->shape, part, p.at.x, p.at.y));
    const double distance = distance_to_edges(&s->shape, part, p.at.x, p.at.y);
    assert_true(fabs(floor(distance) - p.distance_gu) <= 1);
}

/* --- shapes that one knows ------------------------------------------------------------------ */

static void a_square_is_labelled_in_its_middle(void **state)
{
    (void)state;
    struct sketch s;
    RING(sketch_start(&s), true, {1000, 1000}, {2000, 1000}, {2000, 2000}, {1000, 2000});
    const struct label_point p = place(&s);
    assert_true(p.at.x == 1500 && p.at.y == 1500 && p.distance_gu == 500);
}

static void a_triangle_is_labelled_at_its_centroid(void **state)
{
    (void)state;
    struct sketch s;
    RING(sketch_start(&s), true, {0, 0}, {3000, 0}, {0, 3000});
    const struct label_point p = place(&s);
    assert_true(p.at.x == 1000 && p.at.y == 1000);
    check_inside(&s, 0, p);
}

static void an_l_is_labelled_where_it_is_widest(void **state)
{
    (void)state;
    struct sketch s;
    RING(sketch_start(&s), true, {0, 0}, {1000, 0}, {1000, 1000}, {10000, 1000}, {10000, 4000},
         {0, 4000});
    const struct label_point p = place(&s);
    check_inside(&s, 0, p);
    assert_true(p.distance_gu >= 1363); /* of 1500 in the long leg, a tenth less */
    assert_true(p.at.y > 2000 && p.at.y < 3000);
}

static void a_c_is_not_labelled_in_its_mouth(void **state)
{
    (void)state;
    struct sketch s;
    RING(sketch_start(&s), true, {0, 0}, {9000, 0}, {9000, 2000}, {2000, 2000}, {2000, 7000},
         {9000, 7000}, {9000, 9000}, {0, 9000});
    const struct label_point p = place(&s);
    check_inside(&s, 0, p);
    assert_true(p.distance_gu >= 909);
}

static void a_hole_is_not_labelled(void **state)
{
    (void)state;
    struct sketch s;
    RING(sketch_start(&s), true, {0, 0}, {9000, 0}, {9000, 9000}, {0, 9000});
    RING(&s, false, {2000, 1000}, {2000, 8000}, {8000, 8000}, {8000, 1000});
    const struct label_point p = place(&s);
    check_inside(&s, 0, p);
    assert_true(p.distance_gu >= 909);
    assert_true(p.at.x < 2000);
}

static void of_several_parts_the_largest_is_labelled(void **state)
{
    (void)state;
    struct sketch s;
    RING(sketch_start(&s), true, {0, 0}, {100, 0}, {100, 100}, {0, 100});
    RING(&s, true, {5000, 5000}, {5400, 5000}, {5400, 5400}, {5000, 5400});
    RING(&s, false, {5010, 5010}, {5010, 5020}, {5020, 5020}, {5020, 5010});
    RING(&s, true, {900, 900}, {950, 900}, {950, 950}, {900, 950});
    const struct label_point p = place(&s);
    check_inside(&s, 1, p);
    assert_true(p.at.x >= 5100 && p.at.x <= 5300);
}

static void a_sliver_is_labelled_in_its_middle_line(void **state)
{
    (void)state;
    struct sketch s;
    /* Ten units wide, bent, and a hundred thousand long. */
    RING(sketch_start(&s), true, {0, 0}, {50000, 30000}, {100000, 0}, {100000, 12}, {50000, 30012},
         {0, 12});
    const struct label_point p = place(&s);
    check_inside(&s, 0, p);
    assert_true(p.distance_gu >= 4);
}

static void what_has_no_room_is_labelled_at_a_vertex(void **state)
{
    (void)state;
    struct sketch s;
    RING(sketch_start(&s), true, {7, 7});
    struct label_point p = place(&s);
    assert_true(p.at.x == 7 && p.at.y == 7 && p.distance_gu == 0);
    RING(sketch_start(&s), true, {0, 0}, {9, 9});
    p = place(&s);
    assert_true(p.distance_gu == 0 && (p.at.x == 0 || p.at.x == 9) && p.at.x == p.at.y);
    RING(sketch_start(&s), true, {0, 0}, {10, 0}, {20, 0});
    p = place(&s);
    assert_true(p.at.x == 10 && p.at.y == 0 && p.distance_gu == 0);
    RING(sketch_start(&s), true, {0, 0}, {1, 0}, {1, 1}, {0, 1});
    p = place(&s);
    assert_true(p.at.x <= 1 && p.at.y <= 1);
}

static void the_whole_world_has_a_middle(void **state)
{
    (void)state;
    struct sketch s;
    RING(sketch_start(&s), true, {0, 0}, {UINT32_MAX, 0}, {UINT32_MAX, UINT32_MAX},
         {0, UINT32_MAX});
    const struct label_point p = place(&s);
    assert_true(p.at.x >= INT32_MAX && p.at.x <= (uint32_t)INT32_MAX + 1);
    assert_true(p.distance_gu >= INT32_MAX - 1);
}

/* --- any shape ------------------------------------------------------------------------------ */

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* A star around a centre: what its rays reach is random, so it never crosses itself but for
 * rounding. `r_min` and `r_max`: how far the rays reach; flat: how much lower it is than wide. */
static void add_star(struct sketch *s, bool new_part, uint64_t *seed, size_t n, double r_min,
                     double r_max, double flat, struct vertex_gu centre)
{
    struct vertex_gu v[MAX_VERTICES];
    for (size_t i = 0; i < n; i++) {
        const double angle = 6.283185307179586 * (double)i / (double)n;
        const double r = r_min + (r_max - r_min) * (double)(next_random(seed) % 1000) / 1000;
        v[i] = (struct vertex_gu){(uint32_t)lround(centre.x + r * cos(angle)),
                                  (uint32_t)lround(centre.y + r * sin(angle) / flat)};
    }
    add_ring(s, new_part, v, n);
}

static double widest_sample(const struct sketch *s, double reach, struct vertex_gu centre)
{
    double best = 0;
    enum { STEPS = 60 };
    for (int i = 0; i <= STEPS; i++) {
        for (int j = 0; j <= STEPS; j++) {
            const int64_t x = centre.x + llround(reach * (2.0 * i / STEPS - 1));
            const int64_t y = centre.y + llround(reach * (2.0 * j / STEPS - 1));
            if (is_inside(&s->shape, 0, x, y))
                best = fmax(best, distance_to_edges(&s->shape, 0, (double)x, (double)y));
        }
    }
    return best;
}

static void a_label_lies_inside_of_any_polygon(void **state)
{
    (void)state;
    uint64_t seed = 4;
    const struct vertex_gu centre = {3000000, 3000000};
    for (int i = 0; i < 400; i++) {
        struct sketch s;
        const size_t n = 3 + next_random(&seed) % 60;
        const double reach = 100 + (double)(next_random(&seed) % 2000000);
        const double flat = i % 4 ? 1 : 8;
        add_star(sketch_start(&s), true, &seed, n, reach / 3, reach, flat, centre);
        if (i % 3 == 0)
            add_star(&s, false, &seed, 5, reach / 20, reach / 9, flat, centre);
        const struct label_point p = place(&s);
        check_inside(&s, 0, p);
        /* At seven tenths of what a circle could have the centroid is taken. */
        if (flat == 1)
            assert_true(p.distance_gu + 2 >= 0.7 * widest_sample(&s, reach, centre));
    }
}

static void a_polygon_that_moves_takes_its_label_along(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int i = 0; i < 50; i++) {
        struct sketch s;
        add_star(sketch_start(&s), true, &seed, 40, 1000, 40000, 1,
                 (struct vertex_gu){50000, 50000});
        const struct label_point before = place(&s);
        for (size_t v = 0; v < s.shape.n_vertices; v++) {
            s.vertices[v].x += 4000000007u;
            s.vertices[v].y += 77;
        }
        const struct label_point after = place(&s);
        assert_int_equal(after.distance_gu, before.distance_gu);
        assert_true(after.at.x - before.at.x == 4000000007u && after.at.y - before.at.y == 77);
    }
}

/* A comb of 20,000 teeth of different lengths: the search is bounded. */
static void a_hostile_outline_ends(void **state)
{
    (void)state;
    enum { TEETH = 20000 };
    static struct vertex_gu v[2 * TEETH + 1];
    uint32_t ring_end[] = {2 * TEETH + 1}, part_end[] = {1};
    for (uint32_t i = 0; i < TEETH; i++) {
        v[2 * i] = (struct vertex_gu){200000 * i, 1000};
        v[2 * i + 1] = (struct vertex_gu){200000 * i + 100000, 1000 + 150000 * i};
    }
    v[2 * TEETH] = (struct vertex_gu){200000u * TEETH, 0};
    const struct sketch s = {.shape = {.kind = GEOM_KIND_POLYGON,
                                       .n_parts = 1,
                                       .n_rings = 1,
                                       .n_vertices = 2 * TEETH + 1,
                                       .vertices = v,
                                       .ring_end = ring_end,
                                       .part_end = part_end}};
    const struct label_point p = place(&s);
    assert_true(is_inside(&s.shape, 0, p.at.x, p.at.y));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_square_is_labelled_in_its_middle),
        cmocka_unit_test(a_triangle_is_labelled_at_its_centroid),
        cmocka_unit_test(an_l_is_labelled_where_it_is_widest),
        cmocka_unit_test(a_c_is_not_labelled_in_its_mouth),
        cmocka_unit_test(a_hole_is_not_labelled),
        cmocka_unit_test(of_several_parts_the_largest_is_labelled),
        cmocka_unit_test(a_sliver_is_labelled_in_its_middle_line),
        cmocka_unit_test(what_has_no_room_is_labelled_at_a_vertex),
        cmocka_unit_test(the_whole_world_has_a_middle),
        cmocka_unit_test(a_label_lies_inside_of_any_polygon),
        cmocka_unit_test(a_polygon_that_moves_takes_its_label_along),
        cmocka_unit_test(a_hostile_outline_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

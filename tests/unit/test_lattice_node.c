#include "tests/unit/lattice_kit.h"

#include <string.h>

/* How many passes it took. */
static int node(struct some *s)
{
    struct err err = {0};
    struct lattice_noder noder = {0};
    bool changed = true;
    int n_passes = 0;
    for (; changed && n_passes < 50; n_passes++)
        assert_ok(lattice_node(&noder, &s->edges, &s->n, &s->room, &changed, &err));
    lattice_noder_clear(&noder);
    return n_passes;
}

static bool has(const struct some *s, int64_t ax, int64_t ay, int64_t bx, int64_t by)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->edges[i].from.x == ax && s->edges[i].from.y == ay && s->edges[i].to.x == bx &&
            s->edges[i].to.y == by)
            return true;
    return false;
}

static int64_t cross(struct vertex_tu a, struct vertex_tu b, struct vertex_tu p)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

static bool is_within(const struct lattice_edge *e, struct vertex_tu p)
{
    const int64_t dx = e->to.x - e->from.x, dy = e->to.y - e->from.y;
    const int64_t along = (p.x - e->from.x) * dx + (p.y - e->from.y) * dy;
    return cross(e->from, e->to, p) == 0 && along > 0 && along < dx * dx + dy * dy;
}

/* Whether they share more than ends, those that lie along each other as a whole aside. */
static bool meet(const struct lattice_edge *e, const struct lattice_edge *f)
{
    const int64_t a = cross(e->from, e->to, f->from), b = cross(e->from, e->to, f->to);
    const int64_t c = cross(f->from, f->to, e->from), d = cross(f->from, f->to, e->to);
    return is_within(e, f->from) || is_within(e, f->to) || is_within(f, e->from) ||
           is_within(f, e->to) ||
           (((a < 0 && b > 0) || (a > 0 && b < 0)) && ((c < 0 && d > 0) || (c > 0 && d < 0)));
}

static size_t n_meeting(const struct some *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = i + 1; k < s->n; k++)
            n += meet(&s->edges[i], &s->edges[k]);
    return n;
}

static void a_vertex_on_a_level_edge_cuts_it_wherever_it_lies(void **state)
{
    (void)state;
    /* A long level edge along the border of two rows of buckets. */
    for (int64_t y = -9; y < 9; y++) {
        struct some s = {0};
        kit_edges(&s, (int64_t[][2]){{0, 0}, {100, 0}, {100, 40}, {0, 40}}, 4);
        kit_edges(&s, (int64_t[][2]){{-5, y}, {130, y}, {130, -60}, {-5, -60}}, 4);
        kit_edges(&s, (int64_t[][2]){{90, y}, {95, y - 20}, {97, y - 20}}, 3);
        (void)node(&s);
        assert_int_equal(n_meeting(&s), 0);
        assert_false(has(&s, -5, y, 130, y));
        mem_free(s.edges);
    }
}

static void edges_that_cross_are_cut_where_they_do(void **state)
{
    (void)state;
    struct some s = {0};
    kit_edges(&s, (int64_t[][2]){{0, 0}, {10, 0}, {10, 10}, {0, 10}}, 4);
    kit_edges(&s, (int64_t[][2]){{5, 5}, {15, 5}, {15, 15}, {5, 15}}, 4);
    (void)node(&s);
    assert_true(has(&s, 5, 5, 10, 5) && has(&s, 10, 5, 15, 5));
    assert_true(has(&s, 10, 0, 10, 5) && has(&s, 10, 5, 10, 10));
    assert_int_equal(s.n, 12);
    mem_free(s.edges);
}

static void what_does_not_meet_stays_as_it_is(void **state)
{
    (void)state;
    struct some s = {0};
    kit_edges(&s, (int64_t[][2]){{0, 0}, {10, 0}, {10, 10}, {0, 10}}, 4);
    kit_edges(&s, (int64_t[][2]){{12, 0}, {22, 0}, {22, 10}, {12, 10}}, 4);
    assert_int_equal(node(&s), 1);
    assert_int_equal(s.n, 8);
    mem_free(s.edges);
}

static void an_edge_that_passes_close_to_a_vertex_goes_through_it(void **state)
{
    (void)state;
    struct some s = {0};
    kit_edges(&s, (int64_t[][2]){{0, 0}, {100, 1}, {50, 50}}, 3);
    kit_edges(&s, (int64_t[][2]){{40, 0}, {30, -20}, {50, -20}}, 3);
    (void)node(&s);
    assert_true(has(&s, 0, 0, 40, 0) && has(&s, 40, 0, 100, 1));
    mem_free(s.edges);
}

static void any_rings_meet_in_their_ends_only_afterwards(void **state)
{
    (void)state;
    uint32_t dice = 1793;
    for (int round = 0; round < 60; round++) {
        struct some s = {0};
        const int64_t world = 20 + round * 13;
        for (int ring = 0; ring < 8 + round / 4; ring++) {
            int64_t v[5][2];
            for (int i = 0; i < 5; i++)
                for (int axis = 0; axis < 2; axis++) {
                    dice = dice * 1664525 + 1013904223;
                    v[i][axis] = (int64_t)(dice >> 8) % world - world / 2;
                }
            kit_edges(&s, v, 5);
        }
        /* Edges without length are not given. */
        size_t n = 0;
        for (size_t i = 0; i < s.n; i++)
            if (!vertex_tu_is_same(s.edges[i].from, s.edges[i].to))
                s.edges[n++] = s.edges[i];
        s.n = n;
        assert_in_range(node(&s), 1, 15);
        assert_int_equal(n_meeting(&s), 0);
        mem_free(s.edges);
    }
}

static void a_heap_of_edges_ends_too(void **state)
{
    (void)state;
    struct err err = {0};
    struct some s = {0};
    struct lattice_noder noder = {0};
    bool changed = false;
    for (int64_t i = 0; i < 30000; i++)
        kit_edge(&s, i % 7, 0, 100000 + i % 11, 100000 + i % 5);
    assert_ok(lattice_node(&noder, &s.edges, &s.n, &s.room, &changed, &err));
    lattice_noder_clear(&noder);
    mem_free(s.edges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vertex_on_a_level_edge_cuts_it_wherever_it_lies),
        cmocka_unit_test(edges_that_cross_are_cut_where_they_do),
        cmocka_unit_test(what_does_not_meet_stays_as_it_is),
        cmocka_unit_test(an_edge_that_passes_close_to_a_vertex_goes_through_it),
        cmocka_unit_test(any_rings_meet_in_their_ends_only_afterwards),
        cmocka_unit_test(a_heap_of_edges_ends_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

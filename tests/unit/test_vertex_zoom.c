#include "tests/unit/unit.h"
#include "tiler/junction.h"
#include "tiler/vertex_zoom.h"

#include "base/mem.h"
#include "base/when.h"

#include <math.h>
#include <string.h>

/* A shape of one ring, or one line. */
struct one {
    struct grid_shape s;
    uint32_t ring_end, part_end;
};

static void one_init(struct one *o, enum geom_kind kind, struct vertex_gu *v, uint8_t *zoom,
                     size_t n)
{
    o->ring_end = (uint32_t)n;
    o->part_end = 1;
    o->s = (struct grid_shape){.kind = kind,
                               .n_parts = 1,
                               .n_rings = 1,
                               .n_vertices = n,
                               .vertices = v,
                               .zoom = zoom,
                               .ring_end = &o->ring_end,
                               .part_end = &o->part_end};
}

static void zooms_of(enum geom_kind kind, struct vertex_gu *v, uint8_t *zoom, size_t n)
{
    struct err err = {0};
    struct vertex_zoomer z = {0};
    struct one o;
    one_init(&o, kind, v, zoom, n);
    if (kind == GEOM_KIND_POLYGON) {
        uint8_t *junction_zoom = mem_new(n, 1);
        assert_non_null(junction_zoom);
        memset(junction_zoom, NO_JUNCTION, n);
        assert_ok(vertex_zoom_ring(&z, v, junction_zoom, n, 0, zoom, &err));
        mem_free(junction_zoom);
    } else {
        assert_ok(vertex_zoom_set(&z, &o.s, &err));
    }
    vertex_zoomer_clear(&z);
}

static void a_vertex_appears_when_it_is_half_a_pixel_off(void **state)
{
    (void)state;
    /* Half a pixel of zoom z is 4 * 2^(20-z) grid units. */
    struct vertex_gu line[] = {{0, 100000}, {50000, 100000 + 4096}, {100000, 100000}};
    uint8_t zoom[3];
    zooms_of(GEOM_KIND_LINE, line, zoom, 3);
    assert_int_equal(zoom[0], 0);
    assert_int_equal(zoom[1], 10);
    assert_int_equal(zoom[2], 0);
    line[1].y--;
    zooms_of(GEOM_KIND_LINE, line, zoom, 3);
    assert_int_equal(zoom[1], 11);
    line[1].y = 100000;
    zooms_of(GEOM_KIND_LINE, line, zoom, 3);
    assert_int_equal(zoom[1], 20);
}

static void no_vertex_appears_before_those_it_was_measured_against(void **state)
{
    (void)state;
    /* The spike's foot is far from the line to the spike's tip, which itself appears late. */
    struct vertex_gu line[] = {{0, 0}, {1000, 0}, {1001, 64}, {1002, 0}, {4000000, 0}};
    uint8_t zoom[5];
    zooms_of(GEOM_KIND_LINE, line, zoom, 5);
    assert_int_equal(zoom[2], 16);
    assert_true(zoom[1] >= zoom[2] && zoom[3] >= zoom[2]);
}

static void a_ring_keeps_its_corners_at_every_zoom(void **state)
{
    (void)state;
    struct vertex_gu ring[] = {{10, 10},     {500, 11},  {1000, 10}, {1000, 500},
                               {1000, 1000}, {500, 999}, {10, 1000}, {10, 500}};
    uint8_t zoom[8];
    zooms_of(GEOM_KIND_POLYGON, ring, zoom, 8);
    int n = 0;
    for (int i = 0; i < 8; i++)
        n += zoom[i] == 0;
    assert_int_equal(n, 4);
    assert_int_equal(zoom[0], 0);
}

static void a_closed_line_keeps_its_farthest_vertex(void **state)
{
    (void)state;
    struct vertex_gu line[] = {{0, 0}, {100, 10}, {200, 0}, {100, 20}, {0, 0}};
    uint8_t zoom[5];
    zooms_of(GEOM_KIND_LINE, line, zoom, 5);
    assert_int_equal(zoom[2], 0);
    assert_true(zoom[1] > 0 && zoom[3] > 0);
}

static void the_start_of_a_ring_does_not_matter(void **state)
{
    (void)state;
    enum { N = 60 };
    struct vertex_gu ring[N], turned[N];
    uint8_t zoom[N], turned_zoom[N];
    for (int i = 0; i < N; i++) {
        const double angle = 6.283185307179586 * i / N, radius = 1e6 + (i * 7919 % 61) * 5000;
        ring[i] = (struct vertex_gu){(uint32_t)(2e9 + radius * cos(angle)),
                                     (uint32_t)(2e9 + radius * sin(angle))};
    }
    zooms_of(GEOM_KIND_POLYGON, ring, zoom, N);
    for (int by = 1; by < N; by++) {
        for (int i = 0; i < N; i++)
            turned[i] = ring[(i + by) % N];
        zooms_of(GEOM_KIND_POLYGON, turned, turned_zoom, N);
        for (int i = 0; i < N; i++)
            assert_int_equal(turned_zoom[i], zoom[(i + by) % N]);
    }
}

static void a_junction_stays_from_its_zoom_on(void **state)
{
    (void)state;
    const struct vertex_gu ring[] = {
        {0, 0}, {500000, 1}, {1000000, 0}, {1000000, 1000000}, {0, 1000000}};
    struct err err = {0};
    struct vertex_zoomer z = {0};
    uint8_t junction_zoom[] = {NO_JUNCTION, 3, 9, NO_JUNCTION, 0}, zoom[5];
    assert_ok(vertex_zoom_ring(&z, ring, junction_zoom, 5, 5, zoom, &err));
    assert_int_equal(zoom[1], 5);
    junction_zoom[1] = 9;
    assert_ok(vertex_zoom_ring(&z, ring, junction_zoom, 5, 5, zoom, &err));
    assert_int_equal(zoom[1], 9);
    junction_zoom[1] = NO_JUNCTION;
    assert_ok(vertex_zoom_ring(&z, ring, junction_zoom, 5, 5, zoom, &err));
    assert_int_equal(zoom[1], 20);
    vertex_zoomer_clear(&z);
}

static void both_sides_of_a_border_agree(void **state)
{
    (void)state;
    enum { N = 40, ALL = N + 2 };
    struct vertex_gu left[ALL], right[ALL];
    struct err err = {0};
    struct vertex_zoomer z = {0};
    uint8_t of_left[ALL], of_right[ALL], zoom[ALL], other[ALL];
    for (int i = 0; i < N; i++) {
        const uint32_t x = 2000000000u + (uint32_t)(i * 7919 % 61) * 3000;
        left[i] = (struct vertex_gu){x, 2000000000u + (uint32_t)i * 20000};
        right[N - 1 - i] = left[i];
    }
    left[N] = (struct vertex_gu){1990000000u, 2000780000u};
    left[N + 1] = (struct vertex_gu){1990000000u, 2000000000u};
    right[N] = (struct vertex_gu){2010000000u, 2000000000u};
    right[N + 1] = (struct vertex_gu){2010000000u, 2000780000u};
    for (int i = 0; i < ALL; i++) {
        of_left[i] = of_right[i] = i == 0 || i == N - 1 ? 0 : NO_JUNCTION;
    }
    assert_ok(vertex_zoom_ring(&z, left, of_left, ALL, 4, zoom, &err));
    assert_ok(vertex_zoom_ring(&z, right, of_right, ALL, 4, other, &err));
    vertex_zoomer_clear(&z);
    for (int i = 0; i < N; i++)
        assert_int_equal(zoom[i], other[N - 1 - i]);
}

static void a_hostile_outline_takes_its_time_and_no_more(void **state)
{
    (void)state;
    enum { N = 400000 };
    struct vertex_gu *v = mem_new(N, sizeof *v);
    uint8_t *zoom = mem_new(N, 1);
    assert_true(v && zoom);
    /* Teeth that grow: the farthest is always the last. */
    for (uint32_t i = 0; i < N; i++)
        v[i] = (struct vertex_gu){i * 2, i % 2 ? 1000 + i * 1000 : 1000};
    const int64_t start_us = when_monotonic_us();
    zooms_of(GEOM_KIND_LINE, v, zoom, N);
    assert_true(when_monotonic_us() - start_us < 30000000); /* n^2 would take minutes */
    mem_free(v);
    mem_free(zoom);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vertex_appears_when_it_is_half_a_pixel_off),
        cmocka_unit_test(no_vertex_appears_before_those_it_was_measured_against),
        cmocka_unit_test(a_ring_keeps_its_corners_at_every_zoom),
        cmocka_unit_test(a_closed_line_keeps_its_farthest_vertex),
        cmocka_unit_test(the_start_of_a_ring_does_not_matter),
        cmocka_unit_test(a_junction_stays_from_its_zoom_on),
        cmocka_unit_test(both_sides_of_a_border_agree),
        cmocka_unit_test(a_hostile_outline_takes_its_time_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

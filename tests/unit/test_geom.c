#include "base/geom.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

static void build_square(struct geom_builder *b, double x, double y, double side, bool clockwise)
{
    geom_build_ring(b);
    geom_build_vertex(b, x, y);
    geom_build_vertex(b, clockwise ? x : x + side, clockwise ? y + side : y);
    geom_build_vertex(b, x + side, y + side);
    geom_build_vertex(b, clockwise ? x + side : x, clockwise ? y : y + side);
    geom_build_vertex(b, x, y);
}

/* The example of base/geom.h: one polygon with a hole and one without, all wound the wrong way. */
static void build_example(struct geom_builder *b)
{
    geom_build_start(b, GEOM_MULTIPOLYGON);
    geom_build_part(b, GEOM_KIND_POLYGON);
    build_square(b, 0, 0, 10, true);
    build_square(b, 2, 2, 2, false);
    geom_build_part(b, GEOM_KIND_POLYGON);
    build_square(b, 20, 0, 5, true);
}

static void a_geometry_is_built_flat(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_builder b;
    struct geom g;
    geom_builder_init(&b, 1000);
    for (int round = 0; round < 2; round++) {
        build_example(&b);
        assert_ok(geom_build_end(&b, &g, &err));
        assert_int_equal(g.type, GEOM_MULTIPOLYGON);
        assert_true(g.n_parts == 2 && g.n_rings == 3 && g.n_vertices == 15);
        assert_true(g.part_end[0] == 2 && g.part_end[1] == 3);
        assert_true(g.ring_end[0] == 5 && g.ring_end[1] == 10 && g.ring_end[2] == 15);
        assert_true(g.xy[0] == 0 && g.xy[29] == 0 && g.xy[28] == 20);
    }
    geom_builder_clear(&b);
}

static void points_and_lines_need_no_ring_call(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_builder b;
    struct geom g;
    geom_builder_init(&b, 1000);
    geom_build_start(&b, GEOM_MULTIPOINT);
    for (int i = 0; i < 3; i++) {
        geom_build_part(&b, GEOM_KIND_POINT);
        geom_build_vertex(&b, i, i);
    }
    assert_ok(geom_build_end(&b, &g, &err));
    assert_true(g.n_parts == 3 && g.n_rings == 3 && g.n_vertices == 3 && g.ring_end[2] == 3);
    geom_build_start(&b, GEOM_POINT);
    geom_build_vertex(&b, 5, 6);
    assert_ok(geom_build_end(&b, &g, &err));
    assert_true(g.n_parts == 1 && g.n_rings == 1 && g.part_kind[0] == GEOM_KIND_POINT);
    geom_build_start(&b, GEOM_NONE);
    assert_ok(geom_build_end(&b, &g, &err));
    assert_true(g.n_parts == 0 && g.type == GEOM_NONE);
    geom_builder_clear(&b);
}

static void a_part_without_rings_is_left_out(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_builder b;
    struct geom g;
    geom_builder_init(&b, 1000);
    geom_build_start(&b, GEOM_MULTIPOLYGON);
    geom_build_part(&b, GEOM_KIND_POLYGON);
    geom_build_part(&b, GEOM_KIND_POLYGON);
    build_square(&b, 0, 0, 1, false);
    geom_build_part(&b, GEOM_KIND_POLYGON);
    assert_ok(geom_build_end(&b, &g, &err));
    assert_true(g.n_parts == 1 && g.part_end[0] == 1);
    geom_builder_clear(&b);
}

static void the_builders_limit_holds(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_builder b;
    struct geom g = {.n_parts = 77};
    geom_builder_init(&b, 15);
    build_example(&b);
    assert_ok(geom_build_end(&b, &g, &err));
    geom_build_vertex(&b, 1, 1);
    g.n_parts = 77;
    assert_fails(geom_build_end(&b, &g, &err), LIMIT, "15 vertices");
    assert_int_equal(g.n_parts, 77);
    geom_build_start(&b, GEOM_MULTIPOLYGON);
    for (int i = 0; i < 100; i++)
        geom_build_ring(&b);
    assert_fails(geom_build_end(&b, &g, &err), LIMIT, "15 vertices");
    build_example(&b);
    assert_ok(geom_build_end(&b, &g, &err));
    geom_builder_clear(&b);
}

static void vertices_at_once_are_as_one_by_one(void **state)
{
    (void)state;
    static const double XY[] = {0, 0, 1, 0, 1, 1, 0, 0};
    struct err err = {0};
    struct geom_builder b;
    struct geom g;
    geom_builder_init(&b, 5);
    geom_build_start(&b, GEOM_POLYGON);
    geom_build_vertices(&b, XY, 0);
    geom_build_vertices(&b, XY, 1);
    geom_build_vertices(&b, XY + 2, 3);
    assert_ok(geom_build_end(&b, &g, &err));
    assert_int_equal(g.n_parts, 1);
    assert_int_equal(g.n_rings, 1);
    assert_int_equal(g.ring_end[0], 4);
    assert_memory_equal(g.xy, XY, sizeof XY);
    geom_build_vertices(&b, XY, 2);
    assert_fails(geom_build_end(&b, &g, &err), LIMIT, "more than 5 vertices");
    geom_build_start(&b, GEOM_LINESTRING);
    geom_build_vertex_z(&b, 7, 7, 3);
    geom_build_vertices(&b, XY, 3);
    assert_ok(geom_build_end(&b, &g, &err));
    assert_int_equal(g.n_vertices, 4);
    assert_true(g.z[0] == 3 && g.z[3] == 0 && g.xy[6] == 1);
    geom_builder_clear(&b);
}

static void types_have_names_kinds_and_unions(void **state)
{
    (void)state;
    assert_string_equal(geom_type_name(GEOM_MULTILINESTRING), "MultiLineString");
    assert_string_equal(geom_type_name(GEOM_COLLECTION), "GeometryCollection");
    assert_int_equal(geom_kind_of(GEOM_MULTIPOINT), GEOM_KIND_POINT);
    assert_int_equal(geom_kind_of(GEOM_LINESTRING), GEOM_KIND_LINE);
    assert_int_equal(geom_kind_of(GEOM_COLLECTION), GEOM_KIND_POLYGON);
    assert_int_equal(geom_type_union(GEOM_NONE, GEOM_POINT), GEOM_POINT);
    assert_int_equal(geom_type_union(GEOM_POLYGON, GEOM_NONE), GEOM_POLYGON);
    assert_int_equal(geom_type_union(GEOM_POLYGON, GEOM_POLYGON), GEOM_POLYGON);
    assert_int_equal(geom_type_union(GEOM_POLYGON, GEOM_MULTIPOLYGON), GEOM_MULTIPOLYGON);
    assert_int_equal(geom_type_union(GEOM_MULTIPOINT, GEOM_POINT), GEOM_MULTIPOINT);
    assert_int_equal(geom_type_union(GEOM_POINT, GEOM_POLYGON), GEOM_COLLECTION);
    assert_int_equal(geom_type_union(GEOM_COLLECTION, GEOM_POINT), GEOM_COLLECTION);
}

static void boxes_grow_join_and_meet(void **state)
{
    (void)state;
    struct bbox a = bbox_empty(), b = bbox_empty();
    assert_true(bbox_is_empty(&a));
    assert_false(bbox_meets(&a, &a));
    bbox_join(&a, &b);
    assert_true(bbox_is_empty(&a));
    bbox_add(&a, NAN, 5);
    assert_true(bbox_is_empty(&a));
    bbox_add(&a, 1, 2);
    assert_false(bbox_is_empty(&a));
    bbox_add(&a, 3, -1);
    assert_true(a.min_x == 1 && a.min_y == -1 && a.max_x == 3 && a.max_y == 2);
    bbox_add(&b, 3, 2);
    assert_true(bbox_meets(&a, &b));
    bbox_add(&b, 9, 9);
    bbox_join(&a, &b);
    assert_true(a.max_x == 9 && a.max_y == 9 && a.min_x == 1);
    const struct bbox apart = {10, 0, 11, 1};
    assert_false(bbox_meets(&a, &apart));
    const struct geom none = {0};
    const struct bbox of_none = geom_bbox(&none);
    assert_true(bbox_is_empty(&of_none));
}

static void rings_are_wound_as_rfc_7946_wants(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_builder b;
    struct geom g;
    geom_builder_init(&b, 1000);
    build_example(&b);
    assert_ok(geom_build_end(&b, &g, &err));
    assert_true(ring_area2(g.xy, 5) == -200 && ring_area2(g.xy + 10, 5) == 8);
    assert_int_equal(geom_wind(&g), 3);
    assert_true(ring_area2(g.xy, 5) == 200 && ring_area2(g.xy + 10, 5) == -8);
    assert_true(ring_area2(g.xy + 20, 5) == 50);
    assert_int_equal(geom_wind(&g), 0);
    assert_true(g.xy[0] == 0 && g.xy[1] == 0 && g.xy[2] == 10 && g.xy[3] == 0);
    geom_build_start(&b, GEOM_LINESTRING);
    for (int i = 0; i < 4; i++)
        geom_build_vertex(&b, i % 2, -i);
    assert_ok(geom_build_end(&b, &g, &err));
    assert_int_equal(geom_wind(&g), 0);
    assert_true(ring_area2(g.xy, 0) == 0 && ring_area2(g.xy, 2) == 0);
    geom_builder_clear(&b);
}

static void a_small_area_far_from_the_origin_keeps_its_sign(void **state)
{
    (void)state;
    const double x = 7e5, y = 6.6e6, d = 1e-4;
    const double xy[] = {x, y, x + d, y, x + d, y + d, x, y + d, x, y};
    assert_true(ring_area2(xy, 5) > 0);
}

static void assert_same(const struct geom *a, const struct geom *b)
{
    assert_true(a->type == b->type && a->n_parts == b->n_parts && a->n_rings == b->n_rings &&
                a->n_vertices == b->n_vertices);
    assert_memory_equal(a->xy, b->xy, a->n_vertices * 16);
    assert_memory_equal(a->ring_end, b->ring_end, a->n_rings * sizeof *a->ring_end);
    assert_memory_equal(a->part_end, b->part_end, a->n_parts * sizeof *a->part_end);
    assert_memory_equal(a->part_kind, b->part_kind, a->n_parts);
}

static void copies_and_packed_forms_are_the_same_geometry(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    struct buf packed;
    struct geom_builder b;
    struct geom g, copy;
    arena_init(&a, 1 << 16);
    buf_init(&packed, 1 << 16);
    geom_builder_init(&b, 1000);
    build_example(&b);
    assert_ok(geom_build_end(&b, &g, &err));
    assert_ok(geom_copy(&g, &a, &copy, &err));
    assert_same(&g, &copy);
    geom_pack(&packed, &g);
    const struct geom none = {0};
    geom_pack(&packed, &none);
    struct bytes r = {packed.data, packed.data + packed.len_bytes};
    assert_ok(geom_unpack(&r, &a, &copy, &err));
    assert_same(&g, &copy);
    assert_ok(geom_unpack(&r, &a, &copy, &err));
    assert_int_equal(copy.type, GEOM_NONE);
    assert_ptr_equal(r.at, r.end);
    assert_ok(geom_copy(&none, &a, &copy, &err));
    for (size_t n = 0; n < packed.len_bytes - 4; n++) {
        r = (struct bytes){packed.data, packed.data + n};
        assert_fails(geom_unpack(&r, &a, &copy, &err), BAD_DATA, "");
    }
    struct arena tiny;
    arena_init(&tiny, 100);
    r = (struct bytes){packed.data, packed.data + packed.len_bytes};
    assert_fails(geom_unpack(&r, &tiny, &copy, &err), LIMIT, "100 bytes");
    assert_fails(geom_copy(&g, &tiny, &copy, &err), LIMIT, "100 bytes");
    arena_clear(&tiny);
    geom_builder_clear(&b);
    buf_clear(&packed);
    arena_clear(&a);
}

static void packed_bytes_that_lie_are_refused(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[40];
        size_t n;
        const char *words;
    } LIES[] = {
        {{9, 0, 0, 0}, 4, "type 9"},
        {{0, 1, 1, 0, 0, 1, 0}, 7, "no geometry"},
        {{1, 2, 2, 0, 0, 1, 0, 1, 0, 0}, 10, "several parts"},
        {{1, 1, 1, 0, 2, 1, 0}, 7, "kind 2"},
        {{7, 1, 1, 0, 3, 1, 0}, 7, "kind 3"},
        {{2, 1, 2, 0, 1, 2, 0, 0}, 8, "2 rings"},
        {{5, 1, 0, 0, 1, 0}, 6, "0 rings"},
        {{3, 1, 1, 0, 2, 0, 0}, 7, "not the whole"},
        {{3, 1, 1, 0, 2, 2, 0}, 7, "more than the whole"},
        {{1, 1, 1, 2, 0, 1, 2, [38] = 0}, 39, "several vertices"},
        {{3, 0xFF, 0xFF, 3, 1, 0}, 6, "more items than bytes"},
    };
    struct err err = {0};
    struct arena a;
    arena_init(&a, 1 << 16);
    for (size_t i = 0; i < sizeof LIES / sizeof *LIES; i++) {
        struct geom g;
        struct bytes r = {LIES[i].bytes, LIES[i].bytes + LIES[i].n};
        assert_fails(geom_unpack(&r, &a, &g, &err), BAD_DATA, LIES[i].words);
    }
    arena_clear(&a);
}

/* The example with heights: a vertex's height is its number. */
static struct geom build_high_example(struct geom_builder *b)
{
    struct err err = {0};
    struct geom g;
    build_example(b);
    assert_ok(geom_build_end(b, &g, &err));
    assert_null(g.z);
    static double xy[30];
    memcpy(xy, g.xy, sizeof xy);
    geom_build_start(b, GEOM_MULTIPOLYGON);
    for (size_t i = 0; i < 15; i++) {
        if (i == 0 || i == 10)
            geom_build_part(b, GEOM_KIND_POLYGON);
        if (i % 5 == 0)
            geom_build_ring(b);
        geom_build_vertex_z(b, xy[2 * i], xy[2 * i + 1], (double)i);
    }
    assert_ok(geom_build_end(b, &g, &err));
    return g;
}

static void one_height_gives_all_vertices_heights(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_builder b;
    struct geom g, again;
    geom_builder_init(&b, 1000);
    geom_build_start(&b, GEOM_LINESTRING);
    for (int i = 0; i < 40; i++)
        geom_build_vertex(&b, i, i);
    geom_build_vertex_z(&b, 40, 40, 7.5);
    geom_build_vertex(&b, 41, 41);
    assert_ok(geom_build_end(&b, &g, &err));
    assert_non_null(g.z);
    for (size_t i = 0; i < g.n_vertices; i++)
        assert_true(g.z[i] == (i == 40 ? 7.5 : 0) && g.xy[2 * i] == (double)i);

    struct geom_builder other;
    geom_builder_init(&other, 1000);
    geom_build_start(&other, GEOM_LINESTRING);
    for (size_t i = 0; i < g.n_vertices; i++)
        geom_build_vertex_of(&other, &g, i);
    assert_ok(geom_build_end(&other, &again, &err));
    assert_memory_equal(again.z, g.z, g.n_vertices * sizeof *g.z);

    geom_build_start(&b, GEOM_POINT); /* nothing of the last geometry is left */
    geom_build_vertex(&b, 1, 2);
    assert_ok(geom_build_end(&b, &g, &err));
    assert_null(g.z);
    geom_builder_clear(&other);
    geom_builder_clear(&b);
}

static void heights_go_where_their_vertices_go(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_builder b;
    struct arena a;
    struct buf packed;
    struct geom copy, unpacked;
    arena_init(&a, 1 << 20);
    buf_init(&packed, 1 << 16);
    geom_builder_init(&b, 1000);
    const struct geom g = build_high_example(&b);
    geom_pack(&packed, &g);
    struct bytes r = {packed.data, packed.data + packed.len_bytes};
    assert_ok(geom_unpack(&r, &a, &unpacked, &err));
    assert_true(r.at == r.end);
    assert_memory_equal(unpacked.z, g.z, 15 * sizeof *g.z);

    assert_ok(geom_copy(&g, &a, &copy, &err));
    assert_ptr_not_equal(copy.z, g.z);
    assert_int_equal(geom_wind(&copy), 3);
    for (size_t i = 0; i < 15; i++) {
        const size_t was = i / 5 * 5 + 4 - i % 5;
        assert_true(copy.z[i] == (double)was && copy.xy[2 * i] == g.xy[2 * was] &&
                    copy.xy[2 * i + 1] == g.xy[2 * was + 1]);
    }

    for (size_t n = 0; n < packed.len_bytes; n++) { /* cut anywhere, it is refused */
        r = (struct bytes){packed.data, packed.data + n};
        assert_int_equal(geom_unpack(&r, &a, &unpacked, &err), BAD_DATA);
    }
    geom_builder_clear(&b);
    buf_clear(&packed);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_geometry_is_built_flat),
        cmocka_unit_test(points_and_lines_need_no_ring_call),
        cmocka_unit_test(a_part_without_rings_is_left_out),
        cmocka_unit_test(the_builders_limit_holds),
        cmocka_unit_test(vertices_at_once_are_as_one_by_one),
        cmocka_unit_test(types_have_names_kinds_and_unions),
        cmocka_unit_test(boxes_grow_join_and_meet),
        cmocka_unit_test(rings_are_wound_as_rfc_7946_wants),
        cmocka_unit_test(a_small_area_far_from_the_origin_keeps_its_sign),
        cmocka_unit_test(copies_and_packed_forms_are_the_same_geometry),
        cmocka_unit_test(packed_bytes_that_lie_are_refused),
        cmocka_unit_test(one_height_gives_all_vertices_heights),
        cmocka_unit_test(heights_go_where_their_vertices_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

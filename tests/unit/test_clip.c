#include "tests/golden/sketch.h"
#include "tests/unit/unit.h"
#include "tiler/clip.h"
#include "tiler/drawable_codec.h"

static const struct clip_box BOX = {-64, 4160};
static const struct tile_address AT = {20, 500000, 360000};

struct clip_test {
    struct sketch sketch;
    struct clipper clipper;
    struct tile_shape in, out;
};

static int setup(void **state)
{
    static struct clip_test t;
    t = (struct clip_test){0};
    sketch_init(&t.sketch);
    *state = &t;
    return 0;
}

static int teardown(void **state)
{
    struct clip_test *t = *state;
    sketch_clear(&t->sketch);
    clipper_clear(&t->clipper);
    tile_shape_clear(&t->in);
    tile_shape_clear(&t->out);
    return 0;
}

static const struct tile_shape *clipped(struct clip_test *t, enum geom_kind kind, const char *text)
{
    struct err err = {0};
    struct chunk c;
    const struct tile_frame frame = tile_frame(AT, TILE_EXTENT_TU, 64);
    assert_ok(sketch_draw(&t->sketch, AT, kind, text, "1", NULL, 0, &c, &err));
    assert_ok(drawable_get_geometry(t->sketch.drawable.geometry, &t->sketch.drawable.box, UINT8_MAX,
                                    &frame, &t->in, &err));
    assert_ok(clip_shape(&t->clipper, &t->in, &BOX, &t->out, &err));
    assert_true(shape_is_within(&t->out, &BOX));
    return &t->out;
}

static int64_t area2(const struct tile_shape *s)
{
    int64_t twice = 0;
    for (size_t ring = 0; ring < s->n_rings; ring++) {
        const size_t start = tile_shape_ring_start(s, ring), end = s->ring_end[ring];
        for (size_t i = start; i < end; i++) {
            const struct vertex_tu a = s->vertices[i], b = s->vertices[i + 1 < end ? i + 1 : start];
            twice += a.x * b.y - b.x * a.y;
        }
    }
    return twice;
}

static void what_is_inside_stays_as_it_is(void **state)
{
    const struct tile_shape *s =
        clipped(*state, GEOM_KIND_POLYGON, "-64 -64, 4160 -64, 4160 4160, -64 4160");
    assert_int_equal(s->n_vertices, 4);
    assert_int_equal(area2(s), 2 * 4224 * 4224);
}

static void what_is_outside_is_gone(void **state)
{
    assert_int_equal(clipped(*state, GEOM_KIND_POLYGON, "5000 0, 6000 0, 6000 100")->n_vertices, 0);
    assert_int_equal(clipped(*state, GEOM_KIND_LINE, "5000 0, 0 6000, -5000 4300")->n_parts, 1);
    assert_int_equal(clipped(*state, GEOM_KIND_LINE, "5000 0, 5000 9000")->n_parts, 0);
    assert_int_equal(clipped(*state, GEOM_KIND_POINT, "4161 0")->n_parts, 0);
}

static void a_diagonal_through_a_corner_is_cut_where_it_meets_the_box(void **state)
{
    const struct tile_shape *s = clipped(*state, GEOM_KIND_LINE, "4060 -164, 4260 36");
    /* It touches the corner 4160,-64 only: a point is no line. */
    assert_int_equal(s->n_parts, 0);
    s = clipped(*state, GEOM_KIND_LINE, "4060 -162, 4260 38");
    assert_int_equal(s->n_vertices, 2);
    assert_int_equal(s->vertices[0].x, 4158);
    assert_int_equal(s->vertices[0].y, -64);
    assert_int_equal(s->vertices[1].x, 4160);
    assert_int_equal(s->vertices[1].y, -62);
}

static void a_segment_is_cut_at_the_same_place_from_either_end(void **state)
{
    const struct tile_shape *s = clipped(*state, GEOM_KIND_LINE, "-3000 1234, 9001 3777");
    const struct vertex_tu a = s->vertices[0], b = s->vertices[1];
    s = clipped(*state, GEOM_KIND_LINE, "9001 3777, -3000 1234");
    assert_true(vertex_tu_is_same(a, s->vertices[1]) && vertex_tu_is_same(b, s->vertices[0]));
}

static void a_line_keeps_its_order_through_several_pieces(void **state)
{
    const struct tile_shape *s = clipped(
        *state, GEOM_KIND_LINE, "0 0, 5000 0, 5000 100, 0 100, 0 200, -5000 200, -5000 300, 7 300");
    assert_int_equal(s->n_parts, 3);
    assert_int_equal(s->vertices[0].x, 0);
    assert_int_equal(s->vertices[s->n_vertices - 1].x, 7);
}

static void a_hole_is_cut_as_its_polygon_is(void **state)
{
    const struct tile_shape *s =
        clipped(*state, GEOM_KIND_POLYGON,
                "4000 0, 5000 0, 5000 1000, 4000 1000; 4100 100, 4100 900, 4900 900, 4900 100");
    assert_int_equal(s->n_parts, 1);
    assert_int_equal(s->n_rings, 2);
    assert_int_equal(area2(s), 2 * (160 * 1000 - 60 * 800));
}

static void a_polygon_from_end_to_end_of_the_world_is_cut_exactly(void **state)
{
    struct clip_test *t = *state;
    struct err err = {0};
    /* At zoom 24 the world is 2^36 tile units wide. */
    const int64_t far = INT64_C(1) << 36;
    assert_ok(tile_shape_start(&t->in, GEOM_KIND_POLYGON, 1, 1, 4, &err));
    const struct vertex_tu corners[] = {
        {-far, -far}, {far, -far}, {far, far + 10}, {-far, -far + 10}};
    for (int i = 0; i < 4; i++)
        tile_shape_put(&t->in, corners[i]);
    tile_shape_end_ring(&t->in);
    tile_shape_end_part(&t->in);
    assert_ok(clip_shape(&t->clipper, &t->in, &BOX, &t->out, &err));
    assert_true(shape_is_within(&t->out, &BOX));
    /* Half of the box, and a strip 10 wide along its diagonal: the slanting side is y = x + 10. */
    assert_int_equal(area2(&t->out), 4224 * 4224 + 2 * 10 * 4224 - 10 * 10);
}

#define IN_CLIP_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_CLIP_TEST(what_is_inside_stays_as_it_is),
        IN_CLIP_TEST(what_is_outside_is_gone),
        IN_CLIP_TEST(a_diagonal_through_a_corner_is_cut_where_it_meets_the_box),
        IN_CLIP_TEST(a_segment_is_cut_at_the_same_place_from_either_end),
        IN_CLIP_TEST(a_line_keeps_its_order_through_several_pieces),
        IN_CLIP_TEST(a_hole_is_cut_as_its_polygon_is),
        IN_CLIP_TEST(a_polygon_from_end_to_end_of_the_world_is_cut_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "base/buf.h"
#include "base/mvt_read.h"
#include "tests/unit/unit.h"

#include <string.h>

/* Messages are made by hand, from the specification. */

static void put_bytes(struct buf *b, unsigned number, const void *bytes, size_t n)
{
    buf_put_varint(b, number << 3 | 2);
    buf_put_varint(b, n);
    buf_put(b, bytes, n);
}

static void put_u64(struct buf *b, unsigned number, uint64_t v)
{
    buf_put_varint(b, number << 3);
    buf_put_varint(b, v);
}

static void put_u32s(struct buf *b, unsigned number, const uint32_t *v, size_t n)
{
    struct buf packed;
    buf_init(&packed, 1 << 20);
    for (size_t i = 0; i < n; i++)
        buf_put_varint(&packed, v[i]);
    put_bytes(b, number, packed.data, packed.len_bytes);
    buf_clear(&packed);
}

#define COMMAND(id, n) ((uint32_t)(n) << 3 | (id))
#define MOVE(n)        COMMAND(1, n)
#define LINE(n)        COMMAND(2, n)
#define CLOSE          COMMAND(7, 1)
#define Z(v)           ((uint32_t)((v) >= 0 ? 2 * (v) : -2 * (v)-1))

/* A tile of one layer with one feature of these commands. */
static void put_tile(struct buf *out, uint64_t type, const uint32_t *commands, size_t n,
                     const uint32_t *tags, size_t n_tags)
{
    struct buf feature, layer, value;
    buf_init(&feature, 1 << 20);
    buf_init(&layer, 1 << 20);
    buf_init(&value, 1 << 20);
    put_u64(&feature, 1, 42);
    put_u32s(&feature, 2, tags, n_tags);
    put_u64(&feature, 3, type);
    put_u32s(&feature, 4, commands, n);
    put_u64(&layer, 15, 2);
    put_bytes(&layer, 1, "roads", 5);
    put_bytes(&layer, 2, feature.data, feature.len_bytes);
    put_bytes(&layer, 3, "name", 4);
    put_bytes(&layer, 3, "lanes", 5);
    put_bytes(&value, 1, "high street", 11);
    put_bytes(&layer, 4, value.data, value.len_bytes);
    buf_reset(&value);
    put_u64(&value, 6, 3); /* zigzag: -2 */
    put_bytes(&layer, 4, value.data, value.len_bytes);
    put_u64(&layer, 5, 4096);
    put_bytes(out, 3, layer.data, layer.len_bytes);
    buf_clear(&feature);
    buf_clear(&layer);
    buf_clear(&value);
}

static enum err_code read_tile(struct arena *a, uint64_t type, const uint32_t *commands, size_t n,
                               const uint32_t *tags, size_t n_tags, struct mvt_reading_feature *out,
                               struct err *err)
{
    struct buf tile;
    const struct mvt_reading *m = NULL;
    buf_init(&tile, 1 << 20);
    put_tile(&tile, type, commands, n, tags, n_tags);
    assert_false(mvt_reading_new((struct span){(char *)tile.data, tile.len_bytes}, a, &m, err));
    assert_int_equal(mvt_reading_n_layers(m), 1);
    buf_clear(&tile);
    return mvt_reading_feature(m, 0, 0, 1000, a, out, err);
}

#define READ(type, commands, out)                                                                  \
    read_tile(&arena, type, commands, sizeof(commands) / sizeof *(commands), NULL, 0, out, &err)

static void a_layer_says_its_name_and_extent(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct buf tile;
    const struct mvt_reading *m = NULL;
    const uint32_t point[] = {MOVE(1), Z(1), Z(2)};
    arena_init(&arena, 1 << 20);
    buf_init(&tile, 1 << 20);
    put_tile(&tile, 1, point, 3, NULL, 0);
    assert_ok(mvt_reading_new((struct span){(char *)tile.data, tile.len_bytes}, &arena, &m, &err));
    const struct mvt_layer_face face = mvt_reading_layer(m, 0);
    assert_string_equal(face.name, "roads");
    assert_true(face.version == 2 && face.extent == 4096 && face.n_features == 1);
    assert_ok(mvt_reading_new((struct span){"", 0}, &arena, &m, &err));
    assert_int_equal(mvt_reading_n_layers(m), 0);
    buf_clear(&tile);
    arena_clear(&arena);
}

static void points_lines_and_polygons_become_geometry(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct mvt_reading_feature f;
    /* The specification's own examples, 4.3.5. */
    const uint32_t point[] = {9, 50, 34};
    const uint32_t points[] = {17, 10, 14, 3, 9};
    const uint32_t lines[] = {9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8};
    const uint32_t polygons[] = {9, 0,  0,  26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0,
                                 0, 18, 17, 0,  15, 9, 4, 13, 26, 0, 8,  8, 0,  0, 7,  15};
    arena_init(&arena, 1 << 20);
    assert_ok(READ(1, point, &f));
    assert_true(f.geom.type == GEOM_POINT && f.geom.xy[0] == 25 && f.geom.xy[1] == 17);
    assert_true(f.has_id && f.id == 42);
    assert_ok(READ(1, points, &f));
    assert_true(f.geom.type == GEOM_MULTIPOINT && f.geom.n_parts == 2 && f.geom.xy[3] == 2);
    assert_ok(READ(2, lines, &f));
    assert_true(f.geom.type == GEOM_MULTILINESTRING && f.geom.n_parts == 2);
    assert_true(f.geom.ring_end[0] == 3 && f.geom.xy[6] == 1 && f.geom.xy[7] == 1);
    assert_ok(READ(3, polygons, &f));
    assert_true(f.geom.type == GEOM_MULTIPOLYGON && f.geom.n_parts == 2 && f.geom.n_rings == 3);
    assert_true(f.geom.part_end[0] == 1 && f.geom.part_end[1] == 3);
    assert_true(f.geom.xy[0] == f.geom.xy[8] && f.geom.xy[1] == f.geom.xy[9]);
    arena_clear(&arena);
}

static void rings_without_area_are_left_out(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct mvt_reading_feature f;
    const uint32_t flat[] = {MOVE(1), Z(0), Z(0), LINE(2), Z(5), Z(0), Z(-5), Z(0), CLOSE};
    arena_init(&arena, 1 << 20);
    assert_ok(READ(3, flat, &f));
    assert_int_equal(f.geom.type, GEOM_NONE);
    arena_clear(&arena);
}

static void what_the_specification_forbids_is_told(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct mvt_reading_feature f;
    const uint32_t cut[] = {MOVE(1), Z(0)};
    const uint32_t endless[] = {MOVE(1), Z(0), Z(0), LINE(100000000), Z(1), Z(1)};
    const uint32_t line_first[] = {LINE(1), Z(0), Z(0)};
    const uint32_t open_ring[] = {MOVE(1), Z(0), Z(0), LINE(2), Z(5), Z(0), Z(0), Z(5)};
    const uint32_t none[] = {MOVE(0)};
    const uint32_t odd[] = {0};
    const uint32_t nowhere[] = {0, 9};
    const uint32_t point[] = {MOVE(1), Z(1), Z(2)};
    arena_init(&arena, 1 << 20);
    assert_fails(READ(1, cut, &f), BAD_DATA, "within a command");
    assert_fails(READ(2, endless, &f), BAD_DATA, "within a command");
    assert_fails(READ(2, line_first, &f), BAD_DATA, "out of order");
    assert_fails(READ(3, open_ring, &f), BAD_DATA, "out of order");
    assert_fails(READ(1, none, &f), BAD_DATA, "out of order");
    assert_fails(READ(0, point, &f), BAD_DATA, "without a type");
    assert_fails(READ(9, point, &f), BAD_DATA, "without a type");
    assert_fails(read_tile(&arena, 1, point, 3, odd, 1, &f, &err), BAD_DATA, "odd number");
    assert_fails(read_tile(&arena, 1, point, 3, nowhere, 2, &f, &err), BAD_DATA, "points nowhere");
    arena_clear(&arena);
}

static void properties_have_the_tiles_types(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct mvt_reading_feature f;
    const uint32_t point[] = {MOVE(1), Z(1), Z(2)}, tags[] = {0, 0, 1, 1};
    arena_init(&arena, 1 << 20);
    assert_ok(read_tile(&arena, 1, point, 3, tags, 4, &f, &err));
    assert_int_equal(f.n_properties, 2);
    assert_true(span_eq(f.properties[0].name, "name"));
    assert_true(span_eq(f.properties[0].value.text, "high street"));
    assert_true(f.properties[1].value.type == VALUE_INT && f.properties[1].value.integer == -2);
    arena_clear(&arena);
}

static void what_is_no_tile_is_told(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct buf tile;
    const struct mvt_reading *m = NULL;
    arena_init(&arena, 1 << 20);
    buf_init(&tile, 1 << 20);
    assert_fails(mvt_reading_new((struct span){"hello", 5}, &arena, &m, &err), BAD_DATA,
                 "not a vector tile");
    put_bytes(&tile, 3, "\x78\x02", 2); /* version 2, no name */
    assert_fails(
        mvt_reading_new((struct span){(char *)tile.data, tile.len_bytes}, &arena, &m, &err),
        BAD_DATA, "not a vector tile");
    buf_reset(&tile);
    put_bytes(&tile, 3, "\x78\x03\x0A\x01x", 5);
    assert_fails(
        mvt_reading_new((struct span){(char *)tile.data, tile.len_bytes}, &arena, &m, &err),
        BAD_DATA, "version 3");
    buf_reset(&tile);
    put_bytes(&tile, 3, "\x78\x02\x0A\x01x\x28\x00", 7);
    assert_fails(
        mvt_reading_new((struct span){(char *)tile.data, tile.len_bytes}, &arena, &m, &err),
        BAD_DATA, "extent of 0");
    buf_clear(&tile);
    arena_clear(&arena);
}

static void a_tile_may_not_take_more_than_the_arena(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct buf layer, tile;
    const struct mvt_reading *m = NULL;
    arena_init(&arena, 100000);
    buf_init(&layer, 1 << 20);
    buf_init(&tile, 1 << 20);
    put_u64(&layer, 15, 2);
    put_bytes(&layer, 1, "x", 1);
    for (int i = 0; i < 20000; i++)
        put_bytes(&layer, 2, "", 0);
    put_bytes(&tile, 3, layer.data, layer.len_bytes);
    assert_fails(
        mvt_reading_new((struct span){(char *)tile.data, tile.len_bytes}, &arena, &m, &err), LIMIT,
        "bytes of memory");
    buf_clear(&layer);
    buf_clear(&tile);
    arena_clear(&arena);
}

static void what_lies_to_one_side_of_a_box_need_not_be_read(void **state)
{
    (void)state;
    static const uint32_t line[] = {MOVE(1), Z(10), Z(10), LINE(1), Z(20), Z(0)};
    static const uint32_t torn[] = {MOVE(1), Z(10), Z(10), LINE(9), Z(20), Z(0)};
    static const struct bbox near = {25, 0, 40, 40}, touching = {30, 10, 40, 40},
                             far = {31, 0, 40, 40};
    struct err err = {0};
    struct arena a;
    struct buf tile;
    const struct mvt_reading *m = NULL;
    arena_init(&a, 1 << 20);
    buf_init(&tile, 1 << 20);
    put_tile(&tile, 2, line, 6, NULL, 0);
    assert_ok(mvt_reading_new((struct span){buf_text(&tile), tile.len_bytes}, &a, &m, &err));
    assert_true(mvt_reading_may_meet(m, 0, 0, &near));
    assert_true(mvt_reading_may_meet(m, 0, 0, &touching));
    assert_false(mvt_reading_may_meet(m, 0, 0, &far));
    buf_reset(&tile);
    put_tile(&tile, 2, torn, 6, NULL, 0);
    assert_ok(mvt_reading_new((struct span){buf_text(&tile), tile.len_bytes}, &a, &m, &err));
    assert_true(mvt_reading_may_meet(m, 0, 0, &far));
    buf_clear(&tile);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_to_one_side_of_a_box_need_not_be_read),
        cmocka_unit_test(a_layer_says_its_name_and_extent),
        cmocka_unit_test(points_lines_and_polygons_become_geometry),
        cmocka_unit_test(rings_without_area_are_left_out),
        cmocka_unit_test(what_the_specification_forbids_is_told),
        cmocka_unit_test(properties_have_the_tiles_types),
        cmocka_unit_test(what_is_no_tile_is_told),
        cmocka_unit_test(a_tile_may_not_take_more_than_the_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

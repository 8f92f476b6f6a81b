#include "store/geometry_blob.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes from hexadecimal text. */
static size_t unhex(const char *hex, uint8_t *out)
{
    size_t n = 0;
    for (; hex[2 * n]; n++) {
        unsigned byte = 0;
        assert_int_equal(sscanf(hex + 2 * n, "%2x", &byte), 1);
        out[n] = (uint8_t)byte;
    }
    return n;
}

/* What SpatiaLite 5.0.1 makes: SELECT hex(GeomFromText(..., 4326)). */
static const char POINT_1_2[] = "0001E6100000000000000000F03F0000000000000040000000000000F03F"
                                "00000000000000407C01000000000000000000F03F0000000000000040FE";

static void check_equal(const struct geom *a, const struct geom *b)
{
    assert_true(a->type == b->type && a->n_parts == b->n_parts && a->n_rings == b->n_rings &&
                a->n_vertices == b->n_vertices);
    assert_memory_equal(a->xy, b->xy, a->n_vertices * 2 * sizeof *a->xy);
    assert_memory_equal(a->ring_end, b->ring_end, a->n_rings * sizeof *a->ring_end);
    assert_memory_equal(a->part_end, b->part_end, a->n_parts * sizeof *a->part_end);
    assert_memory_equal(a->part_kind, b->part_kind, a->n_parts);
}

/* A geometry of every kind: a point, a line, a polygon with a hole, as asked. */
static void build(struct geom_builder *b, enum geom_type type, struct geom *out)
{
    struct err err = {0};
    const bool all = type == GEOM_COLLECTION;
    const enum geom_kind kind = geom_kind_of(type);
    geom_build_start(b, type);
    for (int i = 0; i < (type >= GEOM_MULTIPOINT ? 2 : 1); i++) {
        if (all || kind == GEOM_KIND_POINT) {
            geom_build_part(b, GEOM_KIND_POINT);
            geom_build_vertex(b, i, 2);
        }
        if (all || kind == GEOM_KIND_LINE) {
            geom_build_part(b, GEOM_KIND_LINE);
            for (int k = 0; k < 3 + i; k++)
                geom_build_vertex(b, k, i + 0.1);
        }
        if (all || kind == GEOM_KIND_POLYGON) {
            static const double corners[] = {0, 0, 9, 0, 9, 9, 0, 9, 0, 0,
                                             1, 1, 1, 2, 2, 2, 2, 1, 1, 1};
            geom_build_part(b, GEOM_KIND_POLYGON);
            for (int k = 0; k < 10; k++) {
                if (k % 5 == 0)
                    geom_build_ring(b);
                geom_build_vertex(b, corners[2 * k] + 20 * i, corners[2 * k + 1]);
            }
        }
    }
    assert_ok(geom_build_end(b, out, &err));
}

static void every_kind_is_read_as_it_was_written(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_builder builder;
    struct buf blob;
    struct arena a;
    geom_builder_init(&builder, 1000);
    buf_init(&blob, 1 << 20);
    arena_init(&a, 1 << 20);
    for (enum geom_type type = GEOM_POINT; type <= GEOM_COLLECTION; type++) {
        struct geom g, back;
        build(&builder, type, &g);
        const struct bbox box = geom_bbox(&g);
        buf_reset(&blob);
        assert_ok(geometry_blob_put(
            &blob, &g, &(struct geometry_column){GEOM_COLLECTION, false, 4326}, &box, &err));
        const struct span bytes = {(const char *)blob.data, blob.len_bytes};
        assert_ok(geometry_blob_read(bytes, &a, &back, &err));
        check_equal(&g, &back);
    }
    arena_clear(&a);
    buf_clear(&blob);
    geom_builder_clear(&builder);
}

static void a_point_is_the_bytes_that_spatialite_makes(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf blob;
    uint8_t expected[64];
    double xy[] = {1, 2};
    uint32_t one[] = {1};
    uint8_t kind[] = {GEOM_KIND_POINT};
    const struct geom g = {GEOM_POINT, 1, 1, 1, xy, one, one, kind, NULL};
    const struct bbox box = {1, 2, 1, 2};
    const size_t n = unhex(POINT_1_2, expected);
    buf_init(&blob, 1 << 10);
    assert_ok(geometry_blob_put(&blob, &g, &(struct geometry_column){GEOM_POINT, false, 4326}, &box,
                                &err));
    assert_int_equal(blob.len_bytes, n);
    assert_memory_equal(blob.data, expected, n);
    buf_clear(&blob);
}

static void singles_become_multi_where_the_layer_is(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_builder builder;
    struct buf blob;
    struct arena a;
    struct geom g, back;
    geom_builder_init(&builder, 1000);
    buf_init(&blob, 1 << 20);
    arena_init(&a, 1 << 20);
    build(&builder, GEOM_POLYGON, &g);
    const struct bbox box = geom_bbox(&g);
    assert_ok(geometry_blob_put(
        &blob, &g, &(struct geometry_column){GEOM_MULTIPOLYGON, false, 2154}, &box, &err));
    const struct span bytes = {(const char *)blob.data, blob.len_bytes};
    assert_ok(geometry_blob_read(bytes, &a, &back, &err));
    assert_true(back.type == GEOM_MULTIPOLYGON && back.n_parts == 1 && back.n_rings == 2);
    buf_reset(&blob);
    assert_fails(geometry_blob_put(&blob, &g,
                                   &(struct geometry_column){GEOM_MULTILINESTRING, false, 2154},
                                   &box, &err),
                 BAD_DATA, "Polygon in a layer of type MultiLineString");
    build(&builder, GEOM_MULTIPOLYGON, &g);
    assert_fails(geometry_blob_put(&blob, &g, &(struct geometry_column){GEOM_POLYGON, false, 2154},
                                   &box, &err),
                 BAD_DATA, "MultiPolygon in a layer of type Polygon");
    assert_int_equal(blob.len_bytes, 0);
    arena_clear(&a);
    buf_clear(&blob);
    geom_builder_clear(&builder);
}

static void heights_stay_in_columns_that_have_them(void **state)
{
    (void)state;
    /* SpatiaLite 5.0.1: SELECT hex(GeomFromText('LINESTRINGZ(1 2 3, 3 4 5)', 2154)) */
    static const char LINE_Z[] =
        "00016A080000000000000000F03F000000000000004000000000000008400000000000001040"
        "7CEA03000002000000000000000000F03F00000000000000400000000000000840"
        "000000000000084000000000000010400000000000001440FE";
    struct err err = {0};
    struct geom_builder builder;
    struct buf blob;
    struct arena a;
    struct geom g, back;
    uint8_t expected[200];
    geom_builder_init(&builder, 1000);
    buf_init(&blob, 1 << 20);
    arena_init(&a, 1 << 20);
    geom_build_start(&builder, GEOM_LINESTRING);
    geom_build_vertex_z(&builder, 1, 2, 3);
    geom_build_vertex_z(&builder, 3, 4, 5);
    assert_ok(geom_build_end(&builder, &g, &err));
    const struct bbox box = geom_bbox(&g);
    const struct geometry_column high = {GEOM_LINESTRING, true, 2154};
    assert_ok(geometry_blob_put(&blob, &g, &high, &box, &err));
    const size_t n = unhex(LINE_Z, expected);
    assert_int_equal(blob.len_bytes, n);
    assert_memory_equal(blob.data, expected, n);
    assert_ok(geometry_blob_read((struct span){(char *)blob.data, n}, &a, &back, &err));
    check_equal(&g, &back);
    assert_true(back.z && back.z[0] == 3 && back.z[1] == 5);

    /* a column decides, not the geometry: without heights there, 0 without them here */
    const struct geometry_column flat = {GEOM_LINESTRING, false, 2154};
    buf_reset(&blob);
    assert_ok(geometry_blob_put(&blob, &g, &flat, &box, &err));
    assert_ok(
        geometry_blob_read((struct span){(char *)blob.data, blob.len_bytes}, &a, &back, &err));
    assert_null(back.z);
    buf_reset(&blob);
    assert_ok(geometry_blob_put(&blob, &back, &high, &box, &err));
    assert_ok(
        geometry_blob_read((struct span){(char *)blob.data, blob.len_bytes}, &a, &back, &err));
    assert_true(back.z && back.z[0] == 0 && back.z[1] == 0);
    arena_clear(&a);
    buf_clear(&blob);
    geom_builder_clear(&builder);
}

static void big_endian_and_further_axes_are_read(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    struct geom g;
    /* LINESTRING ZM (1 2 9 9, 3 4 9 9), class 3002, big-endian; the box is not looked at */
    static const char head[] =
        "0000000010E6"
        "0000000000000000000000000000000000000000000000000000000000000000"
        "7C00000BBA00000002"
        "3FF00000000000004000000000000000402200000000000040220000000000004008"
        "0000000000004010000000000000402200000000000040220000000000"
        "00FE";
    uint8_t bytes[256];
    const size_t n = unhex(head, bytes);
    arena_init(&a, 1 << 16);
    assert_ok(geometry_blob_read((struct span){(const char *)bytes, n}, &a, &g, &err));
    assert_true(g.type == GEOM_LINESTRING && g.n_vertices == 2);
    assert_true(g.xy[0] == 1 && g.xy[1] == 2 && g.xy[2] == 3 && g.xy[3] == 4);
    arena_clear(&a);
}

static void damaged_blobs_are_refused_wherever_they_end(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_builder builder;
    struct buf blob;
    struct arena a;
    struct geom g, back;
    geom_builder_init(&builder, 1000);
    buf_init(&blob, 1 << 20);
    arena_init(&a, 1 << 20);
    build(&builder, GEOM_COLLECTION, &g);
    const struct bbox box = geom_bbox(&g);
    assert_ok(geometry_blob_put(&blob, &g, &(struct geometry_column){GEOM_COLLECTION, false, 4326},
                                &box, &err));
    const struct span whole = {(const char *)blob.data, blob.len_bytes};
    for (size_t n = 0; n < whole.len_bytes; n++) {
        char *cut = malloc(n + 1); /* of this size, for AddressSanitizer */
        memcpy(cut, whole.at, n);
        assert_fails(geometry_blob_read((struct span){cut, n}, &a, &back, &err), BAD_DATA, "blob");
        if (n > 1) {
            cut[n - 1] = (char)0xFE;
            assert_fails(geometry_blob_read((struct span){cut, n}, &a, &back, &err), BAD_DATA,
                         "blob");
        }
        free(cut);
    }
    /* A number of vertices that would need more memory than there is. */
    blob.data[39] = GEOM_LINESTRING;
    memset(blob.data + 43, 0xFF, 4);
    assert_fails(geometry_blob_read(whole, &a, &back, &err), BAD_DATA, "fewer bytes");
    arena_clear(&a);
    buf_clear(&blob);
    geom_builder_clear(&builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_read_as_it_was_written),
        cmocka_unit_test(a_point_is_the_bytes_that_spatialite_makes),
        cmocka_unit_test(singles_become_multi_where_the_layer_is),
        cmocka_unit_test(heights_stay_in_columns_that_have_them),
        cmocka_unit_test(big_endian_and_further_axes_are_read),
        cmocka_unit_test(damaged_blobs_are_refused_wherever_they_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

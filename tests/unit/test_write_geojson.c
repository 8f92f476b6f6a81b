#include "server/ogc/write_geojson.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

static const struct field FIELDS[] = {{.name = "code", .column = "code", .type = FIELD_TEXT},
                                      {.name = "n", .column = "n", .type = FIELD_INTEGER},
                                      {.name = "tags", .column = "tags", .type = FIELD_JSON}};

static const struct layer IN_DEGREES = {.name = "roads",
                                        .fields = FIELDS,
                                        .n_fields = 3,
                                        .id_field = 0,
                                        .time_field = -1,
                                        .epsg = 4326};

static void assert_written(const struct layer *layer, const struct feature *f, const char *wanted)
{
    struct buf b;
    buf_init(&b, 4096);
    struct json_out j = json_out(&b);
    geojson_put_feature(&j, layer, f);
    assert_string_equal(buf_text(&b), wanted);
    buf_clear(&b);
}

static void every_property_is_there_in_order_and_null_too(void **state)
{
    (void)state;
    const struct value values[] = {value_text(span_of("07\"é")), value_null(),
                                   value_json(span_of("[1,\"a\"]"))};
    const struct feature f = {.id = span_of("007"), .values = values, .n_values = 3};
    assert_written(&IN_DEGREES, &f,
                   "{\"type\":\"Feature\",\"id\":\"007\",\"geometry\":null,"
                   "\"properties\":{\"code\":\"07\\\"é\",\"n\":null,\"tags\":[1,\"a\"]}}");
}

static void ids_of_positions_and_whole_numbers_are_numbers(void **state)
{
    (void)state;
    struct layer layer = IN_DEGREES;
    struct feature f = {.id = span_of("42")};
    assert_written(&layer, &f,
                   "{\"type\":\"Feature\",\"id\":\"42\",\"geometry\":null,\"properties\":{}}");
    layer.id_field = 1;
    assert_written(&layer, &f,
                   "{\"type\":\"Feature\",\"id\":42,\"geometry\":null,\"properties\":{}}");
    layer.id_field = -1;
    assert_written(&layer, &f,
                   "{\"type\":\"Feature\",\"id\":42,\"geometry\":null,\"properties\":{}}");
    f.id = span_of("9007199254740993"); /* 2^53 + 1: a double would round it */
    assert_written(&layer, &f,
                   "{\"type\":\"Feature\",\"id\":\"9007199254740993\",\"geometry\":null,"
                   "\"properties\":{}}");
}

static void coordinates_keep_their_digits_or_are_rounded_after_a_transform(void **state)
{
    (void)state;
    double xy[] = {2.123456789012, -48.5};
    uint32_t end = 1;
    uint8_t kind = GEOM_KIND_POINT;
    struct layer layer = IN_DEGREES;
    const struct feature f = {.id = span_of("1"),
                              .geom = {GEOM_POINT, 1, 1, 1, xy, &end, &end, &kind, NULL}};
    assert_written(&layer, &f,
                   "{\"type\":\"Feature\",\"id\":\"1\",\"geometry\":{\"type\":\"Point\","
                   "\"coordinates\":[2.123456789012,-48.5]},\"properties\":{}}");
    layer.epsg = 2154;
    assert_written(&layer, &f,
                   "{\"type\":\"Feature\",\"id\":\"1\",\"geometry\":{\"type\":\"Point\","
                   "\"coordinates\":[2.1234568,-48.5]},\"properties\":{}}");
}

static void each_type_of_geometry_has_its_nesting(void **state)
{
    (void)state;
    double xy[] = {0, 0, 4, 0, 4, 4, 0, 0, 1, 1, 2, 2, 2, 1, 1, 1, 9, 9, 8, 8};
    uint32_t rings[] = {4, 8, 10};
    uint32_t parts[] = {2, 3};
    uint8_t kinds[] = {GEOM_KIND_POLYGON, GEOM_KIND_LINE};
    struct feature f = {.id = span_of("1"),
                        .geom = {GEOM_POLYGON, 1, 2, 8, xy, rings, parts, kinds, NULL}};
    const struct {
        enum geom_type type;
        size_t n_parts;
        const char *geometry;
    } cases[] = {
        {GEOM_POLYGON, 1,
         "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,4],[0,0]],"
         "[[1,1],[2,2],[2,1],[1,1]]]}"},
        {GEOM_MULTIPOLYGON, 1,
         "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[4,0],[4,4],[0,0]],"
         "[[1,1],[2,2],[2,1],[1,1]]]]}"},
        {GEOM_COLLECTION, 2,
         "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Polygon\","
         "\"coordinates\":[[[0,0],[4,0],[4,4],[0,0]],[[1,1],[2,2],[2,1],[1,1]]]},"
         "{\"type\":\"LineString\",\"coordinates\":[[9,9],[8,8]]}]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char wanted[512];
        snprintf(wanted, sizeof wanted,
                 "{\"type\":\"Feature\",\"id\":\"1\",\"geometry\":%s,\"properties\":{}}",
                 cases[i].geometry);
        f.geom.type = cases[i].type;
        f.geom.n_parts = cases[i].n_parts;
        assert_written(&IN_DEGREES, &f, wanted);
    }
}

static void lines_and_points_of_many_parts_are_written(void **state)
{
    (void)state;
    double xy[] = {0, 0, 1, 1, 2, 2, 3, 3};
    uint32_t line_ends[] = {2, 4}, point_ends[] = {1, 2, 3, 4}, parts[] = {1, 2, 3, 4};
    uint8_t lines[] = {GEOM_KIND_LINE, GEOM_KIND_LINE};
    uint8_t points[] = {GEOM_KIND_POINT, GEOM_KIND_POINT, GEOM_KIND_POINT, GEOM_KIND_POINT};
    struct feature f = {.id = span_of("1"),
                        .geom = {GEOM_MULTILINESTRING, 2, 2, 4, xy, line_ends, parts, lines, NULL}};
    assert_written(&IN_DEGREES, &f,
                   "{\"type\":\"Feature\",\"id\":\"1\",\"geometry\":{\"type\":\"MultiLineString\","
                   "\"coordinates\":[[[0,0],[1,1]],[[2,2],[3,3]]]},\"properties\":{}}");
    f.geom = (struct geom){GEOM_MULTIPOINT, 4, 4, 4, xy, point_ends, parts, points, NULL};
    assert_written(&IN_DEGREES, &f,
                   "{\"type\":\"Feature\",\"id\":\"1\",\"geometry\":{\"type\":\"MultiPoint\","
                   "\"coordinates\":[[0,0],[1,1],[2,2],[3,3]]},\"properties\":{}}");
}

static void heights_are_the_third_number(void **state)
{
    (void)state;
    double xy[] = {0, 0, 1, 1}, z[] = {0, 35.25};
    uint32_t ends[] = {2}, parts[] = {1};
    uint8_t kinds[] = {GEOM_KIND_LINE};
    const struct feature f = {.id = span_of("1"),
                              .geom = {GEOM_LINESTRING, 1, 1, 2, xy, ends, parts, kinds, z}};
    assert_written(&IN_DEGREES, &f,
                   "{\"type\":\"Feature\",\"id\":\"1\",\"geometry\":{\"type\":\"LineString\","
                   "\"coordinates\":[[0,0,0],[1,1,35.25]]},\"properties\":{}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_property_is_there_in_order_and_null_too),
        cmocka_unit_test(ids_of_positions_and_whole_numbers_are_numbers),
        cmocka_unit_test(coordinates_keep_their_digits_or_are_rounded_after_a_transform),
        cmocka_unit_test(each_type_of_geometry_has_its_nesting),
        cmocka_unit_test(lines_and_points_of_many_parts_are_written),
        cmocka_unit_test(heights_are_the_third_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include "importers/geojson_geometry.h"

#include <string.h>

struct fixture {
    struct json_reader *json;
    struct geom_builder builder;
    bool keep_z;
};

static int set_up(void **state)
{
    static struct fixture f; /* one group, one thread */
    struct err err = {0};
    assert_ok(json_reader_new(1 << 20, 64, &f.json, &err));
    geom_builder_init(&f.builder, 100);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    json_reader_free(f->json);
    geom_builder_clear(&f->builder);
    return 0;
}

static enum err_code read_text(struct fixture *f, const char *text, struct geom *out,
                               size_t *n_dropped, struct err *err)
{
    struct json_value v;
    const enum err_code rc = json_read(f->json, span_of(text), &v, err);
    return rc ? rc : geojson_read_geometry(v, f->keep_z, &f->builder, out, n_dropped, err);
}

/* "Polygon: 0 0,1 0,1 1,0 0;" a part ends with ';', a ring with '/' where another follows. */
static void put_geom(struct buf *b, const struct geom *g)
{
    size_t ring = 0, vertex = 0;
    buf_printf(b, "%s:", geom_type_name(g->type));
    for (size_t part = 0; part < g->n_parts; part++) {
        for (bool first = true; ring < g->part_end[part]; ring++, first = false) {
            if (!first)
                buf_put_text(b, "/");
            for (bool start = true; vertex < g->ring_end[ring]; vertex++, start = false) {
                buf_put_text(b, start ? " " : ",");
                text_put_f64(b, g->xy[2 * vertex]);
                buf_put_text(b, " ");
                text_put_f64(b, g->xy[2 * vertex + 1]);
            }
        }
        buf_put_text(b, ";");
    }
}

static void assert_reads(void **state, const char *text, const char *wanted, size_t n_heights)
{
    struct err err = {0};
    struct geom g;
    size_t n_dropped = 0;
    struct buf words;
    buf_init(&words, 10000);
    assert_ok(read_text(*state, text, &g, &n_dropped, &err));
    put_geom(&words, &g);
    assert_string_equal(buf_text(&words), wanted);
    assert_int_equal(n_dropped, n_heights);
    buf_clear(&words);
}

static void assert_refused(void **state, const char *text, enum err_code code, const char *words)
{
    struct err err = {0};
    struct geom g;
    size_t n_dropped = 0;
    assert_fails(read_text(*state, text, &g, &n_dropped, &err), code, words);
}

static void every_kind_of_geometry_is_read(void **state)
{
    assert_reads(state, "{\"type\":\"Point\",\"coordinates\":[1.5,-2]}", "Point: 1.5 -2;", 0);
    assert_reads(state, "{\"coordinates\":[[1,2],[3,4]],\"type\":\"MultiPoint\"}",
                 "MultiPoint: 1 2; 3 4;", 0);
    assert_reads(state, "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}",
                 "LineString: 1 2,3 4;", 0);
    assert_reads(state,
                 "{\"type\":\"MultiLineString\",\"coordinates\":[[[1,2],[3,4]],[[5,6],[7,8]]]}",
                 "MultiLineString: 1 2,3 4; 5 6,7 8;", 0);
    assert_reads(state,
                 "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,0],[9,9],[0,0]],"
                 "[[1,1],[2,1],[2,2],[1,1]]]}",
                 "Polygon: 0 0,9 0,9 9,0 0/ 1 1,2 1,2 2,1 1;", 0);
    assert_reads(state,
                 "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,0],[9,9],[0,0]]],"
                 "[[[1,1],[2,1],[2,2],[1,1]]]]}",
                 "MultiPolygon: 0 0,9 0,9 9,0 0; 1 1,2 1,2 2,1 1;", 0);
    assert_reads(state,
                 "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\","
                 "\"coordinates\":[1,2]},{\"type\":\"LineString\",\"coordinates\":[[3,4],[5,6]]}]}",
                 "GeometryCollection: 1 2; 3 4,5 6;", 0);
}

static void nothing_and_empty_geometries_are_none(void **state)
{
    assert_reads(state, "null", "None:", 0);
    assert_reads(state, "{\"type\":\"Point\",\"coordinates\":[]}", "None:", 0);
    assert_reads(state, "{\"type\":\"MultiPolygon\",\"coordinates\":[[]]}", "None:", 0);
    assert_reads(state, "{\"type\":\"GeometryCollection\",\"geometries\":[]}", "None:", 0);
    assert_reads(state,
                 "{\"type\":\"MultiPolygon\",\"coordinates\":[[],[[[0,0],[9,0],[9,9],[0,0]]]]}",
                 "MultiPolygon: 0 0,9 0,9 9,0 0;", 0);
}

static void heights_are_left_out_and_counted(void **state)
{
    assert_reads(state, "{\"type\":\"LineString\",\"coordinates\":[[1,2,3],[3,4],[5,6,7,8,9]]}",
                 "LineString: 1 2,3 4,5 6;", 2);
}

static void collections_in_collections_are_flattened(void **state)
{
    assert_reads(
        state,
        "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"GeometryCollection\","
        "\"geometries\":[{\"type\":\"MultiPoint\",\"coordinates\":[[1,2],[3,4]]}]},"
        "{\"type\":\"Point\",\"coordinates\":[5,6]}]}",
        "GeometryCollection: 1 2; 3 4; 5 6;", 0);
}

static void collections_nested_too_deep_are_refused(void **state)
{
    struct buf text;
    buf_init(&text, 10000);
    for (int i = 0; i < 17; i++)
        buf_put_text(&text, "{\"type\":\"GeometryCollection\",\"geometries\":[");
    for (int i = 0; i < 17; i++)
        buf_put_text(&text, "]}");
    assert_refused(state, buf_text(&text), LIMIT, "nested");
    buf_clear(&text);
}

static void what_is_wrong_is_said(void **state)
{
    assert_refused(state, "12", BAD_DATA, "not an object");
    assert_refused(state, "{}", BAD_DATA, "no type");
    assert_refused(state, "{\"type\":\"point\",\"coordinates\":[1,2]}", BAD_DATA, "'point'");
    assert_refused(state, "{\"type\":\"Point\"}", BAD_DATA, "a Point without coordinates");
    assert_refused(state, "{\"type\":\"Point\",\"coordinates\":[1]}", BAD_DATA, "less than two");
    assert_refused(state, "{\"type\":\"Point\",\"coordinates\":[1,\"2\"]}", BAD_DATA,
                   "position 1 of the Point is not an array of numbers");
    assert_refused(state, "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,null]]}", BAD_DATA,
                   "position 2 of the LineString");
    assert_refused(state, "{\"type\":\"MultiPoint\",\"coordinates\":[0,0]}", BAD_DATA,
                   "position 1");
    assert_refused(state, "{\"type\":\"Polygon\",\"coordinates\":[5]}", BAD_DATA,
                   "lack an array of positions");
    assert_refused(state, "{\"type\":\"MultiPolygon\",\"coordinates\":[1,2]}", BAD_DATA,
                   "lack an array of rings");
    assert_refused(state, "{\"type\":\"GeometryCollection\",\"geometries\":{}}", BAD_DATA,
                   "without an array of geometries");
    assert_refused(state, "{\"type\":\"GeometryCollection\",\"geometries\":[false]}", BAD_DATA,
                   "not an object");
}

static void more_vertices_than_the_limit_are_refused(void **state)
{
    struct buf text;
    buf_init(&text, 10000);
    buf_put_text(&text, "{\"type\":\"LineString\",\"coordinates\":[[0,0]");
    for (int i = 0; i < 100; i++)
        buf_printf(&text, ",[%d,1]", i);
    buf_put_text(&text, "]}");
    assert_refused(state, buf_text(&text), LIMIT, "more than 100 vertices");
    buf_clear(&text);
}

static void heights_stay_when_they_are_asked_for(void **state)
{
    static const char text[] =
        "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4,5],[6,7,8,9]]}";
    struct fixture *f = *state;
    struct err err = {0};
    struct geom g;
    size_t n_dropped = 0;
    f->keep_z = true;
    assert_ok(read_text(f, text, &g, &n_dropped, &err));
    f->keep_z = false;
    assert_int_equal(n_dropped, 1); /* the fourth number */
    assert_non_null(g.z);
    assert_true(g.z[0] == 0 && g.z[1] == 5 && g.z[2] == 8);
    assert_ok(read_text(f, text, &g, &n_dropped, &err));
    assert_int_equal(n_dropped, 2);
    assert_null(g.z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_geometry_is_read),
        cmocka_unit_test(nothing_and_empty_geometries_are_none),
        cmocka_unit_test(heights_are_left_out_and_counted),
        cmocka_unit_test(collections_in_collections_are_flattened),
        cmocka_unit_test(collections_nested_too_deep_are_refused),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(more_vertices_than_the_limit_are_refused),
        cmocka_unit_test(heights_stay_when_they_are_asked_for),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

#include "tests/unit/unit.h"

#include "base/wkt.h"

#include <string.h>

/* The geometry in words: "Polygon 2 5,10: 0 0, 1 0, ..." with parts, ring ends and places. */
static const char *words_of(const struct geom *g, struct buf *b)
{
    buf_reset(b);
    buf_printf(b, "%s %zu", geom_type_name(g->type), g->n_parts);
    for (size_t i = 0; i < g->n_rings; i++)
        buf_printf(b, "%s%u", i ? "," : " ", (unsigned)g->ring_end[i]);
    for (size_t i = 0; i < g->n_vertices; i++) {
        buf_printf(b, "%s%g %g", i ? ", " : ": ", g->xy[2 * i], g->xy[2 * i + 1]);
        if (g->z)
            buf_printf(b, " %g", g->z[i]);
    }
    return buf_text(b);
}

static const struct {
    const char *text, *words;
} GOOD[] = {
    {"POINT(10 20)", "Point 1 1: 10 20"},
    {" point ( 1.5   -2e1 ) ", "Point 1 1: 1.5 -20"},
    {"Point Z (1 2 3)", "Point 1 1: 1 2 3"},
    {"PointZ (1 2 3)", "Point 1 1: 1 2 3"},
    {"POINT(1 2 3)", "Point 1 1: 1 2 3"},
    {"POINTM(1 2 3)", "Point 1 1: 1 2"},
    {"POINT ZM (1 2 3 4)", "Point 1 1: 1 2 3"},
    {"POINT(1 2 3 4)", "Point 1 1: 1 2 3"},
    {"POINT EMPTY", "None 0"},
    {"SRID=2154;POINT(1 2)", "Point 1 1: 1 2"},
    {"LINESTRING(0 0,1 1 , 2 2)", "LineString 1 3: 0 0, 1 1, 2 2"},
    {"POLYGON((0 0,1 0,1 1,0 0),(2 2,3 2,3 3,2 2))",
     "Polygon 1 4,8: 0 0, 1 0, 1 1, 0 0, 2 2, 3 2, 3 3, 2 2"},
    {"MULTIPOINT(1 2, 3 4)", "MultiPoint 2 1,2: 1 2, 3 4"},
    {"MULTIPOINT((1 2),(3 4))", "MultiPoint 2 1,2: 1 2, 3 4"},
    {"MULTIPOINT(EMPTY, 1 2)", "MultiPoint 1 1: 1 2"},
    {"MULTILINESTRING((0 0,1 1),EMPTY,(2 2,3 3))", "MultiLineString 2 2,4: 0 0, 1 1, 2 2, 3 3"},
    {"MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((2 2,3 2,3 3,2 2)))",
     "MultiPolygon 2 4,8: 0 0, 1 0, 1 1, 0 0, 2 2, 3 2, 3 3, 2 2"},
    {"TRIANGLE((0 0,1 0,1 1,0 0))", "Polygon 1 4: 0 0, 1 0, 1 1, 0 0"},
    {"TIN(((0 0,1 0,1 1,0 0)))", "MultiPolygon 1 4: 0 0, 1 0, 1 1, 0 0"},
    {"GEOMETRYCOLLECTION EMPTY", "None 0"},
    {"GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))",
     "GeometryCollection 2 1,3: 1 2, 0 0, 1 1"},
    {"GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(1 2)),GEOMETRYCOLLECTION EMPTY,POINT(3 4))",
     "GeometryCollection 2 1,2: 1 2, 3 4"},
    {"GEOMETRYCOLLECTION(POINT EMPTY,MULTIPOINT(1 2,3 4))", "GeometryCollection 2 1,2: 1 2, 3 4"},
};

static const struct {
    const char *text;
    enum err_code kind;
    const char *words;
} BAD[] = {
    {"", BAD_DATA, "'' is not a geometry in WKT"},
    {"POIN(1 2)", BAD_DATA, "'POIN(1 2)' is not a geometry"},
    {"1 POINT(10 10)", BAD_DATA, "is not a geometry"},
    {"POINT(10)", BAD_DATA, "')' where a second number should be"},
    {"POINT(a b)", BAD_DATA, "'a b)' where a number should be"},
    {"POINT(1 2", BAD_DATA, "the POINT ends where a comma or a closing bracket should be"},
    {"POINT 1 2", BAD_DATA, "'1 2' where a bracket should be"},
    {"POINT(1 2),", BAD_DATA, "',' where the end should be"},
    {"POINT(1 2, 3 4)", BAD_DATA, "where a comma or a closing bracket should be"},
    {"POINT(1 2 3 4 5)", BAD_DATA, "'5)'"},
    {"POINT Z (1 2)", BAD_DATA, "position 1 of the POINT has 2 numbers instead of 3"},
    {"LINESTRING(1 2, 3 4 5)", BAD_DATA, "position 2 of the LINESTRING has 3 numbers"},
    {"POINT(nan 2)", BAD_DATA, "where a number should be"},
    {"POINT(1e999 2)", BAD_DATA, "where a number should be"},
    {"POLYGON(0 0, 1 1)", BAD_DATA, "where a bracket should be"},
    {"MULTIPOINT((1 2, 3 4))", BAD_DATA, "where a closing bracket should be"},
    {"GEOMETRYCOLLECTION(POINT(1 2)", BAD_DATA, "a comma or a closing bracket"},
    {"GEOMETRYCOLLECTION()", BAD_DATA, "')' is not a geometry"},
    {"SRID=x;POINT(1 2)", BAD_DATA, "SRID"},
    {"SRID;POINT(1 2)", BAD_DATA, "SRID"},
    {"SRID=99999999999;POINT(1 2)", BAD_DATA, "SRID"},
    {"CIRCULARSTRING(268 415,227 505,227 406)", UNSUPPORTED, "a CIRCULARSTRING: curves"},
    {"MultiCurve (CircularString (90 232, 95 230))", UNSUPPORTED, "a MULTICURVE: curves"},
    {"LINESTRING(0 0,1 1,2 2,3 3,4 4,5 5,6 6,7 7,8 8,9 9,10 10)", LIMIT, "more than 10"},
};

static int set_up(void **state)
{
    static struct geom_builder b;
    geom_builder_init(&b, 10);
    *state = &b;
    return 0;
}

static int tear_down(void **state)
{
    geom_builder_clear(*state);
    return 0;
}

static void geometries_are_read(void **state)
{
    struct buf b;
    buf_init(&b, 1 << 16);
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        struct err err = {0};
        struct wkt w;
        assert_true(wkt_begins(span_of(GOOD[i].text)));
        assert_ok(wkt_read(span_of(GOOD[i].text), true, *state, &w, &err));
        if (strcmp(words_of(&w.geom, &b), GOOD[i].words) != 0)
            fail_msg("%s: %s", GOOD[i].text, words_of(&w.geom, &b));
        assert_int_equal(w.n_heights, 0);
    }
    buf_clear(&b);
}

static void what_is_wrong_is_said(void **state)
{
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct err err = {0};
        struct wkt w = {.srid = 7};
        assert_fails(wkt_read(span_of(BAD[i].text), false, *state, &w, &err), BAD[i].kind,
                     BAD[i].words);
        assert_int_equal(w.srid, 7);
    }
}

static void heights_and_measures_that_are_left_out_are_counted(void **state)
{
    struct err err = {0};
    struct wkt w;
    assert_ok(wkt_read(span_of("SRID=4326;LINESTRING(0 0 1,1 1 2)"), false, *state, &w, &err));
    assert_true(w.srid == 4326 && w.n_heights == 2 && w.n_measures == 0 && !w.geom.z);
    assert_ok(wkt_read(span_of("LINESTRING ZM (0 0 1 5,1 1 2 6)"), true, *state, &w, &err));
    assert_true(w.srid == 0 && w.n_heights == 0 && w.n_measures == 2 && w.geom.z);
    assert_ok(wkt_read(span_of("POINT M (0 0 1)"), true, *state, &w, &err));
    assert_true(w.n_heights == 0 && w.n_measures == 1 && !w.geom.z);
}

static void collections_nest_as_deep_as_is_allowed(void **state)
{
    struct err err = {0};
    struct wkt w;
    struct buf b;
    buf_init(&b, 1 << 16);
    for (int depth = 16; depth <= 17; depth++) {
        buf_reset(&b);
        for (int i = 0; i < depth; i++)
            buf_put_text(&b, "GEOMETRYCOLLECTION(");
        buf_put_text(&b, "POINT(1 2)");
        for (int i = 0; i < depth; i++)
            buf_put_text(&b, ")");
        if (depth == 16)
            assert_ok(wkt_read(span_of(buf_text(&b)), false, *state, &w, &err));
        else
            assert_fails(wkt_read(span_of(buf_text(&b)), false, *state, &w, &err), LIMIT,
                         "more than 16 deep");
    }
    buf_clear(&b);
}

static void other_text_does_not_begin_as_wkt(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "point", "Point Reyes", "pointing (x)", "{\"type\":1}", "12", "SRID=4326", "tin"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (wkt_begins(span_of(texts[i])))
            fail_msg("%s", texts[i]);
    }
    assert_true(wkt_begins(span_of("CIRCULARSTRING(1 2")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(geometries_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(heights_and_measures_that_are_left_out_are_counted, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(collections_nest_as_deep_as_is_allowed, set_up, tear_down),
        cmocka_unit_test(other_text_does_not_begin_as_wkt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

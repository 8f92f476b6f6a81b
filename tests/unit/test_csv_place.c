/* What the CSV reader finds out for itself: delimiters, names, where the geometry is, angles. */
#include "tests/unit/unit.h"

#include "importers/csv_angle.h"
#include "importers/csv_guess.h"
#include "importers/csv_place.h"

#include <stdio.h>
#include <string.h>

static void the_delimiter_is_what_cuts_lines_alike(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char delimiter;
        bool backslash;
        int n_columns;
        int n_skip;
    } cases[] = {
        {"a,b\n1,2\n", ',', false, 2, 0},
        {"a;b\n1,5;2\n", ';', false, 2, 0},
        {"a;b;c,d\n1;2;3\n1;2;3\n", ';', false, 3, 0},
        {"a\tb c\n1,0\t2\n", '\t', false, 2, 0},
        {"a|b\nx,y,z|2\n", '|', false, 2, 0},
        {"wkt\n\"POINT(1 2)\"\n", ',', false, 1, 0},
        {"", ',', false, 0, 0},
        {"sep=;\r\na,b;c\n", ';', false, 2, 7},
        {"sep=|\na|b", '|', false, 2, 6},
        {"a,b\nx,\"{\\\"k\\\":1,\\\"l\\\":2}\"\n", ',', true, 2, 0},
        {"a,b\nx,\"C:\\\"\n", ',', false, 2, 0},
    };
    struct err err = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct csv_guess g;
        assert_ok(csv_guess(span_of(cases[i].text), true, NULL, &g, &err));
        if (g.dialect.delimiter != cases[i].delimiter ||
            g.dialect.backslash != cases[i].backslash || (int)g.n_columns != cases[i].n_columns ||
            (int)g.n_skip_bytes != cases[i].n_skip)
            fail_msg("case %zu: '%c' %d, %zu columns, %zu skipped", i, g.dialect.delimiter,
                     g.dialect.backslash, g.n_columns, g.n_skip_bytes);
    }
}

static void a_delimiter_may_be_said(void **state)
{
    (void)state;
    struct err err = {0};
    struct csv_guess g;
    assert_ok(csv_guess(span_of("a,b c\n1,2 3\n"), true, " ", &g, &err));
    assert_true(g.dialect.delimiter == ' ' && g.n_columns == 2);
    assert_ok(csv_guess(span_of("a\tb\n"), true, "tab", &g, &err));
    assert_true(g.dialect.delimiter == '\t' && g.n_columns == 2);
    static const char *const bad[] = {"", ",,", "\"", "\n", "\xc2\xa7"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_fails(csv_guess(span_of("a"), true, bad[i], &g, &err), BAD_ARG, "--delimiter");
}

static void a_cut_last_line_is_not_looked_at(void **state)
{
    (void)state;
    struct err err = {0};
    struct csv_guess g;
    assert_ok(csv_guess(span_of("a,b\n1,2\n3"), false, NULL, &g, &err));
    assert_true(g.n_records == 2 && g.n_alike == 2);
}

static void names_are_made_different(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena arena;
    struct csv_header h;
    size_t found = 0;
    arena_init(&arena, 1 << 20);
    assert_ok(csv_header_say("a,,a,a_2,a,", &arena, &h, &err));
    static const char *const names[] = {"a", "col_2", "a_2", "a_2_2", "a_3", "col_6"};
    assert_int_equal(h.n_columns, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(h.names[i].at, names[i]);
    assert_true(h.ends_unnamed && !h.has_numbers);
    assert_true(csv_header_find(&h, span_of("a_3"), &found) && found == 4);
    assert_false(csv_header_find(&h, span_of("A"), &found));
    const struct span numbers[] = {span_of("x"), span_of("1990")};
    assert_ok(csv_header_make(numbers, 2, &arena, &h, &err));
    assert_true(h.has_numbers);
    static struct span many[10000];
    for (size_t i = 0; i < 10000; i++)
        many[i] = span_of("n");
    assert_fails(csv_header_make(many, 10000, &arena, &h, &err), LIMIT,
                 "10000 fields are more than the 1000");
    arena_clear(&arena);
}

static void the_geometry_is_found_by_content_then_by_names(void **state)
{
    (void)state;
    static const struct {
        const char *names, *first; /* with commas, and bars, between */
        const char *lon, *lat, *geometry;
        enum csv_place_kind kind;
        size_t x, y;
        bool is_geographic, is_ambiguous;
    } cases[] = {
        {"id,lon,lat", "", NULL, NULL, NULL, CSV_XY, 1, 2, true, false},
        {"Lat,Lng", "", NULL, NULL, NULL, CSV_XY, 1, 0, true, false},
        {"lat,long,x,y", "", NULL, NULL, NULL, CSV_XY, 1, 0, true, false},
        {"stop_lat,stop_lon", "", NULL, NULL, NULL, CSV_XY, 1, 0, true, false},
        {"decimalLatitude,decimalLongitude", "", NULL, NULL, NULL, CSV_XY, 1, 0, true, false},
        {"longitud,latitud", "", NULL, NULL, NULL, CSV_XY, 0, 1, true, false},
        {"latitudine,longitudine", "", NULL, NULL, NULL, CSV_XY, 1, 0, true, false},
        {"X_WGS84,Y_WGS84", "", NULL, NULL, NULL, CSV_XY, 0, 1, true, false},
        {"x,y", "", NULL, NULL, NULL, CSV_XY, 0, 1, false, false},
        {"Easting,Northing", "", NULL, NULL, NULL, CSV_XY, 0, 1, false, false},
        {"geom_x,geom_y", "", NULL, NULL, NULL, CSV_XY, 0, 1, false, false},
        {"x_min,y_min,x_max,y_max", "", NULL, NULL, NULL, CSV_NOWHERE, 0, 0, false, true},
        {"start_lon,start_lat,end_lon,end_lat", "", NULL, NULL, NULL, CSV_NOWHERE, 0, 0, false,
         true},
        {"start_lon,start_lat,lon,lat", "", NULL, NULL, NULL, CSV_XY, 2, 3, true, false},
        {"lon,latitude", "", NULL, NULL, NULL, CSV_NOWHERE, 0, 0, false, false},
        {"colony,platform", "", NULL, NULL, NULL, CSV_NOWHERE, 0, 0, false, false},
        {"a,the_geom,lon,lat", "|POINT(1 2)", NULL, NULL, NULL, CSV_GEOMETRY, 1, 0, false, false},
        {"a,b", "|{\"type\":\"Point\",\"coordinates\":[1,2]}", NULL, NULL, NULL, CSV_GEOMETRY, 1, 0,
         false, false},
        {"a,b", "|{\"type\":\"Point\"}", NULL, NULL, NULL, CSV_NOWHERE, 0, 0, false, false},
        {"a,b", "Pointe Noire", NULL, NULL, NULL, CSV_NOWHERE, 0, 0, false, false},
        {"wkt,lon,lat", "POINT(1 2)", "lon", "lat", NULL, CSV_XY, 1, 2, true, false},
        {"a,b", "", "b", "a", NULL, CSV_XY, 1, 0, false, false},
        {"lon,lat", "", "lat", "lon", NULL, CSV_XY, 1, 0, true, false},
        {"wkt,lon,lat", "POINT(1 2)", NULL, NULL, "none", CSV_NOWHERE, 0, 0, false, false},
        {"a,b", "", NULL, NULL, "b", CSV_GEOMETRY, 1, 0, false, false},
    };
    struct err err = {0};
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct csv_header h;
        struct span first[8] = {{0}};
        const char *at = cases[i].first;
        const struct reader_options o = {
            .lon = cases[i].lon, .lat = cases[i].lat, .geometry = cases[i].geometry};
        struct csv_place p;
        for (size_t f = 0; f < 8; f++) {
            const size_t n = strcspn(at, "|");
            first[f] = (struct span){at, n};
            at += n + (at[n] == '|');
        }
        assert_ok(csv_header_say(cases[i].names, &arena, &h, &err));
        assert_ok(csv_place_find(&h, first, &o, &p, &err));
        const bool is_at = p.kind == CSV_XY         ? p.x == cases[i].x && p.y == cases[i].y
                           : p.kind == CSV_GEOMETRY ? p.geometry == cases[i].x
                                                    : true;
        if (p.kind != cases[i].kind || !is_at || p.is_geographic != cases[i].is_geographic ||
            p.is_ambiguous != cases[i].is_ambiguous)
            fail_msg("%s: kind %d, %zu %zu", cases[i].names, p.kind, p.x, p.y);
    }
    arena_clear(&arena);
}

static void fields_that_are_asked_for_must_be_there(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena arena;
    struct csv_header h;
    struct csv_place p;
    const struct span first[2] = {{0}};
    arena_init(&arena, 1 << 20);
    assert_ok(csv_header_say("a,b", &arena, &h, &err));
    assert_fails(csv_place_find(&h, first, &(struct reader_options){.lon = "a"}, &p, &err), BAD_ARG,
                 "--lon needs --lat");
    assert_fails(csv_place_find(&h, first, &(struct reader_options){.lat = "a"}, &p, &err), BAD_ARG,
                 "--lat needs --lon");
    assert_fails(
        csv_place_find(&h, first, &(struct reader_options){.lon = "a", .lat = "c"}, &p, &err),
        BAD_ARG, "--lat: the source has no field 'c'");
    assert_fails(csv_place_find(&h, first, &(struct reader_options){.geometry = "g"}, &p, &err),
                 BAD_ARG, "--geometry: the source has no field 'g'");
    arena_clear(&arena);
}

#define DMS(d, m, s) ((d) + (m) / 60.0 + (s) / 3600.0)

static void coordinates_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum csv_axis axis;
        bool good;
        double value;
    } cases[] = {
        {"2.35", CSV_X, true, 2.35},
        {" -2,35 ", CSV_X, true, -2.35},
        {"652000.25", CSV_X, true, 652000.25},
        {"48\xc2\xb0"
         "51'24\"N",
         CSV_Y, true, DMS(48, 51, 24)},
        {"48\xc2\xb0 51\xe2\x80\xb2 24\xe2\x80\xb3 S", CSV_Y, true, -DMS(48, 51, 24)},
        {"1 05 30.6", CSV_X, true, DMS(1, 5, 30.6)},
        {"n1 05 30.6", CSV_Y, true, DMS(1, 5, 30.6)},
        {"W 035 51 20", CSV_X, true, -DMS(35, 51, 20)},
        {"-035 51 20", CSV_X, true, -DMS(35, 51, 20)},
        {"035 51 20-", CSV_X, true, -DMS(35, 51, 20)},
        {"1d05m30.6s S", CSV_Y, true, -DMS(1, 5, 30.6)},
        {"1d05m30.6s", CSV_Y, true, DMS(1, 5, 30.6)},
        {"1 05 30.6s", CSV_Y, true, -DMS(1, 5, 30.6)},
        {"35d51'20", CSV_X, true, DMS(35, 51, 20)},
        {"1 05.23", CSV_X, true, DMS(1, 5.23, 0)},
        {"12\xc2\xb0", CSV_X, true, 12},
        {"12.5\xc2\xb0W", CSV_X, true, -12.5},
        {"8:30:15", CSV_X, true, DMS(8, 30, 15)},
        {"", CSV_X, false, 0},
        {"ten", CSV_X, false, 0},
        {"1 65 30", CSV_X, false, 0},
        {"1 05 60", CSV_X, false, 0},
        {"1.5 30", CSV_X, false, 0},
        {"1 05 30 N", CSV_X, false, 0},
        {"1 05 30 E", CSV_Y, false, 0},
        {"1 05 30 O", CSV_X, false, 0},
        {"N 1 05 30 N", CSV_Y, false, 0},
        {"1 2 3 4", CSV_X, false, 0},
        {"12a", CSV_X, false, 0},
        {"1,234,567", CSV_X, false, 0},
        {"nan", CSV_X, false, 0},
        {"1e400", CSV_X, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double v = 0;
        const bool good = csv_angle_read(span_of(cases[i].text), cases[i].axis, &v);
        const double off = v - cases[i].value;
        if (good != cases[i].good || off > 1e-12 || off < -1e-12)
            fail_msg("'%s': %d %.17g", cases[i].text, good, v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_delimiter_is_what_cuts_lines_alike),
        cmocka_unit_test(a_delimiter_may_be_said),
        cmocka_unit_test(a_cut_last_line_is_not_looked_at),
        cmocka_unit_test(names_are_made_different),
        cmocka_unit_test(the_geometry_is_found_by_content_then_by_names),
        cmocka_unit_test(fields_that_are_asked_for_must_be_there),
        cmocka_unit_test(coordinates_are_read_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

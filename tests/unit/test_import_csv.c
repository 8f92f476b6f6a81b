/* The importer "csv": from a file to a layer. */
#include "tests/unit/import_kit.h"

#define CSV "test_import.csv"

static enum err_code import_csv(struct kit *k, struct span text, struct err *err)
{
    write_source(CSV, text);
    *err = (struct err){0};
    k->o.mode = IMPORT_REPLACE;
    const enum err_code rc = kit_import_file(k, CSV, err);
    (void)unlink(CSV);
    return rc;
}

#define assert_csv(k, text, words)                                                                 \
    do {                                                                                           \
        assert_ok(import_csv(k, span_of(text), &err));                                             \
        assert_layer(k, words);                                                                    \
    } while (0)

static bool has_note(const struct kit *k, const char *words)
{
    for (size_t i = 0; i < k->summary.n_notes; i++) {
        if (strstr(k->summary.notes[i], words))
            return true;
    }
    return false;
}

#define assert_note(k, words)                                                                      \
    do {                                                                                           \
        if (!has_note(k, words))                                                                   \
            fail_msg("no note says '%s'", words);                                                  \
    } while (0)

static void points_come_from_two_fields(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_csv(k, "name,lon,lat\nParis,2.35,48.85\nBrest,-4.5,48.4\n",
               "name:text, lon:real, lat:real\n"
               "1: \"Paris\", 2.35, 48.85 [Point 1]\n"
               "2: \"Brest\", -4.5, 48.4 [Point 1]");
    assert_string_equal(k->summary.importer, "csv");
    assert_int_equal(k->summary.epsg, 4326);
    assert_note(k, "fields 'lon' and 'lat', by their names longitude and latitude (EPSG:4326)");
}

static void types_settle_over_the_whole_file(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_csv(
        k,
        "lon;lat;code;n;price;flag;day;free;empty\n"
        "1;2;0033;12;2,5;true;2022-01-31;7;\n"
        "1;2;01001;-3;4;False;2022-02-01;x;\n"
        "1;2;75001;;0,25;;;;\n",
        "lon:integer, lat:integer, code:text, n:integer, price:real, flag:boolean, day:date, "
        "free:text, empty:text\n"
        "1: 1, 2, \"0033\", 12, 2.5, true, \"2022-01-31\", \"7\", null [Point 1]\n"
        "2: 1, 2, \"01001\", -3, 4, false, \"2022-02-01\", \"x\", null [Point 1]\n"
        "3: 1, 2, \"75001\", null, 0.25, null, null, null, null [Point 1]");
    /* Between commas nobody knows whether that is one and a quarter or a thousand. */
    assert_csv(k, "lon,lat,v\n1,2,\"1,250\"\n",
               "lon:integer, lat:integer, v:text\n1: 1, 2, \"1,250\" [Point 1]");
}

static void types_that_are_asked_for_hold(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.field_types = "n=text,code=integer,ok=boolean";
    assert_csv(k, "lon,lat,n,code,ok\n1,2,12,007,1\n1,2,13,7a,0\n",
               "lon:integer, lat:integer, n:text, code:integer, ok:boolean\n"
               "1: 1, 2, \"12\", 7, true [Point 1]");
    assert_string_equal(k->summary.first_rejects[0].reason,
                        "field 'code': '7a' is not a whole number of 64 bits");
    k->o.field_types = "nope=text";
    assert_fails(import_csv(k, span_of("lon,lat\n1,2\n"), &err), BAD_ARG, "no field 'nope'");
}

static void ids_keep_their_text(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.id_field = "code";
    assert_csv(k, "code,lon,lat\n007,1,2\n12,1,2\n",
               "code:text, lon:integer, lat:integer\n"
               "007: \"007\", 1, 2 [Point 1]\n12: \"12\", 1, 2 [Point 1]");
    assert_csv(k, "code,lon,lat\n1.50,1,2\n1.5,1,2\n",
               "code:text, lon:integer, lat:integer\n"
               "1.50: \"1.50\", 1, 2 [Point 1]\n1.5: \"1.5\", 1, 2 [Point 1]");
    assert_csv(k, "code,lon,lat\n7,1,2\n12,1,2\n",
               "code:integer, lon:integer, lat:integer\n"
               "12: 12, 1, 2 [Point 1]\n7: 7, 1, 2 [Point 1]");
}

static void wkt_and_geojson_become_the_geometry(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_csv(k, "a|wkt\n1|SRID=4326;LINESTRING(1 2,3 4)\n2|\n3|SRID=4326;POINT Z (1 2 9)\n",
               "a:integer\n1: 1 [LineString 2]\n2: 2 [None 0]\n3: 3 [Point 1]");
    assert_true(k->summary.epsg == 4326 && k->summary.n_heights == 1 &&
                k->summary.n_without_geometry == 1);
    assert_csv(k, "a,g\n1,\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[1,2]}\"\n",
               "a:integer\n1: 1 [Point 1]");
    assert_note(k, "geometry: field 'g'");
    assert_fails(import_csv(k, span_of("a|wkt\n1|POINT(1 2)\n"), &err), BAD_ARG, "say --crs");
    k->o.crs = "EPSG:2154";
    assert_csv(k, "a|wkt\n1|POINT M (650000 6860000 3)\n", "a:integer\n1: 1 [Point 1]");
    assert_int_equal(k->summary.epsg, 2154);
    assert_note(k, "measures (M) of 1 geometries");
    assert_csv(k,
               "a|wkt\n1|POINT(650000 6860000)\n2|SRID=3035;POINT(1 2)\n3|CURVEPOLYGON(1 2)\n"
               "4|POINT(x)\n",
               "a:integer\n1: 1 [Point 1]");
    assert_string_equal(k->summary.first_rejects[0].reason,
                        "its SRID is 3035, the first geometry says none");
    assert_string_equal(k->summary.first_rejects[1].reason,
                        "a CURVEPOLYGON: curves are not supported");
    assert_int_equal(k->summary.n_rejected, 3);
}

static void coordinates_of_any_crs_must_say_it(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_fails(import_csv(k, span_of("x,y\n650000,6860000\n"), &err), BAD_ARG, "say --crs");
    k->o.crs = "EPSG:2154";
    assert_csv(k, "x;y\n650000,5;6860000\n", "x:real, y:integer\n1: 650000.5, 6860000 [Point 1]");
    k->o.reader.lon = "e";
    k->o.reader.lat = "n";
    assert_csv(k, "n,e\n6860000,650000\n", "n:integer, e:integer\n1: 6860000, 650000 [Point 1]");
}

static void a_table_has_features_without_geometry(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_csv(k, "a,b\n1,x\n", "a:integer, b:text\n1: 1, \"x\" [None 0]");
    assert_note(k, "no geometry: no fields of coordinates");
    assert_csv(k, "x1,y1,x2,y2\n1,2,3,4\n",
               "x1:integer, y1:integer, x2:integer, y2:integer\n1: 1, 2, 3, 4 [None 0]");
    assert_note(k, "several pairs");
    k->o.reader.geometry = "none";
    assert_csv(k, "lon,lat\n1,2\n", "lon:integer, lat:integer\n1: 1, 2 [None 0]");
    assert_int_equal(k->summary.n_notes, 0);
}

static void a_header_may_be_said_and_may_be_missing(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.reader.columns = "lon,lat,,n";
    assert_csv(k, "1,2,x,4\n5,6,y,8\n",
               "lon:integer, lat:integer, col_3:text, n:integer\n"
               "1: 1, 2, \"x\", 4 [Point 1]\n2: 5, 6, \"y\", 8 [Point 1]");
    k->o.reader.columns = NULL;
    assert_csv(k, "-122,48,place\n", "-122:text, 48:text, place:text");
    assert_note(k, "say --columns");
    assert_note(k, "nothing behind the names");
    assert_fails(import_csv(k, span_of("\n \n"), &err), BAD_DATA, "no line with names of fields");
    assert_csv(k, "lon,lat,\n1,2,\n3,4,\n",
               "lon:integer, lat:integer\n1: 1, 2 [Point 1]\n2: 3, 4 [Point 1]");
    assert_csv(k, "lon,lat,\n1,2,\n3,4,x\n",
               "lon:integer, lat:integer, col_3:text\n"
               "1: 1, 2, null [Point 1]\n2: 3, 4, \"x\" [Point 1]");
}

static void bad_rows_are_rejects_with_their_place(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    static const char text[] = "lon,lat,n\n1,2\n\n1,2,3,4\nten,2,\n1,,\n,,5\n1,2,\0\n"
                               "1,2,\"x\n1,2,3,,\n";
    assert_ok(import_csv(k, (struct span){text, sizeof text - 1}, &err));
    assert_layer(k, "lon:integer, lat:integer, n:integer\n"
                    "1: 1, 2, null [Point 1]\n"
                    "5: null, null, 5 [None 0]\n"
                    "8: 1, 2, 3 [Point 1]");
    static const struct {
        const char *reason, *place;
    } rejects[] = {
        {"4 fields instead of 3", "feature 2, line 4, byte 15"},
        {"field 'lon': 'ten' is not a coordinate", "feature 3, line 5, byte 23"},
        {"one of its two coordinates is empty", "feature 4, line 6, byte 30"},
        {"a NUL byte", "feature 6, line 8, byte 38"},
        {"a quoted field that does not end", "feature 7, line 9, byte 44"},
    };
    assert_int_equal(k->summary.n_rejected, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct reject *r = &k->summary.first_rejects[i];
        assert_string_equal(r->reason, rejects[i].reason);
        assert_string_equal(r->position, rejects[i].place);
    }
    assert_note(k, "1 records have fewer fields");
}

static void encodings_are_found_and_said(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    const char *layer =
        "lon:integer, lat:integer, n:text\n1: 1, 2, \"\xc3\xa9t\xc3\xa9\" [Point 1]";
    assert_csv(k, "lon,lat,n\n1,2,\xc3\xa9t\xc3\xa9\n", layer);
    assert_note(k, "encoding: UTF-8");
    assert_csv(k, "lon,lat,n\n1,2,\xe9t\xe9\n", layer);
    assert_note(k, "encoding: Windows-1252, since it is not UTF-8");
    assert_csv(k, "lon,lat,n\n1,2,\xc3\xa9\n1,2,\xe9\n",
               "lon:integer, lat:integer, n:text\n"
               "1: 1, 2, \"\xc3\xa9\" [Point 1]\n2: 1, 2, \"\xc3\xa9\" [Point 1]");
    assert_note(k, "1 values that are not were read as Windows-1252, the first at line 3");
    k->o.reader.encoding = "ISO-8859-1";
    assert_csv(k, "lon,lat,n\n1,2,\xe9t\xe9\n", layer);
    assert_note(k, "encoding: ISO-8859-1");
    k->o.reader.encoding = "klingon";
    assert_fails(import_csv(k, span_of("lon,lat\n1,2\n"), &err), BAD_ARG, "klingon");
}

static void text_that_looks_like_csv_needs_no_suffix(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    write_source("test_import.txt", span_of("lon;lat\n1;2\n"));
    k->o.mode = IMPORT_REPLACE;
    assert_ok(kit_import_file(k, "test_import.txt", &err));
    assert_layer(k, "lon:integer, lat:integer\n1: 1, 2 [Point 1]");
    write_source("test_import.txt", span_of("Dear reader,\nthis is no table\n"));
    assert_fails(kit_import_file(k, "test_import.txt", &err), BAD_DATA, "no importer reads");
    (void)unlink("test_import.txt");
}

static void limits_are_kept(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 4 << 20);
    for (int i = 0; i < 10000; i++)
        buf_printf(&b, "%sc%d", i ? "," : "", i);
    buf_put_text(&b, "\n1\n");
    assert_fails(import_csv(k, span_of(buf_text(&b)), &err), LIMIT,
                 "10000 fields are more than the 1000");
    buf_reset(&b);
    buf_put_text(&b, "lon,lat,n\n1,2,");
    for (int i = 0; i < 300000; i++)
        buf_put_text(&b, "long");
    assert_fails(import_csv(k, span_of(buf_text(&b)), &err), LIMIT, "more than 1 MB");
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(points_come_from_two_fields),
        kit_test(types_settle_over_the_whole_file),
        kit_test(types_that_are_asked_for_hold),
        kit_test(ids_keep_their_text),
        kit_test(wkt_and_geojson_become_the_geometry),
        kit_test(coordinates_of_any_crs_must_say_it),
        kit_test(a_table_has_features_without_geometry),
        kit_test(a_header_may_be_said_and_may_be_missing),
        kit_test(bad_rows_are_rejects_with_their_place),
        kit_test(encodings_are_found_and_said),
        kit_test(text_that_looks_like_csv_needs_no_suffix),
        kit_test(limits_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

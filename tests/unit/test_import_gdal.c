#include "tests/unit/import_kit.h"

#include <math.h>

#define GML_HEAD                                                                                   \
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>"                                                   \
    "<ogr:FeatureCollection xmlns:ogr=\"http://ogr.maptools.org/\" "                               \
    "xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:gml=\"http://www.opengis.net/gml/3.2\">"
#define GML_FEATURE(geometry, more)                                                                \
    "<ogr:featureMember><ogr:place gml:id=\"place.1\"><ogr:geometryProperty>" geometry             \
    "</ogr:geometryProperty>" more "</ogr:place></ogr:featureMember>"
#define GML_TAIL "</ogr:FeatureCollection>"
#define GML(geometry)                                                                              \
    GML_HEAD GML_FEATURE(geometry, "<ogr:name>a</ogr:name><ogr:n>7</ogr:n>") GML_TAIL
#define GML_POINT(crs, position)                                                                   \
    GML("<gml:Point srsName=\"" crs "\"><gml:pos>" position "</gml:pos></gml:Point>")

#define KML(placemarks)                                                                            \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\">"     \
    "<Document><name>d</name>" placemarks "</Document></kml>"

static void write_text(const char *path, const char *text)
{
    write_source(path, span_of(text));
}

static void look(struct kit *k, const char *path, const char *text, struct source_info *out)
{
    struct err err = {0};
    write_text(path, text);
    assert_ok(kit_info(k, path, 0, out, &err));
    (void)unlink(path);
}

static void take(struct kit *k, const char *path, const char *text)
{
    struct err err = {0};
    write_text(path, text);
    k->o.mode = IMPORT_REPLACE;
    assert_ok(kit_import_file(k, path, &err));
    (void)unlink(path);
}

static enum err_code refuse(struct kit *k, const char *path, const char *text, struct err *err)
{
    struct source_info info;
    write_text(path, text);
    const enum err_code rc = kit_info(k, path, 0, &info, err);
    (void)unlink(path);
    return rc;
}

static bool has_note(const struct import_summary *s, const char *words)
{
    for (size_t i = 0; i < s->n_notes; i++) {
        if (strstr(s->notes[i], words))
            return true;
    }
    return false;
}

static void every_crs_gives_east_first(void **state)
{
    static const struct {
        const char *text;
        int32_t epsg;
        double x, y;
    } cases[] = {
        {GML_POINT("urn:ogc:def:crs:EPSG::2154", "700000 6600000"), 2154, 700000, 6600000},
        {GML_POINT("urn:ogc:def:crs:EPSG::31370", "251763 153034"), 31370, 251763, 153034},
        /* the authority's order is northing, easting */
        {GML_POINT("urn:ogc:def:crs:EPSG::3035", "2999718 3962799"), 3035, 3962799, 2999718},
        {GML_POINT("urn:ogc:def:crs:EPSG::3346", "6096010 500000"), 3346, 500000, 6096010},
        {GML_POINT("urn:ogc:def:crs:EPSG::4326", "48.85 2.35"), 4326, 2.35, 48.85},
        {GML_POINT("http://www.opengis.net/def/crs/EPSG/0/4326", "48.85 2.35"), 4326, 2.35, 48.85},
        /* CRS84 and the old way to write a code are longitude first */
        {GML_POINT("urn:ogc:def:crs:OGC:1.3:CRS84", "2.35 48.85"), 4326, 2.35, 48.85},
        {GML_POINT("EPSG:4326", "2.35 48.85"), 4326, 2.35, 48.85},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct source_info info;
        look(*state, "test_gdal.gml", cases[i].text, &info);
        if (info.epsg != cases[i].epsg || fabs(info.bbox.min_x - cases[i].x) > 1e-9 ||
            fabs(info.bbox.min_y - cases[i].y) > 1e-9)
            fail_msg("case %zu: EPSG:%d (%.9g, %.9g)", i, (int)info.epsg, info.bbox.min_x,
                     info.bbox.min_y);
        assert_int_equal(info.n_features, 1);
    }
}

static void the_same_point_is_transformed_from_every_format(void **state)
{
    struct kit *k = *state;
    static const struct {
        const char *path, *text;
    } cases[] = {
        {"test_gdal.gml", GML_POINT("urn:ogc:def:crs:EPSG::4326", "46.5 3")},
        {"test_gdal.kml",
         KML("<Placemark><Point><coordinates>3,46.5</coordinates></Point></Placemark>")},
        {"test_gdal.gpx", "<?xml version=\"1.0\"?><gpx version=\"1.1\" creator=\"us\" "
                          "xmlns=\"http://www.topografix.com/GPX/1/1\">"
                          "<wpt lat=\"46.5\" lon=\"3\"></wpt></gpx>"},
        {"test_gdal.geojson", "{\"type\":\"Point\",\"coordinates\":[3,46.5]}"},
        {"test_gdal.csv", "lon,lat\n3,46.5\n"},
    };
    k->o.to_crs = "EPSG:2154";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct source_info info;
        look(k, cases[i].path, cases[i].text, &info);
        assert_int_equal(info.epsg, 2154);
        if (fabs(info.bbox.min_x - 700000) > 0.01 || fabs(info.bbox.min_y - 6600000) > 0.01)
            fail_msg("%s: (%.9g, %.9g)", cases[i].path, info.bbox.min_x, info.bbox.min_y);
    }
}

static void a_crs_that_is_not_said_is_asked_for(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct source_info info;
    static const char gml[] = GML("<gml:Point><gml:pos>700000 6600000</gml:pos></gml:Point>");
    static const char dxf[] = "0\nSECTION\n2\nENTITIES\n0\nPOINT\n8\nL\n10\n700000\n20\n6600000\n"
                              "30\n5\n0\nENDSEC\n0\nEOF\n";
    assert_fails(refuse(k, "test_gdal.gml", gml, &err), BAD_ARG, "say --crs");
    assert_fails(refuse(k, "test_gdal.dxf", dxf, &err), BAD_ARG, "say --crs");
    k->o.crs = "EPSG:2154";
    look(k, "test_gdal.gml", gml, &info);
    assert_true(info.bbox.min_x == 700000 && info.bbox.min_y == 6600000);
    look(k, "test_gdal.dxf", dxf, &info);
    assert_true(info.bbox.min_x == 700000 && info.geom_type == GEOM_POINT);
}

static void fields_have_their_types(void **state)
{
    struct kit *k = *state;
    take(k, "test_gdal.mif",
         "Version 300\nCharset \"WindowsLatin1\"\nDelimiter \",\"\n"
         "CoordSys Earth Projection 1, 104\nColumns 5\n  i Integer\n  f Float\n  s Char(20)\n"
         "  d Date\n  b Logical\nData\n\nPoint 2 48\n");
    assert_string_equal(k->summary.importer, "gdal");
    (void)unlink("test_gdal.mif");
    write_text("test_gdal.mid", "7,1.5,\"caf\xe9\",20261122,T\n");
    take(k, "test_gdal.mif",
         "Version 300\nCharset \"WindowsLatin1\"\nDelimiter \",\"\n"
         "CoordSys Earth Projection 1, 104\nColumns 5\n  i Integer\n  f Float\n  s Char(20)\n"
         "  d Date\n  b Logical\nData\n\nPoint 2 48\n");
    (void)unlink("test_gdal.mid");
    assert_layer(k, "i:integer, f:real, s:text, d:date, b:text\n"
                    "1: 7, 1.5, \"caf\xc3\xa9\", \"2026-11-22\", \"T\" [Point 1]");
}

static void times_keep_their_zone(void **state)
{
    struct kit *k = *state;
    k->o.reader.keep_z = true;
    take(k, "test_gdal.gpx",
         "<?xml version=\"1.0\"?><gpx version=\"1.1\" creator=\"us\" "
         "xmlns=\"http://www.topografix.com/GPX/1/1\">"
         "<wpt lat=\"46.5\" lon=\"3\"><ele>35.5</ele><time>2026-11-22T10:00:00Z</time></wpt>"
         "<wpt lat=\"46.6\" lon=\"3\"><time>2026-11-22T10:00:00.25+02:00</time></wpt></gpx>");
    const char *words = kit_layer(k);
    assert_non_null(strstr(words, "time:datetime"));
    assert_non_null(strstr(words, "\"2026-11-22T10:00:00Z\""));
    assert_non_null(strstr(words, "\"2026-11-22T10:00:00.250+02:00\""));
    assert_string_equal(k->summary.time_field, "time");
}

static void heights_are_kept_or_counted(void **state)
{
    struct kit *k = *state;
    static const char kml[] = KML("<Placemark><LineString><coordinates>2,48,10 3,48,20 4,48"
                                  "</coordinates></LineString></Placemark>");
    take(k, "test_gdal.kml", kml);
    assert_int_equal(k->summary.n_heights, 3);
    k->o.reader.keep_z = true;
    take(k, "test_gdal.kml", kml);
    assert_int_equal(k->summary.n_heights, 0);
    struct err err = {0};
    struct catalog *catalog = NULL;
    assert_ok(store_read_catalog(k->store, &catalog, &err));
    assert_true(catalog_find(catalog, span_of("layer"))->has_z);
    catalog_unref(catalog);
}

static void curves_become_lines_and_are_told(void **state)
{
    struct kit *k = *state;
    take(k, "test_gdal.gml",
         GML("<gml:Curve srsName=\"urn:ogc:def:crs:EPSG::2154\"><gml:segments><gml:ArcString>"
             "<gml:posList>700000 6600000 700010 6600010 700020 6600000</gml:posList>"
             "</gml:ArcString></gml:segments></gml:Curve>"));
    assert_int_equal(k->summary.geom_type, GEOM_LINESTRING);
    assert_true(has_note(&k->summary, "curves were turned into lines"));
    assert_non_null(strstr(kit_layer(k), "[LineString 46]"));
}

static void each_layer_of_a_file_is_a_layer(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct input_list list = {0};
    write_text("test_gdal.gpx", "<?xml version=\"1.0\"?><gpx version=\"1.1\" creator=\"us\" "
                                "xmlns=\"http://www.topografix.com/GPX/1/1\">"
                                "<wpt lat=\"46.5\" lon=\"3\"></wpt></gpx>");
    assert_ok(input_list_open("test_gdal.gpx", &k->o.reader, &k->arena, &list, &err));
    assert_int_equal(list.n_inputs, 5); /* the empty ones too */
    assert_string_equal(list.inputs[0].inner, "waypoints");
    assert_string_equal(list.inputs[4].inner, "track_points");
    input_list_close(&list);
    (void)unlink("test_gdal.gpx");
}

static void nothing_else_is_read_or_written(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct source_info info;
    write_text("test_gdal_secret.csv", "secret,x\n4711,1\n");
    /* an entity that is another file */
    take(k, "test_gdal.gml",
         "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e SYSTEM \"test_gdal_secret.csv\">]>"
         "<ogr:FeatureCollection xmlns:ogr=\"http://ogr.maptools.org/\" "
         "xmlns:gml=\"http://www.opengis.net/gml/3.2\">" GML_FEATURE(
             "<gml:Point srsName=\"EPSG:2154\"><gml:pos>1 2</gml:pos></gml:Point>",
             "<ogr:name>&e;</ogr:name>") GML_TAIL);
    assert_null(strstr(kit_layer(k), "4711"));
    /* a VRT under another name, which stands for another file */
    assert_fails(refuse(k, "test_gdal.gpkg",
                        "<OGRVRTDataSource><OGRVRTLayer name=\"test_gdal_secret\">"
                        "<SrcDataSource>test_gdal_secret.csv</SrcDataSource>"
                        "</OGRVRTLayer></OGRVRTDataSource>",
                        &err),
                 BAD_DATA, "not what its suffix says");
    /* a link, which is not followed: there is nothing else in it */
    look(k, "test_gdal.kml",
         KML("<NetworkLink><Link><href>test_gdal_secret.kml</href></Link></NetworkLink>"
             "<Placemark><name>a</name></Placemark>"),
         &info);
    assert_int_equal(info.n_features, 1);
    /* a geometry elsewhere */
    assert_fails(
        refuse(k, "test_gdal.gml",
               GML_HEAD GML_FEATURE("<gml:Point xlink:href=\"http://127.0.0.1:9/a.gml#p\"/>",
                                    "<ogr:name>a</ogr:name>") GML_TAIL,
               &err),
        BAD_DATA, "reading ends after feature 0");
    assert_int_not_equal(access("test_gdal.gfs", F_OK), 0); /* GDAL likes to write one */
    (void)unlink("test_gdal_secret.csv");
}

static void what_is_broken_is_refused_in_gdals_words(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    assert_fails(refuse(k, "test_gdal.gpkg", "nothing of the kind", &err), BAD_DATA,
                 "GDAL's driver GPKG");
    assert_fails(refuse(k, "test_gdal.kml", "", &err), BAD_DATA, "GDAL's driver");
    static const char zero[] = "0\nSECTION\n2\nENTITIES\n0\nC\0\n0\nENDSEC\n0\nEOF\n";
    write_source("test_gdal.dxf", (struct span){zero, sizeof zero - 1});
    struct source_info info;
    assert_fails(kit_info(k, "test_gdal.dxf", 0, &info, &err), BAD_DATA, "zero byte");
    (void)unlink("test_gdal.dxf");
    assert_fails(refuse(k, "test_gdal.dxf", "0\nSECTION\r", &err), BAD_DATA, "carriage return");
    assert_fails(
        refuse(k, "test_gdal.gml",
               GML_HEAD GML_FEATURE("<gml:Point srsName=\"EPSG:2154\"><gml:pos>1 2</gml:pos>"
                                    "</gml:Point>",
                                    "") "<ogr:featureMember><ogr:pl",
               &err),
        BAD_DATA, "GDAL's driver GML: XML parsing of GML file failed");
}

static void too_many_vertices_are_a_reject(void **state)
{
    struct kit *k = *state;
    k->o.reader.limits.vertices = 2;
    k->o.max_rejects = 1;
    take(k, "test_gdal.kml",
         KML("<Placemark><LineString><coordinates>2,48 3,48 4,48</coordinates></LineString>"
             "</Placemark><Placemark><Point><coordinates>2,48</coordinates></Point></Placemark>"));
    assert_int_equal(k->summary.n_rejected, 1);
    assert_non_null(strstr(k->summary.first_rejects[0].reason, "more than 2 vertices"));
    assert_true(k->summary.first_rejects[0].raw.len_bytes > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(every_crs_gives_east_first),
        kit_test(the_same_point_is_transformed_from_every_format),
        kit_test(a_crs_that_is_not_said_is_asked_for),
        kit_test(fields_have_their_types),
        kit_test(times_keep_their_zone),
        kit_test(heights_are_kept_or_counted),
        kit_test(curves_become_lines_and_are_told),
        kit_test(each_layer_of_a_file_is_a_layer),
        kit_test(nothing_else_is_read_or_written),
        kit_test(what_is_broken_is_refused_in_gdals_words),
        kit_test(too_many_vertices_are_a_reject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/shapefile_kit.h"

/* ---- shapes ------------------------------------------------------------------------------- */

static const double SQUARE[] = {0, 0, 0, 4, 4, 4, 4, 0, 0, 0};
static const double SQUARES[] = {0, 0, 0, 4, 4, 4, 4, 0, 0, 0, 1, 1, 2, 1,
                                 2, 2, 1, 2, 1, 1, 5, 5, 5, 6, 6, 6, 5, 5};
static const int STARTS[] = {0, 5, 10};

/* One import of a file with one record of that kind; the layer in words. */
static const char *layer_of_one(struct kit *k, struct shape_files *s)
{
    struct err err = {0};
    shape_files_write(s);
    shape_files_clear(s);
    k->o.mode = IMPORT_REPLACE;
    assert_ok(import_shapes(k, &err));
    return kit_layer(k);
}

static void every_kind_of_shape_becomes_its_geometry(void **state)
{
    static const struct {
        int type, n_parts, n_vertices;
        const double *xy;
        const char *layer;
    } cases[] = {
        {3, 1, 5, SQUARE, "\n1 [LineString 5]"},
        {3, 3, 14, SQUARES, "\n1 [MultiLineString 14]"},
        {5, 1, 5, SQUARE, "\n1 [Polygon 5]"},
        {5, 2, 10, SQUARES, "\n1 [Polygon 10]"},
        {5, 3, 14, SQUARES, "\n1 [MultiPolygon 14]"},
    };
    struct kit *k = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct shape_files s;
        shape_files_init(&s, cases[i].type);
        shape_put_parts(&s, cases[i].type, STARTS, cases[i].n_parts, cases[i].xy,
                        cases[i].n_vertices);
        shape_end(&s);
        assert_string_equal(layer_of_one(k, &s), cases[i].layer);
        assert_note(k, "there is no .dbf");
        assert_int_equal(k->summary.n_rings_turned, 0);
    }
}

static void points_and_multipoints_are_told_apart(void **state)
{
    struct kit *k = *state;
    struct shape_files s;
    shape_files_init(&s, 1);
    shape_put_point(&s, 2, 48);
    assert_string_equal(layer_of_one(k, &s), "\n1 [Point 1]");
    shape_files_init(&s, 8);
    shape_begin(&s, 8);
    shape_put_numbers(&s, SQUARE, 4);
    shape_put_u32(&s.shp, 3);
    shape_put_numbers(&s, SQUARE, 6);
    shape_end(&s);
    assert_string_equal(layer_of_one(k, &s), "\n1 [MultiPoint 3]");
}

static void a_null_shape_is_a_feature_without_geometry(void **state)
{
    struct kit *k = *state;
    struct shape_files s;
    shape_files_init(&s, 5);
    shape_put_null(&s);
    shape_put_parts(&s, 5, STARTS, 1, SQUARE, 5);
    shape_end(&s);
    shape_put_parts(&s, 5, STARTS, 0, SQUARE, 0); /* a polygon of no rings is none either */
    shape_end(&s);
    assert_string_equal(layer_of_one(k, &s), "\n1 [None 0]\n2 [Polygon 5]\n3 [None 0]");
    assert_int_equal(k->summary.n_without_geometry, 2);
}

/* A PolyLineZ with measures, or with the "no data" that programs write instead. */
static void write_line_with_heights(double measure)
{
    struct shape_files s;
    shape_files_init(&s, 13);
    shape_put_parts(&s, 13, STARTS, 1, SQUARE, 2);
    shape_put_numbers(&s, (const double[]){7, 9, 7, 9}, 4); /* range, heights */
    shape_put_numbers(&s, (const double[]){measure, measure, measure, measure}, 4);
    shape_end(&s);
    shape_files_write(&s);
    shape_files_clear(&s);
}

static void heights_are_kept_when_asked_and_counted_when_not(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    write_line_with_heights(-1e39);
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_heights, 2);
    assert_false(kit_has_note(k, "measures"));
    k->o.mode = IMPORT_REPLACE;
    k->o.reader.keep_z = true;
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_heights, 0);
    assert_string_equal(kit_layer(k), "\n1 [LineString 2]");
}

static void measures_are_left_out_and_told(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    write_line_with_heights(12.5);
    assert_ok(import_shapes(k, &err));
    assert_note(k, "1 shapes have measures (M), which are left out");
}

static void multipatches_are_refused_by_name(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct shape_files s;
    shape_files_init(&s, 31);
    shape_files_write(&s);
    shape_files_clear(&s);
    assert_fails(import_shapes(k, &err), UNSUPPORTED, "MultiPatch");
}

static void polygons_wound_the_other_way_are_told(void **state)
{
    static const double turned[] = {0, 0, 4, 0, 4, 4, 0, 4, 0, 0, 1, 1, 1, 2, 2, 2, 2, 1, 1, 1};
    struct kit *k = *state;
    struct shape_files s;
    shape_files_init(&s, 5);
    shape_put_parts(&s, 5, STARTS, 2, turned, 10);
    shape_end(&s);
    assert_string_equal(layer_of_one(k, &s), "\n1 [Polygon 10]");
    assert_note(k, "1 polygons wind against the format");
    assert_int_equal(k->summary.n_rings_turned + k->summary.n_repaired, 0);
}

/* ---- files that lie ----------------------------------------------------------------------- */

static void without_an_index_the_shp_is_read_in_its_order(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    write_points(3);
    (void)unlink(SHAPE_FILE ".shx");
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 3);
    assert_note(k, "there is no .shx: shapes were read in the order of the .shp");
}

static void an_index_that_cannot_be_true_is_not_believed(void **state)
{
    static const struct {
        size_t at;
        uint32_t value;
        const char *note;
    } cases[] = {
        {0, 1234, "the .shx is none"},
        {24, 4000, "the .shx is not as long as it says"},
        {24, 3, "the .shx is not as long as it says"},
    };
    struct kit *k = *state;
    k->o.mode = IMPORT_REPLACE;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct shape_files s;
        shape_files_init(&s, 1);
        for (int n = 0; n < 3; n++)
            shape_put_point(&s, n, n);
        shape_files_write(&s);
        shape_put_big(s.shx.data + cases[i].at, cases[i].value);
        shape_write(".shx", s.shx.data, s.shx.len_bytes);
        shape_files_clear(&s);
        assert_ok(import_shapes(k, &err));
        assert_int_equal(k->summary.n_written, 3);
        assert_note(k, cases[i].note);
    }
}

static void an_index_with_more_records_than_fit_is_not_believed(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct shape_files s;
    shape_files_init(&s, 1);
    shape_put_point(&s, 1, 1);
    for (int i = 0; i < 100; i++) {
        uint8_t entry[8];
        memcpy(entry, s.shx.data + 100, 8);
        buf_put(&s.shx, entry, 8);
    }
    shape_files_write(&s);
    shape_files_clear(&s);
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 1);
    assert_note(k, "the .shx lists more records than the .shp can hold");
}

static void bytes_between_shapes_are_passed_over(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct shape_files s;
    shape_files_init(&s, 1);
    shape_put_point(&s, 1, 1);
    for (int i = 0; i < 50; i++)
        buf_put_u8(&s.shp, 0xEE);
    shape_put_point(&s, 2, 2);
    s.shp.data[s.record + 8] = 99; /* damaged, but a shape */
    shape_put_point(&s, 3, 3);
    for (int i = 0; i < 20; i++)
        buf_put_u8(&s.shp, 0);
    shape_files_write(&s);
    shape_files_clear(&s);
    (void)unlink(SHAPE_FILE ".shx");
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 2);
    assert_int_equal(k->summary.n_rejected, 1);
    assert_string_equal(k->summary.first_rejects[0].position, "feature 2, byte 128");
    assert_note(k, "98 bytes of the .shp are no shapes, and were passed over");
}

static void a_shape_that_is_damaged_is_a_reject(void **state)
{
    static const struct {
        size_t at; /* in the .shp */
        uint8_t value;
        const char *why;
    } cases[] = {
        {100 + 8, 99, "there are no shapes of type 99"},
        {100 + 8, 31, "MultiPatch"},
        {100 + 8 + 36, 200, "the shape is damaged"}, /* parts */
        {100 + 8 + 40, 200, "the shape is damaged"}, /* vertices */
        {100 + 8 + 44, 1, "the first part begins at vertex 1"},
        {100 + 8 + 48 + 7, 0xFF, "position 1 is ("}, /* a coordinate that is no number */
    };
    struct kit *k = *state;
    k->o.mode = IMPORT_REPLACE;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct shape_files s;
        shape_files_init(&s, 5);
        shape_put_parts(&s, 5, STARTS, 1, SQUARE, 5);
        shape_end(&s);
        shape_put_parts(&s, 5, STARTS, 1, SQUARE, 5);
        shape_end(&s);
        s.shp.data[cases[i].at] = cases[i].value;
        if (i == 5)
            s.shp.data[cases[i].at - 1] = 0xFF;
        shape_files_write(&s);
        shape_files_clear(&s);
        assert_ok(import_shapes(k, &err));
        assert_int_equal(k->summary.n_written, 1);
        assert_int_equal(k->summary.n_rejected, 1);
        if (!strstr(k->summary.first_rejects[0].reason, cases[i].why))
            fail_msg("'%s' instead of '%s'", k->summary.first_rejects[0].reason, cases[i].why);
        assert_string_equal(k->summary.first_rejects[0].position, "feature 1, byte 100");
    }
}

static void a_shape_outside_the_file_is_a_reject(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct shape_files s;
    shape_files_init(&s, 1);
    shape_put_point(&s, 1, 1);
    shape_put_point(&s, 2, 2);
    shape_files_write(&s);
    shape_put_big(s.shx.data + 100, 0x40000000);
    shape_write(".shx", s.shx.data, s.shx.len_bytes);
    shape_put_big(s.shx.data + 100, 50);
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 1);
    assert_non_null(strstr(k->summary.first_rejects[0].reason, "the shape lies at byte"));
    /* The same for a .shp that was cut off: its last shape is missing, and told. */
    k->o.mode = IMPORT_REPLACE;
    shape_files_write(&s);
    shape_write(".shp", s.shp.data, s.shp.len_bytes - 10);
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 1);
    assert_int_equal(k->summary.n_rejected, 1);
    assert_note(k, "the .shp has 146 bytes, its header says 156");
    (void)unlink(SHAPE_FILE ".shx");
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 1);
    assert_int_equal(k->summary.n_rejected, 1);
    shape_files_clear(&s);
}

static void what_is_no_shapefile_is_refused(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    shape_write_text(".shp", "short");
    assert_fails(import_shapes(k, &err), BAD_DATA, "a .shp of 5 bytes is too short to be one");
    char junk[200];
    memset(junk, 'x', sizeof junk);
    shape_write(".shp", junk, sizeof junk);
    assert_fails(import_shapes(k, &err), BAD_DATA, "the .shp does not begin as one does");
    write_points(1);
    shape_write_text(".dbf", "tiny");
    assert_fails(import_shapes(k, &err), BAD_DATA, "a .dbf of 4 bytes is too short to be one");
    memset(junk, 2, sizeof junk);
    shape_write(".dbf", junk, sizeof junk);
    assert_fails(import_shapes(k, &err), BAD_DATA, "the .dbf's header is damaged");
    junk[0] = 4;
    shape_write(".dbf", junk, sizeof junk);
    assert_fails(import_shapes(k, &err), UNSUPPORTED, "dBASE 7");
}

static void a_shape_over_the_limits_is_a_reject(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct shape_files s;
    shape_files_init(&s, 3);
    shape_put_parts(&s, 3, STARTS, 1, SQUARE, 5);
    shape_end(&s);
    shape_put_parts(&s, 3, STARTS, 1, SQUARE, 2);
    shape_end(&s);
    shape_files_write(&s);
    shape_files_clear(&s);
    k->o.reader.limits.vertices = 4;
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 1);
    assert_int_equal(k->summary.n_rejected, 1);
    k->o.mode = IMPORT_REPLACE;
    kit_reset_options(k);
    k->o.mode = IMPORT_REPLACE;
    k->o.crs = "EPSG:4326";
    k->o.reader.limits.feature_bytes = 100;
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 1);
    assert_non_null(strstr(k->summary.first_rejects[0].reason, "the shape has 128 bytes"));
}

/* ---- large files -------------------------------------------------------------------------- */

/* More than a window holds, so that reading goes on from one to the next. */
static void records_that_windows_cut_are_whole(void **state)
{
    enum { N = 1500 };
    struct kit *k = *state;
    struct shape_files s;
    double xy[200];
    shape_files_init(&s, 3);
    for (int i = 0; i < 200; i++)
        xy[i] = i / 10.0;
    for (int i = 0; i < N; i++) {
        shape_put_parts(&s, 3, STARTS, 1, xy, 2 + i % 98);
        shape_end(&s);
    }
    k->o.reader.limits.vertices = 1000;
    const char *layer = layer_of_one(k, &s);
    assert_int_equal(k->summary.n_written, N);
    assert_non_null(strstr(layer, "\n99 [LineString 2]"));
    assert_non_null(strstr(layer, "\n98 [LineString 99]"));
}

static void shapes_may_lie_in_another_order_than_the_index(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct shape_files s;
    shape_files_init(&s, 1);
    for (int i = 0; i < 3; i++)
        shape_put_point(&s, i, i);
    uint8_t first[8];
    memcpy(first, s.shx.data + 100, 8);
    memmove(s.shx.data + 100, s.shx.data + 116, 8);
    memcpy(s.shx.data + 116, first, 8);
    shape_files_write(&s);
    shape_files_clear(&s);
    static const struct dbf_field fields[] = {{"A", 'C', 1, 0}};
    static const char *const rows[] = {" a", " b", " c"};
    dbf_write(fields, 1, 0, rows, 3);
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 3);
    assert_int_equal(k->summary.n_rejected, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        shape_test(every_kind_of_shape_becomes_its_geometry),
        shape_test(points_and_multipoints_are_told_apart),
        shape_test(a_null_shape_is_a_feature_without_geometry),
        shape_test(heights_are_kept_when_asked_and_counted_when_not),
        shape_test(measures_are_left_out_and_told),
        shape_test(multipatches_are_refused_by_name),
        shape_test(polygons_wound_the_other_way_are_told),
        shape_test(without_an_index_the_shp_is_read_in_its_order),
        shape_test(an_index_that_cannot_be_true_is_not_believed),
        shape_test(an_index_with_more_records_than_fit_is_not_believed),
        shape_test(bytes_between_shapes_are_passed_over),
        shape_test(a_shape_that_is_damaged_is_a_reject),
        shape_test(a_shape_outside_the_file_is_a_reject),
        shape_test(what_is_no_shapefile_is_refused),
        shape_test(a_shape_over_the_limits_is_a_reject),
        shape_test(records_that_windows_cut_are_whole),
        shape_test(shapes_may_lie_in_another_order_than_the_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

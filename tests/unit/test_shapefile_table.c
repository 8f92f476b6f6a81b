#include "tests/unit/shapefile_kit.h"

#define PRJ_WGS84                                                                                  \
    "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]]" \
    ",PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]"

/* ---- tables ------------------------------------------------------------------------------- */

static void fields_have_the_types_that_the_table_declares(void **state)
{
    static const struct dbf_field fields[] = {
        {"CODE", 'C', 5, 0}, {"AREA", 'N', 8, 0}, {"RATE", 'N', 8, 2},  {"RATIO", 'F', 12, 3},
        {"MADE", 'D', 8, 0}, {"OPEN", 'L', 1, 0}, {"NOTE", 'M', 10, 0},
    };
    static const char *const rows[] = {
        " 01001     120    1.50   1.25e+00120260131T         1",
        " 02A  ********        ************00000000?         2",
        " \0\0\0\0\0       7    2.00      -3.000        n         3",
    };
    struct kit *k = *state;
    struct err err = {0};
    write_points(3);
    dbf_write(fields, 7, 0, rows, 3);
    assert_ok(import_shapes(k, &err));
    assert_layer(k, "CODE:text, AREA:integer, RATE:real, RATIO:real, MADE:date, OPEN:boolean\n"
                    "1: \"01001\", 120, 1.5, 12.5, \"2026-01-31\", true [Point 1]\n"
                    "2: \"02A\", null, null, null, null, null [Point 1]\n"
                    "3: null, 7, 2, -3, null, false [Point 1]");
    assert_note(k, "the field 'NOTE' is left out: its type 'M' is not read");
}

static void a_value_that_does_not_fit_its_type_is_kept(void **state)
{
    static const struct dbf_field fields[] = {
        {"WHOLE", 'N', 8, 0}, {"LONG", 'N', 20, 0}, {"DAY", 'D', 8, 0}, {"NUM", 'N', 8, 3}};
    static const char *const rows[] = {
        "        1                   1202601311.#QNAN ",
        "      2.512345678901234567890no date      NaN",
    };
    struct kit *k = *state;
    struct err err = {0};
    write_points(2);
    dbf_write(fields, 4, 0, rows, 2);
    assert_ok(import_shapes(k, &err));
    assert_layer(k, "WHOLE:real, LONG:text, DAY:text, NUM:real\n"
                    "1: 1, \"1\", \"2026-01-31\", null [Point 1]\n"
                    "2: 2.5, \"12345678901234567890\", \"no date\", null [Point 1]");
    assert_note(k, "2 values of number fields are none ('1.#QNAN'), and became null");
}

static void binary_numbers_are_read(void **state)
{
    static const struct dbf_field fields[] = {{"I", 'I', 4, 0}, {"B", 'B', 8, 0}};
    static const char *const rows[] = {" \xFE\xFF\xFF\xFF\0\0\0\0\0\0\xF8\x3F"};
    struct kit *k = *state;
    struct err err = {0};
    write_points(1);
    dbf_write(fields, 2, 0, rows, 1);
    assert_ok(import_shapes(k, &err));
    assert_layer(k, "I:integer, B:real\n1: -2, 1.5 [Point 1]");
}

static void names_that_are_taken_or_missing_get_their_own(void **state)
{
    static const struct dbf_field fields[] = {
        {"A", 'C', 1, 0}, {"A ", 'C', 1, 0}, {"", 'C', 1, 0}, {" B", 'C', 1, 0}};
    static const char *const rows[] = {" wxyz"};
    struct kit *k = *state;
    struct err err = {0};
    write_points(1);
    dbf_write(fields, 4, 0, rows, 1);
    assert_ok(import_shapes(k, &err));
    assert_layer(k, "A:text, A_2:text, field_3:text, B:text\n"
                    "1: \"w\", \"x\", \"y\", \"z\" [Point 1]");
}

static void deleted_records_are_left_out_with_their_shapes(void **state)
{
    static const struct dbf_field fields[] = {{"A", 'C', 1, 0}};
    static const char *const rows[] = {" a", "*b", " c"};
    struct kit *k = *state;
    struct err err = {0};
    write_points(3);
    dbf_write(fields, 1, 0, rows, 3);
    assert_ok(import_shapes(k, &err));
    assert_layer(k, "A:text\n1: \"a\" [Point 1]\n3: \"c\" [Point 1]");
    assert_note(k, "1 records are marked as deleted");
}

static void shapes_and_records_that_have_no_partner_are_rejects(void **state)
{
    static const struct dbf_field fields[] = {{"A", 'C', 1, 0}};
    static const char *const rows[] = {" a", " b", " c"};
    struct kit *k = *state;
    struct err err = {0};
    write_points(4);
    dbf_write(fields, 1, 0, rows, 3);
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 3);
    assert_string_equal(k->summary.first_rejects[0].reason,
                        "the .dbf has no record for this shape");
    assert_note(k, "the .shp has 4 shapes, the .dbf 3 records");
    k->o.mode = IMPORT_REPLACE;
    write_points(2);
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 2);
    assert_string_equal(k->summary.first_rejects[0].reason,
                        "the .shp has no shape for this record of the .dbf");
}

static void a_table_shorter_than_it_says_is_told(void **state)
{
    static const struct dbf_field fields[] = {{"A", 'C', 30, 0}};
    static const char *const rows[] = {" first                         ",
                                       " second                        "};
    struct kit *k = *state;
    struct err err = {0};
    struct buf b;
    struct source *source = NULL;
    size_t n = 0;
    uint8_t bytes[400];
    write_points(2);
    dbf_write(fields, 1, 0, rows, 2);
    buf_init(&b, 1 << 10);
    assert_ok(source_open(SHAPE_FILE ".dbf", &source, &err));
    assert_ok(source_read(source, bytes, sizeof bytes, &n, &err));
    source_close(source);
    shape_write(".dbf", bytes, n - 20);
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.n_written, 1);
    assert_int_equal(k->summary.n_rejected, 1);
    assert_note(k, "the .dbf has room for 1 records, its header says 2: 1 were read");
}

static void a_table_alone_is_features_without_geometry(void **state)
{
    static const struct dbf_field fields[] = {{"A", 'C', 1, 0}, {"N", 'N', 3, 0}};
    static const char *const rows[] = {" a  1", "*b  2", " c  3"};
    struct kit *k = *state;
    struct err err = {0};
    k->o.crs = NULL;
    dbf_write(fields, 2, 0, rows, 3);
    assert_ok(kit_import_file(k, SHAPE_FILE ".dbf", &err));
    assert_layer(k, "A:text, N:integer\n1: \"a\", 1 [None 0]\n3: \"c\", 3 [None 0]");
    assert_string_equal(k->summary.importer, "dbf");
    k->o.mode = IMPORT_REPLACE;
    write_points(3);
    assert_fails(kit_import_file(k, SHAPE_FILE ".dbf", &err), BAD_ARG,
                 "the table of the Shapefile " SHAPE_FILE ".shp: import that");
}

/* ---- encodings ---------------------------------------------------------------------------- */

/* A table of one text, imported. */
static void import_text(struct kit *k, const char *name, const char *text, int ldid)
{
    struct err err = {0};
    const struct dbf_field fields[] = {{name, 'C', 8, 0}};
    char row[10];
    const char *const rows[] = {row};
    memset(row, ' ', sizeof row);
    memcpy(row + 1, text, strlen(text));
    write_points(1);
    dbf_write(fields, 1, ldid, rows, 1);
    k->o.mode = IMPORT_REPLACE;
    assert_ok(import_shapes(k, &err));
}

static void the_encoding_is_what_the_files_say_else_what_is_asked_for(void **state)
{
    static const struct {
        const char *cpg;
        int ldid;
        const char *asked, *text, *wanted, *note;
    } cases[] = {
        {"ISO-8859-1", 0, NULL, "\xE9t\xE9", "été", "encoding: ISO-8859-1, by the .cpg"},
        {"\xEF\xBB\xBFUTF-8\r\n", 0x57, NULL, "\xC3\xA9", "é", "encoding: UTF-8, by the .cpg"},
        {NULL, 0x57, NULL, "\xE9", "é", "encoding: WINDOWS-1252, by the .dbf's language driver"},
        {NULL, 0x26, NULL, "\x8C\xAE", "Мо", "encoding: CP866, by the .dbf's language driver"},
        {NULL, 0, "CP437", "\x82", "é", "encoding: CP437, by --encoding"},
        {NULL, 0, NULL, "\xC3\xA9", "é", "encoding: UTF-8, by its content"},
        {NULL, 0, NULL, "\xE9t", "ét", "encoding: WINDOWS-1252, by its content, which is not"},
        {"nonsense", 0x57, NULL, "\xE9", "é", "the .cpg says 'nonsense', which is no encoding"},
        {"", 0x03, NULL, "\xE9", "é", "encoding: WINDOWS-1252, by the .dbf's language driver"},
        {NULL, 0x68, NULL, "\xE9", "é", "(LDID) 0x68 is not known"},
        {"UTF-8", 0, "ISO-8859-1", "\xC3\xA9", "é",
         "--encoding ISO-8859-1 is not used: the .cpg says UTF-8"},
        /* what the field's width cuts does not make it another encoding */
        {NULL, 0, NULL, "\xC3\xA9\xC3\xA9\xC3\xA9z\xC3", "éééz\xEF\xBF\xBD",
         "encoding: UTF-8, by its content"},
    };
    struct kit *k = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char layer[100];
        shape_remove_files();
        if (cases[i].cpg)
            shape_write_text(".cpg", cases[i].cpg);
        k->o.reader.encoding = cases[i].asked;
        import_text(k, "NAME", cases[i].text, cases[i].ldid);
        snprintf(layer, sizeof layer, "NAME:text\n1: \"%s\" [Point 1]", cases[i].wanted);
        assert_layer(k, layer);
        assert_note(k, cases[i].note);
    }
}

static void an_encoding_that_is_not_known_is_refused(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    static const struct dbf_field fields[] = {{"A", 'C', 1, 0}};
    static const char *const rows[] = {" a"};
    write_points(1);
    dbf_write(fields, 1, 0, rows, 1);
    k->o.reader.encoding = "klingon";
    assert_fails(import_shapes(k, &err), BAD_ARG, "'klingon' is no encoding that is known");
}

static void names_of_fields_are_decoded_too(void **state)
{
    struct kit *k = *state;
    import_text(k,
                "ANN\xC9"
                "E",
                "x", 0x57);
    assert_layer(k, "ANNÉE:text\n1: \"x\" [Point 1]");
}

static void what_is_no_character_is_replaced_and_told(void **state)
{
    struct kit *k = *state;
    shape_write_text(".cpg", "UTF-8");
    import_text(k, "A", "a\xE9z", 0);
    assert_layer(k, "A:text\n1: \"a\xEF\xBF\xBDz\" [Point 1]");
    assert_note(k, "1 texts have bytes that are no characters in this encoding");
}

/* ---- the CRS ------------------------------------------------------------------------------ */

static void the_prj_says_the_crs(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.crs = NULL;
    write_points(1);
    shape_write_text(".prj", PRJ_WGS84);
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.epsg, 4326);
    k->o.mode = IMPORT_REPLACE;
    k->o.crs = "EPSG:3857";
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.epsg, 3857);
}

static void a_crs_that_is_not_told_is_never_guessed(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.crs = NULL;
    write_points(1);
    assert_fails(import_shapes(k, &err), BAD_ARG,
                 "there is no .prj beside it to say which CRS it is in: say --crs");
    shape_write_text(".prj", "LOCAL_CS[\"site grid\"]");
    assert_fails(import_shapes(k, &err), BAD_ARG, "'site grid' is none of EPSG's");
    assert_non_null(strstr(err.text, "say --crs"));
    shape_write_text(".prj", "");
    assert_fails(import_shapes(k, &err), BAD_ARG, ".prj: this is no coordinate reference system");
    k->o.crs = "EPSG:2154";
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.epsg, 2154);
}

static void a_qpj_helps_where_the_prj_does_not(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    k->o.crs = NULL;
    write_points(1);
    shape_write_text(".prj", "LOCAL_CS[\"site grid\"]");
    shape_write_text(".qpj", PRJ_WGS84);
    assert_ok(import_shapes(k, &err));
    assert_int_equal(k->summary.epsg, 4326);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        shape_test(fields_have_the_types_that_the_table_declares),
        shape_test(a_value_that_does_not_fit_its_type_is_kept),
        shape_test(binary_numbers_are_read),
        shape_test(names_that_are_taken_or_missing_get_their_own),
        shape_test(deleted_records_are_left_out_with_their_shapes),
        shape_test(shapes_and_records_that_have_no_partner_are_rejects),
        shape_test(a_table_shorter_than_it_says_is_told),
        shape_test(a_table_alone_is_features_without_geometry),
        shape_test(the_encoding_is_what_the_files_say_else_what_is_asked_for),
        shape_test(an_encoding_that_is_not_known_is_refused),
        shape_test(names_of_fields_are_decoded_too),
        shape_test(what_is_no_character_is_replaced_and_told),
        shape_test(the_prj_says_the_crs),
        shape_test(a_crs_that_is_not_told_is_never_guessed),
        shape_test(a_qpj_helps_where_the_prj_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/store_kit.h"

#include <math.h>

static void a_written_layer_is_read_as_it_was_written(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "parcelles", 1000, false);
    store_close(s);

    s = kit_open(*state, STORE_READ);
    struct catalog *catalog = kit_catalog(s);
    assert_int_equal(catalog_n_layers(catalog), 1);
    const struct layer *l = kit_layer(catalog, "parcelles");
    assert_string_equal(l->title, "parcelles");
    assert_null(l->description);
    assert_string_equal(l->id_column, "id");
    assert_int_equal(l->n_fields, KIT_N_FIELDS);
    assert_string_equal(l->fields[2].name, "area");
    assert_string_equal(l->fields[2].column, "area_2");
    assert_int_equal(l->fields[5].type, FIELD_JSON);
    assert_true(l->id_field == 0 && l->time_field == 4 && l->geom_type == GEOM_MULTIPOLYGON);
    assert_true(l->n_features == 1000 && l->n_without_geometry == 0 && l->epsg == 2154);
    assert_true(l->bbox.min_x == KIT_X(0) && l->bbox.max_x == KIT_X(999) + 10);
    assert_true(l->bbox_deg.min_x > 2.2 && l->bbox_deg.max_x < 2.7 && l->bbox_deg.min_y > 48.8 &&
                l->bbox_deg.max_y < 48.9);
    assert_true(l->min_zoom == 10 && l->max_zoom == 14);
    assert_true(l->tile_limit_bytes == 512000 && l->tile_limit_features == 16000);
    assert_true(l->revision > 0 && l->updated_us > 0 && l->has_time_extent);
    assert_true(l->time_start_us == INT64_C(1577836800000000)); /* 2020-01-01 */
    assert_true(l->time_end_us == INT64_C(1580255999999999));   /* the end of 2020-01-28 */

    struct arena a;
    arena_init(&a, 1 << 20);
    const struct feature_query q = {.layer = l, .after_fid = 499};
    struct feature_cursor *c = NULL;
    struct feature f;
    bool more = false;
    assert_ok(store_query_features(s, &q, &c, &err));
    assert_ok(feature_cursor_next(c, &a, &f, &more, &err));
    assert_true(more && f.fid == 500 && span_eq(f.id, "000499"));
    assert_true(f.geom.type == GEOM_MULTIPOLYGON && f.geom.n_parts == 1 && f.geom.n_vertices == 5);
    assert_true(f.geom.xy[0] == KIT_X(499) && f.geom.xy[1] == KIT_Y);
    assert_true(f.values[0].type == VALUE_TEXT && span_eq(f.values[0].text, "000499"));
    assert_true(f.values[1].type == VALUE_REAL && f.values[1].real == 499.5);
    assert_true(f.values[2].type == VALUE_INT && f.values[2].integer == 10000000499);
    assert_true(f.values[3].type == VALUE_BOOL && !f.values[3].boolean);
    assert_true(f.values[4].type == VALUE_TEXT && span_eq(f.values[4].text, "2020-01-24"));
    assert_true(f.values[5].type == VALUE_JSON && span_eq(f.values[5].text, "[1,\"é\"]"));
    feature_cursor_close(c);

    struct import_record *imports = NULL;
    size_t n_imports = 0;
    assert_ok(store_read_imports(s, "parcelles", &a, &imports, &n_imports, &err));
    assert_int_equal(n_imports, 1);
    assert_string_equal(imports[0].source, "squares.json");
    assert_true(imports[0].n_written == 1000 && imports[0].n_rejected == 2);
    assert_ok(store_read_imports(s, "nothing", &a, &imports, &n_imports, &err));
    assert_int_equal(n_imports, 0);
    arena_clear(&a);
    catalog_unref(catalog);
    store_close(s);
}

static void what_is_said_of_a_field_is_kept(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    struct field fields[] = KIT_FIELDS;
    fields[1].title = "Surface";
    fields[1].unit = "m2";
    fields[1].iri = "http://qudt.org/vocab/quantitykind/Area";
    const struct layer_spec spec = kit_spec("a", fields);
    assert_ok(kit_write(s, &spec, 3, &err));
    struct catalog *c = kit_catalog(s);
    const struct field *f = kit_layer(c, "a")->fields;
    assert_string_equal(f[1].title, "Surface");
    assert_string_equal(f[1].unit, "m2");
    assert_string_equal(f[1].iri, "http://qudt.org/vocab/quantitykind/Area");
    assert_true(!f[0].title && !f[0].unit && !f[0].iri);
    catalog_unref(c);
    store_close(s);
}

static void a_layer_is_replaced_only_when_allowed(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("a", fields);
    spec.title = "The title";
    spec.license = "ODbL";
    assert_ok(kit_write(s, &spec, 20, &err));
    const int64_t before = kit_revision(s, "a");
    assert_fails(kit_write(s, &spec, 30, &err), CONFLICT, "layer 'a' exists already");
    spec.may_replace = true;
    spec.title = NULL;
    spec.license = "Etalab 2.0";
    assert_ok(kit_write(s, &spec, 30, &err));
    struct catalog *c = kit_catalog(s);
    const struct layer *l = kit_layer(c, "a");
    assert_true(l->n_features == 30 && l->revision > before);
    assert_string_equal(l->title, "The title"); /* what is not said again is kept */
    assert_string_equal(l->license, "Etalab 2.0");
    catalog_unref(c);

    struct arena a;
    struct import_record *imports = NULL;
    size_t n = 0;
    arena_init(&a, 1 << 20);
    assert_ok(store_read_imports(s, "a", &a, &imports, &n, &err));
    assert_true(n == 2 && imports[0].n_written == 30 && imports[1].n_written == 20);
    arena_clear(&a);
    spec.name = "A";
    assert_fails(kit_write(s, &spec, 30, &err), CONFLICT, "only in case");
    store_close(s);
}

static void names_that_cannot_be_are_refused(void **state)
{
    struct err err = {0};
    char out[256];
    struct store *s = kit_open(*state, STORE_CREATE);
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("cassini_meta", fields);
    assert_fails(kit_write(s, &spec, 1, &err), BAD_ARG, "cannot be called 'cassini_meta'");
    spec.name = "a b";
    assert_fails(kit_write(s, &spec, 1, &err), BAD_ARG, "'a b'");
    if (kit_run(*state,
                "sqlite3 STORE \"CREATE TABLE notes(x); CREATE VIEW B_drawable AS SELECT 1\"", out,
                sizeof out)) {
        spec.name = "Notes";
        assert_fails(kit_write(s, &spec, 1, &err), CONFLICT, "'notes', which is taken");
        spec.name = "b";
        assert_fails(kit_write(s, &spec, 1, &err), CONFLICT, "'B_drawable', which is taken");
    }
    store_close(s);
    s = kit_open(*state, STORE_READ);
    spec.name = "c";
    assert_fails(kit_write(s, &spec, 1, &err), BAD_ARG, "opened for reading");
    store_close(s);
}

static void an_aborted_layer_leaves_nothing(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "a", 20, false);
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("a", fields);
    spec.may_replace = true;
    struct layer_writer *w = NULL;
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    assert_null(fields[2].column); /* the columns are the writer's own matter */
    for (int i = 0; i < 100; i++)
        assert_ok(kit_put_square(w, i, &err));
    struct layer_writer *second = NULL;
    assert_fails(layer_writer_open(s, &spec, &second, &err), BUSY, "");
    layer_writer_abort(w);
    layer_writer_abort(NULL);
    struct catalog *c = kit_catalog(s);
    const struct feature_query q = {.layer = kit_layer(c, "a")};
    assert_int_equal(kit_count(s, &q), 20);
    catalog_unref(c);
    store_close(s);
}

static void the_same_id_twice_is_told_and_nothing_changes(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    struct field fields[] = KIT_FIELDS;
    const struct layer_spec spec = kit_spec("a", fields);
    struct layer_writer *w = NULL;
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    for (int i = 0; i < 10; i++)
        assert_ok(kit_put_square(w, i == 9 ? 1 : i, &err));
    assert_fails(layer_writer_commit(w, &KIT_RECORD, &err), BAD_DATA,
                 "2 features have the same id '000001' (field 'id')");
    struct catalog *c = kit_catalog(s);
    assert_int_equal(catalog_n_layers(c), 0);
    catalog_unref(c);
    store_close(s);
}

/* A feature with these values and no geometry; `value` is that of the first field. */
static enum err_code put_bare(struct layer_writer *w, const char *id, struct value value,
                              struct err *err)
{
    const struct value values[KIT_N_FIELDS] = {value};
    struct feature f = {.id = span_of(id), .values = values, .n_values = KIT_N_FIELDS};
    return layer_writer_put(w, &f, err);
}

static void features_that_do_not_fit_are_refused_one_by_one(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("a", fields);
    struct layer_writer *w = NULL;
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    assert_fails(put_bare(w, "x", value_null(), &err), BAD_DATA, "no id (field 'id')");
    double xy[] = {0, 0, NAN, NAN};
    uint32_t one[] = {1}, two[] = {2};
    uint8_t kind[] = {GEOM_KIND_LINE};
    const struct value values[KIT_N_FIELDS] = {value_int(7)};
    struct feature f = {.values = values, .n_values = KIT_N_FIELDS};
    f.geom = (struct geom){GEOM_LINESTRING, 1, 1, 2, xy, two, one, kind, NULL};
    assert_fails(layer_writer_put(w, &f, &err), BAD_DATA, "a LineString in a layer of type");
    xy[0] = xy[1] = NAN;
    assert_fails(layer_writer_put(w, &f, &err), BAD_DATA, "not numbers");
    f.n_values = 2;
    assert_fails(layer_writer_put(w, &f, &err), BAD_ARG, "2 values for 6 fields");
    assert_ok(put_bare(w, "", value_int(7), &err)); /* a text field takes a number as text */
    assert_ok(layer_writer_commit(w, &KIT_RECORD, &err));

    spec.name = "positions";
    spec.id_field = -1;
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    assert_fails(put_bare(w, "x7", value_null(), &err), BAD_DATA, "'x7' is no position");
    assert_fails(put_bare(w, "", value_null(), &err), BAD_DATA, "no position");
    assert_ok(put_bare(w, "12", value_bool(true), &err));
    assert_ok(layer_writer_commit(w, &KIT_RECORD, &err));
    struct catalog *c = kit_catalog(s);
    assert_string_equal(kit_layer(c, "positions")->id_column, "feature_id");
    assert_int_equal(kit_layer(c, "positions")->n_without_geometry, 1);
    const struct feature_query q = {.layer = kit_layer(c, "a"), .id = "7"};
    assert_int_equal(kit_count(s, &q), 1);
    const struct feature_query q2 = {.layer = kit_layer(c, "positions"), .id = "12"};
    assert_int_equal(kit_count(s, &q2), 1);
    const struct feature_query q3 = {.layer = kit_layer(c, "positions"), .id = "012"};
    assert_int_equal(kit_count(s, &q3), 0);
    catalog_unref(c);
    store_close(s);
}

static void tables_without_geometry_are_layers_too(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("table", fields);
    struct layer_writer *w = NULL;
    spec.geom_type = GEOM_NONE;
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    assert_fails(kit_put_square(w, 1, &err), BAD_DATA, "without geometry");
    for (int i = 0; i < 5; i++)
        assert_ok(put_bare(w, "", value_int(i), &err));
    assert_ok(layer_writer_commit(w, &KIT_RECORD, &err));
    spec.may_replace = true;
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    assert_ok(put_bare(w, "", value_int(1), &err));
    assert_ok(layer_writer_commit(w, &KIT_RECORD, &err));
    struct catalog *c = kit_catalog(s);
    const struct layer *l = kit_layer(c, "table");
    assert_true(bbox_is_empty(&l->bbox) && bbox_is_empty(&l->bbox_deg) && !l->has_time_extent);
    const struct feature_query q = {.layer = l, .n_boxes = 1, .boxes = {{0, 0, 1, 1}}};
    assert_int_equal(kit_count(s, &q), 1);
    uint64_t n = 1;
    const struct chunk_query d = {.layer = l, .box = {0, 0, UINT32_MAX, UINT32_MAX}};
    assert_ok(kit_count_chunks(s, &d, 10, &n, &err));
    assert_int_equal(n, 0);
    catalog_unref(c);
    store_close(s);
}

static void every_crs_that_proj_knows_can_be_a_layers(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("new", fields);
    spec.epsg = 9794; /* RGF93 v2b / Lambert-93: younger than SpatiaLite 5.0.1 */
    assert_ok(kit_write(s, &spec, 3, &err));
    spec.name = "none";
    spec.epsg = 999999;
    assert_fails(kit_write(s, &spec, 3, &err), UNSUPPORTED, "EPSG:999999");
    char out[4096];
    if (kit_run(*state,
                "sqlite3 STORE \"SELECT auth_name, auth_srid, ref_sys_name FROM spatial_ref_sys"
                " WHERE srid=9794\"",
                out, sizeof out))
        assert_string_equal(out, "epsg|9794|RGF93 v2b / Lambert-93\n");
    store_close(s);
}

static void rejects_are_kept_with_their_import(void **state)
{
    struct err err = {0};
    char out[4096];
    struct store *s = kit_open(*state, STORE_CREATE);
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("a", fields);
    spec.may_replace = true;
    for (int round = 0; round < 2; round++) {
        struct layer_writer *w = NULL;
        const struct reject r = {"feature 12", "no closed ring", {"{\"a\xFF", 5}};
        assert_ok(layer_writer_open(s, &spec, &w, &err));
        assert_ok(layer_writer_reject(w, &r, &err));
        assert_ok(layer_writer_commit(w, &KIT_RECORD, &err));
    }
    if (kit_run(*state,
                "sqlite3 STORE \"SELECT import, position, reason, hex(raw) FROM"
                " cassini_rejects\"",
                out, sizeof out))
        assert_string_equal(out, "2|feature 12|no closed ring|7B2261FF00\n");
    store_close(s);
}

static void readers_see_the_old_layer_until_the_new_one_is_whole(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "a", 20, false);
    struct store *reader = kit_open(*state, STORE_READ);
    struct catalog *c = kit_catalog(reader);
    const struct feature_query q = {.layer = kit_layer(c, "a")};
    const struct chunk_query d = {
        .layer = kit_layer(c, "a"), .box = {0, 0, UINT32_MAX, UINT32_MAX}, .zoom = 20};
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("a", fields);
    struct layer_writer *w = NULL;
    uint64_t n = 0;
    spec.may_replace = true;
    spec.n_fields = 5; /* another table: the last field is gone */
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    const struct value values[5] = {value_int(1)};
    struct feature f = {.values = values, .n_values = 5};
    assert_ok(layer_writer_put(w, &f, &err));
    assert_int_equal(kit_count(reader, &q), 20);
    assert_ok(kit_count_chunks(reader, &d, 100, &n, &err));
    assert_int_equal(n, 20);
    assert_ok(layer_writer_commit(w, &KIT_RECORD, &err));

    /* The old catalog asks for a column that is gone: told by the kept statement when it runs, by a
     * new one at once. */
    struct feature_cursor *cursor = NULL;
    struct arena a;
    bool more = false;
    arena_init(&a, 1 << 20);
    assert_ok(store_query_features(reader, &q, &cursor, &err));
    assert_fails(feature_cursor_next(cursor, &a, &f, &more, &err), CONFLICT, "was replaced");
    feature_cursor_close(cursor);
    arena_clear(&a);
    const struct feature_query by_id = {.layer = q.layer, .id = "000001"};
    assert_fails(store_query_features(reader, &by_id, &cursor, &err), CONFLICT, "was replaced");
    assert_ok(kit_count_chunks(reader, &d, 100, &n, &err));
    assert_int_equal(n, 0);
    struct catalog *c2 = kit_catalog(reader);
    const struct feature_query q2 = {.layer = kit_layer(c2, "a")};
    assert_int_equal(kit_count(reader, &q2), 1);
    const struct layer gone = {.name = "gone", .id_column = "id"};
    const struct feature_query q3 = {.layer = &gone};
    const struct chunk_query d3 = {.layer = &gone};
    struct chunk_cursor *drawables = NULL;
    assert_fails(store_query_features(reader, &q3, &cursor, &err), NOT_FOUND, "'gone' is gone");
    assert_fails(store_query_chunks(reader, &d3, &drawables, &err), NOT_FOUND, "'gone' is gone");
    catalog_unref(c);
    catalog_unref(c2);
    store_close(reader);
    store_close(s);
}

static void there_is_one_writer_at_a_time(void **state)
{
    struct err err = {0};
    struct store *first = kit_open(*state, STORE_CREATE), *second = kit_open(*state, STORE_WRITE);
    struct field fields[] = KIT_FIELDS;
    const struct layer_spec spec = kit_spec("a", fields);
    struct layer_writer *w = NULL, *w2 = NULL;
    assert_ok(layer_writer_open(first, &spec, &w, &err));
    assert_fails(layer_writer_open(second, &spec, &w2, &err), BUSY, "somebody else is writing");
    layer_writer_abort(w);
    assert_ok(layer_writer_open(second, &spec, &w2, &err));
    assert_ok(layer_writer_commit(w2, &KIT_RECORD, &err));
    store_close(first);
    store_close(second);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_KIT(a_written_layer_is_read_as_it_was_written),
        WITH_KIT(what_is_said_of_a_field_is_kept),
        WITH_KIT(a_layer_is_replaced_only_when_allowed),
        WITH_KIT(names_that_cannot_be_are_refused),
        WITH_KIT(an_aborted_layer_leaves_nothing),
        WITH_KIT(the_same_id_twice_is_told_and_nothing_changes),
        WITH_KIT(features_that_do_not_fit_are_refused_one_by_one),
        WITH_KIT(tables_without_geometry_are_layers_too),
        WITH_KIT(every_crs_that_proj_knows_can_be_a_layers),
        WITH_KIT(rejects_are_kept_with_their_import),
        WITH_KIT(readers_see_the_old_layer_until_the_new_one_is_whole),
        WITH_KIT(there_is_one_writer_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

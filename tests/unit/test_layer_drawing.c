/* How a layer is drawn: what is said, what is kept, what is refused. */
#include "store/layer_edit.h"
#include "tests/unit/store_kit.h"

static const struct field FIELDS[] = {
    {.name = "id", .type = FIELD_TEXT},
    {.name = "commune", .type = FIELD_TEXT},
    {.name = "bikes", .type = FIELD_INTEGER},
    {.name = "gml:area", .type = FIELD_REAL},
};
enum { N_FIELDS = sizeof FIELDS / sizeof *FIELDS };

static struct layer_spec spec_of(enum geom_type type)
{
    return (struct layer_spec){.name = "a",
                               .fields = FIELDS,
                               .n_fields = N_FIELDS,
                               .id_field = 0,
                               .time_field = -1,
                               .geom_type = type,
                               .epsg = 4326};
}

static void fields_are_found_by_their_names(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    struct layer_drawing d;
    const struct layer_spec spec = spec_of(GEOM_COLLECTION);
    arena_init(&a, 1 << 16);
    const struct drawing_words nothing = {0};
    assert_ok(layer_drawing_make(&nothing, NULL, &spec, &a, &d, &err));
    assert_true(d.group_field == -1 && d.label_field == -1 && d.n_aggregates == 0);
    assert_null(d.tile_fields);
    const struct drawing_words words = {"commune", "bikes:sum,gml:area:mean,bikes:max", "id",
                                        "bikes,commune"};
    assert_ok(layer_drawing_make(&words, NULL, &spec, &a, &d, &err));
    assert_true(d.group_field == 1 && d.label_field == 0);
    assert_int_equal(d.n_aggregates, 3);
    assert_true(d.aggregates[0].field == 2 && d.aggregates[0].op == AGGREGATE_SUM);
    assert_true(d.aggregates[1].field == 3 && d.aggregates[1].op == AGGREGATE_MEAN);
    assert_true(d.aggregates[2].field == 2 && d.aggregates[2].op == AGGREGATE_MAX);
    assert_int_equal(d.n_tile_fields, 2);
    assert_true(d.tile_fields[0] == 2 && d.tile_fields[1] == 1);
    arena_clear(&a);
}

static void what_cannot_be_drawn_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    struct layer_drawing d = {.group_field = 77};
    arena_init(&a, 1 << 16);
    const struct {
        struct drawing_words words;
        enum geom_type type;
        const char *wanted;
    } cases[] = {
        {{.group_by = "section"},
         GEOM_POLYGON,
         "--group-by: there is no field 'section'; there are id, commune, bikes, gml:area"},
        {{.label = "name"}, GEOM_POLYGON, "--label: there is no field 'name'"},
        {{.aggregate = "docks:sum"}, GEOM_POINT, "--aggregate: there is no field 'docks'"},
        {{.aggregate = "commune:sum"}, GEOM_POINT, "field 'commune' is text, and only numbers"},
        {{.aggregate = "bikes"}, GEOM_POINT, "'bikes' is not FIELD:sum"},
        {{.aggregate = "bikes:median"}, GEOM_POINT, "'bikes:median' is not FIELD:sum"},
        {{.aggregate = ":sum"}, GEOM_POINT, "':sum' is not FIELD:sum"},
        {{.aggregate = "bikes:sum,"}, GEOM_POINT, "'' is not FIELD:sum"},
        {{.aggregate = "bikes:sum,bikes:sum"}, GEOM_POINT, "'bikes:sum' is said twice"},
        {{.tile_fields = "bikes,name"}, GEOM_POINT, "--tile-fields: there is no field 'name'"},
        {{.tile_fields = "bikes,bikes"}, GEOM_POINT, "field 'bikes' is said twice"},
        {{.tile_fields = ","}, GEOM_POINT, "there is no field ''"},
        {{.group_by = "commune"}, GEOM_MULTIPOINT, "--group-by is for lines and polygons"},
        {{.group_by = "commune"}, GEOM_NONE, "--group-by is for lines and polygons"},
        {{.label = "commune"}, GEOM_LINESTRING, "--label is for polygons"},
        {{.aggregate = "bikes:sum"}, GEOM_POLYGON, "--aggregate is for points"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct layer_spec spec = spec_of(cases[i].type);
        assert_fails(layer_drawing_make(&cases[i].words, NULL, &spec, &a, &d, &err), BAD_ARG,
                     cases[i].wanted);
    }
    assert_int_equal(d.group_field, 77);
    arena_clear(&a);
}

static void there_is_a_limit_of_aggregates(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    struct buf said;
    struct layer_drawing d;
    char names[5][16];
    struct field fields[5];
    struct layer_spec spec = spec_of(GEOM_POINT);
    arena_init(&a, 1 << 16);
    buf_init(&said, 1000);
    for (int i = 0; i < 5; i++) {
        snprintf(names[i], sizeof names[i], "f%d", i);
        fields[i] = (struct field){.name = names[i], .type = FIELD_INTEGER};
        for (int op = 0; op < N_AGGREGATE_OPS && i * N_AGGREGATE_OPS + op <= AGGREGATES_MAX; op++)
            buf_printf(&said, "%s%s:%s", i || op ? "," : "", names[i],
                       aggregate_op_name((enum aggregate_op)op));
    }
    spec.fields = fields;
    spec.n_fields = 5;
    const struct drawing_words words = {.aggregate = buf_text(&said)};
    assert_fails(layer_drawing_make(&words, NULL, &spec, &a, &d, &err), LIMIT, "at most 16");
    buf_clear(&said);
    arena_clear(&a);
}

static void what_was_said_holds_until_it_is_said_anew(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    struct layer_drawing d;
    arena_init(&a, 1 << 16);
    /* The old layer's fields stand in another order. */
    const struct field old_fields[] = {{.name = "bikes", .type = FIELD_INTEGER},
                                       {.name = "commune", .type = FIELD_TEXT}};
    const struct aggregate old_aggregates[] = {{0, AGGREGATE_SUM}};
    const int old_tile_fields[] = {1};
    const struct layer_drawing old_drawing = {1, 1, old_aggregates, 1, old_tile_fields, 1};
    const struct layer old = {
        .name = "a", .fields = old_fields, .n_fields = 2, .drawing = &old_drawing};
    struct layer_spec spec = spec_of(GEOM_COLLECTION);
    const struct drawing_words nothing = {0};
    assert_ok(layer_drawing_make(&nothing, &old, &spec, &a, &d, &err));
    assert_true(d.group_field == 1 && d.label_field == 1);
    assert_true(d.n_aggregates == 1 && d.aggregates[0].field == 2);
    assert_true(d.n_tile_fields == 1 && d.tile_fields[0] == 1);
    const struct drawing_words away = {"", "", "", ""};
    assert_ok(layer_drawing_make(&away, &old, &spec, &a, &d, &err));
    assert_true(d.group_field == -1 && d.label_field == -1 && d.n_aggregates == 0);
    assert_null(d.tile_fields);
    spec.n_fields = 1; /* the new source has only ids */
    assert_fails(layer_drawing_make(&nothing, &old, &spec, &a, &d, &err), BAD_ARG,
                 "it was said of layer 'a' and still holds, --group-by '' takes it away: "
                 "--group-by: there is no field 'commune'; there is id");
    assert_ok(layer_drawing_make(&away, &old, &spec, &a, &d, &err));
    arena_clear(&a);
}

/* --- in the store --------------------------------------------------------------------------- */

static const int SAID_TILE_FIELDS[] = {2, 1};
static const struct layer_drawing SAID = {
    .group_field = 4, .label_field = 0, .tile_fields = SAID_TILE_FIELDS, .n_tile_fields = 2};

static void write_squares(struct store *s, bool may_replace)
{
    struct err err = {0};
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("squares", fields);
    spec.drawing = &SAID;
    spec.may_replace = may_replace;
    assert_ok(kit_write(s, &spec, 10, &err));
}

static void assert_drawing(struct store *s, const char *name, int group, int label, int n_in_tiles)
{
    struct catalog *c = kit_catalog(s);
    const struct layer_drawing *d = kit_layer(c, name)->drawing;
    assert_true(d->group_field == group && d->label_field == label);
    assert_int_equal(d->n_tile_fields, n_in_tiles);
    assert_true((d->tile_fields != NULL) == (n_in_tiles > 0));
    assert_true(n_in_tiles != 2 || (d->tile_fields[0] == 2 && d->tile_fields[1] == 1));
    catalog_unref(c);
}

static void a_drawing_is_read_as_it_was_written(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    write_squares(s, false);
    kit_write_squares(s, "plain", 3, false);
    assert_drawing(s, "squares", 4, 0, 2);
    assert_drawing(s, "plain", -1, -1, 0);
    assert_ok(store_rename_layer(s, "squares", "plots", &err));
    assert_drawing(s, "plots", 4, 0, 2);
    assert_ok(store_drop_layer(s, "plots", &err));
    kit_write_squares(s, "plots", 3, false);
    assert_drawing(s, "plots", -1, -1, 0);
    store_close(s);
}

static void names_of_label_points_are_no_other_layers(void **state)
{
    struct err err = {0};
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("Squares_Label", fields);
    struct store *s = kit_open(*state, STORE_CREATE);
    write_squares(s, false);
    assert_fails(kit_write(s, &spec, 1, &err), CONFLICT, "the name of a layer's label points");
    kit_write_squares(s, "plain", 3, false);
    assert_fails(store_rename_layer(s, "plain", "squares_label", &err), CONFLICT, "label points");
    write_squares(s, true);
    kit_write_squares(s, "plain_label", 3, false);
    struct layer_words words = {.min_zoom = -1, .drawing = {.label = "id"}};
    assert_fails(store_set_layer(s, "plain", &words, NULL, &err), CONFLICT,
                 "'plain_label' is the name of a layer's label points");
    assert_fails(store_rename_layer(s, "squares", "plain", &err), CONFLICT, "plain");
    store_close(s);
}

/* A deriver that notes what it was told. */
struct noted {
    int group_field, n_calls, n_features;
};

static enum err_code begin(void *state, const struct layer_spec *spec, struct err *err)
{
    struct noted *n = state;
    (void)err;
    n->group_field = spec->drawing->group_field;
    n->n_calls++;
    return OK;
}

static enum err_code count(void *state, const struct feature *f, struct err *err)
{
    (void)f;
    (void)err;
    ((struct noted *)state)->n_features++;
    return OK;
}

static enum err_code put_all(void *state, struct layer_writer *w, struct err *err)
{
    const struct noted *n = state;
    enum err_code rc = n->group_field == 5 ? err_set(err, IO, "not this one") : OK;
    for (int i = 0; !rc && i < n->n_features; i++)
        rc = kit_put_chunk(w, i, 4000000000u, err);
    return rc;
}

static void drawables_are_made_anew_only_when_they_change(void **state)
{
    struct err err = {0};
    struct noted noted = {0};
    struct deriver d = {.state = &noted, .begin = begin, .feature = count, .finish = put_all};
    struct store *s = kit_open(*state, STORE_CREATE);
    write_squares(s, false);
    struct layer_words words = {.min_zoom = -1, .drawing = {.tile_fields = "area"}};
    words.tile_limit_bytes = 100000;
    words.tile_limit_features = 77;
    assert_ok(store_set_layer(s, "squares", &words, &d, &err));
    assert_int_equal(noted.n_calls, 0);
    assert_drawing(s, "squares", 4, 0, 1);
    struct catalog *c = kit_catalog(s);
    assert_true(kit_layer(c, "squares")->tile_limit_bytes == 100000);
    assert_true(kit_layer(c, "squares")->tile_limit_features == 77);
    catalog_unref(c);

    words = (struct layer_words){.min_zoom = -1, .title = "T", .drawing = {.group_by = "built"}};
    assert_ok(store_set_layer(s, "squares", &words, &d, &err));
    assert_true(noted.n_calls == 1 && noted.group_field == 3 && noted.n_features == 10);
    assert_drawing(s, "squares", 3, 0, 1);
    c = kit_catalog(s);
    assert_string_equal(kit_layer(c, "squares")->title, "T");
    assert_int_equal(kit_layer(c, "squares")->n_features, 10);
    assert_true(kit_layer(c, "squares")->tile_limit_features == 77);
    catalog_unref(c);

    /* What fails leaves everything as it was: words too. */
    words = (struct layer_words){.min_zoom = -1, .title = "U", .drawing = {.group_by = "tags"}};
    assert_fails(store_set_layer(s, "squares", &words, &d, &err), IO, "not this one");
    words.drawing.group_by = "nothing";
    assert_fails(store_set_layer(s, "squares", &words, &d, &err), BAD_ARG, "no field 'nothing'");
    assert_drawing(s, "squares", 3, 0, 1);
    c = kit_catalog(s);
    assert_string_equal(kit_layer(c, "squares")->title, "T");
    catalog_unref(c);
    store_close(s);
}

static void rows_that_make_no_sense_are_told(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    char out[1024];
    static const char *const damages[] = {
        "UPDATE cassini_drawing SET field=6 WHERE part='group'",
        "UPDATE cassini_drawing SET field=-1 WHERE part='label'",
        "UPDATE cassini_drawing SET part='median' WHERE part='tile'",
        ("WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 30)"
         " INSERT INTO cassini_drawing SELECT 'squares', i, 'sum', 1 FROM n"),
    };
    struct store *s = kit_open(k, STORE_CREATE);
    store_close(s);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        char command[512];
        struct catalog *c = NULL;
        s = kit_open(k, STORE_WRITE);
        write_squares(s, true);
        store_close(s);
        snprintf(command, sizeof command, "sqlite3 STORE \"%s\"", damages[i]);
        if (!kit_run(k, command, out, sizeof out))
            skip();
        s = kit_open(k, STORE_READ);
        assert_fails(store_read_catalog(s, &c, &err), BAD_DATA,
                     "layer 'squares': its drawing is not described as it should be");
        store_close(s);
        assert_true(kit_run(k, "sqlite3 STORE 'DELETE FROM cassini_drawing'", out, sizeof out));
    }
}

#define with_store(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_found_by_their_names),
        cmocka_unit_test(what_cannot_be_drawn_is_refused),
        cmocka_unit_test(there_is_a_limit_of_aggregates),
        cmocka_unit_test(what_was_said_holds_until_it_is_said_anew),
        with_store(a_drawing_is_read_as_it_was_written),
        with_store(names_of_label_points_are_no_other_layers),
        with_store(drawables_are_made_anew_only_when_they_change),
        with_store(rows_that_make_no_sense_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/store_kit.h"

static const struct when_interval ON_JANUARY_5 = {true, true, INT64_C(1578182400000000),
                                                  INT64_C(1578268799999999)};

static struct bbox box_of_squares(int first, int last)
{
    return (struct bbox){KIT_X(first) + 1, KIT_Y + 1, KIT_X(last) + 1, KIT_Y + 2};
}

static void boxes_find_what_meets_them(void **state)
{
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "a", 1000, false);
    store_close(s);
    s = kit_open(*state, STORE_READ);
    struct catalog *c = kit_catalog(s);
    struct feature_query q = {.layer = kit_layer(c, "a"), .n_boxes = 1};
    q.boxes[0] = box_of_squares(100, 149);
    assert_int_equal(kit_count(s, &q), 50);
    q.after_fid = 120;
    assert_int_equal(kit_count(s, &q), 30);
    q.after_fid = 0;
    q.n_boxes = 2;
    q.boxes[1] = box_of_squares(140, 159); /* overlaps: none comes twice */
    assert_int_equal(kit_count(s, &q), 60);
    q.boxes[1] = (struct bbox){0, 0, 1, 1};
    assert_int_equal(kit_count(s, &q), 50);
    q.boxes[1] = (struct bbox){-1e9, -1e9, 1e9, 1e9};
    assert_int_equal(kit_count(s, &q), 1000);
    q.n_boxes = 0;
    q.after_fid = 990;
    assert_int_equal(kit_count(s, &q), 10);
    catalog_unref(c);
    store_close(s);
}

static void times_and_ids_choose_features(void **state)
{
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "a", 280, false);
    struct catalog *c = kit_catalog(s);
    struct feature_query q = {.layer = kit_layer(c, "a"), .when = &ON_JANUARY_5};
    assert_int_equal(kit_count(s, &q), 10);
    struct when_interval when = ON_JANUARY_5;
    when.has_start = false;
    q.when = &when;
    assert_int_equal(kit_count(s, &q), 50);
    when = ON_JANUARY_5;
    when.has_end = false;
    assert_int_equal(kit_count(s, &q), 240);
    /* A date is the whole day: its evening meets it too. */
    when = ON_JANUARY_5;
    when.start_us = when.end_us;
    assert_int_equal(kit_count(s, &q), 10);
    q.when = NULL;
    q.id = "000007";
    assert_int_equal(kit_count(s, &q), 1);
    q.id = "7";
    assert_int_equal(kit_count(s, &q), 0);
    q.id = "000007' OR 1=1 --";
    assert_int_equal(kit_count(s, &q), 0);
    q.id = "";
    assert_int_equal(kit_count(s, &q), 0);
    catalog_unref(c);
    store_close(s);
}

static void features_without_geometry_or_time_match_everywhere(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    struct field fields[] = KIT_FIELDS;
    const struct layer_spec spec = kit_spec("a", fields);
    struct layer_writer *w = NULL;
    assert_ok(layer_writer_open(s, &spec, &w, &err));
    for (int i = 0; i < 100; i++)
        assert_ok(kit_put_square(w, i, &err));
    for (int i = 0; i < 7; i++) {
        struct value values[KIT_N_FIELDS] = {value_int(i)};
        values[4] = i % 2 ? value_null() : value_text(span_of("unknown"));
        struct feature f = {.values = values, .n_values = KIT_N_FIELDS};
        assert_ok(layer_writer_put(w, &f, &err));
    }
    assert_ok(layer_writer_commit(w, &KIT_RECORD, &err));
    store_close(s);
    s = kit_open(*state, STORE_READ);
    struct catalog *c = kit_catalog(s);
    struct feature_query q = {.layer = kit_layer(c, "a"), .n_boxes = 1};
    assert_int_equal(q.layer->n_without_geometry, 7);
    q.boxes[0] = box_of_squares(10, 12);
    assert_int_equal(kit_count(s, &q), 10);
    q.boxes[0] = (struct bbox){0, 0, 1, 1};
    assert_int_equal(kit_count(s, &q), 7);
    q.after_fid = 103;
    assert_int_equal(kit_count(s, &q), 4);
    q.n_boxes = 0;
    q.after_fid = 0;
    q.when = &ON_JANUARY_5;
    assert_int_equal(kit_count(s, &q), 4 + 7);
    catalog_unref(c);
    store_close(s);
}

static void several_cursors_can_be_open(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "a", 10, false);
    kit_write_squares(s, "b", 20, false);
    struct catalog *c = kit_catalog(s);
    const struct feature_query a = {.layer = kit_layer(c, "a")}, b = {.layer = kit_layer(c, "b")};
    struct feature_cursor *first = NULL, *second = NULL;
    struct feature f;
    bool more = false;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (int round = 0; round < 100; round++) { /* more than statements are kept */
        assert_ok(store_query_features(s, &a, &first, &err));
        assert_ok(store_query_features(s, &a, &second, &err));
        assert_ok(feature_cursor_next(first, &arena, &f, &more, &err));
        assert_int_equal(kit_count(s, &b), 20);
        assert_ok(feature_cursor_next(second, &arena, &f, &more, &err));
        assert_true(more && f.fid == 1);
        feature_cursor_close(first);
        feature_cursor_close(second);
        arena_reset(&arena);
    }
    feature_cursor_close(NULL);
    arena_clear(&arena);
    catalog_unref(c);
    store_close(s);
}

static void drawables_are_found_by_box_and_zoom(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "a", 1000, false);
    store_close(s);
    s = kit_open(*state, STORE_READ);
    struct catalog *c = kit_catalog(s);
    /* Beyond 2^31, where the index's signed numbers turn. */
    struct chunk_query q = {.layer = kit_layer(c, "a"), .zoom = 14};
    q.box = (struct grid_box){4000000000u + 100 * 500, 900, 4000000000u + 100 * 599, 1000};
    uint64_t n = 0;
    assert_ok(kit_count_chunks(s, &q, UINT64_MAX, &n, &err));
    assert_int_equal(n, 100);
    assert_ok(kit_count_chunks(s, &q, 30, &n, &err));
    assert_int_equal(n, 30);
    q.zoom = 11; /* of 10 to 14, two of five */
    assert_ok(kit_count_chunks(s, &q, UINT64_MAX, &n, &err));
    assert_int_equal(n, 40);

    struct chunk_cursor *cursor = NULL;
    struct chunk d;
    bool more = true;
    assert_ok(store_query_chunks(s, &q, &cursor, &err));
    for (n = 0; more; n++) {
        assert_ok(chunk_cursor_next(cursor, &d, &more, &err));
        if (!more)
            break;
        assert_true(d.n_drawables == 1 && d.min_zoom <= 11 && d.max_zoom == 24);
        assert_true(d.box.min_x == 4000000000u + 100 * (uint32_t)(kit_fid_of(&d) - 1));
        assert_true(d.box.max_x == d.box.min_x + 50 && d.box.min_y == 1000 && d.box.max_y == 1050);
        assert_int_equal(d.content_bytes, sizeof(int64_t));
    }
    assert_int_equal(n, 40);
    chunk_cursor_close(cursor);
    chunk_cursor_close(NULL);
    q.box = (struct grid_box){0, 0, 3999999999u, UINT32_MAX};
    assert_ok(kit_count_chunks(s, &q, UINT64_MAX, &n, &err));
    assert_int_equal(n, 0);
    q.zoom = 25;
    q.box = (struct grid_box){0, 0, UINT32_MAX, UINT32_MAX};
    assert_ok(kit_count_chunks(s, &q, UINT64_MAX, &n, &err));
    assert_int_equal(n, 0);
    catalog_unref(c);
    store_close(s);
}

static void a_query_ends_when_it_must(void **state)
{
    struct err err = {0};
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "a", 20000, false);
    struct catalog *c = kit_catalog(s);
    const struct chunk_query q = {
        .layer = kit_layer(c, "a"), .box = {0, 0, UINT32_MAX, UINT32_MAX}, .zoom = 20};
    atomic_bool cancel = false;
    uint64_t n = 0;
    store_set_interrupt(s, &cancel, 0);
    assert_ok(kit_count_chunks(s, &q, UINT64_MAX, &n, &err));
    assert_int_equal(n, 20000);
    atomic_store(&cancel, true);
    assert_fails(kit_count_chunks(s, &q, UINT64_MAX, &n, &err), CANCELED, "canceled");
    store_set_interrupt(s, NULL, when_monotonic_us());
    assert_fails(kit_count_chunks(s, &q, UINT64_MAX, &n, &err), LIMIT, "too long");
    store_set_interrupt(s, NULL, when_monotonic_us() + INT64_C(3600000000));
    assert_ok(kit_count_chunks(s, &q, UINT64_MAX, &n, &err));
    store_set_interrupt(s, NULL, 0);
    assert_ok(kit_count_chunks(s, &q, UINT64_MAX, &n, &err));
    catalog_unref(c);
    store_close(s);
}

static void a_damaged_geometry_is_told_with_its_row(void **state)
{
    struct err err = {0};
    char out[256];
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "a", 10, false);
    store_close(s);
    if (!kit_run(*state,
                 "sqlite3 STORE \"DROP TRIGGER ggu_a_geom; DROP TRIGGER giu_a_geom;"
                 " UPDATE a SET geom=x'0001' WHERE fid=3\"",
                 out, sizeof out))
        skip();
    s = kit_open(*state, STORE_READ);
    struct catalog *c = kit_catalog(s);
    const struct feature_query q = {.layer = kit_layer(c, "a"), .after_fid = 2};
    struct feature_cursor *cursor = NULL;
    struct feature f;
    bool more = false;
    struct arena a;
    arena_init(&a, 1 << 20);
    assert_ok(store_query_features(s, &q, &cursor, &err));
    assert_fails(feature_cursor_next(cursor, &a, &f, &more, &err), BAD_DATA, "layer 'a', row 3");
    feature_cursor_close(cursor);
    arena_clear(&a);
    catalog_unref(c);
    store_close(s);
}

static void a_catalog_out_of_range_is_told(void **state)
{
    struct err err = {0};
    char out[256];
    struct catalog *c = NULL;
    static const char *const edits[] = {
        "UPDATE cassini_layers SET time_field=6",
        "UPDATE cassini_layers SET time_field=0, geom_type=8",
        "UPDATE cassini_layers SET geom_type=6, max_zoom=31",
        "UPDATE cassini_layers SET max_zoom=16; UPDATE cassini_fields SET type='set'",
    };
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "a", 10, false);
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        char command[256];
        snprintf(command, sizeof command, "sqlite3 STORE \"%s\"", edits[i]);
        if (!kit_run(*state, command, out, sizeof out))
            skip();
        assert_fails(store_read_catalog(s, &c, &err), BAD_DATA, "not described as it should be");
    }
    store_close(s);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_KIT(boxes_find_what_meets_them),
        WITH_KIT(times_and_ids_choose_features),
        WITH_KIT(features_without_geometry_or_time_match_everywhere),
        WITH_KIT(several_cursors_can_be_open),
        WITH_KIT(drawables_are_found_by_box_and_zoom),
        WITH_KIT(a_query_ends_when_it_must),
        WITH_KIT(a_damaged_geometry_is_told_with_its_row),
        WITH_KIT(a_catalog_out_of_range_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

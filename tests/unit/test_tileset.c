#include "store/layer_edit.h"
#include "store/tileset.h"
#include "tests/unit/store_kit.h"

static const struct tileset_spec SPEC = {
    .title = "Old maps",
    .format = TILE_PNG,
    .image_px = 256,
    .bbox_deg = {2, 48, 3, 49},
    .has_center = true,
    .center_lon_deg = 2.5,
    .center_lat_deg = 48.5,
    .center_zoom = 2,
    .metadata = "{\"name\":\"Old maps\"}",
};

static void put(struct tileset_writer *w, int z, uint32_t x, uint32_t y, const char *content)
{
    struct err err = {0};
    bool known = false;
    assert_ok(tileset_writer_put_known(w, z, x, y, content, &known, &err));
    if (!known)
        assert_ok(tileset_writer_put(w, z, x, y, content, span_of(content), &err));
}

/* Five tiles of three contents. */
static void write_tiles(struct store *s, const char *layer, bool may_replace)
{
    struct err err = {0};
    struct tileset_writer *w = NULL;
    assert_ok(tileset_writer_open(s, layer, may_replace, &w, &err));
    put(w, 0, 0, 0, "world");
    put(w, 2, 1, 1, "sea");
    put(w, 2, 2, 1, "land");
    put(w, 2, 2, 2, "sea");
    put(w, 2, 1, 2, "sea");
    assert_ok(tileset_writer_commit(w, &SPEC, &KIT_RECORD, &err));
}

/* The tile's content, "-" when there is none. */
static const char *tile_at(struct store *s, const struct layer *l, int z, uint32_t x, uint32_t y)
{
    static char text[64]; /* one at a time */
    struct err err = {0};
    struct buf b;
    bool found = false;
    buf_init(&b, 1000);
    assert_ok(store_read_kept_tile(s, l, z, x, y, &b, &found, &err));
    snprintf(text, sizeof text, "%s", found ? buf_text(&b) : "-");
    buf_clear(&b);
    return text;
}

static void tiles_come_back_as_they_were_put(void **state)
{
    struct store *s = kit_open(*state, STORE_CREATE);
    write_tiles(s, "maps", false);
    struct catalog *c = kit_catalog(s);
    const struct layer *l = kit_layer(c, "maps");
    assert_string_equal(tile_at(s, l, 0, 0, 0), "world");
    assert_string_equal(tile_at(s, l, 2, 2, 1), "land");
    assert_string_equal(tile_at(s, l, 2, 2, 2), "sea");
    assert_string_equal(tile_at(s, l, 1, 0, 0), "-");
    catalog_unref(c);
    store_close(s);
}

static void the_catalog_tells_what_is_kept(void **state)
{
    struct store *s = kit_open(*state, STORE_CREATE);
    write_tiles(s, "maps", false);
    struct catalog *c = kit_catalog(s);
    const struct layer *l = kit_layer(c, "maps");
    const struct kept_tiles *k = l->kept;
    assert_non_null(k);
    assert_string_equal(l->title, "Old maps");
    assert_true(l->min_zoom == 0 && l->max_zoom == 2 && l->geom_type == GEOM_NONE);
    assert_true(l->bbox_deg.min_x == 2 && l->bbox_deg.max_y == 49);
    assert_true(k->format == TILE_PNG && k->image_px == 256 && k->center_zoom == 2);
    assert_true(k->n_tiles == 5 && k->n_blobs == 3 && k->n_bytes == 12);
    assert_int_equal(k->n_zooms, 2);
    assert_null(kept_tiles_zoom(k, 1));
    const struct kept_zoom *z = kept_tiles_zoom(k, 2);
    assert_true(z->min_x == 1 && z->max_x == 2 && z->min_y == 1 && z->max_y == 2);
    assert_int_equal(z->n_tiles, 4);
    catalog_unref(c);
    store_close(s);
}

static void the_import_is_remembered_with_the_number_of_tiles(void **state)
{
    struct err err = {0};
    struct arena a;
    struct import_record *records = NULL;
    size_t n = 0;
    struct store *s = kit_open(*state, STORE_CREATE);
    write_tiles(s, "maps", false);
    arena_init(&a, 1 << 20);
    assert_ok(store_read_imports(s, "maps", &a, &records, &n, &err));
    assert_int_equal(n, 1);
    assert_int_equal(records[0].n_written, 5);
    arena_clear(&a);
    store_close(s);
}

static void a_place_has_one_tile_and_lies_in_its_zoom(void **state)
{
    struct err err = {0};
    struct tileset_writer *w = NULL;
    bool known = false;
    struct store *s = kit_open(*state, STORE_CREATE);
    assert_ok(tileset_writer_open(s, "maps", false, &w, &err));
    put(w, 2, 1, 1, "sea");
    assert_fails(tileset_writer_put_known(w, 2, 1, 1, "sea", &known, &err), BAD_DATA, "twice");
    assert_fails(tileset_writer_put(w, 2, 1, 1, "b", span_of("b"), &err), BAD_DATA, "twice");
    assert_fails(tileset_writer_put(w, 2, 4, 1, "c", span_of("c"), &err), BAD_DATA, "2/4/1");
    assert_fails(tileset_writer_put(w, 31, 0, 0, "d", span_of("d"), &err), BAD_DATA, "31/0/0");
    tileset_writer_abort(w);
    store_close(s);
}

/* -1 when there is no sqlite3 to ask. */
static int64_t count_rows(const struct kit *k, const char *table)
{
    char command[200], out[64] = "";
    int64_t n = -1;
    snprintf(command, sizeof command, "sqlite3 STORE 'SELECT count(*) FROM %s'", table);
    if (kit_run(k, command, out, sizeof out)) {
        out[strcspn(out, "\n")] = '\0';
        assert_int_equal(text_parse_i64(out, &n, NULL), OK);
    }
    return n;
}

static void nothing_stays_of_an_abandoned_or_an_empty_one(void **state)
{
    struct err err = {0};
    struct tileset_writer *w = NULL;
    struct store *s = kit_open(*state, STORE_CREATE);
    assert_ok(tileset_writer_open(s, "maps", false, &w, &err));
    put(w, 0, 0, 0, "world");
    tileset_writer_abort(w);
    assert_ok(tileset_writer_open(s, "maps", false, &w, &err));
    assert_fails(tileset_writer_commit(w, &SPEC, &KIT_RECORD, &err), BAD_DATA, "no tiles");
    struct catalog *c = kit_catalog(s);
    assert_int_equal(catalog_n_layers(c), 0);
    catalog_unref(c);
    store_close(s);
    assert_true(count_rows(*state, "cassini_tile_blobs") <= 0);
    assert_true(count_rows(*state, "cassini_tilesets") <= 0);
}

static void a_layer_is_replaced_by_tiles_and_tiles_by_a_layer(void **state)
{
    struct err err = {0};
    struct tileset_writer *w = NULL;
    struct store *s = kit_open(*state, STORE_CREATE);
    kit_write_squares(s, "maps", 3, false);
    assert_fails(tileset_writer_open(s, "maps", false, &w, &err), CONFLICT, "exists");
    assert_fails(tileset_writer_open(s, "MAPS", true, &w, &err), CONFLICT, "case");
    write_tiles(s, "maps", true);
    struct catalog *old = kit_catalog(s);
    assert_non_null(kit_layer(old, "maps")->kept);
    assert_int_equal(kit_layer(old, "maps")->n_fields, 0);
    kit_write_squares(s, "maps", 3, true);
    struct catalog *c = kit_catalog(s);
    assert_null(kit_layer(c, "maps")->kept);
    assert_int_equal(kit_layer(c, "maps")->n_features, 3);
    struct buf b;
    bool found = false;
    buf_init(&b, 1000);
    assert_fails(store_read_kept_tile(s, kit_layer(old, "maps"), 0, 0, 0, &b, &found, &err),
                 CONFLICT, "replaced");
    catalog_unref(old);
    catalog_unref(c);
    store_close(s);
    assert_true(count_rows(*state, "cassini_tiles") <= 0);
    assert_true(count_rows(*state, "cassini_tile_blobs") <= 0);
}

static void tiles_are_renamed_and_dropped_like_layers(void **state)
{
    struct kit *k = *state;
    struct err err = {0};
    struct store *s = kit_open(k, STORE_CREATE);
    const struct layer_words zoom = {.min_zoom = 3};
    write_tiles(s, "maps", false);
    assert_ok(store_rename_layer(s, "maps", "charts", &err));
    struct catalog *c = kit_catalog(s);
    assert_int_equal(catalog_n_layers(c), 1);
    assert_string_equal(tile_at(s, kit_layer(c, "charts"), 2, 2, 1), "land");
    catalog_unref(c);
    assert_fails(store_set_layer(s, "charts", &zoom, NULL, &err), BAD_ARG, "came ready-made");
    assert_ok(store_drop_layer(s, "charts", &err));
    assert_true(count_rows(k, "cassini_tiles") <= 0);
    assert_true(count_rows(k, "cassini_tile_blobs") <= 0);
    assert_true(count_rows(k, "cassini_tilesets") <= 0);
    store_close(s);
}

#define kit_test(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        kit_test(tiles_come_back_as_they_were_put),
        kit_test(the_catalog_tells_what_is_kept),
        kit_test(the_import_is_remembered_with_the_number_of_tiles),
        kit_test(a_place_has_one_tile_and_lies_in_its_zoom),
        kit_test(nothing_stays_of_an_abandoned_or_an_empty_one),
        kit_test(a_layer_is_replaced_by_tiles_and_tiles_by_a_layer),
        kit_test(tiles_are_renamed_and_dropped_like_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

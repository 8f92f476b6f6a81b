/* A store is damaged in every way, and the damage is told. */
#include "store/check.h"
#include "tests/unit/store_kit.h"

/* What a look at a store told, one problem a line: "squares + words" where it can be made anew. */
struct told {
    struct buf words;
    int64_t fid; /* of the chunk that was read last */
};

static enum err_code take_problem(void *state, const struct check_problem *p, struct err *err)
{
    struct told *t = state;
    buf_printf(&t->words, "%s %c %s\n", p->layer ? p->layer : "", p->derived ? '+' : '-', p->words);
    return buf_status(&t->words, err);
}

static enum err_code read_chunk(void *state, const struct chunk *c, const int64_t **out_fids,
                                size_t *out_n, struct err *err)
{
    struct told *t = state;
    t->fid = kit_fid_of(c);
    *out_fids = &t->fid;
    *out_n = 1;
    return t->fid ? OK : err_set(err, BAD_DATA, "no chunk");
}

static void check_tells(const struct kit *k, const char *wanted)
{
    struct err err = {0};
    struct told told;
    buf_init(&told.words, 1 << 16);
    struct store *s = kit_open(k, STORE_READ);
    const struct checker checker = {&told, take_problem, read_chunk};
    assert_ok(store_check(s, &checker, &err));
    store_close(s);
    assert_string_equal(buf_text(&told.words), wanted);
    buf_clear(&told.words);
}

/* A deriver that puts the drawables which the kit's squares have. */
static enum err_code begin(void *state, const struct layer_spec *spec, struct err *err)
{
    (void)spec;
    (void)err;
    *(int *)state = 0;
    return OK;
}

static enum err_code count(void *state, const struct feature *f, struct err *err)
{
    (void)f;
    (void)err;
    ++*(int *)state;
    return OK;
}

static enum err_code put_all(void *state, struct layer_writer *w, struct err *err)
{
    enum err_code rc = OK;
    for (int i = 0; !rc && i < *(int *)state; i++)
        rc = kit_put_chunk(w, i, 4000000000u, err);
    return rc;
}

static enum err_code repair(const struct kit *k, struct err *err)
{
    int n = 0;
    struct deriver d = {.state = &n, .begin = begin, .feature = count, .finish = put_all};
    struct store *s = kit_open(k, STORE_WRITE);
    enum err_code rc = store_repair_begin(s, err);
    if (!rc)
        rc = store_repair_layer(s, "squares", &d, err);
    const enum err_code rest = rc == BAD_DATA ? store_repair_rest(s, NULL)
                               : rc           ? rc
                                              : store_repair_rest(s, err);
    const enum err_code ended = store_repair_end(s, rest == OK, NULL);
    store_close(s);
    return rc ? rc : rest ? rest : ended;
}

/* Every repair is followed by this: the features are as they were, and so is the rest. */
static void check_squares(const struct kit *k, int n)
{
    struct store *s = kit_open(k, STORE_READ);
    struct catalog *c = kit_catalog(s);
    const struct feature_query all = {.layer = kit_layer(c, "squares")};
    const struct feature_query box = {
        .layer = all.layer, .boxes = {{KIT_X(10), KIT_Y, KIT_X(20), KIT_Y}}, .n_boxes = 1};
    assert_int_equal(kit_count(s, &all), n);
    assert_int_equal(kit_count(s, &box), 11);
    assert_int_equal(all.layer->min_zoom, 10);
    catalog_unref(c);
    store_close(s);
}

static void make_squares(const struct kit *k)
{
    struct store *s = kit_open(k, STORE_CREATE);
    kit_write_squares(s, "squares", 200, false);
    store_close(s);
}

static void a_store_as_it_was_written_is_whole(void **state)
{
    const struct kit *k = *state;
    make_squares(k);
    check_tells(k, "");
}

static const struct damage {
    const char *sql, *told;
} DAMAGES[] = {
    {"DELETE FROM idx_squares_geom WHERE pkid=7",
     "squares + 1 features are not in its spatial index\n"},
    {"UPDATE idx_squares_geom SET xmin=0 WHERE pkid=7",
     "squares + 1 features are elsewhere in its spatial index\n"},
    {"INSERT INTO idx_squares_geom VALUES(999,0,0,0,0)",
     "squares + 1 entries of its spatial index are of no feature\n"},
    {"DROP TABLE idx_squares_geom", "squares + its index 'idx_squares_geom' is missing\n"},
    {"DROP INDEX idx_squares_id", "squares + the index of its ids is missing\n"},
    {"DROP TRIGGER gii_squares_geom; DROP TRIGGER giu_squares_geom",
     "squares + 2 of SpatiaLite's triggers on it are missing\n"},
    {"DELETE FROM geometry_columns_statistics",
     "squares + SpatiaLite's statistics of it are not up to date\n"},
    {"UPDATE cassini_layers SET n_features=9",
     "squares + SpatiaLite's statistics of it are not up to date\n"
     "squares + it has 200 features, 0 of them without geometry, not 9 and 0\n"},
    {"UPDATE cassini_layers SET min_x=0",
     "squares + its features do not fill the box that is said\n"},
    {"DELETE FROM squares_drawable WHERE id=3",
     "squares + 1 entries of its index of drawables are of no chunk\n"
     "squares + 1 features are not drawn\n"},
    {"UPDATE squares_drawable SET content=x'00' WHERE id=3",
     "squares + 1 chunks of drawables cannot be read\nsquares + 1 features are not drawn\n"},
    {"UPDATE squares_drawable SET min_zoom=1 WHERE id=3",
     "squares + 1 chunks of drawables are not in their index as they are\n"},
    {"UPDATE squares_drawable SET content=x'0F27000000000000' WHERE id=3",
     "squares + 1 drawables are of no feature\nsquares + 1 features are not drawn\n"},
    {"DELETE FROM squares_drawable_index WHERE id=3",
     "squares + 1 chunks of drawables are not in their index as they are\n"},
    {"DROP TABLE squares_drawable_index",
     "squares + its index 'squares_drawable_index' is missing\n"},
    {"DROP TABLE squares_drawable", "squares + its drawables are missing\n"},
    {"ALTER TABLE squares_drawable RENAME COLUMN content TO geometry",
     "squares + its drawables are of an older Cassini's form\n"},
    {"CREATE TABLE old_drawable(id); CREATE TABLE old_drawable_index(id)",
     " + table 'old_drawable_index' belongs to no layer\n"
     " + table 'old_drawable' belongs to no layer\n"},
    {"INSERT INTO cassini_fields(layer, position, name, column, type)"
     " VALUES('old',1,'a','a','text')",
     " + 1 fields of no layer\n"},
    {"INSERT INTO cassini_rejects(import) VALUES(99)", " + 1 rejects of no import\n"},
    {"INSERT INTO cassini_tiles VALUES(7,0,0,0,1);"
     "INSERT INTO cassini_tile_blobs VALUES(1,7,'k',x'00')",
     " + 1 tiles of no tileset\n + 1 contents of tiles of no tileset\n"},
    {"UPDATE squares_drawable_index_node SET data=zeroblob(length(data)) WHERE nodeno=2",
     NULL /* SQLite's words */},
};

static void every_damage_of_what_is_derived_is_told_and_repaired(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    char command[1024], out[1024];
    for (size_t i = 0; i < sizeof DAMAGES / sizeof *DAMAGES; i++) {
        snprintf(command, sizeof command, "sqlite3 STORE \"PRAGMA trusted_schema=1; %s\"",
                 DAMAGES[i].sql);
        make_squares(k);
        if (!kit_run(k, command, out, sizeof out))
            skip();
        assert_string_equal(out, "");
        if (DAMAGES[i].told)
            check_tells(k, DAMAGES[i].told);
        assert_ok(repair(k, &err));
        check_tells(k, "");
        check_squares(k, 200);
        snprintf(command, sizeof command, "%s", k->path);
        assert_int_equal(unlink(command), 0);
    }
}

static void what_is_lost_is_told_and_left_alone(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    char out[1024];
    make_squares(k);
    if (!kit_run(k,
                 "sqlite3 STORE \"DROP INDEX idx_squares_id; DROP TRIGGER gii_squares_geom;"
                 " DROP TRIGGER giu_squares_geom; DROP TRIGGER ggu_squares_geom;"
                 " DROP TRIGGER tmu_squares_geom; DROP TRIGGER gid_squares_geom;"
                 " UPDATE squares SET id='000001' WHERE fid=1\"",
                 out, sizeof out))
        skip();
    const char *told = "squares + 5 of SpatiaLite's triggers on it are missing\n"
                       "squares + the index of its ids is missing\n"
                       "squares - 1 ids are those of several features\n";
    check_tells(k, told);
    assert_fails(repair(k, &err), BAD_DATA, "2 features have the same id '000001'");
    check_tells(k, told);
    check_squares(k, 200);
}

static void rows_that_others_have_added_and_taken_away_are_drawn_after_a_repair(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    char out[1024];
    make_squares(k);
    if (!kit_run(k,
                 "spatialite -silent STORE \"INSERT INTO squares(id, geom) SELECT 'new', geom FROM"
                 " squares WHERE fid=3; DELETE FROM squares WHERE fid=100\"",
                 out, sizeof out))
        skip();
    check_tells(k, "squares + 1 drawables are of no feature\nsquares + 1 features are not drawn\n");
    assert_ok(repair(k, &err));
    check_squares(k, 200);
}

static void a_table_that_is_gone_is_told(void **state)
{
    const struct kit *k = *state;
    char out[1024];
    make_squares(k);
    if (!kit_run(k, "sqlite3 STORE \"ALTER TABLE squares RENAME COLUMN built TO made\"", out,
                 sizeof out))
        skip();
    check_tells(k, "squares - its table is not what it should be: layer 'squares': SQLite: no such "
                   "column: built\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_store_as_it_was_written_is_whole, kit_set_up,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(every_damage_of_what_is_derived_is_told_and_repaired,
                                        kit_set_up, kit_tear_down),
        cmocka_unit_test_setup_teardown(what_is_lost_is_told_and_left_alone, kit_set_up,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(
            rows_that_others_have_added_and_taken_away_are_drawn_after_a_repair, kit_set_up,
            kit_tear_down),
        cmocka_unit_test_setup_teardown(a_table_that_is_gone_is_told, kit_set_up, kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

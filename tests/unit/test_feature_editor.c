/* Features of a layer that is there are changed, and what hangs on them follows. */
#include "store/check.h"
#include "store/feature_editor.h"
#include "tests/unit/store_kit.h"

enum { N_SQUARES = 200 };

/* A deriver that draws each feature as its box, in metres from the first square. */
struct drawn_box {
    int64_t fid;
    uint32_t x;
};

struct boxes {
    struct drawn_box drawn[2 * N_SQUARES], listed;
    int n;
    size_t n_changes; /* told to edit() */
    struct feature_change changes[16];
    struct changed_area touched;
};

static enum err_code begin(void *state, const struct layer_spec *spec, struct err *err)
{
    (void)err;
    assert_string_equal(spec->name, "squares");
    ((struct boxes *)state)->n = 0;
    return OK;
}

static enum err_code feature(void *state, const struct feature *f, struct err *err)
{
    struct boxes *b = state;
    (void)err;
    if (f->geom.type == GEOM_NONE)
        return OK;
    b->drawn[b->n].fid = f->fid;
    b->drawn[b->n++].x = (uint32_t)(geom_bbox(&f->geom).min_x - KIT_X(0));
    return OK;
}

static enum err_code finish(void *state, struct layer_writer *w, struct err *err)
{
    struct boxes *b = state;
    enum err_code rc = OK;
    for (int i = 0; !rc && i < b->n; i++) {
        const uint32_t x = b->drawn[i].x;
        const struct chunk c = {.n_drawables = 1,
                                .min_zoom = 10,
                                .max_zoom = ZOOM_MAX,
                                .box = {x, 1000, x + 10, 1010},
                                .content = {(const char *)&b->drawn[i], sizeof b->drawn[i]}};
        rc = layer_writer_put_chunk(w, &c, err);
    }
    return rc;
}

/* Content is what was drawn: a fid and where it lies. */
static enum err_code list(void *state, const struct chunk *c, drawable_listener *listener,
                          void *listener_state, struct err *err)
{
    struct boxes *b = state;
    memcpy(&b->listed, c->content.at, sizeof b->listed);
    const uint32_t x = b->listed.x;
    const struct grid_box box = {x, 1000, x + 10, 1010};
    return listener(listener_state, &box, 1, err);
}

static enum err_code edit(void *state, struct feature_editor *e,
                          const struct feature_change *changes, size_t n, bool *out_done,
                          struct err *err)
{
    struct boxes *b = state;
    *out_done = true;
    assert_true(n <= sizeof b->changes / sizeof *b->changes);
    memcpy(b->changes, changes, n * sizeof *changes);
    b->n_changes = n;
    return feature_editor_touch(e, &b->touched, err);
}

static struct deriver deriver_of(struct boxes *b)
{
    return (struct deriver){
        .state = b, .begin = begin, .feature = feature, .finish = finish, .list = list};
}

/* --- squares --- */

struct square {
    double xy[10];
    uint32_t ring_end[1], part_end[1];
    uint8_t kind[1];
    struct value values[KIT_N_FIELDS];
    struct feature f;
};

/* As kit_put_square() makes it, but at another place; `x` of the first square's is its own. */
static struct feature *square(struct square *s, const char *id, double x, const char *date)
{
    const double y = KIT_Y;
    *s = (struct square){.xy = {x, y, x + 10, y, x + 10, y + 10, x, y + 10, x, y},
                         .ring_end = {5},
                         .part_end = {1},
                         .kind = {GEOM_KIND_POLYGON}};
    const struct value values[KIT_N_FIELDS] = {
        value_text(span_of(id)), value_real(7.5),           value_int(10000000007),
        value_bool(false),       value_text(span_of(date)), value_json(span_of("[1,\"é\"]")),
    };
    memcpy(s->values, values, sizeof values);
    s->f = (struct feature){
        .id = span_of(id),
        .geom = {GEOM_POLYGON, 1, 1, 5, s->xy, s->ring_end, s->part_end, s->kind, NULL},
        .values = s->values,
        .n_values = KIT_N_FIELDS,
    };
    return &s->f;
}

static struct store *open_squares(const struct kit *k)
{
    struct store *s = kit_open(k, STORE_CREATE);
    struct err err = {0};
    struct boxes b;
    struct deriver d = deriver_of(&b);
    kit_write_squares(s, "squares", N_SQUARES, false);
    assert_ok(store_repair_begin(s, &err));
    assert_ok(store_repair_layer(s, "squares", &d, &err));
    assert_ok(store_repair_end(s, true, &err));
    return s;
}

static struct feature_editor *open_editor(struct store *s)
{
    struct err err = {0};
    struct feature_editor *e = NULL;
    assert_ok(feature_editor_open(s, "squares", 0, &e, &err));
    return e;
}

static enum err_code no_problem(void *state, const struct check_problem *p, struct err *err)
{
    (void)state;
    return err_set(err, BAD_DATA, "%s", p->words);
}

static enum err_code good_chunk(void *state, const struct chunk *c, const int64_t **out_fids,
                                size_t *out_n, struct err *err)
{
    int64_t *fid = state;
    (void)err;
    memcpy(fid, c->content.at, sizeof *fid);
    *out_fids = fid;
    *out_n = 1;
    return OK;
}

/* The store is whole, and the squares have so many features in this box. */
static void check_squares(struct store *s, int n, double min_x, double max_x)
{
    struct err err = {0};
    int64_t fid = 0;
    const struct checker checker = {&fid, no_problem, good_chunk};
    assert_ok(store_check(s, &checker, &err));
    struct catalog *c = kit_catalog(s);
    const struct layer *l = kit_layer(c, "squares");
    const struct feature_query all = {.layer = l};
    const struct feature_query box = {.layer = l, .boxes = {l->bbox}, .n_boxes = 1};
    assert_int_equal(l->n_features, n);
    assert_int_equal(kit_count(s, &all), n);
    assert_int_equal(kit_count(s, &box), n);
    assert_true(l->bbox.min_x == min_x && l->bbox.max_x == max_x);
    catalog_unref(c);
}

static size_t read_changes(struct store *s, struct arena *a, struct changed_area **out)
{
    struct err err = {0};
    size_t n = 0;
    struct catalog *c = kit_catalog(s);
    assert_ok(store_read_changes(s, kit_layer(c, "squares"), a, out, &n, &err));
    catalog_unref(c);
    return n;
}

/* --- tests --- */

static void features_are_changed_by_their_ids_and_the_rest_follows(void **state)
{
    struct err err = {0};
    struct boxes b;
    struct deriver d = deriver_of(&b);
    struct square sq;
    struct store *s = open_squares(*state);
    check_squares(s, N_SQUARES, KIT_X(0), KIT_X(N_SQUARES - 1) + 10);
    struct feature_editor *e = open_editor(s);
    const double far_west = KIT_X(-50);
    assert_ok(feature_editor_put(e, square(&sq, "new", far_west, "2031-01-01"), EDIT_INSERT, &err));
    assert_int_equal(sq.f.fid, N_SQUARES + 1);
    assert_ok(feature_editor_put(e, square(&sq, "000007", KIT_X(7) + 5, "2019-01-01"), EDIT_UPDATE,
                                 &err));
    assert_int_equal(sq.f.fid, N_SQUARES + 2);
    assert_ok(feature_editor_delete(e, span_of("000199"), &err));
    assert_int_equal(feature_editor_n_features(e), N_SQUARES);
    assert_ok(feature_editor_commit(e, &d, NULL, &err));
    check_squares(s, N_SQUARES, far_west, KIT_X(N_SQUARES - 2) + 10);
    struct catalog *c = kit_catalog(s);
    const struct feature_query moved = {.layer = kit_layer(c, "squares"), .id = "000007"};
    const struct feature_query gone = {.layer = kit_layer(c, "squares"), .id = "000199"};
    assert_int_equal(kit_count(s, &moved), 1);
    assert_int_equal(kit_count(s, &gone), 0);
    catalog_unref(c);
    /* And back: box and time shrink again. */
    e = open_editor(s);
    assert_ok(feature_editor_delete(e, span_of("new"), &err));
    assert_ok(feature_editor_delete(e, span_of("000007"), &err));
    assert_ok(feature_editor_commit(e, &d, NULL, &err));
    check_squares(s, N_SQUARES - 2, KIT_X(0), KIT_X(N_SQUARES - 2) + 10);
    c = kit_catalog(s);
    const struct layer *l = kit_layer(c, "squares");
    int64_t start = 0;
    enum when_kind kind;
    assert_ok(when_parse(span_of("2020-01-01"), &start, &kind, &err));
    assert_true(l->time_start_us == start &&
                l->time_end_us == start + 28 * INT64_C(86400000000) - 1);
    catalog_unref(c);
    store_close(s);
}

static void what_the_rule_forbids_is_refused_and_the_edit_goes_on(void **state)
{
    struct err err = {0};
    struct boxes b;
    struct deriver d = deriver_of(&b);
    struct square sq;
    struct feature_editor *e = NULL;
    struct store *s = open_squares(*state);
    assert_fails(feature_editor_open(s, "circles", 0, &e, &err), NOT_FOUND, "no layer 'circles'");
    assert_fails(feature_editor_open(s, "squares", 7, &e, &err), CONFLICT, "in the meantime");
    e = open_editor(s);
    struct feature_editor *other = NULL;
    assert_fails(feature_editor_open(s, "squares", 0, &other, &err), BUSY, "another layer");
    assert_fails(
        feature_editor_put(e, square(&sq, "000007", KIT_X(7), "2020-01-01"), EDIT_INSERT, &err),
        CONFLICT, "has a feature '000007' already");
    assert_fails(feature_editor_put(e, square(&sq, "7", KIT_X(7), "2020-01-01"), EDIT_UPDATE, &err),
                 NOT_FOUND, "no feature '7'");
    assert_fails(feature_editor_delete(e, span_of("7"), &err), NOT_FOUND, "no feature '7'");
    sq.f.n_values = 2;
    assert_fails(feature_editor_put(e, &sq.f, EDIT_PUT, &err), BAD_ARG, "2 values for 6 fields");
    square(&sq, "no polygon", KIT_X(7), "2020-01-01")->geom.type = GEOM_POINT;
    assert_fails(feature_editor_put(e, &sq.f, EDIT_PUT, &err), BAD_DATA, "");
    assert_ok(feature_editor_put(e, square(&sq, "7", KIT_X(300), "2020-01-01"), EDIT_PUT, &err));
    assert_ok(feature_editor_commit(e, &d, NULL, &err));
    check_squares(s, N_SQUARES + 1, KIT_X(0), KIT_X(300) + 10);
    store_close(s);
}

static void a_feature_that_is_the_same_is_left_alone(void **state)
{
    struct err err = {0};
    struct boxes b;
    struct deriver d = deriver_of(&b);
    struct square sq;
    struct changed_area *areas = NULL;
    struct arena a;
    struct store *s = open_squares(*state);
    arena_init(&a, 1 << 20);
    struct feature_editor *e = open_editor(s);
    assert_ok(feature_editor_put(e, square(&sq, "000007", KIT_X(7), "2020-01-08"), EDIT_PUT, &err));
    assert_int_equal(sq.f.fid, 8);
    sq.values[2] = value_int(1);
    assert_ok(feature_editor_put(e, &sq.f, EDIT_PUT, &err));
    assert_int_equal(sq.f.fid, N_SQUARES + 1);
    assert_ok(feature_editor_put(e, square(&sq, "000007", KIT_X(7), "2020-01-08"), EDIT_PUT, &err));
    assert_ok(feature_editor_commit(e, &d, NULL, &err));
    /* What came of it looks as before on every tile. */
    assert_int_equal(read_changes(s, &a, &areas), 0);
    arena_clear(&a);
    store_close(s);
}

static void exactly_the_old_and_the_new_place_have_changed(void **state)
{
    struct err err = {0};
    struct boxes b;
    struct deriver d = deriver_of(&b);
    struct square sq;
    struct changed_area *areas = NULL;
    struct arena a;
    struct store *s = open_squares(*state);
    const int64_t before = kit_revision(s, "squares");
    arena_init(&a, 1 << 20);
    struct feature_editor *e = open_editor(s);
    assert_ok(
        feature_editor_put(e, square(&sq, "000007", KIT_X(90) + 5, "2020-01-08"), EDIT_PUT, &err));
    assert_ok(feature_editor_commit(e, &d, NULL, &err));
    assert_int_equal(read_changes(s, &a, &areas), 2);
    const bool old_first = areas[0].box.min_x < areas[1].box.min_x;
    const struct changed_area *old = &areas[!old_first], *new = &areas[old_first];
    assert_true(old->box.min_x == 140 && old->box.max_x == 150 && old->min_zoom == 10);
    assert_true(new->box.min_x == 1805 && new->box.max_x == 1815 && new->max_zoom == ZOOM_MAX);
    assert_true(old->revision == kit_revision(s, "squares") && old->revision > before);
    struct catalog *c = kit_catalog(s);
    assert_true(kit_layer(c, "squares")->whole_revision == before);
    catalog_unref(c);
    /* A change of the whole layer leaves no areas. */
    kit_write_squares(s, "squares", 10, true);
    assert_int_equal(read_changes(s, &a, &areas), 0);
    arena_clear(&a);
    store_close(s);
}

static void each_feature_comes_once_to_who_derives_the_edit(void **state)
{
    struct err err = {0};
    struct boxes b = {.touched = {.box = {1, 2, 3, 4}, .min_zoom = 3, .max_zoom = 9}};
    struct deriver d = deriver_of(&b);
    d.edit = edit;
    struct square sq;
    struct store *s = open_squares(*state);
    struct feature_editor *e = open_editor(s);
    for (int i = 0; i < 3; i++)
        assert_ok(feature_editor_put(e, square(&sq, "000007", KIT_X(7) + i, "2020-01-09"), EDIT_PUT,
                                     &err));
    assert_ok(feature_editor_put(e, square(&sq, "new", KIT_X(5), "2020-01-09"), EDIT_PUT, &err));
    assert_ok(feature_editor_put(e, square(&sq, "other", KIT_X(6), "2020-01-09"), EDIT_PUT, &err));
    assert_ok(feature_editor_delete(e, span_of("000010"), &err));
    assert_ok(feature_editor_delete(e, span_of("other"), &err));
    assert_ok(feature_editor_commit(e, &d, NULL, &err));
    assert_int_equal(b.n_changes, 4);
    assert_true(b.changes[0].old_fid == 8 && b.changes[0].new_fid == N_SQUARES + 3);
    assert_true(b.changes[0].old_box.min_x == KIT_X(7) &&
                b.changes[0].new_box.min_x == KIT_X(7) + 2);
    assert_true(b.changes[1].old_fid == 0 && b.changes[1].new_fid == N_SQUARES + 4);
    assert_true(b.changes[2].old_fid == 0 && b.changes[2].new_fid == 0);
    assert_true(b.changes[3].old_fid == 11 && b.changes[3].new_fid == 0);
    struct catalog *c = kit_catalog(s);
    assert_int_equal(kit_layer(c, "squares")->min_zoom, 3);
    catalog_unref(c);
    store_close(s);
}

static bool is_in(const struct changed_area *a, const struct grid_box *box, uint8_t zoom)
{
    return grid_box_meets(&a->box, box) && a->min_zoom <= zoom && a->max_zoom >= zoom;
}

static void the_log_of_changes_is_bounded(void **state)
{
    struct err err = {0};
    struct boxes b = {0};
    struct deriver d = deriver_of(&b);
    d.edit = edit;
    struct square sq;
    struct changed_area *areas = NULL;
    struct arena a;
    struct store *s = open_squares(*state);
    arena_init(&a, 1 << 24);
    int64_t first = 0, last = 0;
    for (int round = 0; round < 6; round++) {
        struct feature_editor *e = open_editor(s);
        assert_ok(feature_editor_put(e, square(&sq, "000007", KIT_X(7) + round, "2020-01-09"),
                                     EDIT_PUT, &err));
        for (uint32_t i = 0; i < 3000; i++) {
            const struct changed_area area = {
                .box = {i << 18, i << 16, (i << 18) + 9, (i << 16) + 9}, .max_zoom = 20};
            assert_ok(feature_editor_touch(e, &area, &err));
        }
        assert_ok(feature_editor_commit(e, &d, NULL, &err));
        last = kit_revision(s, "squares");
        first = first ? first : last;
    }
    const size_t n = read_changes(s, &a, &areas);
    assert_true(n > CHANGES_PER_EDIT_MAX / 2 && n <= CHANGES_PER_LAYER_MAX);
    assert_true(areas[0].revision == last && areas[n - 1].revision > first);
    struct catalog *c = kit_catalog(s);
    const struct layer *l = kit_layer(c, "squares");
    assert_true(l->whole_revision >= first && l->whole_revision < areas[n - 1].revision);
    catalog_unref(c);
    /* Joined or not, every place that was touched is in one of them. */
    for (uint32_t i = 0; i < 3000; i++) {
        const struct grid_box box = {(i << 18) + 3, (i << 16) + 3, (i << 18) + 3, (i << 16) + 3};
        size_t at = 0;
        while (at < n && !(areas[at].revision == last && is_in(&areas[at], &box, 20)))
            at++;
        assert_true(at < n);
    }
    arena_clear(&a);
    store_close(s);
}

static void an_edit_that_does_not_come_to_its_end_has_not_been(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    struct square sq;
    struct store *s = open_squares(k);
    const int64_t before = kit_revision(s, "squares");
    struct feature_editor *e = open_editor(s);
    assert_ok(feature_editor_delete(e, span_of("000000"), &err));
    assert_ok(feature_editor_put(e, square(&sq, "new", KIT_X(-9), "2020-01-09"), EDIT_PUT, &err));
    feature_editor_abort(e);
    feature_editor_abort(NULL);
    check_squares(s, N_SQUARES, KIT_X(0), KIT_X(N_SQUARES - 1) + 10);
    assert_true(kit_revision(s, "squares") == before);
    store_close(s);
}

static void features_without_geometry_come_and_go(void **state)
{
    struct err err = {0};
    struct boxes b;
    struct deriver d = deriver_of(&b);
    struct square sq;
    struct store *s = open_squares(*state);
    struct feature_editor *e = open_editor(s);
    square(&sq, "nowhere", 0, "2020-01-09")->geom = (struct geom){0};
    assert_ok(feature_editor_put(e, &sq.f, EDIT_PUT, &err));
    assert_ok(feature_editor_commit(e, &d, NULL, &err));
    check_squares(s, N_SQUARES + 1, KIT_X(0), KIT_X(N_SQUARES - 1) + 10);
    e = open_editor(s);
    assert_ok(feature_editor_delete(e, span_of("nowhere"), &err));
    char id[16];
    for (int i = 0; i < N_SQUARES; i++) {
        snprintf(id, sizeof id, "%06d", i);
        assert_ok(feature_editor_delete(e, span_of(id), &err));
    }
    assert_ok(feature_editor_commit(e, &d, NULL, &err));
    struct catalog *c = kit_catalog(s);
    assert_true(bbox_is_empty(&kit_layer(c, "squares")->bbox));
    assert_int_equal(kit_layer(c, "squares")->n_features, 0);
    catalog_unref(c);
    store_close(s);
}

static void spatialite_finds_what_was_edited(void **state)
{
    const struct kit *k = *state;
    struct err err = {0};
    struct boxes b;
    struct deriver d = deriver_of(&b);
    struct square sq;
    char out[256];
    struct store *s = open_squares(k);
    struct feature_editor *e = open_editor(s);
    assert_ok(feature_editor_put(e, square(&sq, "new", KIT_X(0) + 0.123456789, "2020-01-09"),
                                 EDIT_PUT, &err));
    assert_ok(feature_editor_commit(e, &d, NULL, &err));
    store_close(s);
    if (!kit_run(k,
                 "spatialite -silent STORE \"SELECT CheckSpatialIndex('squares', 'geom');"
                 " SELECT row_count FROM geometry_columns_statistics;"
                 " UPDATE squares SET geom=NULL WHERE id='new';"
                 " SELECT CheckSpatialIndex('squares', 'geom')\"",
                 out, sizeof out))
        skip();
    assert_string_equal(out, "1\n201\n1\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_set_up, kit_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(features_are_changed_by_their_ids_and_the_rest_follows),
        TEST(what_the_rule_forbids_is_refused_and_the_edit_goes_on),
        TEST(a_feature_that_is_the_same_is_left_alone),
        TEST(exactly_the_old_and_the_new_place_have_changed),
        TEST(each_feature_comes_once_to_who_derives_the_edit),
        TEST(the_log_of_changes_is_bounded),
        TEST(an_edit_that_does_not_come_to_its_end_has_not_been),
        TEST(features_without_geometry_come_and_go),
        TEST(spatialite_finds_what_was_edited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

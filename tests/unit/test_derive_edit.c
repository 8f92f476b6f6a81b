/* What an edit makes of the drawables is what a derivation of the whole layer makes of them. */
#include "tests/golden/small_store.h"
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "store/check.h"
#include "store/feature_editor.h"
#include "tiler/chunk_read.h"
#include "tiler/drawable_hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY_BYTES (1 << 20)
#define SIDE         40   /* parcels in a row, and rows */
#define N_PARCELS    1300 /* the rest are streets, or built on later */
#define STEP_DEG     0.0006

/* --- a town of parcels --------------------------------------------------------------------- */

struct town {
    struct small_store s;
    uint32_t dice;
    int place[SIDE * SIDE]; /* where the parcel of each number belongs; streets come last */
    int n_places;
};

static uint32_t roll(struct town *t, uint32_t n)
{
    t->dice = t->dice * 1664525 + 1013904223;
    return (t->dice >> 8) % n;
}

/* A corner of the parcels' mesh, which is shaken, the same for all who share it. */
static void corner(int column, int row, double *x, double *y)
{
    const uint32_t h = (uint32_t)(column * 7919 + row * 104729) * 2654435761U;
    *x = 2.3 + (column + (double)(h >> 24) / 600) * STEP_DEG;
    *y = 48.8 + (row + (double)(h >> 16 & 0xff) / 600) * STEP_DEG;
}

static void build_parcel(struct geom_builder *b, int column, int row, struct geom *out)
{
    static const int corners[][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}};
    struct err err = {0};
    geom_build_start(b, GEOM_POLYGON);
    geom_build_part(b, GEOM_KIND_POLYGON);
    geom_build_ring(b);
    for (int i = 0; i < 5; i++) {
        double x = 0, y = 0;
        corner(column + corners[i][0], row + corners[i][1], &x, &y);
        geom_build_vertex(b, x, y);
    }
    assert_ok(geom_build_end(b, out, &err));
}

static int setup(void **state)
{
    struct err err = {0};
    struct town *t = calloc(1, sizeof *t);
    assert_non_null(t);
    *state = t;
    t->dice = 1793;
    assert_ok(small_store_open(&t->s, &err));
    t->s.geom_type = GEOM_POLYGON;
    assert_ok(small_store_layer(&t->s, "town", 4326, MEMORY_BYTES, &err));
    for (int street = 0; street < 2; street++)
        for (int i = 0; i < SIDE * SIDE; i++)
            if ((i % SIDE % 9 == 8 || i / SIDE % 11 == 10) == street)
                t->place[t->n_places++] = i;
    for (int i = 0; i < N_PARCELS; i++) {
        struct geom g;
        build_parcel(&t->s.builder, t->place[i] % SIDE, t->place[i] / SIDE, &g);
        assert_ok(small_store_put(&t->s, &g, "parcel", &err));
    }
    assert_ok(small_store_commit(&t->s, &err));
    return 0;
}

static int teardown(void **state)
{
    struct town *t = *state;
    small_store_close(&t->s);
    free(t);
    return 0;
}

/* --- its drawables ------------------------------------------------------------------------- */

struct trace {
    uint64_t hash;
    struct grid_box box;
    int64_t fid;
    uint8_t role, min_zoom, pad[6];
};

struct traces {
    struct trace *at;
    size_t n, room;
};

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct trace));
}

static void trace_chunk(struct traces *t, struct chunk_reader *r, const struct chunk *c)
{
    struct err err = {0};
    bool more = true;
    assert_ok(chunk_reader_start(r, c, &err));
    for (;;) {
        struct drawable d;
        assert_ok(chunk_reader_next(r, &d, &more, &err));
        if (!more)
            break;
        assert_ok(mem_grow((void **)&t->at, &t->room, t->n + 1, sizeof *t->at, &err));
        struct trace *trace = &t->at[t->n++];
        memset(trace, 0, sizeof *trace);
        trace->box = d.box;
        trace->fid = d.fid;
        trace->role = (uint8_t)r->role;
        trace->min_zoom = c->min_zoom;
        assert_ok(drawable_hash(r, &d, &trace->hash, &err));
    }
}

/* All that are in the store, those for edits too. */
static struct traces trace_all(struct town *town)
{
    struct err err = {0};
    struct traces t = {0};
    struct chunk_reader reader = {0};
    struct catalog *c = NULL;
    assert_ok(store_read_catalog(town->s.store, &c, &err));
    const struct layer *l = catalog_find(c, span_of("town"));
    for (int zoom = 0; zoom <= CHUNK_ZOOM_MAX; zoom++) {
        struct chunk_cursor *cursor = NULL;
        struct chunk chunk;
        bool more = true;
        const struct chunk_query q = {
            .layer = l, .box = {0, 0, UINT32_MAX, UINT32_MAX}, .zoom = (uint8_t)zoom};
        if (zoom >= 17 && zoom < ZOOM_MAX)
            continue;
        assert_ok(store_query_chunks(town->s.store, &q, &cursor, &err));
        for (;;) {
            assert_ok(chunk_cursor_next(cursor, &chunk, &more, &err));
            if (!more)
                break;
            trace_chunk(&t, &reader, &chunk);
        }
        chunk_cursor_close(cursor);
    }
    chunk_reader_clear(&reader);
    catalog_unref(c);
    assert_true(t.n > 0);
    qsort(t.at, t.n, sizeof *t.at, compare);
    return t;
}

static struct deriver *new_deriver(const struct town *t, const atomic_bool *cancel)
{
    struct err err = {0};
    struct deriver *d = NULL;
    const struct derive_options options = {
        .temp_folder = t->s.folder, .memory_bytes = MEMORY_BYTES, .cancel = cancel};
    assert_ok(deriver_new(&options, &d, &err));
    return d;
}

static void check_as_derived_whole(struct town *t)
{
    struct err err = {0};
    struct traces edited = trace_all(t);
    struct deriver *d = new_deriver(t, NULL);
    assert_ok(store_repair_begin(t->s.store, &err));
    assert_ok(store_repair_layer(t->s.store, "town", d, &err));
    deriver_free(d);
    assert_ok(store_repair_end(t->s.store, true, &err));
    struct traces whole = trace_all(t);
    /* Both are in order: what one has and the other has not is told. */
    size_t n_different = 0;
    for (size_t i = 0, k = 0; i < edited.n || k < whole.n;) {
        const int order = i == edited.n  ? 1
                          : k == whole.n ? -1
                                         : compare(&edited.at[i], &whole.at[k]);
        const struct trace *one = order <= 0 ? &edited.at[i] : &whole.at[k];
        if (order)
            print_error("%s: role %u, zoom %u, fid %lld, box %u %u %u %u\n",
                        order < 0 ? "edited only" : "whole only", one->role, one->min_zoom,
                        (long long)one->fid, one->box.min_x, one->box.min_y, one->box.max_x,
                        one->box.max_y);
        n_different += order != 0;
        i += order <= 0;
        k += order >= 0;
    }
    assert_int_equal(n_different, 0);
    mem_free(edited.at);
    mem_free(whole.at);
}

/* --- edits --------------------------------------------------------------------------------- */

/* A parcel goes, comes, changes its name, or is moved away from its neighbours. */
static void one_edit(struct town *t, struct feature_editor *e)
{
    struct err err = {0};
    char id[24];
    const int number = (int)roll(t, (uint32_t)t->n_places);
    snprintf(id, sizeof id, "%d", number + 1);
    const struct value name = value_text(span_of(roll(t, 3) ? "parcel" : "garden"));
    struct feature f = {.id = span_of(id), .values = &name, .n_values = 1};
    if (roll(t, 3) == 0) {
        const enum err_code rc = feature_editor_delete(e, f.id, &err);
        assert_true(rc == OK || rc == NOT_FOUND);
        return;
    }
    const int away = roll(t, 4) == 0 ? 3 * SIDE : 0;
    build_parcel(&t->s.builder, t->place[number] % SIDE + away, t->place[number] / SIDE, &f.geom);
    assert_ok(feature_editor_put(e, &f, EDIT_PUT, &err));
}

static void edit(struct town *t, int n_edits)
{
    struct err err = {0};
    struct feature_editor *e = NULL;
    assert_ok(feature_editor_open(t->s.store, "town", 0, &e, &err));
    for (int i = 0; i < n_edits; i++)
        one_edit(t, e);
    struct deriver *d = new_deriver(t, NULL);
    assert_ok(feature_editor_commit(e, d, NULL, &err));
    deriver_free(d);
}

static void drawables_after_an_edit_are_those_of_the_whole_layer(void **state)
{
    for (int i = 0; i < 25; i++) {
        edit(*state, 1);
        check_as_derived_whole(*state);
    }
}

static void after_many_edits_too(void **state)
{
    for (int i = 0; i < 8; i++) {
        edit(*state, 1 + i * i);
        if (i % 2)
            check_as_derived_whole(*state);
    }
}

static void an_edit_can_be_canceled_and_has_not_been(void **state)
{
    struct town *t = *state;
    struct err err = {0};
    struct feature_editor *e = NULL;
    const atomic_bool cancel = true;
    struct traces before = trace_all(t);
    assert_ok(feature_editor_open(t->s.store, "town", 0, &e, &err));
    for (int i = 0; i < 20; i++)
        one_edit(t, e);
    struct deriver *d = new_deriver(t, &cancel);
    assert_fails(feature_editor_commit(e, d, NULL, &err), CANCELED, "canceled");
    deriver_free(d);
    struct traces after = trace_all(t);
    assert_int_equal(before.n, after.n);
    for (size_t i = 0; i < before.n; i++)
        assert_int_equal(compare(&before.at[i], &after.at[i]), 0);
    mem_free(before.at);
    mem_free(after.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(drawables_after_an_edit_are_those_of_the_whole_layer, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(after_many_edits_too, setup, teardown),
        cmocka_unit_test_setup_teardown(an_edit_can_be_canceled_and_has_not_been, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

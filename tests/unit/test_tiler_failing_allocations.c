/*
 * Every use of the heap fails in turn while features become drawables and drawables a tile: malloc,
 * calloc and realloc are wrapped at link time (failing_malloc.h). The answer is NO_MEMORY, and
 * nothing leaks.
 */
#include "tests/golden/kept_sketch.h"
#include "tests/golden/sketch.h"
#include "tests/golden/small_store.h"
#include "tests/unit/failing_malloc.h"
#include "tests/unit/unit.h"
#include "tiler/kept_zoom.h"

#include <string.h>

static const struct tile_address AT = {14, 8299, 5635};

/* Clipped, repaired, with a hole, and a line of several pieces. */
static const struct {
    enum geom_kind kind;
    const char *text;
} SHAPES[] = {
    {GEOM_KIND_POLYGON, "3000 1000, 5000 1000, 5000 3000, 3000 3000, 3000 2600, 4500 2600, 4500 "
                        "2200, 3000 2200, 3000 1800, 4500 1800, 4500 1400, 3000 1400"},
    {GEOM_KIND_POLYGON, "100 100, 100 900, 900 900, 900 100; 300 300, 500 300, 500 500, 300 500"},
    {GEOM_KIND_LINE, "4000 1000, 4300 1000, 4300 2000, 4000 2000"},
    {GEOM_KIND_POINT, "7 8 | 9 10"},
};

static enum err_code paint(void *unused, struct err *err)
{
    (void)unused;
    static const struct field FIELDS[] = {{.name = "name", .column = "name", .type = FIELD_TEXT}};
    const struct layer layer = {.name = "town", .fields = FIELDS, .n_fields = 1, .max_zoom = 14};
    const struct value name = value_text(span_of("rue de la Lune"));
    struct sketch sketch;
    struct painter *p = NULL;
    struct buf tile;
    struct tile_layer_report report;
    buf_init(&tile, 1 << 20);
    sketch_init(&sketch);
    enum err_code rc = painter_new(&p, err);
    const struct tile_frame frame = tile_frame(AT, TILE_EXTENT_TU, TILE_BUFFER_TU);
    if (!rc)
        rc = painter_start(p, &layer, &frame, AT.z, err);
    for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0] && !rc; i++) {
        struct chunk d;
        rc = sketch_draw(&sketch, AT, SHAPES[i].kind, SHAPES[i].text, "1", &name, 1, &d, err);
        if (!rc)
            rc = painter_add(p, &d, err);
    }
    if (!rc)
        rc = painter_end(p, &tile, &report, err);
    painter_free(p);
    sketch_clear(&sketch);
    buf_clear(&tile);
    return rc;
}

static enum err_code derive(void *unused, struct err *err)
{
    (void)unused;
    const struct derive_options options = {.temp_folder = "/tmp", .memory_bytes = 1 << 16};
    const struct layer_spec spec = {.name = "town", .epsg = 2154};
    struct deriver *d = NULL;
    double xy[] = {652000, 6862000, 652000, 6863000, 653000, 6863000, 652000, 6862000};
    uint32_t ring_end = 4, part_end = 1;
    uint8_t kind = GEOM_KIND_POLYGON;
    const struct feature f = {.fid = 1,
                              .id = span_of("1"),
                              .geom = {.type = GEOM_POLYGON,
                                       .n_parts = 1,
                                       .n_rings = 1,
                                       .n_vertices = 4,
                                       .xy = xy,
                                       .ring_end = &ring_end,
                                       .part_end = &part_end,
                                       .part_kind = &kind}};
    enum err_code rc = deriver_new(&options, &d, err);
    if (!rc)
        rc = d->begin(d->state, &spec, err);
    for (int i = 0; i < 3 && !rc; i++)
        rc = d->feature(d->state, &f, err);
    deriver_free(d);
    return rc;
}

static enum err_code render(void *store, struct err *err)
{
    struct small_store *s = store;
    struct layer layer = *small_store_find(s, "boxes");
    const struct layer *lent = &layer;
    const struct tile_request r = {{0, 0, 0}, &lent, 1, TILE_BUFFER_TU, TILE_EXTENT_TU, NULL};
    struct tile_report report;
    struct tiler *t = NULL;
    struct buf tile;
    buf_init(&tile, 1 << 20);
    layer.tile_limit_features = 5;
    enum err_code rc = tiler_new(&t, err);
    if (!rc)
        rc = tiler_render(t, s->store, &r, &tile, &report, err);
    tiler_free(t);
    buf_clear(&tile);
    return rc;
}

static enum err_code zoom_kept(void *store, struct err *err)
{
    struct small_store *s = store;
    const struct layer *layer = small_store_find(s, "kept");
    struct kept_zoomer *k = NULL;
    struct buf tile;
    buf_init(&tile, 1 << 20);
    enum err_code rc = kept_zoomer_new(&k, err);
    if (!rc)
        rc = kept_zoom_render(k, s->store, layer, (struct tile_address){3, 2, 2}, &tile, NULL, err);
    if (!rc)
        rc = kept_zoom_render(k, s->store, layer, (struct tile_address){1, 0, 0}, &tile, NULL, err);
    kept_zoomer_free(k);
    buf_clear(&tile);
    return rc;
}

/* Lets each allocation of the work fail, until it needs no more of them than it gets. */
static void check_work(enum err_code (*work)(void *, struct err *), void *with)
{
    size_t n = 0;
    for (bool done = false; !done; n++) {
        struct err err = {0};
        n_allowed = n;
        const enum err_code rc = work(with, &err);
        done = n_allowed > 0;
        n_allowed = SIZE_MAX;
        if (rc != OK && rc != NO_MEMORY)
            fail_msg("allocation %zu: %s: %s", n, err_name(rc), err.text);
        assert_int_equal(rc, err.code);
        assert_true(n < 10000);
        if (done)
            assert_int_equal(rc, OK);
    }
    assert_true(n > 5);
}

static void painting_says_when_there_is_no_memory(void **state)
{
    (void)state;
    check_work(paint, NULL);
}

static void deriving_says_when_there_is_no_memory(void **state)
{
    (void)state;
    check_work(derive, NULL);
}

static void rendering_says_when_there_is_no_memory(void **state)
{
    (void)state;
    struct err err = {0};
    struct small_store s;
    assert_ok(small_store_open(&s, &err));
    assert_ok(small_store_layer(&s, "boxes", 4326, 1 << 20, &err));
    for (int i = 0; i < 20; i++)
        assert_ok(small_store_put_box(&s, 2 * i, 0, 2 * i + 2, 30, &err));
    assert_ok(small_store_commit(&s, &err));
    check_work(render, &s);
    small_store_close(&s);
}

static void zooming_kept_tiles_says_when_there_is_no_memory(void **state)
{
    (void)state;
    static const struct kept_feature features[] = {
        {"areas", GEOM_KIND_POLYGON, 5, "a",
         "1000 1000, 4160 1000, 4160 3000, 1000 3000, 1000 2600, 2500 2600, 2500 2200, 1000 2200"},
        {"ways", GEOM_KIND_LINE, 6, "b", "100 100, 4160 100"},
        {"places", GEOM_KIND_POINT, 0, "c", "100 100"},
        {NULL, GEOM_KIND_POINT, 0, NULL, NULL}};
    static const struct kept_sketch tiles[] = {
        {{2, 1, 1}, features, NULL}, {{2, 0, 1}, features, NULL}, {{0, 0, 0}, NULL, NULL}};
    struct err err = {0};
    struct small_store s;
    assert_ok(small_store_open(&s, &err));
    assert_ok(kept_sketch_keep(s.store, "kept", 4096, tiles, &err));
    assert_ok(small_store_layer(&s, "boxes", 4326, 1 << 20, &err));
    assert_ok(small_store_commit(&s, &err));
    check_work(zoom_kept, &s);
    small_store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(painting_says_when_there_is_no_memory),
        cmocka_unit_test(deriving_says_when_there_is_no_memory),
        cmocka_unit_test(rendering_says_when_there_is_no_memory),
        cmocka_unit_test(zooming_kept_tiles_says_when_there_is_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

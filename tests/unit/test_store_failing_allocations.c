/*
 * Every use of the heap in store/ itself fails in turn (SQLite and SpatiaLite have theirs): malloc,
 * calloc and realloc are wrapped at link time (failing_malloc.h). The answer is NO_MEMORY, and the
 * store is as it was.
 */
#include "tests/unit/failing_malloc.h"
#include "tests/unit/store_kit.h"

static enum err_code write_layer(const struct kit *k, struct err *err)
{
    struct store *s = NULL;
    struct field fields[] = KIT_FIELDS;
    struct layer_spec spec = kit_spec("a", fields);
    const struct layer_drawing drawing = {.group_field = 1, .label_field = -1};
    spec.may_replace = true;
    spec.drawing = &drawing;
    enum err_code rc = store_open(k->path, STORE_WRITE, &s, err);
    if (!rc)
        rc = kit_write(s, &spec, 60, err);
    store_close(s);
    return rc;
}

static enum err_code read_features(struct store *s, const struct feature_query *q, struct arena *a,
                                   struct err *err)
{
    struct feature_cursor *c = NULL;
    struct feature f;
    bool more = true;
    enum err_code rc = store_query_features(s, q, &c, err);
    while (!rc && more)
        rc = feature_cursor_next(c, a, &f, &more, err);
    feature_cursor_close(c);
    return rc;
}

static enum err_code read_drawables(struct store *s, const struct layer *l, struct err *err)
{
    const struct chunk_query q = {.layer = l, .box = {0, 0, UINT32_MAX, UINT32_MAX}, .zoom = 20};
    struct chunk_cursor *c = NULL;
    struct chunk d;
    bool more = true;
    enum err_code rc = store_query_chunks(s, &q, &c, err);
    while (!rc && more)
        rc = chunk_cursor_next(c, &d, &more, err);
    chunk_cursor_close(c);
    return rc;
}

static enum err_code read_layer(const struct kit *k, struct err *err)
{
    struct store *s = NULL;
    struct catalog *c = NULL;
    struct arena a;
    struct import_record *imports = NULL;
    size_t n_imports = 0;
    arena_init(&a, 1 << 20);
    enum err_code rc = store_open(k->path, STORE_READ, &s, err);
    if (!rc)
        rc = store_read_catalog(s, &c, err);
    if (!rc) {
        const struct layer *l = catalog_find(c, span_of("a"));
        struct feature_query q = {.layer = l, .n_boxes = 1};
        q.boxes[0] = (struct bbox){KIT_X(3), KIT_Y, KIT_X(9), KIT_Y};
        rc = read_features(s, &q, &a, err);
        q.id = "000007";
        if (!rc)
            rc = read_features(s, &q, &a, err);
        if (!rc)
            rc = read_drawables(s, l, err);
        if (!rc)
            rc = store_read_imports(s, "a", &a, &imports, &n_imports, err);
    }
    catalog_unref(c);
    arena_clear(&a);
    store_close(s);
    return rc;
}

/* Lets each allocation of the work fail, until it needs no more of them than it gets. */
static void check_work(const struct kit *k, enum err_code (*work)(const struct kit *, struct err *))
{
    size_t n = 0;
    for (bool done = false; !done; n++) {
        struct err err = {0};
        n_allowed = n;
        const enum err_code rc = work(k, &err);
        done = n_allowed > 0;
        n_allowed = SIZE_MAX;
        if (!done && rc != OK && (rc != NO_MEMORY || err.code != NO_MEMORY))
            fail_msg("allocation %zu: %s '%s'", n, err_name(rc), err.text);
        if (done)
            assert_int_equal(rc, OK);
        assert_ok(read_layer(k, &err));
        assert_true(n < 1000);
    }
    assert_true(n > 3);
}

static void every_allocation_of_a_writer_may_fail(void **state)
{
    struct err err = {0};
    store_close(kit_open(*state, STORE_CREATE));
    assert_ok(write_layer(*state, &err));
    check_work(*state, write_layer);
}

static void every_allocation_of_a_reader_may_fail(void **state)
{
    struct err err = {0};
    store_close(kit_open(*state, STORE_CREATE));
    assert_ok(write_layer(*state, &err));
    check_work(*state, read_layer);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_KIT(every_allocation_of_a_writer_may_fail),
        WITH_KIT(every_allocation_of_a_reader_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

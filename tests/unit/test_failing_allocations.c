/*
 * Every use of the heap in floor 0 fails in turn: malloc, calloc and realloc are wrapped at link
 * time (failing_malloc.h), and so is C++'s `new`. Whatever happens, the answer is NO_MEMORY or a
 * success that needed no memory, and nothing stays behind.
 */
#include "base/arena.h"
#include "base/blob.h"
#include "base/buf.h"
#include "base/crs.h"
#include "base/geom.h"
#include "base/geos.h"
#include "base/gzip.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "base/ring_check.h"
#include "base/sha256.h"
#include "base/source.h"
#include "base/spool.h"
#include "tests/unit/failing_malloc.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* C++'s own, by the linker's names. */
void *__real__ZnwmRKSt9nothrow_t(size_t n_bytes, const void *nothrow);
void *__real__ZnamRKSt9nothrow_t(size_t n_bytes, const void *nothrow);
void *__wrap__ZnwmRKSt9nothrow_t(size_t n_bytes, const void *nothrow);
void *__wrap__ZnamRKSt9nothrow_t(size_t n_bytes, const void *nothrow);

void *__wrap__ZnwmRKSt9nothrow_t(size_t n_bytes, const void *nothrow)
{
    return may_allocate() ? __real__ZnwmRKSt9nothrow_t(n_bytes, nothrow) : NULL;
}

void *__wrap__ZnamRKSt9nothrow_t(size_t n_bytes, const void *nothrow)
{
    return may_allocate() ? __real__ZnamRKSt9nothrow_t(n_bytes, nothrow) : NULL;
}

/* Let the first, the second, ... allocation fail, until the work needs no more than are allowed. */
static void assert_survives(enum err_code (*work)(struct err *))
{
    for (size_t n = 0; n < 10000; n++) {
        struct err err = {0};
        const int64_t n_live_before = n_live;
        n_allowed = n;
        const enum err_code rc = work(&err);
        const bool failed = n_allowed == 0;
        n_allowed = SIZE_MAX;
        if (n_live != n_live_before)
            fail_msg("%d allocations stay behind the failure of number %zu",
                     (int)(n_live - n_live_before), n);
        if (rc != OK && (rc != NO_MEMORY || err.code != NO_MEMORY))
            fail_msg("failure of number %zu: %s (%s) %s", n, err_name(rc), err_name(err.code),
                     err.text);
        if (!failed) {
            assert_int_equal(rc, OK);
            return;
        }
    }
    fail_msg("the work never ends");
}

static enum err_code use_arrays(struct err *err)
{
    double *items = NULL;
    size_t room = 0;
    enum err_code rc = OK;
    for (size_t n = 1; !rc && n < 1000; n *= 3)
        rc = mem_grow((void **)&items, &room, n, sizeof *items, err);
    mem_free(items);
    return rc;
}

static enum err_code use_arena(struct err *err)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    bool good = true;
    for (int i = 0; good && i < 100; i++)
        good = arena_new(&a, 100, 9, err) && arena_printf(&a, err, "%d", i) &&
               arena_strdup(&a, "text", err);
    arena_clear(&a);
    return good ? OK : err->code;
}

static enum err_code use_blobs(struct err *err)
{
    struct buf b;
    struct blob *copied = NULL, *taken = NULL, *fixed = NULL;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "%d", i);
    enum err_code rc = buf_status(&b, err);
    if (!rc)
        rc = blob_new(b.data, b.len_bytes, &copied, err);
    if (!rc)
        rc = blob_from_buf(&b, &taken, err);
    if (!rc)
        rc = blob_from_static("x", 1, &fixed, err);
    blob_unref(copied);
    blob_unref(taken);
    blob_unref(fixed);
    buf_clear(&b);
    return rc;
}

static void build_bow_tie(struct geom_builder *b)
{
    static const double XY[] = {0, 0, 2, 2, 2, 0, 0, 2, 0, 0};
    geom_build_start(b, GEOM_MULTIPOLYGON);
    for (int part = 0; part < 20; part++) {
        geom_build_part(b, GEOM_KIND_POLYGON);
        geom_build_ring(b);
        for (int i = 0; i < 5; i++)
            geom_build_vertex(b, XY[2 * i] + 10 * part, XY[2 * i + 1]);
        geom_build_ring(b);
        for (int i = 0; i < 5; i++)
            geom_build_vertex(b, XY[2 * i] / 99 + 10 * part + 1.5, XY[2 * i + 1] / 99 + 1);
    }
}

static enum err_code use_geometry(struct err *err)
{
    struct geom_builder builder;
    struct geom g, copy;
    struct arena a;
    struct buf packed;
    struct geos *geos = NULL;
    geom_builder_init(&builder, 1000);
    arena_init(&a, 1 << 20);
    buf_init(&packed, 1 << 20);
    build_bow_tie(&builder);
    enum err_code rc = geom_build_end(&builder, &g, err);
    if (!rc) {
        geom_pack(&packed, &g);
        rc = buf_status(&packed, err);
    }
    struct bytes r = {packed.data, packed.data + packed.len_bytes};
    if (!rc)
        rc = geom_unpack(&r, &a, &copy, err);
    if (!rc)
        rc = geos_new(&geos, err);
    bool valid = false;
    const char *reason = NULL;
    if (!rc)
        rc = geos_is_valid(geos, &copy, &a, &valid, &reason, err);
    if (!rc)
        rc = geos_make_valid(geos, &copy, &a, &g, err);
    if (!rc)
        rc = geos_intersects(geos, &g, &g, &valid, err);
    geos_free(geos);
    buf_clear(&packed);
    arena_clear(&a);
    geom_builder_clear(&builder);
    return rc;
}

static enum err_code use_ring_check(struct err *err)
{
    static const double XY[] = {0, 0, 2, 0, 2, 2, 0, 2, 0, 0};
    const uint32_t end = 5;
    struct ring_check *c = ring_check_new();
    const bool simple = c && ring_check_polygon(c, XY, &end, 1);
    ring_check_free(c);
    return simple ? OK : err_no_memory(err, 0);
}

static enum err_code use_json(struct err *err)
{
    struct json_reader *r = NULL;
    struct json_value root;
    struct buf b;
    buf_init(&b, 1 << 20);
    enum err_code rc = json_reader_new(1 << 20, 20, &r, err);
    if (!rc)
        rc = json_read(r, span_of("{\"a\":[1,2,123456789012345678901234567890]}"), &root, err);
    if (!rc) {
        json_put(&b, root);
        rc = buf_status(&b, err);
    }
    json_reader_free(r);
    buf_clear(&b);
    return rc;
}

static const char PATH[] = "test_failing_allocations.bin";

static enum err_code use_gzip_and_source(struct err *err)
{
    struct gzip *g = NULL;
    struct source *s = NULL;
    struct buf packed, plain;
    char hex[SOURCE_SHA256_BYTES], bytes[100];
    size_t n = 0;
    buf_init(&packed, 1 << 20);
    buf_init(&plain, 1 << 20);
    enum err_code rc = gzip_new(6, &g, err);
    if (!rc)
        rc = gzip_compress(g, span_of("text, text, text"), &packed, err);
    const struct span in = {(const char *)packed.data, packed.len_bytes};
    if (!rc)
        rc = gzip_decompress(g, in, 1000, &plain, err);
    FILE *f = rc ? NULL : fopen(PATH, "wb");
    if (f) {
        fwrite(in.at, 1, in.len_bytes, f);
        fclose(f);
    }
    if (!rc)
        rc = source_open(PATH, &s, err);
    if (!rc)
        rc = source_read(s, bytes, sizeof bytes, &n, err);
    if (!rc)
        rc = source_sha256(s, hex, err);
    source_close(s);
    gzip_free(g);
    buf_clear(&packed);
    buf_clear(&plain);
    unlink(PATH);
    return rc;
}

static enum err_code use_spool(struct err *err)
{
    struct spool *s = NULL;
    static const char body[1500];
    uint64_t key;
    struct span record;
    enum err_code rc = spool_new(".", 1 << 14, &s, err);
    for (uint64_t i = 0; !rc && i < 200; i++)
        rc = spool_put(s, i * 7919 % 200, (struct span){body, i * 7}, err);
    if (!rc)
        rc = spool_sort(s, err);
    for (bool more = true; !rc && more;)
        rc = spool_next(s, &key, &record, &more, err);
    spool_free(s);
    return rc;
}

static enum err_code use_crs(struct err *err)
{
    struct crs *c = NULL;
    double xy[] = {2, 48};
    int32_t epsg = 0;
    enum err_code rc = crs_new(&c, err);
    if (!rc)
        rc = crs_parse(c, "EPSG:2154", &epsg, err);
    if (!rc)
        rc = crs_transform(c, 4326, epsg, xy, 1, NULL, err);
    crs_free(c);
    return rc;
}

static enum err_code use_text(struct err *err)
{
    struct buf b;
    buf_init(&b, 1000);
    enum err_code rc = text_percent_decode(span_of("a%20b"), true, &b, err);
    char *copy = mem_strdup("text");
    mem_free(copy);
    buf_clear(&b);
    return rc || copy ? rc : err_no_memory(err, 5);
}

#define SURVIVES(work)                                                                             \
    static void work##_survives_each_failure(void **state)                                         \
    {                                                                                              \
        (void)state;                                                                               \
        assert_survives(work);                                                                     \
    }

SURVIVES(use_arrays)
SURVIVES(use_arena)
SURVIVES(use_blobs)
SURVIVES(use_geometry)
SURVIVES(use_ring_check)
SURVIVES(use_json)
SURVIVES(use_gzip_and_source)
SURVIVES(use_spool)
SURVIVES(use_crs)
SURVIVES(use_text)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(use_arrays_survives_each_failure),
        cmocka_unit_test(use_arena_survives_each_failure),
        cmocka_unit_test(use_blobs_survives_each_failure),
        cmocka_unit_test(use_geometry_survives_each_failure),
        cmocka_unit_test(use_ring_check_survives_each_failure),
        cmocka_unit_test(use_json_survives_each_failure),
        cmocka_unit_test(use_gzip_and_source_survives_each_failure),
        cmocka_unit_test(use_spool_survives_each_failure),
        cmocka_unit_test(use_crs_survives_each_failure),
        cmocka_unit_test(use_text_survives_each_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

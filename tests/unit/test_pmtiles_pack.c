/* Directories of PMTiles that are written, read back by the importer's reader. */
#include "exporters/pmtiles_pack.h"
#include "importers/pmtiles_directory.h"
#include "tests/unit/unit.h"

#define ROOT_MAX_BYTES 16257

static struct span span_of_buf(struct buf *b)
{
    return (struct span){buf_text(b), b->len_bytes};
}

static void check_same(const struct pmtiles_run *run, const struct pmtiles_entry *entry)
{
    assert_int_equal(run->first, entry->first);
    assert_int_equal(run->offset, entry->offset);
    assert_int_equal(run->n_bytes, entry->n_bytes);
    assert_int_equal(run->n_run, entry->n_run);
}

static void tiles_of_one_content_that_follow_one_another_are_one_run(void **state)
{
    (void)state;
    struct err err = {0};
    struct pmtiles_runs r = {0};
    assert_ok(pmtiles_runs_add(&r, 5, 0, 10, &err));
    assert_ok(pmtiles_runs_add(&r, 6, 0, 10, &err));
    assert_ok(pmtiles_runs_add(&r, 7, 10, 20, &err)); /* another content */
    assert_ok(pmtiles_runs_add(&r, 9, 10, 20, &err)); /* not right behind */
    assert_ok(pmtiles_runs_add(&r, 10, 0, 10, &err)); /* the first content again */
    assert_int_equal(r.n, 4);
    assert_int_equal(r.n_tiles, 5);
    assert_true(r.runs[0].first == 5 && r.runs[0].n_run == 2);
    assert_true(r.runs[3].first == 10 && r.runs[3].offset == 0 && r.runs[3].n_run == 1);
    pmtiles_runs_clear(&r);
}

static void a_directory_is_read_as_it_was_written(void **state)
{
    (void)state;
    static const struct pmtiles_run RUNS[] = {
        {0, 0, 300, 1}, {1, 300, 5, 3}, {90, 0, 300, 1}, {UINT64_C(1) << 40, 305, 1 << 20, 7}};
    struct err err = {0};
    struct pmtiles_directory d = {0};
    struct buf b;
    buf_init(&b, 1000);
    pmtiles_directory_put(&b, RUNS, 4);
    assert_ok(pmtiles_directory_read(&d, span_of_buf(&b), &err));
    assert_int_equal(d.n, 4);
    for (size_t i = 0; i < d.n; i++)
        check_same(&RUNS[i], &d.entries[i]);
    pmtiles_directory_clear(&d);
    buf_clear(&b);
}

/* Packed directories of n runs whose sizes follow no rule: as large as they can be. */
struct packed {
    struct pmtiles_runs runs;
    struct gzip *gzip;
    struct buf root, leaves, plain;
    struct pmtiles_directory directory, leaf;
};

static void pack(struct packed *p, size_t n, size_t root_max_bytes)
{
    struct err err = {0};
    uint64_t number = 0, offset = 0;
    uint32_t noise = 1;
    *p = (struct packed){0};
    buf_init(&p->root, SIZE_MAX);
    buf_init(&p->leaves, SIZE_MAX);
    buf_init(&p->plain, SIZE_MAX);
    assert_ok(gzip_new(9, &p->gzip, &err));
    for (size_t i = 0; i < n; i++) {
        noise = noise * 1664525 + 1013904223;
        number += 1 + (noise >> 28);
        assert_ok(pmtiles_runs_add(&p->runs, number, offset, 1 + (noise >> 14), &err));
        offset += 1 + (noise >> 14);
    }
    assert_ok(pmtiles_pack(&p->runs, p->gzip, root_max_bytes, &p->root, &p->leaves, &err));
    assert_true(p->root.len_bytes <= root_max_bytes);
}

static void packed_clear(struct packed *p)
{
    pmtiles_runs_clear(&p->runs);
    gzip_free(p->gzip);
    buf_clear(&p->root);
    buf_clear(&p->leaves);
    buf_clear(&p->plain);
    pmtiles_directory_clear(&p->directory);
    pmtiles_directory_clear(&p->leaf);
}

static void read(struct packed *p, struct span packed, struct pmtiles_directory *d)
{
    struct err err = {0};
    buf_reset(&p->plain);
    assert_ok(gzip_decompress(p->gzip, packed, SIZE_MAX, &p->plain, &err));
    assert_ok(pmtiles_directory_read(d, span_of_buf(&p->plain), &err));
}

static void few_tiles_need_no_leaves(void **state)
{
    (void)state;
    struct packed p;
    pack(&p, 500, ROOT_MAX_BYTES);
    assert_int_equal(p.leaves.len_bytes, 0);
    read(&p, span_of_buf(&p.root), &p.directory);
    assert_int_equal(p.directory.n, 500);
    for (size_t i = 0; i < 500; i++)
        check_same(&p.runs.runs[i], &p.directory.entries[i]);
    packed_clear(&p);
}

static void the_root_is_small_however_many_tiles_there_are(void **state)
{
    (void)state;
    /* In the last, leaves of 4096 make too large a root, too. */
    static const struct {
        size_t n, root_max_bytes;
    } CASES[] = {{20000, ROOT_MAX_BYTES}, {200000, 200}};
    for (size_t c = 0; c < 2; c++) {
        struct packed p;
        pack(&p, CASES[c].n, CASES[c].root_max_bytes);
        read(&p, span_of_buf(&p.root), &p.directory);
        size_t n = 0;
        for (size_t i = 0; i < p.directory.n; i++) {
            const struct pmtiles_entry *e = &p.directory.entries[i];
            assert_int_equal(e->n_run, 0);
            assert_true(e->offset + e->n_bytes <= p.leaves.len_bytes);
            read(&p, (struct span){buf_text(&p.leaves) + e->offset, e->n_bytes}, &p.leaf);
            assert_int_equal(e->first, p.leaf.entries[0].first);
            for (size_t k = 0; k < p.leaf.n; k++)
                check_same(&p.runs.runs[n++], &p.leaf.entries[k]);
        }
        assert_int_equal(n, CASES[c].n);
        packed_clear(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_of_one_content_that_follow_one_another_are_one_run),
        cmocka_unit_test(a_directory_is_read_as_it_was_written),
        cmocka_unit_test(few_tiles_need_no_leaves),
        cmocka_unit_test(the_root_is_small_however_many_tiles_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

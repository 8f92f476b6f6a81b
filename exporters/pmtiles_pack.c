#include "exporters/pmtiles_pack.h"

#include "base/mem.h"

/* Runs of a leaf: the first try. Leaves of a few tens of KB are one quick request each. */
#define LEAF_RUNS 4096

void pmtiles_runs_clear(struct pmtiles_runs *r)
{
    mem_free(r->runs);
    *r = (struct pmtiles_runs){0};
}

enum err_code pmtiles_runs_add(struct pmtiles_runs *r, uint64_t number, uint64_t offset,
                               uint32_t n_bytes, struct err *err)
{
    struct pmtiles_run *last = r->n ? &r->runs[r->n - 1] : NULL;
    if (last && last->first + last->n_run == number && last->offset == offset &&
        last->n_run < UINT32_MAX) {
        last->n_run++;
        r->n_tiles++;
        return OK;
    }
    if (mem_grow((void **)&r->runs, &r->room, r->n + 1, sizeof *r->runs, err))
        return NO_MEMORY;
    r->runs[r->n++] = (struct pmtiles_run){number, offset, n_bytes, 1};
    r->n_tiles++;
    return OK;
}

/* Source: PMTiles version 3, "Directories". */
void pmtiles_directory_put(struct buf *out, const struct pmtiles_run *runs, size_t n)
{
    buf_put_varint(out, n);
    for (size_t i = 0; i < n; i++)
        buf_put_varint(out, runs[i].first - (i ? runs[i - 1].first : 0));
    for (size_t i = 0; i < n; i++)
        buf_put_varint(out, runs[i].n_run);
    for (size_t i = 0; i < n; i++)
        buf_put_varint(out, runs[i].n_bytes);
    for (size_t i = 0; i < n; i++) {
        /* 0: right behind the one before. */
        const bool follows = i && runs[i].offset == runs[i - 1].offset + runs[i - 1].n_bytes;
        buf_put_varint(out, follows ? 0 : runs[i].offset + 1);
    }
}

static enum err_code put_packed(const struct pmtiles_run *runs, size_t n, struct gzip *g,
                                struct buf *plain, struct buf *out, struct err *err)
{
    buf_reset(plain);
    pmtiles_directory_put(plain, runs, n);
    const enum err_code rc = buf_status(plain, err);
    return rc ? rc : gzip_compress(g, (struct span){buf_text(plain), plain->len_bytes}, out, err);
}

/* Leaves of so many runs each, and a root of them. */
static enum err_code pack_leaves(const struct pmtiles_runs *r, size_t leaf_runs, struct gzip *g,
                                 struct buf *plain, struct buf *root, struct buf *leaves,
                                 struct err *err)
{
    const size_t n_leaves = (r->n + leaf_runs - 1) / leaf_runs;
    struct pmtiles_run *of_leaf = mem_new(n_leaves, sizeof *of_leaf);
    enum err_code rc = of_leaf ? OK : err_no_memory(err, n_leaves * sizeof *of_leaf);
    buf_reset(root);
    buf_reset(leaves);
    for (size_t i = 0; !rc && i < n_leaves; i++) {
        const size_t from = i * leaf_runs;
        const size_t n = r->n - from < leaf_runs ? r->n - from : leaf_runs;
        const size_t offset = leaves->len_bytes;
        rc = put_packed(r->runs + from, n, g, plain, leaves, err);
        of_leaf[i] = (struct pmtiles_run){r->runs[from].first, offset,
                                          (uint32_t)(leaves->len_bytes - offset), 0};
    }
    if (!rc)
        rc = put_packed(of_leaf, n_leaves, g, plain, root, err);
    mem_free(of_leaf);
    return rc;
}

enum err_code pmtiles_pack(const struct pmtiles_runs *r, struct gzip *g, size_t root_max_bytes,
                           struct buf *root, struct buf *leaves, struct err *err)
{
    struct buf plain;
    buf_init(&plain, SIZE_MAX);
    buf_reset(root);
    buf_reset(leaves);
    enum err_code rc = put_packed(r->runs, r->n, g, &plain, root, err);
    for (size_t leaf_runs = LEAF_RUNS; !rc && root->len_bytes > root_max_bytes; leaf_runs *= 2)
        rc = pack_leaves(r, leaf_runs, g, &plain, root, leaves, err);
    buf_clear(&plain);
    return rc;
}

#include "store/row_batch.h"

#include "base/mem.h"
#include "store/spatialite_writer.h"

/* What a batch of large rows grew to is not kept. */
#define KEPT_BYTES ((size_t)4 << 20)

/* A row that is made. */
struct made_row {
    struct feature feature;
    struct bbox box;
    size_t n_bytes;
};

struct row_batch {
    struct layer_writer *writer;
    bool packs; /* rows are made here: else SQLite makes them when they are written */
    struct row_writer row;
    struct row_scratch scratch;
    struct buf bytes; /* of the rows, one behind the other */
    struct made_row *rows;
    size_t n, room;
};

enum err_code row_batch_new(struct layer_writer *w, struct row_batch **out, struct err *err)
{
    const enum err_code rc = layer_writer_begin(w, err);
    if (rc)
        return rc;
    struct row_batch *b = mem_new(1, sizeof *b);
    if (!b)
        return err_no_memory(err, sizeof *b);
    b->writer = w;
    b->packs = !w->features.stmt;
    row_writer_detach(&b->row);
    row_scratch_init(&b->scratch);
    buf_init(&b->bytes, SIZE_MAX);
    *out = b;
    return OK;
}

void row_batch_free(struct row_batch *b)
{
    if (!b)
        return;
    row_writer_clear(&b->row);
    row_scratch_clear(&b->scratch);
    buf_clear(&b->bytes);
    mem_free(b->rows);
    mem_free(b);
}

void row_batch_reset(struct row_batch *b)
{
    buf_reset_within(&b->bytes, KEPT_BYTES);
    b->n = 0;
}

static enum err_code make(struct row_batch *b, struct made_row *r, struct err *err)
{
    const size_t from = b->bytes.len_bytes;
    row_start(&b->row, r->feature.fid);
    enum err_code rc =
        layer_row_put_columns(&b->writer->spec, &b->scratch, &b->row, &r->feature, &r->box, err);
    if (!rc)
        rc = record_status(&b->row.record, err);
    if (rc)
        return rc;
    record_put_all(&b->row.record, &b->bytes);
    r->n_bytes = b->bytes.len_bytes - from;
    return buf_status(&b->bytes, err);
}

enum err_code row_batch_add(struct row_batch *b, const struct feature *f, struct err *err)
{
    enum err_code rc = mem_grow((void **)&b->rows, &b->room, b->n + 1, sizeof *b->rows, err);
    if (rc)
        return rc;
    struct made_row *r = &b->rows[b->n];
    *r = (struct made_row){.feature = *f, .box = bbox_empty()};
    if (b->packs)
        rc = make(b, r, err);
    b->n += !rc;
    return rc;
}

static enum err_code write(struct row_batch *b, struct made_row *r, struct span bytes,
                           struct err *err)
{
    struct layer_writer *w = b->writer;
    const int64_t fid = r->feature.fid;
    if (fid != w->n_features + 1)
        return err_set(err, INTERNAL, "a row with the number of another");
    if (!b->packs)
        return layer_writer_put(w, &r->feature, err);
    const enum err_code rc = btree_pack_put_bytes(w->features.pack, fid, bytes, err);
    return rc ? rc : layer_writer_enter(w, &r->feature, &r->box, err);
}

enum err_code row_batch_write(struct row_batch *b, struct err *err)
{
    const char *at = (const char *)b->bytes.data;
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < b->n; i++) {
        const struct span bytes = {at, b->rows[i].n_bytes};
        rc = write(b, &b->rows[i], bytes, err);
        at += bytes.len_bytes;
    }
    return rc;
}

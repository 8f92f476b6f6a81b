#include "tiler/derive.h"

#include "base/crew.h"
#include "base/mem.h"
#include "base/spool.h"
#include "tiler/chunk_read.h"
#include "tiler/derive_cells.h"
#include "tiler/derive_edit.h"
#include "tiler/drawable_hash.h"
#include "tiler/shape_maker.h"

#include <string.h>

/*
 * First half: features come one by one, in any order, and are spooled as shapes on the world grid, by
 * where their middle lies on the Hilbert curve. The second half (derive_cells.c) takes them from
 * there, cell by cell.
 */
struct derive_state {
    char *temp_folder;
    const atomic_bool *cancel;
    struct shape_maker makers[CREW_MAX]; /* a worker's own; the first is always there */
    int32_t epsg;
    struct spool *shapes;
    struct chunk_reader chunk;
    size_t n_fields;
    struct layer_drawing drawing; /* lists are lent from the layer's spec */
};

static enum err_code derive_begin(void *state, const struct layer_spec *spec, struct err *err)
{
    struct derive_state *s = state;
    s->n_fields = spec->n_fields;
    s->drawing = *layer_drawing_of(spec->drawing);
    s->epsg = spec->epsg;
    return shape_maker_start(&s->makers[0], spec->epsg, &s->drawing, err);
}

static enum err_code maker_of(struct derive_state *s, size_t worker, struct shape_maker **out,
                              struct err *err)
{
    struct shape_maker *m = &s->makers[worker];
    enum err_code rc = OK;
    *out = m;
    if (m->crs)
        return OK;
    rc = shape_maker_init(m, err);
    return rc ? rc : shape_maker_start(m, s->epsg, &s->drawing, err);
}

static enum err_code spool_shape(void *spool, uint64_t key, const struct shape_record *r,
                                 struct span record, struct err *err)
{
    (void)r;
    return spool_put(spool, key, record, err);
}

static enum err_code derive_feature(void *state, const struct feature *f, struct err *err)
{
    struct derive_state *s = state;
    return shape_maker_make(&s->makers[0], f, spool_shape, s->shapes, err);
}

/* A shape in a buf: its key, its length, its record. */
struct shape_head {
    uint64_t key, n_bytes;
};

static enum err_code put_shape(void *buf, uint64_t key, const struct shape_record *r,
                               struct span record, struct err *err)
{
    const struct shape_head head = {key, record.len_bytes};
    (void)r;
    buf_put(buf, &head, sizeof head);
    buf_put(buf, record.at, record.len_bytes);
    return buf_status(buf, err);
}

static enum err_code derive_prepare(void *state, size_t worker, const struct feature *f,
                                    struct buf *out, struct err *err)
{
    struct shape_maker *m = NULL;
    const enum err_code rc = maker_of(state, worker, &m, err);
    return rc ? rc : shape_maker_make(m, f, put_shape, out, err);
}

static enum err_code derive_keep(void *state, struct span prepared, struct err *err)
{
    const struct derive_state *s = state;
    const char *at = prepared.at, *const end = at + prepared.len_bytes;
    enum err_code rc = OK;
    while (!rc && at < end) {
        struct shape_head head;
        memcpy(&head, at, sizeof head);
        at += sizeof head;
        rc = spool_put(s->shapes, head.key, (struct span){at, head.n_bytes}, err);
        at += head.n_bytes;
    }
    return rc;
}

static enum err_code derive_list(void *state, const struct chunk *c, drawable_listener *listener,
                                 void *listener_state, struct err *err)
{
    struct derive_state *s = state;
    struct drawable d;
    bool more = false;
    enum err_code rc = chunk_reader_start(&s->chunk, c, err);
    while (!rc && !(rc = chunk_reader_next(&s->chunk, &d, &more, err)) && more) {
        uint64_t hash = 0;
        rc = drawable_hash(&s->chunk, &d, &hash, err);
        if (!rc)
            rc = listener(listener_state, &d.box, hash, err);
    }
    return rc;
}

static enum err_code derive_finish(void *state, struct layer_writer *w, struct err *err)
{
    struct derive_state *s = state;
    const struct derive_job job = {.temp_folder = s->temp_folder,
                                   .shapes = s->shapes,
                                   .drawing = &s->drawing,
                                   .n_fields = s->n_fields,
                                   .writer = w,
                                   .cancel = s->cancel};
    return derive_cells(&job, err);
}

static enum err_code derive_edited(void *state, struct feature_editor *e,
                                   const struct feature_change *changes, size_t n, bool *out_done,
                                   struct err *err)
{
    struct derive_state *s = state;
    return derive_edit(&s->makers[0], e, changes, n, s->cancel, out_done, err);
}

static void state_free(struct derive_state *s)
{
    for (size_t i = 0; i < CREW_MAX; i++)
        shape_maker_clear(&s->makers[i]);
    spool_free(s->shapes);
    mem_free(s->temp_folder);
    chunk_reader_clear(&s->chunk);
    mem_free(s);
}

enum err_code deriver_new(const struct derive_options *o, struct deriver **out, struct err *err)
{
    struct deriver *d = mem_new(1, sizeof *d);
    struct derive_state *s = mem_new(1, sizeof *s);
    if (!d || !s) {
        mem_free(d);
        mem_free(s);
        return err_no_memory(err, sizeof *d + sizeof *s);
    }
    *d = (struct deriver){.state = s,
                          .begin = derive_begin,
                          .feature = derive_feature,
                          .prepare = derive_prepare,
                          .keep = derive_keep,
                          .finish = derive_finish,
                          .list = derive_list,
                          .edit = derive_edited};
    s->cancel = o->cancel;
    s->temp_folder = mem_strdup(o->temp_folder);
    enum err_code rc = s->temp_folder ? OK : err_no_memory(err, 0);
    if (!rc)
        rc = shape_maker_init(&s->makers[0], err);
    if (!rc)
        rc = spool_new(o->temp_folder, o->memory_bytes / 2, &s->shapes, err);
    if (rc) {
        deriver_free(d);
        return rc;
    }
    *out = d;
    return OK;
}

void deriver_free(struct deriver *d)
{
    if (!d)
        return;
    state_free(d->state);
    mem_free(d);
}

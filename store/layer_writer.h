/*
 * Writes one whole layer in one transaction: nobody sees half of it, and a killed process leaves
 * the store as it was. Features come in Hilbert order, so that both R-trees can be packed as they
 * stream by (their node tables are written directly).
 */
#ifndef STORE_LAYER_WRITER_H
#define STORE_LAYER_WRITER_H

#include "store/drawable.h"
#include "store/layer_drawing.h"
#include "store/store.h"

struct layer_writer;

/** What must be known before the first row. Texts are lent until the writer ends. */
struct layer_spec {
    const char *name;
    /* NULL: not said; when replacing, what the old layer said is kept */
    const char *title, *description, *license, *attribution, *keywords;
    const struct field *fields; /* `column` NULL: the writer chooses one */
    size_t n_fields;
    int id_field, time_field; /* -1: none */
    enum geom_type geom_type; /* multi types take single geometries too: they are promoted */
    bool has_z;               /* heights are kept; a vertex without one gets 0 */
    int32_t epsg;
    const struct layer_drawing *drawing; /* all of it; NULL: nothing was said */
    bool may_replace;                    /* false: CONFLICT when the layer exists */
    int64_t revision; /* CONFLICT when the layer is not at this one; 0: whatever it is at */
};

/** Errors CONFLICT it exists; BAD_ARG the name is reserved; BUSY another writer; IO */
enum err_code layer_writer_open(struct store *s, const struct layer_spec *spec,
                                struct layer_writer **out, struct err *err) MUST_USE;

/** Writes the row and sets `f->fid` (1, 2, ...). Errors BAD_DATA, IO (disk full), NO_MEMORY */
enum err_code layer_writer_put(struct layer_writer *w, struct feature *f, struct err *err) MUST_USE;

/** Chunks of drawables may come between features or after them, in the order in which they should
 * lie on disk. */
enum err_code layer_writer_put_chunk(struct layer_writer *w, const struct chunk *c,
                                     struct err *err) MUST_USE;

/** A feature that could not be taken. */
struct reject {
    const char *position; /* "feature 12, line 13, byte 4711" */
    const char *reason;
    struct span raw; /* cut by the caller to a bearable length */
};
/** Before the first feature. */
enum err_code layer_writer_reject(struct layer_writer *w, const struct reject *r,
                                  struct err *err) MUST_USE;

/** Indexes, statistics, registration, provenance, commit. The writer is gone afterwards, whatever
 * happened; on failure nothing has changed. `record` lacks layer and n_written: the writer knows
 * them. */
enum err_code layer_writer_commit(struct layer_writer *w, const struct import_record *record,
                                  struct err *err) MUST_USE;
void layer_writer_abort(struct layer_writer *w); /* accepts NULL */

struct feature_editor;
struct feature_change;

typedef enum err_code drawable_listener(void *state, const struct grid_box *box, uint64_t hash,
                                        struct err *err);

/**
 * Who turns written features into drawables: made by the tiler, called by whoever writes features,
 * inside the same transaction.
 */
struct deriver {
    void *state;
    /** Before the first feature. */
    enum err_code (*begin)(void *state, const struct layer_spec *spec, struct err *err);
    /** After each layer_writer_put(), with the geometry as it was written and fid set. */
    enum err_code (*feature)(void *state, const struct feature *f, struct err *err);
    /** The same in two steps, for who writes by a crew (base/crew.h). `prepare` puts what is known of
     * the feature alone behind what is in the buf, for several features side by side; `worker` is the
     * crew's. `keep` takes what is in such a buf, in the order of features. */
    enum err_code (*prepare)(void *state, size_t worker, const struct feature *f, struct buf *out,
                             struct err *err);
    enum err_code (*keep)(void *state, struct span prepared, struct err *err);
    /** After the last feature: puts all drawables. */
    enum err_code (*finish)(void *state, struct layer_writer *w, struct err *err);
    /** Tell of each drawable of a chunk, with a hash of all that a tile draws of it. Errors BAD_DATA,
     * those of the listener */
    enum err_code (*list)(void *state, const struct chunk *c, drawable_listener *listener,
                          void *listener_state, struct err *err);
    /**
     * After an edit (store/feature_editor.h), instead of the three above and in its transaction:
     * the rows and their index are what they shall be; the drawables, which are still those of
     * before, are made true again, and every one that goes or comes is told with
     * feature_editor_touch(). Each feature comes once in `changes`. `*out_done` false, or NULL: the
     * whole layer must be derived anew.
     */
    enum err_code (*edit)(void *state, struct feature_editor *e,
                          const struct feature_change *changes, size_t n, bool *out_done,
                          struct err *err);
};

#endif

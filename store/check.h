/*
 * Is a store whole? What is derived (indexes, drawables, counts, registrations) is compared with
 * the features, and can be made anew from them; the features themselves are only read.
 */
#ifndef STORE_CHECK_H
#define STORE_CHECK_H

#include "store/layer_writer.h"

/** Something that is not as it should be. Lent for the call. */
struct check_problem {
    const char *layer; /* NULL: of the store as a whole */
    const char *words;
    bool derived; /* can be made anew */
};

/** Who is told, and knows what the store does not. */
struct checker {
    void *state;
    enum err_code (*problem)(void *state, const struct check_problem *p, struct err *err);
    /** Of which features a chunk has drawables: their fids, lent until the next call. Errors
     * BAD_DATA its bytes cannot be read */
    enum err_code (*chunk)(void *state, const struct chunk *c, const int64_t **out_fids,
                           size_t *out_n, struct err *err);
};

/** Look at everything; the store may be open for reading. Errors those of looking: IO, CANCELED,
 * NO_MEMORY, and those of the checker */
enum err_code store_check(struct store *s, const struct checker *c, struct err *err) MUST_USE;

/**
 * Repairs are one transaction: begin, any of the others, end. Nobody sees half of it, and what is
 * not ended for good is not done.
 */
enum err_code store_repair_begin(struct store *s, struct err *err) MUST_USE;
/** Make all that is derived of a layer anew. On failure it is as it was, and others may follow.
 * Errors BAD_DATA two features have the same id, or a geometry cannot be read; those of the deriver;
 * IO */
enum err_code store_repair_layer(struct store *s, const char *layer, struct deriver *d,
                                 struct err *err) MUST_USE;
/** Indexes of our own tables are made anew, tables and rows that belong to no layer go. */
enum err_code store_repair_rest(struct store *s, struct err *err) MUST_USE;
/** `keep` false: nothing is done after all. */
enum err_code store_repair_end(struct store *s, bool keep, struct err *err) MUST_USE;

#endif

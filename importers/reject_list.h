/*
 * Features that could not be taken: kept until the layer is written, counted against what the
 * import bears.
 */
#ifndef IMPORTERS_REJECT_LIST_H
#define IMPORTERS_REJECT_LIST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/source.h"
#include "base/text.h"
#include "store/layer_writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIRST_REJECTS 5

struct reject_list;

/** Where a feature was found in its source. */
struct feature_place {
    uint64_t ordinal; /* 1, 2, ... */
    uint64_t line;    /* 0: the format has none */
    uint64_t byte;
};

/** "feature 12, line 13, byte 4711" */
void feature_place_put(struct buf *b, struct feature_place place);

/** Told of each reject as it comes, by one thread at a time; `raw` is cut already. */
typedef enum err_code reject_teller(void *state, struct feature_place place, const char *reason,
                                    struct span raw, struct err *err);

struct reject_rules {
    double max;    /* a share of the features read, and then ten are always borne */
    bool is_count; /* no: a number of features */
    const char *temp_folder;
    reject_teller *tell; /* NULL: nobody listens */
    void *state;
};

/** Errors NO_MEMORY, IO */
enum err_code reject_list_new(const struct reject_rules *rules, struct reject_list **out,
                              struct err *err) MUST_USE;
void reject_list_free(struct reject_list *l); /* accepts NULL */

/** What of a reject's text is kept: its first 2000 bytes, and no half character at the end. */
struct span reject_raw_cut(struct span raw);

/** How many features of the source were seen, and about how many it has; 0: not known. */
struct reject_base {
    uint64_t n_read, n_expected;
};

/** What the progress of a source says of that, told when `n_at_progress` features were read. */
struct reject_base reject_base_of(uint64_t n_read, uint64_t n_at_progress,
                                  struct source_progress progress);

/** A number is judged at once. A share is judged here only when it is hopeless, twice the share of all
 * that the source has: bad features may all stand at its beginning.
 * Errors LIMIT too many; IO, NO_MEMORY, and the teller's */
enum err_code reject_list_add(struct reject_list *l, struct feature_place place, const char *reason,
                              struct span raw, struct reject_base base, struct err *err) MUST_USE;

/** After the last feature. Errors LIMIT too many rejects; BAD_DATA nothing but rejects */
enum err_code reject_list_check(const struct reject_list *l, uint64_t n_read,
                                struct err *err) MUST_USE;

uint64_t reject_list_count(const struct reject_list *l);
/** Copies of the first ones, at most FIRST_REJECTS. */
enum err_code reject_list_first(const struct reject_list *l, struct arena *a,
                                struct reject out[FIRST_REJECTS], size_t *n_out,
                                struct err *err) MUST_USE;

/** All of them, each put into the store; once. */
typedef enum err_code reject_putter(void *state, const struct reject *r, struct err *err);
enum err_code reject_list_write(struct reject_list *l, reject_putter *put, void *state,
                                struct err *err) MUST_USE;

#endif

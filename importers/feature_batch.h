/* Features of the source on their way to the sink's second thread: copies, in order. */
#ifndef IMPORTERS_FEATURE_BATCH_H
#define IMPORTERS_FEATURE_BATCH_H

#include "base/arena.h"
#include "importers/feature_placer.h"
#include "importers/importer.h"
#include "importers/reject_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a value's field is called, and how its text is meant. */
struct batch_field {
    struct span name;
    enum loose loose;
};

/* Little memory, since all of it goes from one core to another and back. */
struct batch_item {
    struct source_feature feature;    /* `raw` as far as a reject keeps it; `values` NULL */
    const struct batch_field *fields; /* feature.n_values; the same for items that have the same */
    const struct value *values;       /* feature.n_values */
    struct reject_base base;          /* features of the source, with this one */
    const char *reject_reason;        /* NULL: it is to be taken */
    bool is_placed;                   /* the geometry is, and `placing` says how */
    struct feature_placing placing;
};

/** Open to be embedded; what the items point to is the batch's. */
struct feature_batch {
    struct arena arena;
    struct batch_item *items;
    size_t n_items, room_items;
    size_t n_bytes; /* of what the items point to */
    bool
        raw_stays; /* the features' raw texts are there as long as the items: they are not copied */
};

void feature_batch_init(struct feature_batch *b);
void feature_batch_clear(struct feature_batch *b);
/** Forgets the items. */
void feature_batch_reset(struct feature_batch *b);
/** Copies all of it. Out: the item, perhaps moved by the next. Errors NO_MEMORY, LIMIT */
enum err_code feature_batch_add(struct feature_batch *b, const struct source_feature *f,
                                const char *reject_reason, struct batch_item **out,
                                struct err *err) MUST_USE;
bool feature_batch_is_full(const struct feature_batch *b);

#endif

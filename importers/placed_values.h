/* The values of one feature and the fields that they are of, which are mostly those of the feature
 * before: then they are not looked up again. */
#ifndef IMPORTERS_PLACED_VALUES_H
#define IMPORTERS_PLACED_VALUES_H

#include "importers/feature_batch.h"
#include "importers/field_set.h"

struct field_word;

/** Open to be embedded and read; starts zeroed. */
struct placed_values {
    size_t n;
    size_t *indexes;      /* of the fields */
    struct value *values; /* as their fields have them */
    struct field_word *words;
    const struct batch_field *fields; /* whose they are; NULL: not known */
    size_t room_indexes, room_values, room_words;
};

void placed_values_clear(struct placed_values *p);
/** The fields of the item before are gone: what stands at their place now may be others. */
void placed_values_forget(struct placed_values *p);

/** The values of an item of a batch. Errors BAD_DATA a name that cannot be one, a value that is not of
 * the type that was asked for; LIMIT, NO_MEMORY */
enum err_code placed_values_take(struct placed_values *p, struct field_set *s,
                                 const struct batch_item *item, struct arena *scratch,
                                 struct err *err) MUST_USE;
/** Values of the set's first fields, in their order, of the types that they have. Errors NO_MEMORY */
enum err_code placed_values_take_known(struct placed_values *p, const struct value *values,
                                       size_t n, struct err *err) MUST_USE;
/** The set is told of them; see field_set_observe(). */
void placed_values_observe(struct placed_values *p, struct field_set *s, uint64_t feature);

#endif

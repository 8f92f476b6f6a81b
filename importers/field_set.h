/*
 * The fields of a layer as they appear in its source, what values they had, and the types that
 * follow once all of it was seen.
 */
#ifndef IMPORTERS_FIELD_SET_H
#define IMPORTERS_FIELD_SET_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "base/value.h"
#include "importers/loose_type.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIELDS_MAX 1000

struct field_set;

/** `want_examples`: keep the first values of each field (for `info`). Errors NO_MEMORY */
enum err_code field_set_new(bool want_examples, struct field_set **out, struct err *err) MUST_USE;
void field_set_free(struct field_set *s); /* accepts NULL */

/** Index of the field of that name, a new one when there is none yet. Fields come in the same order
 * in most features, which is tried first. Errors LIMIT more than FIELDS_MAX; NO_MEMORY */
enum err_code field_set_index(struct field_set *s, struct span name, size_t *out,
                              struct err *err) MUST_USE;
/** As field_set_index() of a name that is perhaps not there: then `*out` is field_set_count(). */
void field_set_find(const struct field_set *s, struct span name, size_t *out);

/** The field of that name, whenever it comes, has this type and no other. Errors NO_MEMORY */
enum err_code field_set_force(struct field_set *s, struct span name, enum field_type type,
                              struct err *err) MUST_USE;
/** After the last feature. Errors BAD_ARG there is no field of a name that was forced */
enum err_code field_set_check_forced(const struct field_set *s, struct err *err) MUST_USE;
/** Whether the field has a type that was forced. */
bool field_set_is_forced(const struct field_set *s, size_t index, enum field_type *out);

/** A field that the layer has already: its type may become wider, never narrower. Errors CONFLICT
 * another type was forced; LIMIT, NO_MEMORY */
enum err_code field_set_add_known(struct field_set *s, const struct field *known,
                                  struct err *err) MUST_USE;

/** A field that the source declares: its type holds while all values fit, see sink_say_field(). A
 * field that is there already stays as it is. Errors LIMIT, NO_MEMORY */
enum err_code field_set_declare(struct field_set *s, struct span name, enum field_type type,
                                struct err *err) MUST_USE;

/** One value of a feature, and how its text is meant: a loose text that is found to be a whole
 * number becomes one, which reads as the text did. `feature` is any number that differs from that of
 * the feature before, so that a field that comes twice in one is counted once. */
void field_set_observe(struct field_set *s, size_t index, struct value *v, enum loose how,
                       uint64_t feature);

size_t field_set_count(const struct field_set *s);
const char *field_set_name(const struct field_set *s, size_t index); /* as long as the set lives */
/** In how many features it was not null. */
uint64_t field_set_n_values(const struct field_set *s, size_t index);
/** Up to three different values, joined with ", ". */
void field_set_put_examples(const struct field_set *s, size_t index, struct buf *out);

/** The type that holds every value seen: text when nothing was, or when kinds are mixed. */
enum field_type field_set_type(const struct field_set *s, size_t index);

/** The value as a field of that type holds it; text that had to be made is in the arena. Only types
 * that field_set_type() gives, and FIELD_TEXT, can be asked for: so a text in a field of numbers is
 * one that was observed as a number. Errors NO_MEMORY, LIMIT */
enum err_code field_value_as(enum field_type type, struct value *v, struct arena *a,
                             struct err *err) MUST_USE;

#endif

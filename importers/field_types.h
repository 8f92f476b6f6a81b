/* Types that were asked for (--type FIELD=TYPE,...), and values that must be of them. */
#ifndef IMPORTERS_FIELD_TYPES_H
#define IMPORTERS_FIELD_TYPES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/value.h"
#include "importers/field_set.h"
#include "importers/loose_type.h"

/** Force what the text says. In: said: "code=text,day=date"; NULL: nothing. Errors BAD_ARG, words
 * name the piece; NO_MEMORY */
enum err_code field_types_force(const char *said, struct field_set *s, struct err *err) MUST_USE;

/**
 * Make the value one of that type: texts are read as numbers, truth values ("yes", "0" too), dates;
 * numbers are written as text. Null stays null. What had to be made is in the arena.
 * Errors  BAD_DATA it is not one: words are the reason; NO_MEMORY, LIMIT
 */
enum err_code field_types_convert(enum field_type type, enum loose how, struct arena *a,
                                  struct value *v, struct err *err) MUST_USE;

#endif

/* What a value of a record becomes as a value of a feature. */
#ifndef IMPORTERS_MAPPING_VALUE_H
#define IMPORTERS_MAPPING_VALUE_H

#include "importers/importer.h"
#include "importers/mapping.h"

/** The text of a value that is neither null, array nor object; a number's in the arena. False when
 * there is none. Errors NO_MEMORY, LIMIT */
enum err_code mapping_text_of(struct json_value v, struct arena *a, struct span *out, bool *out_has,
                              struct err *err) MUST_USE;

/**
 * A value as its field wants it: replaced by the value list, then of the declared type.
 * In       found: false where the path led to nothing; loose: see record_format_is_loose()
 * Out      out: what had to be made is in the arena
 * Errors   BAD_DATA it is not of the type; LIMIT, NO_MEMORY
 */
enum err_code mapping_make_value(const struct mapping_field *f, struct json_value v, bool found,
                                 bool loose, struct arena *a, struct source_value *out,
                                 struct err *err) MUST_USE;

/** A number, or a text that is one. `*out_has` false: null, or an empty text. Errors BAD_DATA */
enum err_code mapping_number_of(struct json_value v, double *out, bool *out_has,
                                struct err *err) MUST_USE;

#endif

/* Where something is in a record: "properties/name", "Locations/0/location", "@lat". */
#ifndef IMPORTERS_RECORD_PATH_H
#define IMPORTERS_RECORD_PATH_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json_read.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/** Steps from a value to one inside it: members' names, or places in arrays ("0"). As a JSON Pointer
 * (RFC 6901), whose first slash may be left out. Steps are in the arena. */
struct record_path {
    const char **steps;
    size_t n_steps;
};

/** Errors BAD_ARG an empty path or step, a `~` that is neither ~0 nor ~1; LIMIT more than
 * RECORD_PATH_STEPS_MAX steps; NO_MEMORY */
enum err_code record_path_parse(struct span text, struct arena *a, struct record_path *out,
                                struct err *err) MUST_USE;

#define RECORD_PATH_STEPS_MAX 64

/**
 * The value at the end of the path, its first `from_step` steps being behind us already. False when
 * there is none. `loose`: an element that comes once is its own item 0, for XML does not tell one
 * from a list of one.
 */
bool record_path_find(const struct record_path *p, size_t from_step, bool loose,
                      struct json_value root, struct json_value *out);

#endif

/*
 * Which public id do the features of a layer have? The rule is found from what all of them say,
 * and ids that come twice are found within a fixed memory.
 */
#ifndef IMPORTERS_ID_CHECK_H
#define IMPORTERS_ID_CHECK_H

#include "base/err.h"
#include "base/text.h"
#include "base/value.h"
#include "importers/field_set.h"
#include "importers/reject_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NO_FIELD SIZE_MAX

struct id_check;

/** Errors NO_MEMORY, IO. */
enum err_code id_check_new(const char *temp_folder, size_t memory_bytes, struct id_check **out,
                           struct err *err) MUST_USE;
void id_check_free(struct id_check *c); /* accepts NULL */

/** The field that must hold the id; the format's own id member stands in for a field named `id` or
 * `feature_id`. NULL: positions, whatever the source says. Without this call the source decides. */
void id_check_force(struct id_check *c, const char *field); /* lent */

/** What a feature says. Lent for the call. */
struct id_note {
    uint64_t number; /* 0, 1, ... among the features taken */
    struct feature_place place;
    bool existing;      /* it was in the layer before */
    struct span member; /* the format's id member; at NULL without */
    const size_t *fields;
    const struct value *values; /* n_values, of those fields */
    size_t n_values;
};

/** Errors BAD_DATA it lacks the id that it must have (words are the reason), and it is not noted;
 * IO, NO_MEMORY */
enum err_code id_check_note(struct id_check *c, const struct field_set *fields,
                            const struct id_note *n, struct err *err) MUST_USE;

/** The number of an id that is a position, as the store gives it back. */
uint64_t id_position(struct span digits);

/** How the source's ids meet those that are in the layer. */
struct id_rules {
    bool newer_wins;     /* a feature takes the place of the one that was in the layer */
    bool delete_missing; /* and those that the source does not have go */
    /* Told of every id that some feature has, once. NULL: nobody listens. */
    enum err_code (*each)(void *state, struct span id, struct err *err);
    void *state;
};

/** What was decided: the id is that of a field, or (NO_FIELD) the position. Where `member_field`
 * has no value, it takes the id member. */
struct id_decision {
    size_t id_field, member_field;
    uint64_t n_updated, n_deleted; /* features of the layer, dropped for a new one or for none */
    uint64_t n_refused;            /* features of the source, dropped for an earlier one */
    char note[80]; /* why positions are the ids although the source has some; "": no need to tell */
};

/**
 * After the last feature. Adds a field for the id member when no property says the same. Features
 * whose id came before are dropped, and rejected, but as the rules say otherwise.
 * Errors   LIMIT too many rejects, or fields; IO, NO_MEMORY
 */
enum err_code id_check_decide(struct id_check *c, struct field_set *fields,
                              const struct id_rules *rules, struct reject_list *rejects,
                              uint64_t n_read, struct id_decision *out, struct err *err) MUST_USE;

/** The id members seen, as field 0 of a set of their own; no field when there was none. */
const struct field_set *id_check_members(const struct id_check *c);

/** After id_check_decide(): whether the feature of that number is dropped. */
bool id_check_is_dropped(const struct id_check *c, uint64_t number);
/** And for none: it was in the layer, and the source does not have it. */
bool id_check_is_missing(const struct id_check *c, uint64_t number);

#endif

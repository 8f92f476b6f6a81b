/* Parameters of paths and queries: described once, checked before any handler runs, documented from
 * the same description. */
#ifndef SERVER_HTTP_PARAM_H
#define SERVER_HTTP_PARAM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum param_place { PARAM_IN_PATH, PARAM_IN_QUERY };

enum param_kind {
    PARAM_TEXT,
    PARAM_INTEGER,
    PARAM_CHOICE,     /* one of `choices` */
    PARAM_TEXT_LIST,  /* comma separated, style form, explode false */
    PARAM_NUMBER_LIST /* likewise; finite numbers */
};

struct param;

struct param_spec {
    const char *name; /* case-sensitive */
    enum param_place place;
    enum param_kind kind;
    const char *description;  /* one or two sentences for the API document */
    int64_t minimum, maximum; /* integers; equal: no range. Below the minimum is an error */
    bool clamp; /* above the maximum: taken as the maximum, not an error (OGC `limit`) */
    bool has_default;
    int64_t default_integer;
    const char *const *choices;  /* NULL at the end */
    size_t min_items, max_items; /* lists; max 0: no bound but PARAM_LIST_MAX */
    const char *schema_json; /* the whole JSON Schema for the API document where the above cannot
                                say it; else NULL */
    /** A further check of the parsed value. Errors BAD_ARG */
    enum err_code (*check)(const struct param *p, struct err *err);
};

#define PARAM_LIST_MAX 256

/** A checked value; memory is the request's arena. */
struct param {
    const struct param_spec *spec;
    bool given;       /* false: absent, or the default was taken */
    const char *text; /* decoded; NULL when absent. For lists the whole text */
    int64_t integer;  /* of integers; for choices the place in `choices` */
    const char *const *texts;
    const double *numbers;
    size_t n_items;
};

/** Parse and check one decoded text for a spec. Errors BAD_ARG ("limit is '7x', not a whole
 * number"), NO_MEMORY. */
enum err_code param_parse(const struct param_spec *spec, const char *text, struct arena *a,
                          struct param *out, struct err *err) MUST_USE;

#endif

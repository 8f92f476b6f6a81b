/*
 * What an importer is: it reads one format, one feature at a time, into a sink. One file, ending
 * in one `const struct importer`, and one line in registry.c.
 */
#ifndef IMPORTERS_IMPORTER_H
#define IMPORTERS_IMPORTER_H

#include "base/err.h"
#include "base/geom.h"
#include "base/source.h"
#include "base/text.h"
#include "base/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink;

/** One attribute as the source has it; the sink settles the fields. */
struct source_value {
    struct span name;
    struct value value;
};

/** One feature as the source has it, lent to the sink for the call. */
struct source_feature {
    uint64_t ordinal; /* 1, 2, ... */
    uint64_t line;    /* 0 when the format has none */
    uint64_t byte;    /* offset in the plain bytes */
    struct span id;   /* the format's own id member; at NULL when it has none */
    const struct geom *geom;
    size_t n_heights; /* positions whose third and further numbers were left out */
    const struct source_value *values;
    size_t n_values;
    struct span raw; /* for the reject's sake */
};

/** Takes the feature or rejects it by itself; fails only when the import must end. */
enum err_code sink_take(struct sink *s, const struct source_feature *f, struct err *err) MUST_USE;
/** A piece that could not even be read as a feature. `f` has position and raw. Fails with LIMIT
 * when there are more rejects than the import bears. */
enum err_code sink_reject(struct sink *s, const struct source_feature *f, const char *reason,
                          struct err *err) MUST_USE;
/** What the source says of its CRS (an EPSG code; 0: one that is not known); the import's own --crs
 * wins. Errors BAD_DATA it is not known, or comes after features that it contradicts */
enum err_code sink_say_crs(struct sink *s, int32_t epsg, struct err *err) MUST_USE;
/** Called now and then with how far the source is; fails with CANCELED when the import must end. */
enum err_code sink_progress(struct sink *s, struct source_progress p, struct err *err) MUST_USE;

struct importer_limits {
    uint64_t feature_bytes; /* one feature's text */
    uint64_t vertices;      /* of one feature */
    int depth;              /* of JSON */
};

struct importer {
    const char *name;            /* "geojson" */
    const char *title;           /* "GeoJSON, newline-delimited GeoJSON" */
    const char *const *suffixes; /* ".geojson", ... NULL at the end; ".gz" is taken off before */
    int32_t default_epsg;        /* the CRS the format prescribes; 0: it must be said */
    /** Whether the first plain bytes of a source look like this format. */
    bool (*recognises)(struct span head);
    /** Read all of it into the sink. Errors BAD_DATA when it is not this format at all, or ends in
     * the middle. */
    enum err_code (*read)(struct source *source, const struct importer_limits *limits,
                          struct sink *sink, struct err *err);
};

#endif

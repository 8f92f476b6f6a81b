/*
 * What importers fill (importers/importer.h): every feature is repaired, counted, and kept in a
 * spool in Hilbert order until all of the source is known. This is the sink as import.c sees it.
 */
#ifndef IMPORTERS_SINK_H
#define IMPORTERS_SINK_H

#include "base/spool.h"
#include "importers/field_set.h"
#include "importers/id_check.h"
#include "importers/import.h"
#include "importers/importer.h"
#include "importers/reject_list.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

struct sink_setup {
    const struct import_options *options;
    int32_t default_epsg;         /* of the importer; 0: none */
    const struct layer *existing; /* the layer that is added to; NULL: a new one */
    uint64_t max_position;        /* of its features, where their ids are positions */
    bool only_look;               /* features are not kept; examples of values are */
    uint64_t n_max;               /* features to read; 0: all */
    int64_t deadline_us;          /* when_monotonic_us() after which no more are read; 0: never */
    struct reject_rules rejects;
    enum err_code (*each_id)(void *state, struct span id,
                             struct err *err); /* see struct id_rules */
    void *each_id_state;
};

struct sink_counts {
    uint64_t n_read, n_taken; /* of the source */
    uint64_t n_repaired, n_without_geometry;
    uint64_t n_rings_closed, n_rings_turned, n_duplicate_vertices, n_heights;
    uint64_t n_outside_area;
};

/** What all of the source comes to. */
struct sink_outcome {
    struct sink_counts counts;
    enum geom_type geom_type;
    bool has_z; /* a geometry has heights, or the layer had them */
    int32_t epsg;
    struct bbox bbox;    /* in that CRS */
    uint64_t n_existing; /* features that were in the layer: their numbers come first */
    struct id_decision ids;
    bool is_sample;         /* not all of the source was read, by `n_max` or the deadline */
    uint64_t n_at_progress; /* features read when sink_progress() was last told */
};

/** Errors those of crs_placer_open(); NO_MEMORY, IO. Everything in `setup` is lent until the
 * sink is freed. */
enum err_code sink_new(const struct sink_setup *setup, struct sink **out, struct err *err) MUST_USE;
void sink_free(struct sink *s); /* accepts NULL */

/** A feature that is in the layer already; before the importer reads. */
enum err_code sink_take_existing(struct sink *s, const struct feature *f, struct err *err) MUST_USE;

/** How far the source was when the importer last told. */
struct source_progress sink_progress_so_far(const struct sink *s);

/** What the importer noted, copied into the arena. */
enum err_code sink_notes(const struct sink *s, struct arena *a, const char *out[IMPORT_NOTES_MAX],
                         size_t *n_out, struct err *err) MUST_USE;

/** Whether an importer's CANCELED means no more than that `n_max` features were read. */
bool sink_has_enough(const struct sink *s);

/** After the importer, which ended with `rc`: what of its features is still under way is taken.
 * Gives `rc`, or the failure of a feature that came before. */
enum err_code sink_end(struct sink *s, enum err_code rc, struct err *err) MUST_USE;
/** After sink_end(): ids are decided, rejects judged. Errors LIMIT, BAD_DATA too many rejects */
enum err_code sink_settle(struct sink *s, struct sink_outcome *out, struct err *err) MUST_USE;

/* What the sink gathered; the sink's own. */
struct field_set *sink_fields(struct sink *s);
struct id_check *sink_ids(struct sink *s);
struct reject_list *sink_rejects(struct sink *s);
struct spool *sink_spool(struct sink *s); /* of packed features, not sorted yet */

#endif

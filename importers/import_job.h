/* One import as it goes through its phases: reading, writing, deriving. Private to import*.c. */
#ifndef IMPORTERS_IMPORT_JOB_H
#define IMPORTERS_IMPORT_JOB_H

#include "importers/import.h"
#include "importers/sink.h"

#include <stdbool.h>
#include <stdint.h>

/** A plain value; texts are in the arena. */
struct import_job {
    struct store *store;
    const struct import_options *options;
    struct arena *arena;
    const struct input *input;
    struct source_progress progress; /* as far as the source was read */
    struct sink *sink;
    struct sink_outcome outcome;
    struct catalog *catalog;
    const struct layer *existing; /* the layer as it was; NULL: there was none */
    bool adds;                    /* existing features stay (append, upsert) */
    char *layer;                  /* its name */
    int64_t started_us;
    struct import_summary summary; /* filled phase by phase */
};

/** The layer's name in the arena: the one that was asked for, else the source's. Errors BAD_ARG */
enum err_code import_job_name(struct import_job *j, struct err *err) MUST_USE;
/** Let the importer fill the sink, and the sink settle. */
enum err_code import_job_read(struct import_job *j, struct err *err) MUST_USE;
/** How many rejects the options bear, and who is told of them (see struct reject_rules). */
struct reject_rules import_reject_rules(const struct import_options *o, reject_teller *tell,
                                        void *state);
/** Tell how far it is. Errors CANCELED */
enum err_code import_job_tell(struct import_job *j, enum import_phase phase, uint64_t n_done,
                              struct err *err) MUST_USE;
/** Whether the import was canceled, for what tells nothing; from any thread. Errors CANCELED */
enum err_code import_check_cancel(const struct import_options *o, struct err *err) MUST_USE;
/** Sink and catalog; accepts what was never opened. */
void import_job_clear(struct import_job *j);

/** The field of dates or times: the one asked for, else the only one there is, else -1. Errors
 * BAD_ARG the one asked for is not there, or is of another type */
enum err_code import_time_field(const struct import_options *o, const struct field *fields,
                                size_t n_fields, int *out, struct err *err) MUST_USE;
/** Fields as the sink settled them, in the arena; the id's is text or whole numbers. */
enum err_code import_fields(struct import_job *j, struct field **out, size_t *n_out,
                            struct err *err) MUST_USE;

/** Write everything that the sink holds as one layer, with drawables, and commit. */
enum err_code import_write(struct import_job *j, struct err *err) MUST_USE;

/**
 * Put an addition that is small beside its layer into the layer as it is, and commit: the result of
 * import_write() at the cost of the addition.
 * Out      out_done: false: nothing has happened, for it is not small, or the layer must change as a
 *          whole (its fields, its types, what is said of its drawing)
 * Errors   those of the importer and the store; CANCELED
 */
enum err_code import_edit(struct import_job *j, bool *out_done, struct err *err) MUST_USE;

/** Let the source's features into a new sink, behind those of the layer (`existing` NULL: none). */
typedef enum err_code take_existing_fn(struct import_job *j, void *state, struct err *err);
enum err_code import_read_source(struct import_job *j, take_existing_fn *existing, void *state,
                                 struct err *err) MUST_USE;
/** All features of the layer that is added to, for import_read_source(). */
enum err_code import_take_existing(struct import_job *j, void *state, struct err *err) MUST_USE;

/** What the source came to, in the summary. */
void import_summarise(struct import_job *j);

/** Only tell in the summary what import_write() would do. */
enum err_code import_write_nothing(struct import_job *j, struct err *err) MUST_USE;

/** What is remembered of the import, as far as the summary knows it; texts in the arena. */
enum err_code import_record_make(const struct import_job *j, struct import_record *out,
                                 struct err *err) MUST_USE;

/** Whether it is tiles that are to be kept, not features. */
bool import_is_kept(const struct import_job *j);
/** Keep the tiles as a tileset, or only look at them: fills the summary. Errors BAD_ARG a mode that
 * adds; BAD_DATA the archive is not whole, or what is in it not tiles; LIMIT; CONFLICT */
enum err_code import_keep(struct import_job *j, bool only_look, struct err *err) MUST_USE;

/** Put the source's name before the reason why the job failed. Returns `rc`. */
enum err_code import_job_add_name(const struct import_job *j, enum err_code rc, struct err *err);

#endif

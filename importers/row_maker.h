/* What the sink has gathered becomes rows of a layer: its spec, and each feature of the spool. */
#ifndef IMPORTERS_ROW_MAKER_H
#define IMPORTERS_ROW_MAKER_H

#include "importers/feature_pack.h"
#include "importers/import_job.h"
#include "importers/sum_lane.h"

/** Open to be embedded; `{0}` is none. */
struct row_maker {
    struct import_job *job;
    struct layer_spec spec; /* texts and fields are in the job's arena */
    struct layer_drawing drawing;
};

/** After the sink has settled. Errors BAD_ARG the options name a field that is none; those of
 * import_fields() and layer_drawing_make() */
enum err_code row_maker_init(struct row_maker *m, struct import_job *j, struct err *err) MUST_USE;
/** The feature as a row, in the arena: every field has a value, of the type that was settled. Several
 * threads may make some side by side. */
enum err_code row_maker_make(const struct row_maker *m, const struct packed_feature *p,
                             struct arena *a, struct feature *out, struct err *err) MUST_USE;

/** What the job's summary tells of the layer and of the source's bytes.
 * In       sum: of the source, which is waited for; NULL: it is made here
 *          n_written: features of the whole layer */
enum err_code row_maker_summarise(const struct row_maker *m, struct sum_lane *sum,
                                  uint64_t n_written, struct err *err) MUST_USE;

#endif

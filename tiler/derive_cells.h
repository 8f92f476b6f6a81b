/* The second half of a derivation: from spooled shapes to drawables in the store. */
#ifndef TILER_DERIVE_CELLS_H
#define TILER_DERIVE_CELLS_H

#include "base/spool.h"
#include "store/layer_writer.h"

#include <stdatomic.h>

struct derive_job {
    const char *temp_folder;
    struct spool *shapes; /* records of shapes (tiler/shape_record.h) by their owner's key */
    const struct layer_drawing *drawing;
    size_t n_fields;
    struct layer_writer *writer;
    const atomic_bool *cancel; /* NULL: none */
};

/** Errors CANCELED, IO, NO_MEMORY, LIMIT, those of the writer */
enum err_code derive_cells(const struct derive_job *job, struct err *err) MUST_USE;

#endif

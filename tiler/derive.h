/*
 * Features become drawables: what is drawn, from which zoom, with which vertices at each zoom.
 * Worked out once, at import; used by the import command through struct deriver.
 */
#ifndef TILER_DERIVE_H
#define TILER_DERIVE_H

#include "store/layer_writer.h"

#include <stdatomic.h>

struct derive_options {
    const char *temp_folder; /* for what does not fit in memory */
    size_t memory_bytes;
    const atomic_bool *cancel; /* deriving ends with CANCELED when it is set; NULL: none */
};

/** A deriver for one layer; free it with deriver_free(), before or after finish. Errors NO_MEMORY
 */
enum err_code deriver_new(const struct derive_options *o, struct deriver **out,
                          struct err *err) MUST_USE;
void deriver_free(struct deriver *d); /* accepts NULL */

#endif

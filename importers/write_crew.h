/* A crew makes rows and what is drawn of them out of the features of a spool, and writes them in
 * their order. */
#ifndef IMPORTERS_WRITE_CREW_H
#define IMPORTERS_WRITE_CREW_H

#include "importers/row_maker.h"
#include "store/layer_writer.h"

#include <stdint.h>

/** All features of the job's spool, which is sorted, but for those that its ids drop; the job's
 * deriver has begun.
 * Errors   those of layer_writer_put() and of the deriver; CANCELED; IO, NO_MEMORY */
enum err_code write_crew_run(struct import_job *j, const struct row_maker *rows,
                             struct layer_writer *w, uint64_t *out_n_written,
                             struct err *err) MUST_USE;

#endif

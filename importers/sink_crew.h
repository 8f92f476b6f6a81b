/* How sources that can be cut into pieces are read into a sink: by a crew. */
#ifndef IMPORTERS_SINK_CREW_H
#define IMPORTERS_SINK_CREW_H

#include "base/crew.h"
#include "importers/feature_batch.h"
#include "importers/sink.h"

/* The sink as its crew sees it (importers/sink_crew.c). */

/** The crew that reads; NULL: none any more. */
void sink_read_by(struct sink *s, struct crew *c);
/** A worker's own placer. Errors those of feature_placer_open() */
enum err_code sink_placer(struct sink *s, size_t worker, struct feature_placer **out,
                          struct err *err) MUST_USE;
/** Features that are placed, in the order of the source, by one thread at a time. */
enum err_code sink_take_batch(struct sink *s, struct feature_batch *b, struct err *err) MUST_USE;

#endif

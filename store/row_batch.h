/*
 * Rows of a layer, some at a time: made by one thread, and written by whoever writes the layer.
 * Several threads may make some side by side.
 */
#ifndef STORE_ROW_BATCH_H
#define STORE_ROW_BATCH_H

#include "store/layer_writer.h"

struct row_batch;

/** Of the writer's layer; from here on it takes no rejects. The writer is lent until the batch is
 * freed. Errors those of layer_writer_put(), NO_MEMORY */
enum err_code row_batch_new(struct layer_writer *w, struct row_batch **out,
                            struct err *err) MUST_USE;
void row_batch_free(struct row_batch *b); /* accepts NULL */

/** Forgets the rows that are in it. */
void row_batch_reset(struct row_batch *b);
/** The row of a feature, which is lent until the batch is written. Errors BAD_DATA, NO_MEMORY */
enum err_code row_batch_add(struct row_batch *b, const struct feature *f, struct err *err) MUST_USE;
/** All its rows: the writer's next ones, with the numbers that their features have. Errors those of
 * layer_writer_put(); INTERNAL these are others */
enum err_code row_batch_write(struct row_batch *b, struct err *err) MUST_USE;

#endif

/* A feature as the columns of a row. */
#ifndef STORE_LAYER_ROW_H
#define STORE_LAYER_ROW_H

#include "store/layer_writer.h"
#include "store/spatialite_row.h"

/** What columns are made in: open to be embedded. */
struct row_scratch {
    struct buf blob, text; /* `text` of a value that is none */
};

void row_scratch_init(struct row_scratch *s);
void row_scratch_clear(struct row_scratch *s);

/** The columns of a feature behind its row number, into a row; `*out_box` is the geometry's where it
 * has one. Errors BAD_DATA, BAD_ARG not as many values as fields */
enum err_code layer_row_put_columns(const struct layer_spec *spec, struct row_scratch *s,
                                    struct row_writer *row, const struct feature *f,
                                    struct bbox *out_box, struct err *err) MUST_USE;

#endif

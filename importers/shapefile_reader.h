/* The files of a Shapefile, or a table alone, as one thread reads them: feature by feature, by
 * number. */
#ifndef IMPORTERS_SHAPEFILE_READER_H
#define IMPORTERS_SHAPEFILE_READER_H

#include "base/err.h"
#include "importers/importer.h"
#include "importers/shapefile_io.h"
#include "importers/shapefile_shapes.h"
#include "importers/shapefile_table.h"

#include <stdbool.h>
#include <stddef.h>

/** Open to be embedded; starts as `{0}`, and stays where it is while it is open. */
struct shapefile_reader {
    bool is_open;
    struct shapefile_io io;
    struct shapefile_shapes *shapes; /* NULL: a table alone */
    struct shapefile_table *table;   /* NULL: no attributes */
    struct encoding *encoding;
    size_t n_shapes, n_rows;
};

/** Opens the files of a .shp, or of a .dbf. The sink is told of its CRS, fields and what is odd.
 * Errors BAD_DATA, UNSUPPORTED, those of the sink */
enum err_code shapefile_reader_open(struct shapefile_reader *r, const struct input *in,
                                    bool with_shapes, const struct reader_options *o,
                                    struct sink *sink, struct err *err) MUST_USE;
/** The same files for one more thread. Errors as above; of the files themselves none but IO */
enum err_code shapefile_reader_open_again(struct shapefile_reader *r,
                                          const struct shapefile_reader *first,
                                          const struct reader_options *o, struct err *err) MUST_USE;
void shapefile_reader_close(struct shapefile_reader *r); /* accepts one that was never opened */

size_t shapefile_reader_count(const struct shapefile_reader *r);

/** Features `first` to `end` - 1 are read next, and their shapes lie at those bytes of the .shp: that
 * is but a hint. */
void shapefile_reader_expect(struct shapefile_reader *r, size_t first, size_t end, uint64_t byte,
                             uint64_t n_bytes);

/** What is read of a feature: lent until the next. */
struct shapefile_record {
    struct shapefile_shape shape;
    struct shapefile_row row;
    struct source_feature feature;
};

/** Feature `i`, 0 to count - 1. Out: what could be read of it. Errors BAD_DATA, LIMIT, UNSUPPORTED
 * are its own fault; IO, NO_MEMORY */
enum err_code shapefile_reader_read(struct shapefile_reader *r, size_t i,
                                    struct shapefile_record *out, struct err *err) MUST_USE;

#endif

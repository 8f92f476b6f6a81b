/* Shapes and rows of a Shapefile become features: what the importers of .shp and of .dbf share. */
#ifndef IMPORTERS_SHAPEFILE_READ_H
#define IMPORTERS_SHAPEFILE_READ_H

#include "base/err.h"
#include "importers/importer.h"

#include <stdbool.h>

/** Record n of the .shp and record n of the .dbf are one feature; without a .dbf features have no
 * attributes. Errors BAD_DATA, UNSUPPORTED, those of the sink */
enum err_code shapefile_read(const struct input *shp, const struct reader_options *o,
                             struct sink *sink, struct err *err) MUST_USE;
/** A .dbf alone: features without geometry. Errors as above */
enum err_code shapefile_read_table(const struct input *dbf, const struct reader_options *o,
                                   struct sink *sink, struct err *err) MUST_USE;

#endif

/* Which CRS a Shapefile is in, as its .prj says. */
#ifndef IMPORTERS_SHAPEFILE_CRS_H
#define IMPORTERS_SHAPEFILE_CRS_H

#include "base/err.h"
#include "importers/importer.h"

/** Tell the sink the EPSG code of the .prj, or of QGIS's .qpj. Nothing is guessed: where the files do
 * not say it, --crs must. Errors BAD_ARG it does not, either: words tell the way out; IO, NO_MEMORY
 */
enum err_code shapefile_say_crs(const struct input *in, struct sink *sink,
                                struct err *err) MUST_USE;

#endif

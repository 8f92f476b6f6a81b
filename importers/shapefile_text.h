/* Which encoding the texts of a .dbf are in, and how it is known. */
#ifndef IMPORTERS_SHAPEFILE_TEXT_H
#define IMPORTERS_SHAPEFILE_TEXT_H

#include "base/encoding.h"
#include "base/err.h"
#include "importers/importer.h"
#include "importers/shapefile_table.h"

/**
 * The .cpg's word, else the header's language driver (LDID), else --encoding, else UTF-8 when all
 * texts are, else Windows-1252. The sink is told which, and by what.
 * Out     out: the caller frees it
 * Errors  BAD_ARG --encoding is not known; IO, NO_MEMORY
 */
enum err_code shapefile_text_encoding(const struct input *in, const struct reader_options *o,
                                      struct shapefile_table *table, struct sink *sink,
                                      struct encoding **out, struct err *err) MUST_USE;

#endif

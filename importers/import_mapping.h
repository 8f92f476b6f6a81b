/* What the registry needs to know of mappings. */
#ifndef IMPORTERS_IMPORT_MAPPING_H
#define IMPORTERS_IMPORT_MAPPING_H

#include "importers/importer.h"

/** Whether the mapping of that name reads this file: of folders and archives those that its `files`
 * tells, else any. Errors those of mapping_load() */
enum err_code import_mapping_takes(const struct input *in, const char *name, bool *out,
                                   struct err *err) MUST_USE;

#endif

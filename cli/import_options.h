/* The options of the command line as import_run() and import_info() want them. */
#ifndef CLI_IMPORT_OPTIONS_H
#define CLI_IMPORT_OPTIONS_H

#include "cli/options.h"
#include "importers/import.h"

/** Those of `import` and of `info`, which has fewer. Texts are lent from `o`. */
struct import_options import_options_of(const struct options *o);

#endif

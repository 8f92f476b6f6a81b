/* The options of the command line as import_run(), import_info() and deriver_new() want them. */
#ifndef CLI_IMPORT_OPTIONS_H
#define CLI_IMPORT_OPTIONS_H

#include "cli/options.h"
#include "importers/import.h"
#include "tiler/derive.h"

/** Those of `import` and of `info`, which has fewer. Texts are lent from `o`. */
struct import_options import_options_of(const struct options *o);

/** Of the commands that make drawables. */
struct derive_options derive_options_of(const struct options *o);
/** What is said of how a layer is drawn. */
struct drawing_words drawing_words_of(const struct options *o);

#endif

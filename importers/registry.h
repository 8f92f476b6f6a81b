/* The importers there are. One more is one line in registry.c. */
#ifndef IMPORTERS_REGISTRY_H
#define IMPORTERS_REGISTRY_H

#include "base/err.h"
#include "base/text.h"
#include "importers/importer.h"

/** All importers, NULL at the end. */
extern const struct importer *const importer_list[];

/** The importer that recognises the first bytes, else the one that the name's suffix belongs to.
 * In       in: without its importer; head: the first plain bytes of its file
 * Errors   BAD_DATA none does: words say what the file looks like; those of mapping_load(), a bad
 *          mapping being BAD_ARG */
enum err_code registry_choose(const struct input *in, const struct reader_options *o,
                              struct span head, const struct importer **out,
                              struct err *err) MUST_USE;

/** Whether the file only belongs to another one of the bundle, as a .dbf to its .shp. */
bool registry_is_companion(const struct bundle *b, size_t file);

/** The source's name without the folder before it and the suffixes after it (".json.gz"), in the
 * text itself. */
struct span registry_bare_name(const char *source);

#endif

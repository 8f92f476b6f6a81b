/* Files that a mapping asks for besides the source: found in the source's own folder or archive, or
 * in the mapping's folder, and nowhere else. */
#ifndef IMPORTERS_MAPPING_BESIDE_H
#define IMPORTERS_MAPPING_BESIDE_H

#include "base/err.h"
#include "importers/importer.h"

/**
 * Open the one file of that name.
 * In       folder: the mapping's; NULL: none; name: may hold '*', and nothing that leads to another
 *          folder; NULL: the input's own file, from its start
 * Out      out, out_file: a bundle of the caller's, and the file in it
 * Errors   NOT_FOUND there is none; BAD_DATA the name fits several, or leads elsewhere; UNSUPPORTED
 *          standard input a second time; those of bundle_open()
 */
enum err_code mapping_open_beside(const struct input *in, const struct reader_options *o,
                                  const char *folder, const char *name, struct bundle **out,
                                  size_t *out_file, struct err *err) MUST_USE;

#endif

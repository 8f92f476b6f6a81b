/*
 * A private folder for what libraries can only open by name: files of an archive, files that were
 * fetched. It goes when it is freed; one that a killed process left goes with scratch_sweep().
 */
#ifndef IMPORTERS_SCRATCH_H
#define IMPORTERS_SCRATCH_H

#include "base/err.h"

struct scratch;

/** Remove the folders below `folder` that belong to no living process. */
void scratch_sweep(const char *folder);

/** A new one below `folder`, which nobody else can read. Errors IO, NO_MEMORY */
enum err_code scratch_new(const char *folder, struct scratch **out, struct err *err) MUST_USE;
void scratch_free(struct scratch *s); /* with all that is in it; accepts NULL */

const char *scratch_path(const struct scratch *s);

#endif

/* The file of --rejects: each feature that could not be taken, as one JSON object a line. */
#ifndef CLI_REJECT_FILE_H
#define CLI_REJECT_FILE_H

#include "importers/import.h"

#include <stdio.h>

/** Starts zeroed. A plain value. */
struct reject_file {
    const char *path;
    FILE *file; /* NULL: nobody asked for one */
};

/** Begin an empty file. NULL: there is to be none. Errors IO */
enum err_code reject_file_open(const char *path, struct reject_file *out, struct err *err) MUST_USE;
/** For import_options.reject; `state` is a struct reject_file. Errors IO, LIMIT, NO_MEMORY */
enum err_code reject_file_put(void *state, const struct told_reject *r, struct err *err) MUST_USE;
/** Errors IO what was put could not be written; the file is closed all the same. */
enum err_code reject_file_close(struct reject_file *f, struct err *err) MUST_USE;

#endif

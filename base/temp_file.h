/* Files without a name: they are gone when their descriptor is closed, however the process ends. */
#ifndef BASE_TEMP_FILE_H
#define BASE_TEMP_FILE_H

#include "base/err.h"

/** A new one in `folder`, for reading and writing; the caller closes it. Errors IO, NO_MEMORY */
enum err_code temp_file_open(const char *folder, int *out_fd, struct err *err) MUST_USE;

#endif

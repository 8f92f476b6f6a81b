/* A text that is compared with a file, or with CASSINI_BLESS set written into it. */
#ifndef TESTS_GOLDEN_FILE_H
#define TESTS_GOLDEN_FILE_H

#include "base/buf.h"

#include <stdbool.h>

/** Whether FOLDER/NAME.txt holds the text; the difference is printed for diff(1) and a person's eye.
 * `bless`: whether it could be written. */
bool golden_file_check(const char *folder, const char *name, struct buf *got, bool bless);

#endif

/* Where the records of a .shp lie: as its .shx says, or as the .shp itself does. */
#ifndef IMPORTERS_SHAPEFILE_INDEX_H
#define IMPORTERS_SHAPEFILE_INDEX_H

#include "base/err.h"
#include "importers/shapefile_io.h"

#include <stddef.h>
#include <stdint.h>

enum { SHAPEFILE_HEADER_BYTES = 100, SHAPEFILE_RECORD_HEADER_BYTES = 8 };

/** NULL when the .shx can be believed, else why not: "there is no .shx". */
const char *shapefile_index_fault(struct shapefile_io *io);

/** Read the .shp from record to record into a file without a name, which takes the place of io->shx.
 * Out     out_fd: the caller closes it, after the io's last use; out_skipped_bytes: between or behind
 *         records, but no records
 * Errors  IO, NO_MEMORY */
enum err_code shapefile_index_make(struct shapefile_io *io, const char *temp_folder, int *out_fd,
                                   uint64_t *out_skipped_bytes, struct err *err) MUST_USE;

/** How many records the .shx lists; it was made, or has no fault. */
size_t shapefile_index_count(struct shapefile_io *io);
/** Where record `i` begins in the .shp, its header first, and how long its content is to be. Errors
 * BAD_DATA it does not lie in the file; IO, NO_MEMORY */
enum err_code shapefile_index_get(struct shapefile_io *io, size_t i, uint64_t *out_byte,
                                  uint64_t *out_content_bytes, struct err *err) MUST_USE;

#endif

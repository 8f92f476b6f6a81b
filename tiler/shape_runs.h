/*
 * Records of shapes in the order of the Hilbert curve, in a temporary file without a name: so that a
 * stretch of them can be read together with all others that lie near it.
 */
#ifndef TILER_SHAPE_RUNS_H
#define TILER_SHAPE_RUNS_H

#include "base/buf.h"
#include "store/drawable.h"

#include <stdbool.h>

/** Some records that follow one another: where they stand, and the box around them. */
struct shape_run {
    uint64_t at;
    uint32_t n_bytes, n_records;
    struct grid_box box;
    uint64_t first_key, last_key;
    bool has_polygons;
};

/** Open to be embedded. */
struct shape_runs {
    int fd;          /* -1: not open */
    struct buf tail; /* what is not written yet */
    uint64_t written_bytes;
    struct shape_run *runs;
    size_t n_runs, room_runs;
};

/** Errors IO, NO_MEMORY */
enum err_code shape_runs_open(struct shape_runs *r, const char *folder, struct err *err) MUST_USE;
void shape_runs_close(struct shape_runs *r); /* also one with fd -1 */

/** Add the next record. Errors IO, LIMIT, NO_MEMORY; BAD_DATA it is no shape's */
enum err_code shape_runs_put(struct shape_runs *r, uint64_t key, struct span record,
                             struct err *err) MUST_USE;
/** No more come: from here on they can be read. Errors IO */
enum err_code shape_runs_end(struct shape_runs *r, struct err *err) MUST_USE;

/** Append the bytes of a run, to be taken apart with shape_runs_next(). Errors IO, LIMIT, NO_MEMORY */
enum err_code shape_runs_read(const struct shape_runs *r, size_t run, struct buf *out,
                              struct err *err) MUST_USE;
/** The next record of a run's bytes, lent from them. Errors BAD_DATA */
enum err_code shape_runs_next(struct bytes *run, uint64_t *out_key, struct span *out_record,
                              struct err *err) MUST_USE;

#endif

/*
 * Sorted runs in a file without a name, and their merge: the part of base/spool.h that is on disk.
 * A record is its key (8 bytes, little endian), the length of its body (varint), and the body.
 */
#ifndef BASE_SPOOL_RUN_H
#define BASE_SPOOL_RUN_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One run: where its records stand in the file. */
struct run {
    uint64_t at;
    uint64_t end;
};

/** Open to be embedded; fields are its own. */
struct run_file {
    int fd; /* -1 until the first run is begun */
    uint64_t written_bytes;
    uint8_t *block; /* what is not written yet */
    size_t block_bytes;
    size_t used_bytes;
};

/** Create the nameless file in `folder`. Errors IO, NO_MEMORY */
enum err_code run_file_open(struct run_file *f, const char *folder, size_t block_bytes,
                            struct err *err) MUST_USE;
void run_file_close(struct run_file *f); /* also one that was never opened, but zeroed with fd -1 */

/** Records of a run are put in order; run_file_end() writes out the rest and says where the run is.
 * Errors IO (words say how much was written) */
enum err_code run_file_put(struct run_file *f, uint64_t key, struct span body,
                           struct err *err) MUST_USE;
enum err_code run_file_end(struct run_file *f, struct run *out, struct err *err) MUST_USE;
/** The bytes of these runs are not needed any more: their disk space goes back where the file
 * system can do it. */
void run_file_forget(struct run_file *f, const struct run *runs, size_t n_runs);

struct run_merge;

/**
 * Read n runs as one, in order of keys, records of equal keys in the order of the runs.
 * `memory_bytes` are divided among the runs; a body that is longer than a run's share is held
 * aside. Errors IO, NO_MEMORY
 */
enum err_code run_merge_new(const struct run_file *f, const struct run *runs, size_t n_runs,
                            size_t memory_bytes, struct run_merge **out, struct err *err) MUST_USE;
void run_merge_free(struct run_merge *m); /* accepts NULL */
/** The body is lent until the next call. Errors IO, NO_MEMORY */
enum err_code run_merge_next(struct run_merge *m, uint64_t *out_key, struct span *out_body,
                             bool *out_more, struct err *err) MUST_USE;

#endif

/*
 * The SHA-256 of what an input consists of, on a thread of its own beside the writing: a Shapefile's
 * files are read once more for it, from first to last, which its reader does not do.
 */
#ifndef IMPORTERS_SUM_LANE_H
#define IMPORTERS_SUM_LANE_H

#include "importers/import.h"

struct sum_lane;

/** Begins at once. Until sum_lane_wait() or sum_lane_free() the input's bundle is the lane's: nothing
 * else may read of it. Errors NO_MEMORY; where there is no thread to be had, those of the sum */
enum err_code sum_lane_new(const struct input *in, struct sum_lane **out, struct err *err) MUST_USE;
/** Waits for the end of it. Accepts NULL. */
void sum_lane_free(struct sum_lane *l);
/** As input_sha256(). */
enum err_code sum_lane_wait(struct sum_lane *l, char out_hex[SOURCE_SHA256_BYTES],
                            uint64_t *out_bytes, struct err *err) MUST_USE;

#endif

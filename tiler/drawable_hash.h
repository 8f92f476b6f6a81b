/* What a tile draws of a drawable, as a number: two that differ in it are drawn otherwise. */
#ifndef TILER_DRAWABLE_HASH_H
#define TILER_DRAWABLE_HASH_H

#include "tiler/chunk_read.h"

/** Of one that a reader has just given; its fid, which is not drawn, is left out. Errors BAD_DATA */
enum err_code drawable_hash(const struct chunk_reader *r, const struct drawable *d, uint64_t *out,
                            struct err *err) MUST_USE;
/** The same of one that is to be written: its values are packed. Errors BAD_DATA */
enum err_code drawable_hash_packed(enum drawable_role role, const struct drawable *d, uint64_t *out,
                                   struct err *err) MUST_USE;

#endif

/*
 * Packs boxes that come in a good order into the nodes of an SQLite R-tree: nodes are filled one
 * after the other, so the tree is as small and as tidy as the order. Pure: what becomes of the
 * nodes is the caller's.
 * Source: SQLite's ext/rtree/rtree.c, "Database Format of R-Tree Tables"
 */
#ifndef STORE_RTREE_PACK_H
#define STORE_RTREE_PACK_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RTREE_MAX_DIMS 3

/** One node, ready to be stored. Lent for the call. */
struct rtree_node {
    int64_t number; /* 1 is the root */
    bool leaf;      /* ids are rows; else numbers of the nodes below */
    const int64_t *ids;
    size_t n_ids;
    const uint8_t *data;
    size_t n_bytes;
};

typedef enum err_code (*rtree_node_sink)(void *state, const struct rtree_node *node,
                                         struct err *err);

struct rtree_pack;

/** `n_dims` 2 or 3; `node_bytes` as SQLite chose them for this index; `is_float`: coordinates are
 * keys made by rtree_key_down() and rtree_key_up(), else plain integers (rtree_i32). */
enum err_code rtree_pack_new(size_t n_dims, size_t node_bytes, bool is_float, rtree_node_sink sink,
                             void *state, struct rtree_pack **out, struct err *err) MUST_USE;
void rtree_pack_free(struct rtree_pack *p); /* accepts NULL */

/** Shape: coords 2 * n_dims: min, max of the first dimension, min, max of the next, ...
 *  Errors: the sink's. */
enum err_code rtree_pack_put(struct rtree_pack *p, int64_t id, const int32_t *coords,
                             struct err *err) MUST_USE;
/** Passes on what is still open, the root last. Nothing at all when nothing was put. */
enum err_code rtree_pack_finish(struct rtree_pack *p, struct err *err) MUST_USE;

/** The single-precision number not above (below) a value, as SQLite's own R-tree rounds it, as a
 * key that sorts like the number. */
int32_t rtree_key_down(double value);
int32_t rtree_key_up(double value);

/** Unsigned numbers in a tree of signed ones, in the same order; and back. */
int32_t rtree_key_of_u32(uint32_t value);
uint32_t rtree_key_to_u32(int32_t key);

#endif

/* A store in a folder of its own, filled through the deriver: for tests of whole tiles. */
#ifndef TESTS_SMALL_STORE_H
#define TESTS_SMALL_STORE_H

#include "base/geom.h"
#include "store/layer_writer.h"
#include "tiler/derive.h"

struct small_store {
    char folder[64], path[96];
    struct store *store;
    struct catalog *catalog; /* as after the last small_store_commit() */
    struct layer_writer *writer;
    struct deriver *deriver;
    struct geom_builder builder;
    uint64_t n_features;
    enum geom_type geom_type; /* of the next layer: a collection, unless said otherwise */
};

enum err_code small_store_open(struct small_store *s, struct err *err) MUST_USE;
/** Removes the folder too. */
void small_store_close(struct small_store *s);

/** Begin a layer with the one field "name"; `memory_bytes` is the deriver's. */
enum err_code small_store_layer(struct small_store *s, const char *name, int32_t epsg,
                                size_t memory_bytes, struct err *err) MUST_USE;
/** Add a feature with its position as id. */
enum err_code small_store_put(struct small_store *s, const struct geom *g, const char *name,
                              struct err *err) MUST_USE;
enum err_code small_store_put_box(struct small_store *s, double min_x, double min_y, double max_x,
                                  double max_y, struct err *err) MUST_USE;
enum err_code small_store_put_point(struct small_store *s, double x, double y,
                                    struct err *err) MUST_USE;
enum err_code small_store_commit(struct small_store *s, struct err *err) MUST_USE;

/** NULL when there is none. */
const struct layer *small_store_find(const struct small_store *s, const char *name);

#endif

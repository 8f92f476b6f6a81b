/*
 * Workers that make tiles: threads, each with its own connection to the store, tiler and
 * compressor. Tiles are given in an order, and come back in it.
 */
#ifndef EXPORTERS_RENDER_CREW_H
#define EXPORTERS_RENDER_CREW_H

#include "base/buf.h"
#include "base/err.h"
#include "exporters/content_index.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What all tiles have in common. Everything is lent until the crew is freed. */
struct render_task {
    const char *store_path;
    const struct layer *const *layers;
    size_t n_layers;
    int gzip_level;
};

/** One tile that is made. */
struct rendered {
    uint64_t number;
    bool is_empty;          /* nothing falls on it */
    struct buf tile;        /* as an archive has it: vector tiles as gzip */
    struct content_key key; /* of these bytes */
    uint64_t n_left_out;    /* what the layers' budgets have left out of it */
    uint64_t n_without_attributes;
};

struct render_crew;

/** Errors NO_MEMORY; those of store_open() and tiler_new() */
enum err_code render_crew_new(const struct render_task *task, int n_workers,
                              struct render_crew **out, struct err *err) MUST_USE;
/** What is not done yet is stopped. Accepts NULL. */
void render_crew_free(struct render_crew *c);

/** Whether one more tile can be given. */
bool render_crew_has_room(const struct render_crew *c);
void render_crew_give(struct render_crew *c, uint64_t number);

/** How many tiles were given and not taken. */
size_t render_crew_n_open(const struct render_crew *c);
/** Wait for the oldest of these, a tenth of a second at most. */
bool render_crew_wait(struct render_crew *c);
/** The oldest, which is done: lent until the next call. Errors of making it: those of
 * tiler_render() */
enum err_code render_crew_take(struct render_crew *c, const struct rendered **out,
                               struct err *err) MUST_USE;

#endif

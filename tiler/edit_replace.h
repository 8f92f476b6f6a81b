/*
 * The drawables of a stretch of the curve in the store become those that were made anew: what is
 * there already stays where it is; the rest is told to the edit (feature_editor_touch()).
 */
#ifndef TILER_EDIT_REPLACE_H
#define TILER_EDIT_REPLACE_H

#include "store/feature_editor.h"
#include "tiler/chunk_read.h"
#include "tiler/chunk_sink.h"
#include "tiler/drawable_list.h"
#include "tiler/grid_shape.h"

/** What was made anew. */
struct edit_region {
    uint64_t first_key, last_key;      /* of the curve, both included */
    uint8_t lowest_zoom, highest_zoom; /* of blocks, both included */
    bool has_polygons;                 /* themselves too: their drawables, labels and outlines */
    struct grid_box box;               /* holds all drawables of before and after */
};

struct old_chunk;
struct new_drawable;

/** Starts zeroed; memory is kept. */
struct edit_replacer {
    struct chunk_reader reader;
    struct chunk_writer writer;
    struct chunk_sink sink;
    struct old_chunk *chunks;
    size_t n_chunks, room_chunks;
    struct new_drawable *made;
    size_t n_made, room_made;
    int64_t *fids; /* of polygons that were there */
    size_t n_fids, room_fids;
    struct buf contents, values;
};

void edit_replacer_clear(struct edit_replacer *r);

/**
 * In       made: all that the region has now; n_columns: values of the drawables of each role
 * Out      outlines_changed: some that are kept (tiler/kept_outline.h) are others now
 * Errors   BAD_DATA, IO, NO_MEMORY, LIMIT
 */
enum err_code edit_replace(struct edit_replacer *r, struct feature_editor *e,
                           const struct edit_region *region, const struct drawable_list *made,
                           const size_t n_columns[N_ROLES], bool *outlines_changed,
                           struct err *err) MUST_USE;

#endif

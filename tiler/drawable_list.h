/* Drawables on their way into the store, in memory. */
#ifndef TILER_DRAWABLE_LIST_H
#define TILER_DRAWABLE_LIST_H

#include "base/buf.h"
#include "tiler/drawable.h"

/** A drawable, and where in the store it belongs. */
struct listed_drawable {
    enum drawable_role role;
    uint8_t min_zoom, max_zoom;
    struct drawable d;
};

/** Starts zeroed; memory is kept. */
struct drawable_list {
    struct listed_drawable *drawables; /* without their bytes: see drawable_list_at() */
    size_t n, room;
    size_t *at; /* where the bytes of each begin: the geometry, then the values */
    size_t room_at;
    struct buf bytes;
};

void drawable_list_clear(struct drawable_list *l);
void drawable_list_reset(struct drawable_list *l);

/** Its bytes are copied. Errors NO_MEMORY, LIMIT */
enum err_code drawable_list_put(struct drawable_list *l, const struct listed_drawable *d,
                                struct err *err) MUST_USE;
/** Lent until the next is put. */
struct listed_drawable drawable_list_at(const struct drawable_list *l, size_t i);

#endif

/*
 * Lines too short to be drawn alone: those that lie in one cell of a zoom and end at each other are
 * joined, when they have the same value where the layer groups by a field. What is long enough then is
 * drawn, the rest is counted out. They come along the Hilbert curve, like polygons (tiler/blocks.h).
 */
#ifndef TILER_LINE_GROUPS_H
#define TILER_LINE_GROUPS_H

#include "tiler/chunk_sink.h"
#include "tiler/grid_shape.h"
#include "tiler/owner.h"

struct line_groups;

/** Lines of one feature that are drawn in groups below its min_zoom. */
struct short_lines {
    struct owner self;
    struct span common; /* packed; empty without --group-by */
    const struct vertex_gu *vertices;
    uint32_t first;      /* vertex of the first line */
    const uint32_t *end; /* n_lines, in vertices */
    size_t n_lines;
};

enum err_code line_groups_new(struct line_groups **out, struct err *err) MUST_USE;
void line_groups_free(struct line_groups *g); /* accepts NULL */

/** Groups go to the sink, from here on. Both are lent. */
void line_groups_start(struct line_groups *g, const struct layer_drawing *drawing,
                       struct chunk_sink *sink);
/** Add the next along the curve. Errors NO_MEMORY, those of the sink */
enum err_code line_groups_add(struct line_groups *g, const struct short_lines *l,
                              struct err *err) MUST_USE;
/** No more come. */
enum err_code line_groups_finish(struct line_groups *g, struct err *err) MUST_USE;

#endif

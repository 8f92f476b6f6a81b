/* Small shapes written in tile units, and what the painter makes of them: for golden and property
 * tests of the tiler. */
#ifndef TESTS_SKETCH_H
#define TESTS_SKETCH_H

#include "tiler/chunk_write.h"
#include "tiler/painter.h"
#include "tiler/vertex_zoom.h"

struct sketch {
    struct geom_builder builder;
    struct grid_shape shape;
    struct vertex_zoomer zoomer;
    struct buf geometry, values;
    struct chunk_writer chunk;
    struct drawable drawable; /* as it was drawn last */
    uint8_t min_zoom;
};

void sketch_init(struct sketch *s);
void sketch_clear(struct sketch *s);

/**
 * A chunk with one drawable of a shape, lent until the next one.
 *
 * In       text: rings of vertices in tile units of the tile `at`: "0 0, 10 0, 10 10; 2 2, 3 2, 3 3
 *          | 20 20, ..."; `;` begins another ring of a part, `|` another part; polygons unclosed
 *          kind of the parts; id: the public id; values as in the layer
 * Errors   BAD_ARG the text; NO_MEMORY
 */
enum err_code sketch_draw(struct sketch *s, struct tile_address at, enum geom_kind kind,
                          const char *text, const char *id, const struct value *values,
                          size_t n_values, struct chunk *out, struct err *err) MUST_USE;

#endif

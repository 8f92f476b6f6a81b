/* Features as records of shapes on the world grid (tiler/shape_record.h), with their place on the
 * Hilbert curve. */
#ifndef TILER_SHAPE_MAKER_H
#define TILER_SHAPE_MAKER_H

#include "base/crs.h"
#include "store/feature.h"
#include "store/layer_drawing.h"
#include "tiler/shape_record.h"
#include "tiler/world_placer.h"

/** Takes the shape of one kind: all that a feature has of it. */
typedef enum err_code shape_taker(void *state, uint64_t key, const struct shape_record *r,
                                  struct span record, struct err *err);

/** Open to be embedded; scratch of one thread. */
struct shape_maker {
    struct crs *crs;
    struct world_placer placer, degrees_placer; /* of the layer's CRS; of degrees */
    struct grid_shape shape;
    struct buf values, record;
    double *xy; /* of a feature, on the grid or in degrees */
    size_t room_xy;
    int32_t epsg;
    int group_field;
};

/** Errors NO_MEMORY */
enum err_code shape_maker_init(struct shape_maker *m, struct err *err) MUST_USE;
void shape_maker_clear(struct shape_maker *m); /* also one that starts zeroed */

/** Of which layer the features are, from here on. Errors those of crs_describe() */
enum err_code shape_maker_start(struct shape_maker *m, int32_t epsg,
                                const struct layer_drawing *drawing, struct err *err) MUST_USE;
/** What is lent to the taker is lent until it returns. Errors those of the taker, of the CRS, LIMIT,
 * NO_MEMORY */
enum err_code shape_maker_make(struct shape_maker *m, const struct feature *f, shape_taker *take,
                               void *state, struct err *err) MUST_USE;

/** The place of a shape on the curve: of its middle, and some of its number. */
uint64_t shape_key(const struct grid_box *box, uint64_t number);

#endif

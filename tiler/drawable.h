/* One thing to draw over a range of zooms, as the tiler sees it. */
#ifndef TILER_DRAWABLE_H
#define TILER_DRAWABLE_H

#include "base/text.h"
#include "store/drawable.h"

#include <stdint.h>

/** What a drawable stands for; all of a chunk are of one role. */
enum drawable_role {
    ROLE_FEATURE, /* itself: its values are those of the layer's fields */
    ROLE_GROUP,   /* several features, too small at its zooms: see tiler/group_columns.h */
    ROLE_LABEL,   /* where a polygon's label stands; values as of a feature */
    ROLE_OUTLINE /* never drawn: of what blocks are made anew after an edit (tiler/kept_outline.h) */
};
#define N_ROLES 4

struct drawable {
    int64_t fid;         /* the feature's row; for a group the cell that it is of (tiler/owner.h) */
    uint64_t number;     /* by which a tile's reader knows the feature; 0: none */
    uint32_t n_features; /* how many features it stands for */
    struct grid_box box;
    struct span geometry; /* see tiler/drawable_codec.h; lent */
    struct span values;   /* the packed ones of a drawable that is written, in the order of the
                             columns; of one that is read, see chunk_reader_value() */
};

#endif

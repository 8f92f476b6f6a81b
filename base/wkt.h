/*
 * Reads well-known text (OGC 06-103r4, section 7), and PostGIS's form of it with an SRID before it:
 * "SRID=2154;POINT Z (652000 6862000 35)".
 */
#ifndef BASE_WKT_H
#define BASE_WKT_H

#include "base/err.h"
#include "base/geom.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What was read. */
struct wkt {
    struct geom geom;  /* lent from the builder */
    int32_t srid;      /* 0: none is said */
    size_t n_heights;  /* positions whose height was left out */
    size_t n_measures; /* positions whose measure (M) was left out: it always is */
};

/** Whether the text begins as WKT does: with a geometry's name, perhaps behind an SRID. */
bool wkt_begins(struct span text);

/**
 * Read all of the text. Coordinates are taken as they are; rings need not be closed. A third number
 * without Z or M is a height. Triangles, TINs and polyhedral surfaces become polygons. Empty
 * geometries give GEOM_NONE.
 *
 * In       keep_z: heights stay in the geometry
 * Errors   BAD_DATA what is wrong with it; UNSUPPORTED curves; LIMIT too many vertices, or
 *          collections nested too deep; NO_MEMORY
 */
enum err_code wkt_read(struct span text, bool keep_z, struct geom_builder *b, struct wkt *out,
                       struct err *err) MUST_USE;

#endif

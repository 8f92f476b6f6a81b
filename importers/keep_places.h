/* Where the tiles of an archive are, and what of its own words about that can be believed. */
#ifndef IMPORTERS_KEEP_PLACES_H
#define IMPORTERS_KEEP_PLACES_H

#include "importers/tile_archive.h"

/** Rows and columns that were seen at each zoom. Starts zeroed. */
struct keep_places {
    struct {
        uint64_t n_tiles;
        uint32_t min_x, min_y, max_x, max_y;
    } zooms[ARCHIVE_MAX_ZOOM + 1];
};

void keep_places_add(struct keep_places *p, struct tile_place at);

/** The lowest and the highest zoom with tiles; false without any. */
bool keep_places_zooms(const struct keep_places *p, int *out_min, int *out_max);

/** The box, in degrees, of the tiles of the highest zoom. */
struct bbox keep_places_bbox(const struct keep_places *p);

/** The archive's own box where it is one and meets its tiles, else that of the tiles; `*out_why`
 * tells why the archive's was not taken, NULL when it was or there is none. */
struct bbox keep_places_choose_bbox(const struct keep_places *p, const struct archive_face *face,
                                    const char **out_why);

#endif

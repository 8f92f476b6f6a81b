/* Features out of an archive of vector tiles: one zoom of it, for those who have nothing else. */
#ifndef IMPORTERS_TILE_FEATURES_H
#define IMPORTERS_TILE_FEATURES_H

#include "importers/tile_archive.h"

/** The layers of the tiles, when they are to be read as features; else one without a name: the
 * whole archive. */
enum err_code tile_features_list(walk_tiles_fn *walk, const struct input *in,
                                 const struct reader_options *o, struct arena *a,
                                 struct inner_layers *out, struct err *err) MUST_USE;

/**
 * Read one layer (`in->inner`) of one zoom into the sink, in EPSG:3857. What a feature has beyond
 * its tile's square is cut away; pieces of one feature in several tiles stay pieces. Ids are
 * "Z/X/Y/N", N the place in the layer; the tile's own id is the property mvt_id.
 * Errors UNSUPPORTED the tiles are images; BAD_DATA a tile cannot be read
 */
enum err_code tile_features_read(walk_tiles_fn *walk, const struct input *in,
                                 const struct reader_options *o, struct sink *sink,
                                 struct err *err) MUST_USE;

#endif

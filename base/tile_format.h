/* What the bytes of a tile are: a vector tile or an image, told by their beginning. */
#ifndef BASE_TILE_FORMAT_H
#define BASE_TILE_FORMAT_H

#include "base/text.h"

#include <stdbool.h>

enum tile_format { TILE_MVT, TILE_PNG, TILE_JPEG, TILE_WEBP };
#define N_TILE_FORMATS (TILE_WEBP + 1)

const char *tile_format_name(enum tile_format f); /* "mvt", "png", "jpeg", "webp" */
bool tile_format_parse(const char *name, enum tile_format *out);

/** Which image the bytes are. False: none of those that are known here. */
bool tile_format_of_image(struct span bytes, enum tile_format *out);

/** How many pixels an image is wide; 0 when its header does not say. */
int tile_image_width_px(struct span bytes);

#endif

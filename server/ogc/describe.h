/* What is said of a layer, as a collection: the same words in /collections and on its own page. */
#ifndef SERVER_OGC_DESCRIBE_H
#define SERVER_OGC_DESCRIBE_H

#include "base/geom.h"
#include "server/http/document.h"
#include "store/layer.h"

#include <stdint.h>

/** Members and links of a collection, without self and alternate. */
void describe_layer(struct doc *d, const struct request *r, const struct layer *layer);

/** Likewise the few things that people read in a table of collections. */
void describe_layer_briefly(struct doc *d, const struct request *r, const struct layer *layer);

/** west, south, east, north rounded outward to 7 decimals, as items of an array. */
void describe_bbox(struct doc *array, const struct bbox *bbox_deg);

/** A moment as RFC 3339 text, to the second. */
void describe_time(struct doc *d, const struct request *r, const char *key, int64_t us);

/** The way from the landing page to the collection, for pages below it (struct page). */
const char *const *layer_crumbs(const struct request *r, const struct layer *layer);

/** The map that shows the layer; NULL when there is nothing to show. */
const char *layer_map_href(const struct request *r, const struct layer *layer);

/** 0 points, 1 curves, 2 surfaces; -1 mixed or none. */
int layer_dimension(const struct layer *layer);

#endif

/* Features as GeoJSON (RFC 7946), written straight into a buf: the output format of features. */
#ifndef SERVER_OGC_WRITE_GEOJSON_H
#define SERVER_OGC_WRITE_GEOJSON_H

#include "base/buf.h"
#include "base/json_write.h"
#include "store/feature.h"
#include "store/layer.h"

/**
 * Write the members id, geometry and properties into an open object. The geometry must be in
 * longitude and latitude already, wound as RFC 7946 wants it (geom_wind()).
 *
 * Ids of layers that count (whole numbers, positions) are written as numbers where every reader of
 * JSON takes them exactly (RFC 8259, 6), all others as text. Coordinates of layers in EPSG:4326
 * keep the digits of the source; all others were transformed and are written with 7 decimals (a
 * centimetre).
 */
void geojson_put_members(struct json_out *j, const struct layer *layer, const struct feature *f);

/** A whole feature. */
void geojson_put_feature(struct json_out *j, const struct layer *layer, const struct feature *f);

#endif

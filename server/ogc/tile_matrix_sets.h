/* The tile matrix sets in which tiles are made: WebMercatorQuad. */
#ifndef SERVER_OGC_TILE_MATRIX_SETS_H
#define SERVER_OGC_TILE_MATRIX_SETS_H

#include "base/err.h"
#include "server/http/document.h"
#include "server/http/route.h"

#define TMS_ID    "WebMercatorQuad"
#define TMS_TITLE "Web Mercator"
#define TMS_URI   "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
#define TMS_CRS   "http://www.opengis.net/def/crs/EPSG/0/3857"

/** Whether the path's {tileMatrixSetId} is one of ours. Errors NOT_FOUND */
enum err_code tile_matrix_set_check(const struct request *r, struct err *err) MUST_USE;

#endif

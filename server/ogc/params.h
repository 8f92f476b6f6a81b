/* The parameters that several resources of this room share, described once. */
#ifndef SERVER_OGC_PARAMS_H
#define SERVER_OGC_PARAMS_H

#include "server/http/param.h"
#include "server/http/route.h"

#define FEATURES_DEFAULT_LIMIT 100
#define FEATURES_MAX_LIMIT     10000

extern const struct param_spec collection_id_param; /* path: collectionId */
extern const struct param_spec feature_id_param;    /* path: featureId */
extern const struct param_spec limit_param, bbox_param, datetime_param, after_param;
extern const struct param_spec tms_id_param; /* path: tileMatrixSetId */
extern const struct param_spec tile_matrix_param, tile_row_param, tile_col_param; /* path */
extern const struct param_spec collections_param;            /* query: the layers of a tile */
extern const struct param_spec layers_param;                 /* path: likewise, /xyz */
extern const struct param_spec zoom_param, x_param, y_param; /* path: /xyz */
extern const struct param_spec style_id_param;               /* path: styleId */

/* The media of most resources, and their parameters when there are none or the collection only. */
extern const enum media json_and_html[];
extern const struct param_spec *const no_params[];
extern const struct param_spec *const collection_params[];

#endif

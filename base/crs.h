/* The door to PROJ. Coordinates are always x = east or longitude, y = north or latitude; where a
 * CRS orders its axes otherwise is asked with crs_is_north_first() by those who must write them so.
 */
#ifndef BASE_CRS_H
#define BASE_CRS_H

#include "base/err.h"
#include "base/geom.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRS84_URI "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

struct crs; /* a PROJ context and its transforms: one thread */

enum err_code crs_new(struct crs **out, struct err *err) MUST_USE;
void crs_free(struct crs *c);

/** What is known of an EPSG code. */
struct crs_info {
    int32_t epsg;
    char name[96];        /* "RGF93 v1 / Lambert-93" */
    bool geographic;      /* degrees */
    bool north_first;     /* the authority's axis order is N,E or lat,lon */
    double unit_m;        /* a unit of its axes in metres; a degree: on the equator of WGS 84 */
    struct bbox area_deg; /* area of use, degrees; empty when PROJ does not say */
};

/** "EPSG:2154", "epsg:2154", "2154", "CRS84", "OGC:CRS84", an OGC URI or URN. CRS84 is 4326 (x
 * first anyway). Errors BAD_ARG not such a text; NOT_FOUND PROJ does not know the code; UNSUPPORTED
 * heights, geocentric coordinates (so do all functions that take a code) */
enum err_code crs_parse(struct crs *c, const char *text, int32_t *out_epsg,
                        struct err *err) MUST_USE;
enum err_code crs_describe(struct crs *c, int32_t epsg, struct crs_info *out,
                           struct err *err) MUST_USE;
/** "http://www.opengis.net/def/crs/EPSG/0/2154"; CRS84's own URI for 4326 (our coordinates are lon,
 * lat). */
void crs_put_uri(struct buf *b, int32_t epsg);

/** Transform in place; the same EPSG code twice copies nothing. Points that have no image become
 * NaN, and their number is `*n_failed` (may be NULL). Errors NOT_FOUND, BAD_DATA (no such
 * operation). */
enum err_code crs_transform(struct crs *c, int32_t from_epsg, int32_t to_epsg, double *xy,
                            size_t n_vertices, size_t *n_failed, struct err *err) MUST_USE;
/** The box that holds the box's image (edges are densified), or the image of that part of the box
 * that has one; clamped to +-180, +-90 for geographic targets, and all longitudes when it crosses
 * the antimeridian. Errors as crs_transform(); BAD_ARG an empty box; BAD_DATA no part has an image
 */
enum err_code crs_transform_bbox(struct crs *c, int32_t from_epsg, int32_t to_epsg,
                                 const struct bbox *in, struct bbox *out, struct err *err) MUST_USE;

#define CRS_WKT_BYTES ((size_t)1 << 20)

/** The EPSG code of a CRS in well-known text: WKT 1 (ESRI's kind too) or WKT 2. What only adds
 * heights or a transformation to WGS 84 is left aside.
 * Errors   BAD_DATA not WKT of a CRS; UNSUPPORTED it is none of EPSG's, or may be several (words
 *          name it); LIMIT longer than CRS_WKT_BYTES */
enum err_code crs_from_wkt(struct span wkt, int32_t *out_epsg, struct err *err) MUST_USE;

const char *crs_proj_version(void);

#endif

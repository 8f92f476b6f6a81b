/* The media types that are spoken here: one table for `f=`, Accept, Content-Type and links. */
#ifndef SERVER_HTTP_MEDIA_H
#define SERVER_HTTP_MEDIA_H

#include "base/text.h"

#include <stdbool.h>

/* X(name, value of f=, media type, whether gzip is worth it) */
#define MEDIA_LIST(X)                                                                              \
    X(MEDIA_JSON, "json", "application/json", true)                                                \
    X(MEDIA_HTML, "html", "text/html; charset=utf-8", true)                                        \
    X(MEDIA_GEOJSON, "json", "application/geo+json", true)                                         \
    X(MEDIA_OPENAPI, "json", "application/vnd.oai.openapi+json;version=3.0", true)                 \
    X(MEDIA_MVT, "mvt", "application/vnd.mapbox-vector-tile", true)                                \
    X(MEDIA_TILEJSON, "tilejson", "application/json", true)                                        \
    X(MEDIA_REPORT, "report", "application/json", true)                                            \
    X(MEDIA_STYLE, "mbs", "application/vnd.mapbox.style+json", true)                               \
    X(MEDIA_SCHEMA, "json", "application/schema+json", true)                                       \
    X(MEDIA_PROBLEM, "json", "application/problem+json", true)                                     \
    X(MEDIA_TEXT, "text", "text/plain; charset=utf-8", true)                                       \
    X(MEDIA_CSS, "css", "text/css; charset=utf-8", true)                                           \
    X(MEDIA_JAVASCRIPT, "js", "text/javascript; charset=utf-8", true)                              \
    X(MEDIA_SVG, "svg", "image/svg+xml", true)                                                     \
    X(MEDIA_PNG, "png", "image/png", false)                                                        \
    X(MEDIA_JPEG, "jpeg", "image/jpeg", false)                                                     \
    X(MEDIA_WEBP, "webp", "image/webp", false)                                                     \
    X(MEDIA_GLYPHS, "pbf", "application/x-protobuf", true)

enum media {
#define X(name, f, type, compressible) name,
    MEDIA_LIST(X)
#undef X
        MEDIA_END /* closes lists */
};

const char *media_f(enum media m);    /* "json" */
const char *media_type(enum media m); /* "application/json" */
bool media_is_compressible(enum media m);

/**
 * Choose among what is offered (MEDIA_END closes the list, the first is the default).
 * `f` (NULL: not given) wins over `accept` (NULL or "": anything), per RFC 9110 12.5.1 with
 * q-values, and a browser's "text/html,...,*\/\*" gives HTML. False when f is not offered (400) or
 * nothing acceptable is (406).
 */
bool media_choose(const enum media *offered, const char *f, const char *accept, enum media *out);

#endif

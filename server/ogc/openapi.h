/* The API document: OpenAPI 3.0, made from the routes themselves. */
#ifndef SERVER_OGC_OPENAPI_H
#define SERVER_OGC_OPENAPI_H

#include "server/http/document.h"
#include "server/http/route.h"

#include <stdbool.h>
#include <stddef.h>

/** Fill an empty document with the OpenAPI 3.0.3 description of all routes that are not hidden. */
void openapi_describe(struct doc *d, const struct request *r);

/** The media types that a route offers, each once; `types` has room for MEDIA_END types. Returns
 * their number. */
size_t openapi_types(const struct route *route, const char **types);

/** Whether the route has a parameter f. */
bool openapi_has_f(const struct route *route);

#endif

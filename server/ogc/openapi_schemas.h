/* The schemas that operations of the API document refer to. */
#ifndef SERVER_OGC_OPENAPI_SCHEMAS_H
#define SERVER_OGC_OPENAPI_SCHEMAS_H

#include <stddef.h>

struct openapi_schema {
    const char *name; /* "#/components/schemas/NAME" */
    const char *json;
};

extern const struct openapi_schema openapi_schemas[];
extern const size_t n_openapi_schemas;

#endif

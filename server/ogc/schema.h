/* The fields of a layer as JSON Schema. */
#ifndef SERVER_OGC_SCHEMA_H
#define SERVER_OGC_SCHEMA_H

#include "server/http/document.h"
#include "store/layer.h"

/** One JSON Schema for each field, as members of an object, with the roles of OGC 23-058r1. */
void schema_put_fields(struct doc *properties, const struct layer *layer);

#endif

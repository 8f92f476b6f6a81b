/* The fields of a layer, and what else its tiles tell, as JSON Schema. */
#ifndef SERVER_OGC_SCHEMA_H
#define SERVER_OGC_SCHEMA_H

#include "server/http/document.h"
#include "store/layer.h"

/** One JSON Schema for a field, as a member of an object, with the roles of OGC 23-058r1. */
void schema_put_field(struct doc *properties, const struct layer *layer, size_t field);
/** Likewise for what is no field of the layer. The name is lent. */
void schema_put_attribute(struct doc *properties, const char *name, enum field_type type);

#endif

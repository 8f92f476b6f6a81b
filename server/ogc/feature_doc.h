/* Attribute values as members of a document, for pages that people read. */
#ifndef SERVER_OGC_FEATURE_DOC_H
#define SERVER_OGC_FEATURE_DOC_H

#include "base/arena.h"
#include "server/http/document.h"
#include "store/feature.h"
#include "store/layer.h"

/** All properties of a feature as members of an object; texts are copied into the arena. */
void feature_doc_properties(struct doc *d, struct arena *a, const struct layer *layer,
                            const struct feature *f);

/** "/collections/roads/items/a%2F7" */
const char *feature_path(struct arena *a, const struct layer *layer, struct span id);

#endif

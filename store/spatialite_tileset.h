/* Kept tilesets as the store's other files see them. */
#ifndef STORE_SPATIALITE_TILESET_H
#define STORE_SPATIALITE_TILESET_H

#include "store/catalog.h"
#include "store/spatialite_db.h"
#include "store/tileset.h"

/** Our tables of them: a step of the schema. */
extern const char TILESET_TABLES[];

/** Fill `kept` of those layers that are. Within the transaction that read the layers. */
enum err_code tilesets_read(struct store *s, struct catalog *c, struct err *err) MUST_USE;

/** Delete a layer's tiles; nothing when it keeps none. Within a transaction; the layer's own row
 * stays. */
enum err_code tileset_drop(struct store *s, const char *layer, struct err *err) MUST_USE;

#endif

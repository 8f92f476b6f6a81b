/* Revisions of layers and the log of changed areas (store/change_log.h). Within a transaction. */
#ifndef STORE_SPATIALITE_CHANGES_H
#define STORE_SPATIALITE_CHANGES_H

#include "store/change_log.h"
#include "store/spatialite_db.h"

/** The layer has a new revision, and all of it may have changed: nothing that was made of it before,
 * in a cache or by a client, is it any more. */
enum err_code changes_put_whole(struct store *s, const char *layer, struct err *err) MUST_USE;

/** The layer has a new revision, which changed these areas and nothing else of its drawables. Their
 * `revision` is not read. In       areas: may be put in another order, and joined */
enum err_code changes_put_areas(struct store *s, const char *layer, struct changed_area *areas,
                                size_t n, struct err *err) MUST_USE;

/* The tables of version 7. */
#define CHANGES_TABLES                                                                             \
    "ALTER TABLE cassini_layers ADD COLUMN whole_revision INTEGER NOT NULL DEFAULT 0;"             \
    "UPDATE cassini_layers SET whole_revision=revision;"                                           \
    "CREATE TABLE cassini_changes("                                                                \
    " id INTEGER PRIMARY KEY, layer TEXT NOT NULL COLLATE NOCASE, revision INTEGER NOT NULL,"      \
    " min_x INTEGER NOT NULL, min_y INTEGER NOT NULL, max_x INTEGER NOT NULL,"                     \
    " max_y INTEGER NOT NULL, min_zoom INTEGER NOT NULL, max_zoom INTEGER NOT NULL);"              \
    "CREATE INDEX cassini_changes_layer ON cassini_changes(layer, id);"

#endif

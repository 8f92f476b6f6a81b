/* What a feature editor holds between its calls: for its files only. */
#ifndef STORE_SPATIALITE_EDITOR_H
#define STORE_SPATIALITE_EDITOR_H

#include "store/feature_editor.h"
#include "store/spatialite_writer.h"

struct feature_editor {
    struct store *store;
    struct catalog *catalog;
    const struct layer *layer; /* as it was at the beginning */
    /* The part of a layer writer that makes rows and counts; it has no drawables of its own. */
    struct layer_writer writer;
    bool has_triggers_off;
    sqlite3_stmt *find, *erase, *index_put, *index_erase; /* the last two NULL without geometry */
    struct row_writer same;    /* a query for the row that has the same columns */
    int64_t first_fid, n_fids; /* of the rows that this edit has written */
    size_t *change_of_fid;     /* n_fids: which change wrote it */
    struct feature_change *changes;
    struct changed_area *areas;
    size_t n_changes, n_areas, room_fids, room_changes, room_areas;
    bool may_shrink;       /* a feature at the edge of the layer's box went */
    bool may_shorten_time; /* one at an end of its time */
};

/** All drawables of the layer anew from its features, into empty tables. Where `e` is not NULL, those
 * that have changed are told with feature_editor_touch(). In       w: spec and store; out: what it
 * counts of features and drawables */
enum err_code rederive_layer(struct layer_writer *w, const struct layer *l, struct deriver *d,
                             struct feature_editor *e, struct err *err) MUST_USE;

#endif

/* The tables of one layer: made, filled without triggers, dropped. Within a transaction. */
#ifndef STORE_SPATIALITE_TABLES_H
#define STORE_SPATIALITE_TABLES_H

#include "base/arena.h"
#include "store/layer_writer.h"
#include "store/spatialite_db.h"

/** The empty tables of its drawables. */
enum err_code tables_create_drawables(struct store *s, const char *layer, struct err *err) MUST_USE;
/** Let SpatiaLite know of a layer's geometry, which gets its triggers and its index. `is_there`: the
 * column is there with what is in it; else it is made. Nothing for a layer without geometry. */
enum err_code tables_register(struct store *s, const struct layer_spec *spec, bool is_there,
                              struct err *err) MUST_USE;

/** What tables a layer has that is there, under this name. */
struct layer_spec tables_spec_of(const struct layer *l, const char *name);

/** SpatiaLite's triggers on a layer's table, put aside while many rows come. */
struct triggers {
    const char **name, **sql;
    size_t n;
};

/** Errors CONFLICT something of one of the names stands in the store. */
enum err_code tables_check_free(struct store *s, const char *layer, struct err *err) MUST_USE;

/** Make the empty tables and both indexes of a layer, registered with SpatiaLite.
 *  `spec->fields` have their columns. Errors UNSUPPORTED a CRS that SpatiaLite does not know */
enum err_code tables_create(struct store *s, const struct layer_spec *spec, const char *id_column,
                            struct err *err) MUST_USE;
/** Drop all of a layer, with all that SpatiaLite knows of it and the rejects of its imports; the
 * layer's own row and its imports stay. */
enum err_code tables_drop(struct store *s, const char *layer, struct err *err) MUST_USE;

/** Delete what SpatiaLite has registered of a table, and nothing else. */
enum err_code tables_forget(struct store *s, const char *layer, struct err *err) MUST_USE;

enum err_code triggers_put_aside(struct store *s, const char *layer, struct arena *a,
                                 struct triggers *out, struct err *err) MUST_USE;
enum err_code triggers_put_back(struct store *s, const struct triggers *t,
                                struct err *err) MUST_USE;

/** The indexes that are best made when all rows are there. Errors BAD_DATA two features have the
 * same id */
enum err_code tables_index(struct store *s, const char *layer, const char *id_column,
                           bool some_without_geometry, struct err *err) MUST_USE;
/** Only the second of its indexes: the rows without geometry, where there are some. */
enum err_code tables_index_no_geometry(struct store *s, const char *layer,
                                       bool some_without_geometry, struct err *err) MUST_USE;

/** What SpatiaLite, OGR and QGIS would have to scan the table for. */
enum err_code tables_put_statistics(struct store *s, const char *layer, uint64_t n_rows,
                                    const struct bbox *box, struct err *err) MUST_USE;

#endif

/* Which columns hold the fields: SQL cannot tell "Name" from "NAME". */
#ifndef STORE_COLUMNS_H
#define STORE_COLUMNS_H

#include "base/arena.h"
#include "base/err.h"
#include "store/layer.h"

/**
 * Set each field's `column`: its own wish (`column` if not NULL, else `name`), with _2, _3, ...
 * where that is taken by an earlier field or by the store's own columns.
 * Out      out_id_column: the id field's column, or without one (id_field -1) a name for an extra
 *          column: "id", else "feature_id"
 * Errors   NO_MEMORY, LIMIT too many fields for SQLite
 */
enum err_code columns_choose(struct field *fields, size_t n_fields, int id_field, struct arena *a,
                             const char **out_id_column, struct err *err) MUST_USE;

#endif

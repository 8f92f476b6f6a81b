#include "store/columns.h"

#include "base/text.h"

/* SQLITE_MAX_COLUMN is 2000; row, id and geometry need some. */
#define MAX_FIELDS 1990

/* The store's own columns, SQLite's words for the row number, and OGR's. */
static const char *const RESERVED[] = {"fid", "geom", "rowid", "oid", "_rowid_", "ogc_fid"};

static bool is_taken(const char *column, const struct field *fields, size_t n_fields)
{
    for (size_t i = 0; i < sizeof RESERVED / sizeof *RESERVED; i++) {
        if (text_eq_ignoring_case(column, RESERVED[i]))
            return true;
    }
    for (size_t i = 0; i < n_fields; i++) {
        if (text_eq_ignoring_case(column, fields[i].column))
            return true;
    }
    return false;
}

/* The wish, or the wish with the first free number. NULL: no memory. */
static const char *find_free(const char *wish, const struct field *fields, size_t n_fields,
                             struct arena *a, struct err *err)
{
    const char *column = arena_strdup(a, wish, err);
    for (int number = 2; column && is_taken(column, fields, n_fields); number++)
        column = arena_printf(a, err, "%s_%d", wish, number);
    return column;
}

enum err_code columns_choose(struct field *fields, size_t n_fields, int id_field, struct arena *a,
                             const char **out_id_column, struct err *err)
{
    struct err why = {0};
    if (n_fields > MAX_FIELDS)
        return err_set(err, LIMIT, "%zu fields; a layer can have %d", n_fields, MAX_FIELDS);
    for (size_t i = 0; i < n_fields; i++) {
        const char *wish = fields[i].column ? fields[i].column : fields[i].name;
        fields[i].column = find_free(*wish ? wish : "field", fields, i, a, &why);
        if (why.code)
            return err_set(err, why.code, "%s", why.text);
    }
    if (id_field >= 0) {
        *out_id_column = fields[id_field].column;
        return OK;
    }
    const char *wish = is_taken("id", fields, n_fields) ? "feature_id" : "id";
    const char *column = find_free(wish, fields, n_fields, a, &why);
    if (why.code)
        return err_set(err, why.code, "%s", why.text);
    *out_id_column = column;
    return OK;
}

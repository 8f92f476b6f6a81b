#include "store/source_version.h"
#include "store/spatialite_db.h"

/* How many layers were last made of the source ?1, or of what lies in it: an archive's files stand
 * behind '/', the layers of a file behind '#'. */
#define LAYERS_OF_SOURCE                                                                           \
    "(SELECT count(*) FROM cassini_layers l JOIN cassini_imports i ON i.id ="                      \
    " (SELECT max(id) FROM cassini_imports WHERE layer=l.name)"                                    \
    " WHERE i.source=?1 OR substr(i.source, 1, length(?1) + 1) IN (?1 || '/', ?1 || '#'))"

enum err_code store_read_source_version(struct store *s, const char *source, struct arena *a,
                                        const char **out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    const char *version = NULL;
    enum err_code rc = db_borrow(
        s, &stmt, err,
        "SELECT version FROM cassini_sources WHERE source=?1 AND n_layers=" LAYERS_OF_SOURCE);
    if (rc)
        return rc;
    db_bind_text(stmt, 1, source);
    rc = db_step(s, stmt, &row, err);
    if (!rc && row) {
        const struct span text = db_column_span(stmt, 0);
        version = arena_strndup(a, text.at, text.len_bytes, err);
        rc = version ? OK : NO_MEMORY;
    }
    db_return(s, stmt);
    if (!rc)
        *out = version;
    return rc;
}

enum err_code store_write_source_version(struct store *s, const char *source, const char *version,
                                         struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum err_code rc = db_borrow(s, &stmt, err,
                                 "INSERT OR REPLACE INTO cassini_sources(source, version, n_layers)"
                                 " VALUES(?1, ?2, " LAYERS_OF_SOURCE ")");
    if (rc)
        return rc;
    db_bind_text(stmt, 1, source);
    db_bind_text(stmt, 2, version);
    rc = db_step_reset(s, stmt, err);
    db_return(s, stmt);
    return rc;
}

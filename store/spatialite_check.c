/* Is a store whole: see store/check.h. Here what is no single layer's. */
#include "store/spatialite_check.h"
#include "store/spatialite_tables.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NO_LAYER   "layer NOT IN (SELECT name FROM cassini_layers)"
#define NO_TILESET "tileset NOT IN (SELECT id FROM cassini_tilesets)"
#define NO_TABLE   "f_table_name NOT IN (SELECT lower(name) FROM sqlite_schema WHERE type='table')"

/* Rows that should not be, and what is to be done with them; top down, so that what belongs to them
 * is found after they are gone. */
static const struct rule {
    const char *table, *where, *words;
    const char *set; /* NULL: they are deleted */
    bool lost;       /* nothing can be done */
} RULES[] = {
    {"cassini_fields", NO_LAYER, "fields of no layer", NULL, false},
    {"cassini_drawing", NO_LAYER, "drawings of no layer", NULL, false},
    {"cassini_imports", NO_LAYER, "imports of no layer", NULL, false},
    {"cassini_rejects", "import NOT IN (SELECT id FROM cassini_imports)", "rejects of no import",
     NULL, false},
    {"cassini_tilesets", NO_LAYER, "tilesets of no layer", NULL, false},
    {"cassini_tileset_zooms", NO_TILESET, "zooms of no tileset", NULL, false},
    {"cassini_tiles", NO_TILESET, "tiles of no tileset", NULL, false},
    {"cassini_tile_blobs", NO_TILESET, "contents of tiles of no tileset", NULL, false},
    {"cassini_tile_blobs", "id NOT IN (SELECT blob FROM cassini_tiles)",
     "contents that no tile has", NULL, false},
    {"cassini_tiles", "blob NOT IN (SELECT id FROM cassini_tile_blobs)",
     "tiles whose content is missing", NULL, true},
    {"cassini_tilesets",
     "n_tiles<>(SELECT count(*) FROM cassini_tiles t WHERE t.tileset=cassini_tilesets.id)",
     "tilesets that count their tiles wrongly",
     "n_tiles=(SELECT count(*) FROM cassini_tiles t WHERE t.tileset=cassini_tilesets.id)", false},
    {"geometry_columns_field_infos", NO_TABLE, "descriptions of fields of no table", NULL, false},
    {"geometry_columns_statistics", NO_TABLE, "statistics of no table", NULL, false},
    {"geometry_columns_time", NO_TABLE, "times of no table", NULL, false},
    {"geometry_columns_auth", NO_TABLE, "rights to no table", NULL, false},
    {"geometry_columns", NO_TABLE, "registrations of no table", NULL, false},
};
enum { N_RULES = sizeof RULES / sizeof *RULES, DAMAGES_TOLD = 20 };

/* The tables beside a layer, the virtual one first: it takes its own along. */
static const char ORPHANS[] =
    "SELECT name FROM sqlite_schema WHERE type='table' AND"
    " ((name LIKE '%\\_drawable\\_index' ESCAPE '\\' AND"
    "   substr(name, 1, length(name) - 15) NOT IN (SELECT name FROM cassini_layers))"
    " OR (name LIKE '%\\_drawable' ESCAPE '\\' AND"
    "   substr(name, 1, length(name) - 9) NOT IN (SELECT name FROM cassini_layers)))"
    " ORDER BY length(name) DESC";

enum err_code check_tell(const struct check *c, const char *layer, bool derived, struct err *err,
                         const char *format, ...)
{
    char words[512];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    const struct check_problem p = {layer, words, derived};
    return c->checker->problem(c->checker->state, &p, err);
}

enum err_code check_tell_count(const struct check *c, const char *layer, bool derived, uint64_t n,
                               const char *words, struct err *err)
{
    if (n == 0)
        return OK;
    struct buf number;
    buf_init(&number, 64);
    text_put_count(&number, n);
    const enum err_code rc = check_tell(c, layer, derived, err, "%s %s", buf_text(&number), words);
    buf_clear(&number);
    return rc;
}

/* What SQLite says of its own pages; indexes can be made anew, rows cannot. */
static enum err_code check_pages(const struct check *c, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_prepare(c->store, &stmt, err, "PRAGMA integrity_check(%d)", DAMAGES_TOLD);
    while (!rc && !(rc = db_step(c->store, stmt, &row, err)) && row) {
        const char *words = (const char *)sqlite3_column_text(stmt, 0);
        if (words && !text_eq(words, "ok"))
            rc = check_tell(c, NULL, strstr(words, " index ") != NULL, err, "SQLite: %s", words);
    }
    sqlite3_finalize(stmt);
    return rc;
}

static enum err_code check_rules(const struct check *c, struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < N_RULES; i++) {
        const struct rule *r = &RULES[i];
        int64_t n = 0;
        rc = db_get_i64(c->store, &n, err, "SELECT count(*) FROM %s WHERE %s", r->table, r->where);
        if (!rc)
            rc = check_tell_count(c, NULL, !r->lost, (uint64_t)n, r->words, err);
    }
    return rc;
}

static enum err_code check_orphans(const struct check *c, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum err_code rc = db_prepare(c->store, &stmt, err, "%s", ORPHANS);
    while (!rc && !(rc = db_step(c->store, stmt, &row, err)) && row)
        rc = check_tell(c, NULL, true, err, "table '%s' belongs to no layer",
                        (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return rc;
}

enum err_code check_rtree(const struct check *c, const struct layer *l, const char *index,
                          bool *out_is_whole, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    int64_t n = 0;
    *out_is_whole = false;
    enum err_code rc =
        db_get_i64(c->store, &n, err, "SELECT count(*) FROM sqlite_schema WHERE name=%Q", index);
    if (rc || n == 0)
        return rc ? rc : check_tell(c, l->name, true, err, "its index '%s' is missing", index);
    rc = db_prepare(c->store, &stmt, err, "SELECT rtreecheck(%Q)", index);
    if (!rc)
        rc = db_step(c->store, stmt, &row, err);
    if (!rc) {
        const char *words = (const char *)sqlite3_column_text(stmt, 0);
        *out_is_whole = text_eq(words, "ok");
        if (!*out_is_whole)
            rc = check_tell(c, l->name, true, err, "its index '%s' is damaged: %.*s", index,
                            (int)strcspn(words ? words : "", "\n"), words ? words : "");
    }
    sqlite3_finalize(stmt);
    return rc;
}

enum err_code store_check(struct store *s, const struct checker *checker, struct err *err)
{
    const struct check c = {s, checker};
    struct catalog *catalog = NULL;
    /* One moment, whatever others write meanwhile. */
    enum err_code rc = db_run(s, err, "BEGIN");
    if (!rc)
        rc = check_pages(&c, err);
    if (!rc)
        rc = store_read_catalog(s, &catalog, err);
    for (size_t i = 0; !rc && i < catalog_n_layers(catalog); i++) {
        const struct layer *l = catalog_layer(catalog, i);
        rc = l->kept ? OK : check_layer(&c, l, err);
    }
    if (!rc)
        rc = check_rules(&c, err);
    if (!rc)
        rc = check_orphans(&c, err);
    db_rollback(s);
    catalog_unref(catalog);
    return rc;
}

/* --- repairs that are no layer's ------------------------------------------------------------ */

/* The first table that belongs to no layer; dropping it changes what the query goes through. */
static enum err_code drop_orphan(struct store *s, bool *out_more, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    char *name = NULL;
    enum err_code rc = db_prepare(s, &stmt, err, "%s", ORPHANS);
    if (!rc)
        rc = db_step(s, stmt, &row, err);
    if (!rc && row) {
        name = sqlite3_mprintf("%s", sqlite3_column_text(stmt, 0));
        rc = name ? OK : err_no_memory(err, 0);
    }
    sqlite3_finalize(stmt);
    if (!rc && row)
        rc = db_run(s, err, "DROP TABLE \"%w\"", name);
    sqlite3_free(name);
    *out_more = row;
    return rc;
}

enum err_code store_repair_rest(struct store *s, struct err *err)
{
    bool more = true;
    enum err_code rc = OK;
    while (!rc && more)
        rc = drop_orphan(s, &more, err);
    for (size_t i = 0; !rc && i < N_RULES; i++) {
        const struct rule *r = &RULES[i];
        if (r->set)
            rc = db_run(s, err, "UPDATE %s SET %s WHERE %s", r->table, r->set, r->where);
        else if (!r->lost)
            rc = db_run(s, err, "DELETE FROM %s WHERE %s", r->table, r->where);
    }
    return rc ? rc : db_run(s, err, "REINDEX");
}

enum err_code store_repair_begin(struct store *s, struct err *err)
{
    return s->mode == STORE_READ ? err_set(err, BAD_ARG, "the store was opened for reading")
                                 : db_run(s, err, "BEGIN IMMEDIATE");
}

enum err_code store_repair_end(struct store *s, bool keep, struct err *err)
{
    enum err_code rc = keep ? db_run(s, err, "COMMIT") : OK;
    db_rollback(s);
    return rc || !keep ? rc : store_publish(s, err);
}

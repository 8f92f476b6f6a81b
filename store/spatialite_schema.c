/* Our own tables, as numbered steps. */
#include "store/spatialite_changes.h"
#include "store/spatialite_drawing.h"
#include "store/spatialite_tileset.h"

/* The empty file becomes a SpatiaLite database; EPSG 4326 is always known. */
static enum err_code make_spatialite(struct store *s, struct err *err)
{
    int64_t done = 0;
    enum err_code rc = db_get_i64(s, &done, err, "SELECT InitSpatialMetadata(0, 'NONE')");
    if (!rc && !done)
        rc = err_set(err, INTERNAL, "SpatiaLite could not make its tables");
    if (!rc)
        rc = db_get_i64(s, &done, err, "SELECT InsertEpsgSrid(4326)");
    return rc;
}

/* Times are microseconds since 1970 in UTC; boxes without content are null. */
static const char STEP_1[] =
    "CREATE TABLE cassini_meta(key TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL);"
    /* layer_revision is the last one that was given: see store/spatialite_changes.c */
    "INSERT INTO cassini_meta VALUES('schema_version', 1), ('layer_revision', 0);"
    "CREATE TABLE cassini_layers("
    " name TEXT PRIMARY KEY NOT NULL COLLATE NOCASE,"
    " title TEXT, description TEXT, license TEXT, attribution TEXT, keywords TEXT,"
    " id_column TEXT NOT NULL, id_field INTEGER, time_field INTEGER,"
    " geom_type INTEGER NOT NULL, epsg INTEGER NOT NULL,"
    " n_features INTEGER NOT NULL, n_without_geometry INTEGER NOT NULL,"
    " min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,"
    " west_deg DOUBLE, south_deg DOUBLE, east_deg DOUBLE, north_deg DOUBLE,"
    " min_zoom INTEGER NOT NULL, max_zoom INTEGER NOT NULL,"
    " tile_limit_bytes INTEGER NOT NULL DEFAULT 512000,"
    " tile_limit_features INTEGER NOT NULL DEFAULT 16000,"
    " revision INTEGER NOT NULL, updated_us INTEGER NOT NULL,"
    " time_start_us INTEGER, time_end_us INTEGER);"
    "CREATE TABLE cassini_fields("
    " layer TEXT NOT NULL COLLATE NOCASE, position INTEGER NOT NULL,"
    " name TEXT NOT NULL, column TEXT NOT NULL, type TEXT NOT NULL,"
    " PRIMARY KEY(layer, position));"
    "CREATE TABLE cassini_imports("
    " id INTEGER PRIMARY KEY, layer TEXT NOT NULL COLLATE NOCASE,"
    " source TEXT, sha256 TEXT, source_bytes INTEGER, started_us INTEGER, ended_us INTEGER,"
    " mode TEXT, options TEXT, software TEXT,"
    " n_read INTEGER, n_written INTEGER, n_repaired INTEGER, n_rejected INTEGER);"
    "CREATE INDEX cassini_imports_layer ON cassini_imports(layer, id);"
    "CREATE TABLE cassini_rejects("
    " id INTEGER PRIMARY KEY, import INTEGER NOT NULL,"
    " position TEXT, reason TEXT, raw BLOB);"
    "CREATE INDEX cassini_rejects_import ON cassini_rejects(import);";

/* What a source says of its fields besides their types. */
static const char STEP_2[] = "ALTER TABLE cassini_fields ADD COLUMN title TEXT;"
                             "ALTER TABLE cassini_fields ADD COLUMN unit TEXT;"
                             "ALTER TABLE cassini_fields ADD COLUMN iri TEXT;";

/* What imports did, by kind; and the zoom that was said, which outlives the features. */
static const char STEP_4[] =
    "ALTER TABLE cassini_imports ADD COLUMN n_inserted INTEGER;"
    "ALTER TABLE cassini_imports ADD COLUMN n_updated INTEGER;"
    "ALTER TABLE cassini_imports ADD COLUMN n_deleted INTEGER;"
    "ALTER TABLE cassini_imports ADD COLUMN n_without_geometry INTEGER;"
    "ALTER TABLE cassini_imports ADD COLUMN n_rings_closed INTEGER;"
    "ALTER TABLE cassini_imports ADD COLUMN n_rings_turned INTEGER;"
    "ALTER TABLE cassini_imports ADD COLUMN n_duplicate_vertices INTEGER;"
    "ALTER TABLE cassini_imports ADD COLUMN n_heights INTEGER;"
    "ALTER TABLE cassini_imports ADD COLUMN n_outside_area INTEGER;"
    "ALTER TABLE cassini_layers ADD COLUMN said_min_zoom INTEGER NOT NULL DEFAULT 0;";

/* Sources behind a URL of which every layer was imported: see store/source_version.h. */
static const char STEP_5[] = "CREATE TABLE cassini_sources("
                             " source TEXT PRIMARY KEY NOT NULL, version TEXT NOT NULL,"
                             " n_layers INTEGER NOT NULL);";

/* STEPS[n] makes version n + 1 of version n. */
static const char *const STEPS[] = {STEP_1, STEP_2,        TILESET_TABLES, STEP_4,
                                    STEP_5, DRAWING_TABLE, CHANGES_TABLES};
_Static_assert(sizeof STEPS / sizeof *STEPS == STORE_VERSION, "a step for every version");

enum err_code store_read_version(struct store *s, int64_t *out, struct err *err)
{
    int64_t n_tables = 0;
    enum err_code rc = db_get_i64(s, &n_tables, err,
                                  "SELECT count(*) FROM sqlite_schema WHERE name='cassini_meta'");
    if (rc)
        return rc;
    if (n_tables == 0) {
        *out = 0;
        return OK;
    }
    return db_get_i64(s, out, err, "SELECT value FROM cassini_meta WHERE key='schema_version'");
}

/* Within the transaction: nobody else can upgrade at the same time. */
static enum err_code upgrade(struct store *s, struct err *err)
{
    int64_t version = 0, n_tables = 0;
    enum err_code rc = store_read_version(s, &version, err);
    if (rc)
        return rc;
    if (version > STORE_VERSION || version < 0)
        return err_set(err, UNSUPPORTED,
                       "made by a newer Cassini (version %lld, this one knows %d)",
                       (long long)version, STORE_VERSION);
    if (version == STORE_VERSION)
        return OK;
    if (version == 0) {
        rc = db_get_i64(s, &n_tables, err, "SELECT count(*) FROM sqlite_schema");
        if (!rc && (n_tables > 0 || s->mode != STORE_CREATE))
            rc = err_set(err, BAD_DATA, "not a store: it has none of our tables");
        if (!rc)
            rc = make_spatialite(s, err);
    }
    for (; !rc && version < STORE_VERSION; version++)
        rc = db_run(s, err, "%s", STEPS[version]);
    if (!rc)
        rc = db_run(s, err,
                    "UPDATE cassini_meta SET value=%d WHERE key='schema_version';"
                    "PRAGMA application_id=%d",
                    STORE_VERSION, STORE_APPLICATION_ID);
    return rc;
}

enum err_code store_upgrade(struct store *s, struct err *err)
{
    int64_t version = 0;
    /* Most often there is nothing to do, and then nobody must wait for a writer. */
    enum err_code rc = store_read_version(s, &version, err);
    if (rc || version == STORE_VERSION)
        return rc;
    rc = db_run(s, err, "PRAGMA page_size=4096; BEGIN IMMEDIATE");
    if (!rc)
        rc = upgrade(s, err);
    if (!rc)
        rc = db_run(s, err, "COMMIT");
    db_rollback(s);
    return rc;
}

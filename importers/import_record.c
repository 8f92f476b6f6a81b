/* What is remembered of an import, whatever it made (importers/import_job.h). */
#include "base/crs.h"
#include "base/geos.h"
#include "importers/import_job.h"

static const char *const MODES[] = {
    [IMPORT_CREATE] = "create",
    [IMPORT_REPLACE] = "replace",
    [IMPORT_APPEND] = "append",
    [IMPORT_UPSERT] = "upsert",
};

enum err_code import_record_make(const struct import_job *j, struct import_record *out,
                                 struct err *err)
{
    struct buf name;
    buf_init(&name, 1 << 16);
    input_put_name(&name, j->input);
    enum err_code rc = buf_status(&name, err);
    const char *source = rc ? NULL : arena_strdup(j->arena, buf_text(&name), err);
    buf_clear(&name);
    const char *software = arena_printf(
        j->arena, err, "cassini %s; GEOS %s; PROJ %s; SQLite %s; SpatiaLite %s", CASSINI_VERSION,
        geos_version(), crs_proj_version(), store_sqlite_version(), store_spatialite_version());
    if (!rc && (!source || !software))
        rc = NO_MEMORY;
    if (rc)
        return rc;
    *out = (struct import_record){
        .source = source,
        .sha256 = j->summary.sha256,
        .source_bytes = j->summary.source_bytes,
        .started_us = j->started_us,
        .ended_us = when_now_us(),
        .mode = MODES[j->options->mode],
        .options = j->options->options_json,
        .software = software,
        .n_read = j->summary.n_read,
        .counts = j->summary.counts,
    };
    return OK;
}

/* A small store and exports of it, for the tests of exporters/. */
#ifndef TESTS_EXPORT_KIT_H
#define TESTS_EXPORT_KIT_H

#include "base/buf.h"
#include "exporters/export.h"
#include "tests/golden/small_store.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct export_kit {
    struct small_store store;
    char output[128], beside[136], log[144], journal[160];
    struct arena arena;
    struct export_options o;
    struct export_summary summary;
};

/* A row of boxes, and far away a point. */
static inline enum err_code export_kit_fill(struct small_store *s, int n_boxes, struct err *err)
{
    enum err_code rc = small_store_layer(s, "boxes", 4326, 1 << 20, err);
    for (int i = 0; !rc && i < n_boxes; i++)
        rc = small_store_put_box(s, 2 + i * 0.05, 48, 2.04 + i * 0.05, 48.04, err);
    if (!rc)
        rc = small_store_commit(s, err);
    if (!rc)
        rc = small_store_layer(s, "points", 4326, 1 << 20, err);
    if (!rc)
        rc = small_store_put_point(s, -70, -30, err);
    return rc ? rc : small_store_commit(s, err);
}

static inline int export_kit_set_up(void **state)
{
    struct err err = {0};
    struct export_kit *k = calloc(1, sizeof *k);
    if (!k || small_store_open(&k->store, &err) || export_kit_fill(&k->store, 20, &err))
        return -1;
    snprintf(k->output, sizeof k->output, "%s/tiles", k->store.folder);
    snprintf(k->beside, sizeof k->beside, "%s-new", k->output);
    snprintf(k->log, sizeof k->log, "%s-log", k->beside);
    snprintf(k->journal, sizeof k->journal, "%s-journal", k->beside);
    arena_init(&k->arena, 64 << 20);
    k->o = (struct export_options){.store = k->store.path,
                                   .output = k->output,
                                   .format = &archive_pmtiles,
                                   .min_zoom = 0,
                                   .max_zoom = 11,
                                   .gzip_level = 4,
                                   .n_workers = 2};
    *state = k;
    return 0;
}

static inline void export_kit_remove(const struct export_kit *k)
{
    unlink(k->output);
    unlink(k->beside);
    unlink(k->log);
    unlink(k->journal);
}

static inline int export_kit_tear_down(void **state)
{
    struct export_kit *k = *state;
    export_kit_remove(k);
    arena_clear(&k->arena);
    small_store_close(&k->store);
    free(k);
    return 0;
}

static inline enum err_code export_kit_run(struct export_kit *k, struct err *err)
{
    arena_clear(&k->arena);
    return export_run(&k->o, &k->arena, &k->summary, err);
}

static inline bool export_kit_is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

#endif

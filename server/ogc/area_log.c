#include "server/ogc/area_log.h"

#include "base/mem.h"

#include <stdatomic.h>
#include <string.h>

#define READ_BYTES ((size_t)1 << 20)

struct area_log {
    atomic_uint n_refs;
    int64_t layer_revision, whole_revision;
    size_t n_areas;
    struct changed_area areas[]; /* the newest first */
};

enum err_code area_log_new(struct store *s, const struct layer *l, struct area_log **out,
                           struct err *err)
{
    struct arena arena;
    struct changed_area *areas = NULL;
    struct area_log *log = NULL;
    size_t n = 0;
    arena_init(&arena, READ_BYTES);
    enum err_code rc = store_read_changes(s, l, &arena, &areas, &n, err);
    if (!rc) {
        const size_t n_bytes = sizeof *log + n * sizeof *areas;
        log = mem_new(1, n_bytes);
        if (!log)
            rc = err_no_memory(err, n_bytes);
    }
    if (!rc) {
        atomic_init(&log->n_refs, 1);
        log->layer_revision = l->revision;
        log->whole_revision = l->whole_revision;
        log->n_areas = n;
        if (n)
            memcpy(log->areas, areas, n * sizeof *areas);
        *out = log;
    }
    arena_clear(&arena);
    return rc;
}

struct area_log *area_log_ref(struct area_log *log)
{
    atomic_fetch_add_explicit(&log->n_refs, 1, memory_order_relaxed);
    return log;
}

void area_log_unref(struct area_log *log)
{
    if (log && atomic_fetch_sub_explicit(&log->n_refs, 1, memory_order_acq_rel) == 1)
        mem_free(log);
}

int64_t area_log_layer_revision(const struct area_log *log)
{
    return log->layer_revision;
}

struct area_revisions area_log_revisions(const struct area_log *log, const struct grid_box *box,
                                         uint8_t zoom)
{
    struct area_revisions r = {log->whole_revision, log->whole_revision};
    bool has_wide = false;
    for (size_t i = 0; i < log->n_areas; i++) {
        const struct changed_area *a = &log->areas[i];
        if (a->min_zoom > zoom || !grid_box_meets(&a->box, box))
            continue;
        if (!has_wide)
            r.wide = a->revision;
        has_wide = true;
        if (a->max_zoom >= zoom) {
            r.narrow = a->revision;
            break;
        }
    }
    return r;
}

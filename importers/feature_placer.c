#include "importers/feature_placer.h"

#include "importers/place_key.h"

/* What one feature may need while it is repaired. */
#define SCRATCH_BYTES ((size_t)1 << 30)

enum err_code feature_placer_open(struct feature_placer *p, const struct crs_placer_setup *setup,
                                  const atomic_bool *cancel, struct err *err)
{
    arena_init(&p->scratch, SCRATCH_BYTES);
    p->is_open = true;
    const enum err_code rc = crs_placer_open(&p->crs, setup, err);
    return rc ? rc : geom_repair_new(cancel, &p->repair, err);
}

void feature_placer_clear(struct feature_placer *p)
{
    if (!p->is_open)
        return;
    crs_placer_clear(&p->crs);
    geom_repair_free(p->repair);
    arena_clear(&p->scratch);
    *p = (struct feature_placer){0};
}

enum err_code feature_placer_run(struct feature_placer *p, const struct geom *in, struct geom *out,
                                 struct feature_placing *out_placing, struct err *err)
{
    struct feature_placing placing = {.is_outside = false};
    struct geom placed = {0};
    arena_reset(&p->scratch);
    enum err_code rc = in->type == GEOM_NONE ? OK : crs_placer_settle(&p->crs, true, err);
    if (!rc)
        rc = crs_placer_run(&p->crs, in, &p->scratch, &placed, &placing.is_outside, err);
    if (!rc)
        rc = geom_repair_run(p->repair, &placed, p->crs.to.geographic, &p->scratch, out,
                             &placing.report, err);
    if (rc)
        return rc;
    placing.box = geom_bbox(out);
    placing.key = place_key(&placing.box, p->crs.to.geographic);
    *out_placing = placing;
    return OK;
}

#include "tiler/world_placer.h"

#include "tiler/grid.h"
#include "tiler/plane_mesh.h"

#include <math.h>

#define LON_LAT_EPSG 4326
/* The wider a cell, the fewer are asked for, and the more often no polynomial fits: measured in
 * docs/adr/0015-grids.md. */
#define CELL_M       4096
#define TOLERANCE_GU 0.0625

enum err_code world_placer_init(struct world_placer *p, struct crs *crs, struct err *err)
{
    *p = (struct world_placer){.crs = crs};
    return plane_mesh_new(&p->mesh, err);
}

void world_placer_clear(struct world_placer *p)
{
    plane_mesh_free(p->mesh);
    *p = (struct world_placer){0};
}

static enum err_code ask(void *placer, double *xy, size_t n, struct err *err)
{
    const struct world_placer *p = placer;
    const enum err_code rc = crs_transform(p->crs, p->epsg, LON_LAT_EPSG, xy, n, NULL, err);
    for (double *at = xy; !rc && at < xy + 2 * n; at += 2)
        grid_place(at[0], at[1], &at[0], &at[1]);
    return rc;
}

enum err_code world_placer_start(struct world_placer *p, int32_t epsg, struct err *err)
{
    struct crs_info info;
    if (p->epsg == epsg)
        return OK;
    const enum err_code rc = crs_describe(p->crs, epsg, &info, err);
    if (rc)
        return rc;
    p->epsg = epsg;
    const struct plane_map map = {.ask = ask,
                                  .state = p,
                                  .side = exp2(floor(log2(CELL_M / info.unit_m))),
                                  .tolerance = TOLERANCE_GU};
    plane_mesh_start(p->mesh, &map);
    return OK;
}

enum err_code world_place(struct world_placer *p, double *xy, size_t n, struct err *err)
{
    return plane_mesh_map(p->mesh, xy, n, err);
}

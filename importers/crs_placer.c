#include "importers/crs_placer.h"

#include "importers/geom_repair.h"

#include <math.h>
#include <string.h>

#define MARGIN 0.1 /* of the area's width and height, on each side */

/* No area, or one without an image, is no ground to doubt anything. */
static struct bbox area_of(struct crs *crs, const struct crs_info *info)
{
    struct err ignored = {0};
    struct bbox area;
    if (bbox_is_empty(&info->area_deg) ||
        crs_transform_bbox(crs, 4326, info->epsg, &info->area_deg, &area, &ignored))
        return bbox_empty();
    const double more_x = (area.max_x - area.min_x) * MARGIN;
    const double more_y = (area.max_y - area.min_y) * MARGIN;
    return (struct bbox){area.min_x - more_x, area.min_y - more_y, area.max_x + more_x,
                         area.max_y + more_y};
}

enum err_code crs_placer_open(struct crs_placer *p, const struct crs_placer_setup *setup,
                              struct err *err)
{
    struct crs_placer made = {.default_epsg = setup->default_epsg, .existing = setup->existing};
    enum err_code rc = crs_new(&made.crs, err);
    if (!rc && setup->crs)
        rc = crs_parse(made.crs, setup->crs, &made.forced_epsg, err);
    if (!rc && setup->to_crs)
        rc = crs_parse(made.crs, setup->to_crs, &made.to_epsg, err);
    if (!rc && setup->existing)
        rc = crs_describe(made.crs, setup->existing->epsg, &made.to, err);
    if (rc)
        crs_placer_clear(&made);
    *p = made;
    return rc;
}

void crs_placer_clear(struct crs_placer *p)
{
    crs_free(p->crs);
    p->crs = NULL;
}

enum err_code crs_placer_say(struct crs_placer *p, int32_t epsg, struct err *err)
{
    if (p->forced_epsg)
        return OK;
    if (!epsg)
        return err_set(err, BAD_DATA, "the source's CRS is not known: say --crs");
    if (p->settled && p->from.epsg != epsg)
        return err_set(err, BAD_DATA,
                       "the source says only after its first feature that it is in EPSG:%d: say "
                       "--crs EPSG:%d",
                       (int)epsg, (int)epsg);
    p->said_epsg = epsg;
    return OK;
}

static int32_t source_epsg(const struct crs_placer *p)
{
    return p->forced_epsg ? p->forced_epsg : p->said_epsg ? p->said_epsg : p->default_epsg;
}

enum err_code crs_placer_settle(struct crs_placer *p, bool has_places, struct err *err)
{
    if (p->settled)
        return OK;
    const struct layer *existing = p->existing;
    int32_t from = source_epsg(p);
    if (!from && has_places)
        return err_set(err, BAD_ARG, "the source does not say which CRS it is in: say --crs");
    if (!from)
        from = p->to_epsg ? p->to_epsg : existing ? existing->epsg : 4326;
    const int32_t to = p->to_epsg ? p->to_epsg : from;
    if (existing && existing->epsg != to)
        return err_set(err, CONFLICT,
                       "layer '%s' is in EPSG:%d, the source in EPSG:%d: say --to-crs EPSG:%d, or "
                       "--crs when the source's is wrong",
                       existing->name, (int)existing->epsg, (int)to, (int)existing->epsg);
    enum err_code rc = crs_describe(p->crs, from, &p->from, err);
    if (!rc)
        rc = crs_describe(p->crs, to, &p->to, err);
    if (rc)
        return rc;
    p->from_area = area_of(p->crs, &p->from);
    p->to_area = area_of(p->crs, &p->to);
    p->settled = true;
    return OK;
}

static bool is_outside(const struct geom *g, const struct bbox *area)
{
    const struct bbox box = geom_bbox(g);
    return !bbox_is_empty(area) && !bbox_is_empty(&box) &&
           (box.min_x < area->min_x || box.max_x > area->max_x || box.min_y < area->min_y ||
            box.max_y > area->max_y);
}

static enum err_code transform(struct crs_placer *p, const struct geom *in, struct arena *a,
                               struct geom *out, struct err *err)
{
    struct geom made = *in;
    struct err why = {0};
    size_t n_failed = 0;
    /* PROJ would take a longitude of 200 degrees. */
    enum err_code rc = geom_check_places(in, p->from.geographic, err);
    if (rc)
        return rc;
    made.xy = arena_raw(a, in->n_vertices, 2 * sizeof *made.xy, &why);
    if (!made.xy)
        return err_set(err, why.code, "%s", why.text);
    memcpy(made.xy, in->xy, in->n_vertices * 2 * sizeof *made.xy);
    rc = crs_transform(p->crs, p->from.epsg, p->to.epsg, made.xy, made.n_vertices, &n_failed, err);
    for (size_t i = 0; !rc && n_failed > 0 && i < made.n_vertices; i++) {
        if (isnan(made.xy[2 * i]))
            return err_set(err, BAD_DATA, "position %zu, (%.10g, %.10g), has no place in EPSG:%d",
                           i + 1, in->xy[2 * i], in->xy[2 * i + 1], (int)p->to.epsg);
    }
    if (!rc)
        *out = made;
    return rc;
}

enum err_code crs_placer_run(struct crs_placer *p, const struct geom *in, struct arena *a,
                             struct geom *out, bool *out_outside, struct err *err)
{
    struct geom placed = *in;
    bool outside = is_outside(in, &p->from_area);
    if (p->from.epsg != p->to.epsg && in->n_vertices > 0) {
        const enum err_code rc = transform(p, in, a, &placed, err);
        if (rc)
            return rc;
        outside |= is_outside(&placed, &p->to_area);
    }
    *out = placed;
    *out_outside = outside;
    return OK;
}

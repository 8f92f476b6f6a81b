#include "base/crs.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <proj.h>
#include <stdio.h>
#include <string.h>

#define EQUATOR_RADIUS_M 6378137.0 /* WGS 84 */
#define N_TRANSFORMS     16        /* pairs of codes kept ready; a server meets few, a test many */

/* Vertices whose images are kept, 64 KB: of a million parcels in the order of the Hilbert curve
 * 57 % are found there, and 59 % in thirty times the memory. */
#define IMAGE_BITS 11
#define N_IMAGES   ((size_t)1 << IMAGE_BITS)

/* A vertex and its image. */
struct image {
    double x, y, to_x, to_y;
};

struct transform {
    int32_t from_epsg, to_epsg;
    PJ *pj; /* NULL: the place is free */
    bool to_degrees;
    struct image *images; /* N_IMAGES, each in the place that its vertex's hash says */
};

struct crs {
    PJ_CONTEXT *context;
    struct transform transforms[N_TRANSFORMS];
    size_t next_place;
    char said[200]; /* PROJ's last words */
};

static void remember(void *user, int level, const char *message)
{
    struct crs *c = user;
    if (level <= PJ_LOG_ERROR)
        snprintf(c->said, sizeof c->said, "%s", message);
}

enum err_code crs_new(struct crs **out, struct err *err)
{
    struct crs *c = mem_new(1, sizeof *c);
    if (c)
        c->context = proj_context_create();
    if (!c || !c->context) {
        mem_free(c);
        return err_no_memory(err, sizeof *c);
    }
    proj_log_func(c->context, c, remember);
    proj_context_set_enable_network(c->context, 0);
    *out = c;
    return OK;
}

static void clear_transform(struct transform *t)
{
    proj_destroy(t->pj);
    mem_free(t->images);
}

void crs_free(struct crs *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < N_TRANSFORMS; i++)
        clear_transform(&c->transforms[i]);
    proj_context_destroy(c->context);
    mem_free(c);
}

const char *crs_proj_version(void)
{
    return proj_info().version;
}

/* ---- codes -------------------------------------------------------------------------------- */

static enum err_code open_crs(struct crs *c, int32_t epsg, PJ **out, struct err *err)
{
    char code[12];
    snprintf(code, sizeof code, "%d", (int)epsg);
    PJ *pj = proj_create_from_database(c->context, "EPSG", code, PJ_CATEGORY_CRS, 0, NULL);
    if (!pj)
        return err_set(err, NOT_FOUND, "PROJ knows no coordinate reference system EPSG:%d",
                       (int)epsg);
    const PJ_TYPE type = proj_get_type(pj);
    if (type == PJ_TYPE_VERTICAL_CRS || type == PJ_TYPE_GEOCENTRIC_CRS) {
        proj_destroy(pj);
        return err_set(err, UNSUPPORTED, "EPSG:%d has no two axes on the ground", (int)epsg);
    }
    *out = pj;
    return OK;
}

/* What stands before authority, version and code. */
static const char *skip_prefix(const char *text)
{
    static const char *const PREFIXES[] = {
        "urn:ogc:def:crs:",
        "urn:x-ogc:def:crs:",
        "http://www.opengis.net/def/crs/",
        "https://www.opengis.net/def/crs/",
    };
    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++) {
        if (text_starts_with(text, PREFIXES[i]))
            return text + strlen(PREFIXES[i]);
    }
    return text;
}

enum err_code crs_parse(struct crs *c, const char *text, int32_t *out_epsg, struct err *err)
{
    const char *rest = skip_prefix(text);
    /* "code", "authority:code" or "authority:version:code", a URI with '/' instead of ':' */
    const char *first = strpbrk(rest, ":/");
    const char *last = first ? strpbrk(first + 1, ":/") : NULL;
    const char *code = last ? last + 1 : first ? first + 1 : rest;
    char authority[8] = "";
    if (first && first - rest < (ptrdiff_t)sizeof authority)
        memcpy(authority, rest, (size_t)(first - rest));
    if (text_eq_ignoring_case(code, "CRS84") &&
        (!first || text_eq_ignoring_case(authority, "OGC"))) {
        *out_epsg = 4326;
        return OK;
    }
    int64_t number = 0;
    const enum err_code rc = text_parse_i64(code, &number, NULL);
    if (rc == BAD_ARG || *code == '+' || number < 0 ||
        (first && !text_eq_ignoring_case(authority, "EPSG")))
        return err_set(err, BAD_ARG,
                       "'%.80s' is no coordinate reference system such as EPSG:2154 or CRS84",
                       text);
    if (rc || number > INT32_MAX)
        return err_set(err, NOT_FOUND, "there is no coordinate reference system '%.80s'", text);
    PJ *pj = NULL;
    const enum err_code unknown = open_crs(c, (int32_t)number, &pj, err);
    if (unknown)
        return unknown;
    proj_destroy(pj);
    *out_epsg = (int32_t)number;
    return OK;
}

void crs_put_uri(struct buf *b, int32_t epsg)
{
    if (epsg == 4326)
        buf_put_text(b, CRS84_URI);
    else
        buf_printf(b, "http://www.opengis.net/def/crs/EPSG/0/%d", (int)epsg);
}

static bool is_geographic(const PJ *pj)
{
    const PJ_TYPE type = proj_get_type(pj);
    return type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS;
}

/* Near the poles both axes point the same way (EPSG:32661): then their names tell. */
static void describe_axes(struct crs *c, const PJ *pj, struct crs_info *out)
{
    PJ *horizontal = proj_crs_get_sub_crs(c->context, pj, 0); /* of a compound one */
    PJ *system = proj_crs_get_coordinate_system(c->context, horizontal ? horizontal : pj);
    const char *name = NULL, *direction = NULL, *second = NULL;
    double unit = 1; /* in metres, or radians */
    if (system &&
        proj_cs_get_axis_info(c->context, system, 0, &name, NULL, &direction, &unit, NULL, NULL,
                              NULL) &&
        proj_cs_get_axis_info(c->context, system, 1, NULL, NULL, &second, NULL, NULL, NULL, NULL)) {
        const bool along_y = text_eq(direction, "north") || text_eq(direction, "south");
        out->north_first =
            along_y && (!text_eq(direction, second) || text_starts_with(name, "Northing"));
    }
    out->unit_m = out->geographic ? unit * EQUATOR_RADIUS_M : unit;
    proj_destroy(system);
    proj_destroy(horizontal);
}

static struct bbox area_of_use(struct crs *c, const PJ *pj)
{
    double west = 0, south = 0, east = 0, north = 0;
    const double unknown = -1000; /* proj.h, proj_get_area_of_use */
    if (!proj_get_area_of_use(c->context, pj, &west, &south, &east, &north, NULL) ||
        west <= unknown)
        return bbox_empty();
    if (west > east) /* across the antimeridian */
        return (struct bbox){-180, south, 180, north};
    return (struct bbox){west, south, east, north};
}

enum err_code crs_describe(struct crs *c, int32_t epsg, struct crs_info *out, struct err *err)
{
    PJ *pj = NULL;
    const enum err_code rc = open_crs(c, epsg, &pj, err);
    if (rc)
        return rc;
    struct crs_info info = {
        .epsg = epsg,
        .geographic = is_geographic(pj),
        .area_deg = area_of_use(c, pj),
    };
    describe_axes(c, pj, &info);
    const char *name = proj_get_name(pj);
    snprintf(info.name, sizeof info.name, "%s", name ? name : "");
    proj_destroy(pj);
    *out = info;
    return OK;
}

/* ---- transforms --------------------------------------------------------------------------- */

/* None is known yet: NaN, the image of NaN. */
static enum err_code new_images(struct image **out, struct err *err)
{
    struct image *images = mem_new(N_IMAGES, sizeof *images);
    if (!images)
        return err_no_memory(err, N_IMAGES * sizeof *images);
    for (size_t i = 0; i < N_IMAGES; i++)
        images[i] = (struct image){NAN, NAN, NAN, NAN};
    *out = images;
    return OK;
}

static enum err_code make_transform(struct crs *c, int32_t from_epsg, int32_t to_epsg,
                                    struct transform *out, struct err *err)
{
    PJ *from = NULL, *to = NULL, *as_defined = NULL;
    struct transform made = {from_epsg, to_epsg, .pj = NULL, .images = NULL};
    enum err_code rc = open_crs(c, from_epsg, &from, err);
    if (!rc)
        rc = open_crs(c, to_epsg, &to, err);
    if (!rc) {
        c->said[0] = '\0';
        as_defined = proj_create_crs_to_crs_from_pj(c->context, from, to, NULL, NULL);
        if (as_defined)
            made.pj = proj_normalize_for_visualization(c->context, as_defined);
        if (!made.pj)
            rc = err_set(err, BAD_DATA, "no operation from EPSG:%d to EPSG:%d%s%s", (int)from_epsg,
                         (int)to_epsg, c->said[0] ? ": " : "", c->said);
    }
    if (!rc)
        rc = new_images(&made.images, err);
    if (rc) {
        clear_transform(&made);
    } else {
        made.to_degrees = is_geographic(to);
        *out = made;
    }
    proj_destroy(as_defined);
    proj_destroy(from);
    proj_destroy(to);
    return rc;
}

static enum err_code get_transform(struct crs *c, int32_t from_epsg, int32_t to_epsg,
                                   const struct transform **out, struct err *err)
{
    for (size_t i = 0; i < N_TRANSFORMS; i++) {
        const struct transform *t = &c->transforms[i];
        if (t->pj && t->from_epsg == from_epsg && t->to_epsg == to_epsg) {
            *out = t;
            return OK;
        }
    }
    struct transform made;
    const enum err_code rc = make_transform(c, from_epsg, to_epsg, &made, err);
    if (rc)
        return rc;
    struct transform *oldest = &c->transforms[c->next_place];
    c->next_place = (c->next_place + 1) % N_TRANSFORMS;
    clear_transform(oldest);
    *oldest = made;
    *out = oldest;
    return OK;
}

/* In place; what has no image becomes NaN. Returns how many that are. */
static size_t transform_all(PJ *pj, double *xy, size_t n_vertices)
{
    const size_t step = 2 * sizeof *xy;
    proj_errno_reset(pj);
    proj_trans_generic(pj, PJ_FWD, xy, step, n_vertices, xy + 1, step, n_vertices, NULL, 0, 0, NULL,
                       0, 0);
    size_t n_failed = 0;
    for (size_t i = 0; i < n_vertices; i++) {
        if (isfinite(xy[2 * i]) && isfinite(xy[2 * i + 1]))
            continue;
        xy[2 * i] = xy[2 * i + 1] = NAN;
        n_failed++;
    }
    return n_failed;
}

static struct image *image_place(const struct transform *t, const double *xy)
{
    uint64_t bits[2];
    memcpy(bits, xy, sizeof bits);
    /* D. Knuth's multiplicative hash, twice; the factor is 2^64 over the golden ratio */
    const uint64_t factor = 0x9E3779B97F4A7C15u;
    const uint64_t hash = (bits[0] * factor ^ (bits[0] >> 32) ^ bits[1]) * factor;
    return &t->images[hash >> (64 - IMAGE_BITS)];
}

/* As transform_all(); polygons side by side have the same vertices, and a ring has its first twice:
 * looking one up takes a tenth of the time that transforming it does. */
static size_t transform_known(const struct transform *t, double *xy, size_t n_vertices)
{
    size_t n_failed = 0;
    for (size_t i = 0; i < n_vertices; i++) {
        double *at = xy + 2 * i;
        struct image *image = image_place(t, at);
        if (memcmp(at, image, 2 * sizeof *at) != 0) {
            image->x = at[0];
            image->y = at[1];
            transform_all(t->pj, at, 1);
            image->to_x = at[0];
            image->to_y = at[1];
        }
        at[0] = image->to_x;
        at[1] = image->to_y;
        n_failed += isnan(at[0]);
    }
    return n_failed;
}

enum err_code crs_transform(struct crs *c, int32_t from_epsg, int32_t to_epsg, double *xy,
                            size_t n_vertices, size_t *n_failed, struct err *err)
{
    size_t n = 0;
    if (from_epsg != to_epsg && n_vertices > 0) {
        const struct transform *t = NULL;
        const enum err_code rc = get_transform(c, from_epsg, to_epsg, &t, err);
        if (rc)
            return rc;
        n = transform_known(t, xy, n_vertices);
    }
    if (n_failed)
        *n_failed = n;
    return OK;
}

/* ---- boxes -------------------------------------------------------------------------------- */

#define N_EDGE_POINTS   21 /* PROJ's own choice, in the documentation of proj_trans_bounds() */
#define N_INSIDE_POINTS 11 /* each way */

static bool transform_edges(struct crs *c, const struct transform *t, const struct bbox *in,
                            struct bbox *out)
{
    struct bbox b;
    proj_errno_reset(t->pj);
    if (!proj_trans_bounds(c->context, t->pj, PJ_FWD, in->min_x, in->min_y, in->max_x, in->max_y,
                           &b.min_x, &b.min_y, &b.max_x, &b.max_y, N_EDGE_POINTS) ||
        !isfinite(b.min_x) || !isfinite(b.min_y) || !isfinite(b.max_x) || !isfinite(b.max_y))
        return false;
    *out = b;
    return true;
}

/* What lies inside a large box may go beyond the image of its edges, or be all that has one. */
static struct bbox transform_inside(const struct transform *t, const struct bbox *in)
{
    const size_t n = (size_t)N_INSIDE_POINTS * N_INSIDE_POINTS;
    double xy[2 * N_INSIDE_POINTS * N_INSIDE_POINTS];
    for (size_t i = 0; i < n; i++) {
        const double right = (double)(i % N_INSIDE_POINTS) / (N_INSIDE_POINTS - 1);
        const double up = (double)(i / N_INSIDE_POINTS) / (N_INSIDE_POINTS - 1);
        xy[2 * i] = in->min_x + right * (in->max_x - in->min_x);
        xy[2 * i + 1] = in->min_y + up * (in->max_y - in->min_y);
    }
    transform_all(t->pj, xy, n);
    struct bbox b = bbox_empty();
    for (size_t i = 0; i < n; i++)
        bbox_add(&b, xy[2 * i], xy[2 * i + 1]);
    return b;
}

enum err_code crs_transform_bbox(struct crs *c, int32_t from_epsg, int32_t to_epsg,
                                 const struct bbox *in, struct bbox *out, struct err *err)
{
    const struct transform *t = NULL;
    const enum err_code rc = get_transform(c, from_epsg, to_epsg, &t, err);
    if (rc)
        return rc;
    if (bbox_is_empty(in))
        return err_set(err, BAD_ARG, "an empty box has no image");
    struct bbox b = transform_inside(t, in), edges;
    if (transform_edges(c, t, in, &edges)) {
        if (t->to_degrees &&
            edges.min_x > edges.max_x) { /* PROJ's way to say: across 180 degrees */
            edges.min_x = -180;
            edges.max_x = 180;
        }
        bbox_join(&b, &edges);
    }
    if (t->to_degrees)
        b = (struct bbox){fmax(b.min_x, -180), fmax(b.min_y, -90), fmin(b.max_x, 180),
                          fmin(b.max_y, 90)};
    if (bbox_is_empty(&b))
        return err_set(err, BAD_DATA, "the box has no image in EPSG:%d", (int)to_epsg);
    *out = b;
    return OK;
}

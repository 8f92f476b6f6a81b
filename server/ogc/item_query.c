#include "server/ogc/item_query.h"

#include "base/text.h"
#include "server/ogc/arena_text.h"
#include "server/ogc/meets.h"
#include "server/ogc/ogc_worker.h"
#include "server/ogc/params.h"

#include <inttypes.h>
#include <string.h>

#define LON_LAT_EPSG 4326

static bool box_covers(const struct bbox *outer, const struct bbox *inner)
{
    return outer->min_x <= inner->min_x && outer->min_y <= inner->min_y &&
           outer->max_x >= inner->max_x && outer->max_y >= inner->max_y;
}

static struct bbox box_cut(const struct bbox *a, const struct bbox *b)
{
    return (struct bbox){
        a->min_x > b->min_x ? a->min_x : b->min_x, a->min_y > b->min_y ? a->min_y : b->min_y,
        a->max_x < b->max_x ? a->max_x : b->max_x, a->max_y < b->max_y ? a->max_y : b->max_y};
}

/* One box of the condition as a box of candidates. It is cut to the layer's own box first: beyond
 * it there is nothing to find, and a projection need not be defined there. */
static enum err_code add_candidates(const struct request *r, struct item_query *q,
                                    const struct bbox *box_deg, struct err *err)
{
    const struct layer *layer = q->store.layer;
    struct bbox *candidates = &q->store.boxes[q->store.n_boxes];
    *candidates = bbox_empty();
    if (layer->epsg == LON_LAT_EPSG) {
        *candidates = *box_deg;
    } else if (bbox_meets(box_deg, &layer->bbox_deg)) {
        const struct bbox cut = box_cut(box_deg, &layer->bbox_deg);
        const enum err_code rc = crs_transform_bbox(ogc_worker_of(r)->crs, LON_LAT_EPSG,
                                                    layer->epsg, &cut, candidates, err);
        if (rc)
            return err_add(err, "bbox");
    }
    q->store.n_boxes++;
    return OK;
}

static enum err_code read_bbox(const struct request *r, struct item_query *q, struct err *err)
{
    const struct param *p = request_param(r, bbox_param.name);
    if (!p->text)
        return OK;
    const size_t half = p->n_items / 2;
    const struct bbox box = {p->numbers[0], p->numbers[1], p->numbers[half], p->numbers[half + 1]};
    struct bbox boxes[2] = {box, box};
    size_t n = 1;
    if (box.min_x > box.max_x) {
        boxes[0].max_x = 180;
        boxes[1].min_x = -180;
        n = 2;
    }
    for (size_t i = 0; i < n; i++)
        if (box_covers(&boxes[i], &q->store.layer->bbox_deg))
            return OK;
    q->is_whole = false;
    q->n_boxes_deg = n;
    for (size_t i = 0; i < n; i++) {
        q->boxes_deg[i] = boxes[i];
        const enum err_code rc = add_candidates(r, q, &boxes[i], err);
        if (rc)
            return rc;
    }
    return OK;
}

static enum err_code read_datetime(const struct request *r, struct item_query *q, struct err *err)
{
    const char *text = request_text(r, datetime_param.name);
    if (!text || q->store.layer->time_field < 0) /* features without time match every time */
        return OK;
    const enum err_code rc = when_parse_interval(text, &q->when, err);
    if (rc)
        return rc;
    q->store.when = &q->when;
    q->is_whole = false;
    return OK;
}

/* "revision-row": rows keep their order and their numbers only as long as the layer is not
 * replaced. */
static enum err_code read_after(const struct request *r, struct item_query *q, struct err *err)
{
    const char *text = request_text(r, after_param.name);
    if (!text)
        return OK;
    const char *dash = strchr(text, '-');
    const char *revision_text =
        dash ? arena_strndup(r->arena, text, (size_t)(dash - text), err) : NULL;
    int64_t revision = 0, fid = 0;
    if (!revision_text || text_parse_i64(revision_text, &revision, NULL) ||
        text_parse_i64(dash + 1, &fid, NULL) || fid < 0)
        return err_set(err, BAD_ARG, "after is '%s', not taken from a next link", text);
    if (revision != q->store.layer->revision)
        return err_set(err, BAD_ARG,
                       "after is '%s', of an earlier revision: collection '%s' has changed since, "
                       "start again at its first page",
                       text, q->store.layer->name);
    q->store.after_fid = fid;
    return OK;
}

enum err_code item_query_read(const struct request *r, const struct layer *layer,
                              struct item_query *out, struct err *err)
{
    *out = (struct item_query){.store.layer = layer, .is_whole = true};
    out->limit = request_param(r, limit_param.name)->integer;
    enum err_code rc = read_bbox(r, out, err);
    if (!rc)
        rc = read_datetime(r, out, err);
    return rc ? rc : read_after(r, out, err);
}

const char *item_query_next(const struct request *r, const struct layer *layer, int64_t fid)
{
    struct buf query;
    buf_init(&query, ARENA_TEXT_MAX_BYTES);
    buf_printf(&query, "f=%s", media_f(r->media));
    for (size_t i = 0; i < r->n_params; i++) {
        const struct param *p = &r->params[i];
        if (!p->given || p->spec->place != PARAM_IN_QUERY || p->spec == &after_param)
            continue;
        buf_printf(&query, "&%s=", p->spec->name);
        text_put_percent(&query, p->text);
    }
    buf_printf(&query, "&%s=%" PRId64 "-%" PRId64, after_param.name, layer->revision, fid);
    return arena_take_text(r->arena, &query);
}

bool item_query_meets(const struct item_query *q, const struct geom *g)
{
    if (q->n_boxes_deg == 0 || g->type == GEOM_NONE)
        return true;
    const struct bbox box = geom_bbox(g);
    for (size_t i = 0; i < q->n_boxes_deg; i++) {
        if (!bbox_meets(&box, &q->boxes_deg[i]))
            continue;
        if (box_covers(&q->boxes_deg[i], &box) || geom_meets_box(g, &q->boxes_deg[i]))
            return true;
    }
    return false;
}

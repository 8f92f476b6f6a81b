#include "tiler/edit_replace.h"

#include "base/mem.h"
#include "base/value.h"
#include "tiler/drawable_codec.h"
#include "tiler/drawable_hash.h"
#include "tiler/kept_outline.h"
#include "tiler/owner.h"
#include "tiler/shape_maker.h"

#include <stdlib.h>

#define BYTES_MAX ((size_t)4 << 30)

/* A chunk of before, and which of its drawables are no more. */
struct old_chunk {
    struct chunk c; /* its content stands in r->contents */
    size_t at;
    enum drawable_role role;
    uint64_t gone; /* a bit each */
    bool is_changed;
};

struct new_drawable {
    uint64_t hash; /* of all that it is */
    uint32_t index;
    bool is_there; /* in the store, already or by now */
};

void edit_replacer_clear(struct edit_replacer *r)
{
    chunk_reader_clear(&r->reader);
    chunk_writer_clear(&r->writer);
    chunk_sink_clear(&r->sink);
    mem_free(r->chunks);
    mem_free(r->made);
    mem_free(r->fids);
    buf_clear(&r->contents);
    buf_clear(&r->values);
    *r = (struct edit_replacer){0};
}

/* --- what is there ------------------------------------------------------------------------- */

static enum err_code copy_chunk(struct edit_replacer *r, const struct chunk *c, struct err *err)
{
    if (c->n_drawables > CHUNK_MAX_DRAWABLES)
        return err_set(err, BAD_DATA, "a chunk of %u drawables", (unsigned)c->n_drawables);
    if (mem_grow((void **)&r->chunks, &r->room_chunks, r->n_chunks + 1, sizeof *r->chunks, err))
        return NO_MEMORY;
    r->chunks[r->n_chunks++] = (struct old_chunk){.c = *c, .at = r->contents.len_bytes};
    buf_put(&r->contents, c->content.at, c->content.len_bytes);
    return buf_status(&r->contents, err);
}

static enum err_code read_zoom(struct edit_replacer *r, struct feature_editor *e,
                               const struct edit_region *region, uint8_t zoom, struct err *err)
{
    struct chunk_cursor *cursor = NULL;
    bool more = true;
    const struct chunk_query q = {
        .layer = feature_editor_layer(e), .box = region->box, .zoom = zoom};
    enum err_code rc = store_query_chunks(feature_editor_store(e), &q, &cursor, err);
    while (!rc && more) {
        struct chunk c;
        rc = chunk_cursor_next(cursor, &c, &more, err);
        /* Polygons are there at many zooms: they come once, with the last. */
        if (!rc && more && c.max_zoom == zoom)
            rc = copy_chunk(r, &c, err);
    }
    chunk_cursor_close(cursor);
    return rc;
}

/* Copies: what is read may not be written meanwhile. */
static enum err_code read_chunks(struct edit_replacer *r, struct feature_editor *e,
                                 const struct edit_region *region, struct err *err)
{
    enum err_code rc = OK;
    if (r->contents.limit_bytes == 0)
        buf_init(&r->contents, BYTES_MAX);
    buf_reset(&r->contents);
    r->n_chunks = 0;
    for (int zoom = region->lowest_zoom; !rc && zoom <= region->highest_zoom; zoom++)
        rc = read_zoom(r, e, region, (uint8_t)zoom, err);
    if (!rc && region->has_polygons)
        rc = read_zoom(r, e, region, ZOOM_MAX, err);
    if (!rc && (region->has_polygons || region->lowest_zoom == LOWER_STEP_ZOOM))
        rc = read_zoom(r, e, region, kept_zoom_of_step(LOWER_STEP_ZOOM), err);
    if (!rc && (region->has_polygons || region->lowest_zoom == UPPER_STEP_ZOOM))
        rc = read_zoom(r, e, region, kept_zoom_of_step(UPPER_STEP_ZOOM), err);
    return rc;
}

static enum err_code start_chunk(struct edit_replacer *r, struct old_chunk *c, struct err *err)
{
    c->c.content.at = (const char *)r->contents.data + c->at;
    const enum err_code rc = chunk_reader_start(&r->reader, &c->c, err);
    c->role = r->reader.role;
    return rc;
}

/* --- what of it is of the region ----------------------------------------------------------- */

static bool is_within(const struct edit_region *region, uint64_t key)
{
    return key >= region->first_key && key <= region->last_key;
}

static bool is_polygon_within(const struct edit_region *region, const struct drawable *d)
{
    return region->has_polygons && is_within(region, shape_key(&d->box, d->number));
}

static int by_fid(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Labels are told by the polygon that they belong to: so that comes first. */
static enum err_code list_fids(struct edit_replacer *r, const struct edit_region *region,
                               struct err *err)
{
    enum err_code rc = OK;
    r->n_fids = 0;
    for (size_t i = 0; !rc && region->has_polygons && i < r->n_chunks; i++) {
        struct drawable d;
        bool more = true;
        rc = start_chunk(r, &r->chunks[i], err);
        while (!rc && r->reader.role == ROLE_FEATURE) {
            rc = chunk_reader_next(&r->reader, &d, &more, err);
            if (rc || !more)
                break;
            if (!is_polygon_within(region, &d))
                continue;
            rc = mem_grow((void **)&r->fids, &r->room_fids, r->n_fids + 1, sizeof *r->fids, err);
            if (!rc)
                r->fids[r->n_fids++] = d.fid;
        }
    }
    if (r->n_fids)
        qsort(r->fids, r->n_fids, sizeof *r->fids, by_fid);
    return rc;
}

static bool is_of_region(const struct edit_replacer *r, const struct edit_region *region,
                         const struct old_chunk *c, const struct drawable *d)
{
    const uint8_t zoom = c->c.min_zoom;
    switch (c->role) {
    case ROLE_FEATURE:
        return is_polygon_within(region, d);
    case ROLE_LABEL:
        return r->n_fids && bsearch(&d->fid, r->fids, r->n_fids, sizeof d->fid, by_fid);
    case ROLE_GROUP:
        return zoom >= region->lowest_zoom && zoom <= region->highest_zoom &&
               is_within(region, block_cell_key((uint64_t)d->fid, zoom));
    case ROLE_OUTLINE:
        return is_within(region, d->number) &&
               (d->fid ? region->has_polygons : zoom == kept_zoom_of_step(region->lowest_zoom));
    }
    return false;
}

/* --- what is the same ---------------------------------------------------------------------- */

static uint64_t hash_all(uint64_t drawn, enum drawable_role role, uint8_t min_zoom,
                         const struct drawable *d)
{
    const uint64_t rest[] = {(uint64_t)role << 8 | min_zoom, (uint64_t)d->fid,
                             (uint64_t)d->box.min_x << 32 | d->box.min_y,
                             (uint64_t)d->box.max_x << 32 | d->box.max_y};
    return text_hash(rest, sizeof rest, drawn);
}

static int by_hash(const void *a, const void *b)
{
    const struct new_drawable *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static enum err_code list_made(struct edit_replacer *r, const struct drawable_list *made,
                               struct err *err)
{
    enum err_code rc =
        mem_grow((void **)&r->made, &r->room_made, made->n + 1, sizeof *r->made, err);
    r->n_made = 0;
    for (size_t i = 0; !rc && i < made->n; i++) {
        const struct listed_drawable m = drawable_list_at(made, i);
        uint64_t hash = 0;
        rc = drawable_hash_packed(m.role, &m.d, &hash, err);
        hash = hash_all(hash, m.role, m.min_zoom, &m.d);
        r->made[r->n_made++] = (struct new_drawable){hash, (uint32_t)i, false};
    }
    if (!rc && r->n_made)
        qsort(r->made, r->n_made, sizeof *r->made, by_hash);
    return rc;
}

/* One that is the same, and not found before; NULL: none. */
static struct new_drawable *find_made(struct edit_replacer *r, uint64_t hash)
{
    size_t low = 0, high = r->n_made;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (r->made[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < r->n_made && r->made[low].hash == hash; low++)
        if (!r->made[low].is_there)
            return &r->made[low];
    return NULL;
}

static enum err_code touch(struct feature_editor *e, enum drawable_role role, uint8_t min_zoom,
                           uint8_t max_zoom, const struct grid_box *box, struct err *err)
{
    const struct changed_area area = {.box = *box, .min_zoom = min_zoom, .max_zoom = max_zoom};
    return role == ROLE_OUTLINE ? OK : feature_editor_touch(e, &area, err);
}

static enum err_code compare_chunk(struct edit_replacer *r, struct feature_editor *e,
                                   const struct edit_region *region, struct old_chunk *c,
                                   bool *outlines_changed, struct err *err)
{
    enum err_code rc = start_chunk(r, c, err);
    for (size_t i = 0; !rc && i < CHUNK_MAX_DRAWABLES; i++) {
        struct drawable d;
        bool more = false;
        uint64_t hash = 0;
        rc = chunk_reader_next(&r->reader, &d, &more, err);
        if (rc || !more)
            break;
        if (!is_of_region(r, region, c, &d))
            continue;
        rc = drawable_hash(&r->reader, &d, &hash, err);
        struct new_drawable *same = find_made(r, hash_all(hash, c->role, c->c.min_zoom, &d));
        if (rc || same) {
            if (same)
                same->is_there = true;
            continue;
        }
        c->gone |= UINT64_C(1) << i;
        c->is_changed = true;
        *outlines_changed |= c->role == ROLE_OUTLINE;
        rc = touch(e, c->role, c->c.min_zoom, c->c.max_zoom, &d.box, err);
    }
    return rc;
}

/* --- into the store ------------------------------------------------------------------------ */

/* The values of a drawable that a reader has given, packed. */
static enum err_code pack_values(struct edit_replacer *r, struct drawable *d, struct err *err)
{
    static const struct value null = {.type = VALUE_NULL};
    struct bytes numbers = bytes_of_span(d->values);
    if (r->values.limit_bytes == 0)
        buf_init(&r->values, BYTES_MAX);
    buf_reset(&r->values);
    for (size_t i = 0; i < r->reader.n_columns; i++) {
        uint32_t number = 0;
        if (chunk_reader_value(&r->reader, &numbers, &number, err))
            return BAD_DATA;
        if (number)
            buf_put(&r->values, r->reader.values[number - 1].at,
                    r->reader.values[number - 1].len_bytes);
        else
            value_pack(&r->values, &null);
    }
    d->values = span_of_buf(&r->values);
    return buf_status(&r->values, err);
}

static enum err_code put_what_stays(struct edit_replacer *r, struct old_chunk *c, struct err *err)
{
    enum err_code rc = start_chunk(r, c, err);
    chunk_writer_start(&r->writer, c->role, r->reader.n_columns, c->c.min_zoom, c->c.max_zoom);
    for (size_t i = 0; !rc && i < CHUNK_MAX_DRAWABLES; i++) {
        struct drawable d;
        bool more = false;
        rc = chunk_reader_next(&r->reader, &d, &more, err);
        if (rc || !more)
            break;
        if (c->gone >> i & 1)
            continue;
        rc = pack_values(r, &d, err);
        if (!rc)
            rc = chunk_writer_add(&r->writer, &d, err);
    }
    return rc;
}

/* What is new goes where something like it went. */
static enum err_code fill_up(struct edit_replacer *r, const struct old_chunk *c,
                             const struct drawable_list *made, struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < r->n_made && !chunk_writer_is_full(&r->writer); i++) {
        const struct listed_drawable m = drawable_list_at(made, r->made[i].index);
        if (r->made[i].is_there || m.role != c->role || m.min_zoom != c->c.min_zoom)
            continue;
        rc = chunk_writer_add(&r->writer, &m.d, err);
        r->made[i].is_there = true;
    }
    return rc;
}

static enum err_code rewrite(struct edit_replacer *r, struct feature_editor *e, struct old_chunk *c,
                             const struct drawable_list *made, struct err *err)
{
    struct chunk chunk;
    enum err_code rc = put_what_stays(r, c, err);
    if (!rc)
        rc = fill_up(r, c, made, err);
    if (rc)
        return rc;
    if (r->writer.n_drawables == 0)
        return feature_editor_drop_chunk(e, c->c.id, err);
    rc = chunk_writer_end(&r->writer, &chunk, err);
    chunk.id = c->c.id;
    return rc ? rc : feature_editor_put_chunk(e, &chunk, err);
}

static enum err_code put_chunk(void *editor, const struct chunk *c, struct err *err)
{
    struct chunk one_more = *c;
    one_more.id = 0;
    return feature_editor_put_chunk(editor, &one_more, err);
}

static enum err_code put_rest(struct edit_replacer *r, struct feature_editor *e,
                              const struct drawable_list *made, const size_t n_columns[N_ROLES],
                              struct err *err)
{
    enum err_code rc = OK;
    chunk_sink_start(&r->sink, put_chunk, e, n_columns);
    for (size_t i = 0; !rc && i < r->n_made; i++) {
        const struct listed_drawable m = drawable_list_at(made, r->made[i].index);
        if (!r->made[i].is_there)
            rc = chunk_sink_put(&r->sink, m.role, m.min_zoom, m.max_zoom, &m.d, err);
    }
    return rc ? rc : chunk_sink_finish(&r->sink, err);
}

static enum err_code tell_made(struct edit_replacer *r, struct feature_editor *e,
                               const struct drawable_list *made, bool *outlines_changed,
                               struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < r->n_made; i++) {
        const struct listed_drawable m = drawable_list_at(made, r->made[i].index);
        if (r->made[i].is_there)
            continue;
        *outlines_changed |= m.role == ROLE_OUTLINE;
        rc = touch(e, m.role, m.min_zoom, m.max_zoom, &m.d.box, err);
    }
    return rc;
}

enum err_code edit_replace(struct edit_replacer *r, struct feature_editor *e,
                           const struct edit_region *region, const struct drawable_list *made,
                           const size_t n_columns[N_ROLES], bool *outlines_changed, struct err *err)
{
    *outlines_changed = false;
    enum err_code rc = read_chunks(r, e, region, err);
    if (!rc)
        rc = list_fids(r, region, err);
    if (!rc)
        rc = list_made(r, made, err);
    for (size_t i = 0; !rc && i < r->n_chunks; i++)
        rc = compare_chunk(r, e, region, &r->chunks[i], outlines_changed, err);
    if (!rc)
        rc = tell_made(r, e, made, outlines_changed, err);
    for (size_t i = 0; !rc && i < r->n_chunks; i++)
        if (r->chunks[i].is_changed)
            rc = rewrite(r, e, &r->chunks[i], made, err);
    return rc ? rc : put_rest(r, e, made, n_columns, err);
}

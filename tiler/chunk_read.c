#include "tiler/chunk_read.h"

#include "base/mem.h"
#include "base/value.h"
#include "tiler/chunk_write.h"
#include "tiler/drawable_codec.h"

#define MAX_COLUMNS 100000

void chunk_reader_clear(struct chunk_reader *r)
{
    mem_free(r->values);
    *r = (struct chunk_reader){0};
}

static enum err_code read_values(struct chunk_reader *r, struct bytes *b, uint64_t n,
                                 struct err *err)
{
    /* Each value has a byte at least. */
    if (n > (uint64_t)(b->end - b->at))
        return err_set(err, BAD_DATA, "a chunk with more values than bytes");
    if (mem_grow((void **)&r->values, &r->room_values, n + 1, sizeof *r->values, err))
        return NO_MEMORY;
    for (uint64_t i = 0; i < n; i++) {
        const char *const from = (const char *)b->at;
        struct value v;
        if (value_unpack(b, &v, err))
            return BAD_DATA;
        r->values[i] = (struct span){from, (size_t)((const char *)b->at - from)};
    }
    r->n_values = n;
    return OK;
}

enum err_code chunk_reader_start(struct chunk_reader *r, const struct chunk *c, struct err *err)
{
    struct bytes b = bytes_of_span(c->content);
    uint8_t form = 0, role = 0;
    uint64_t n_columns = 0, n_values = 0;
    r->n_left = 0;
    if (bytes_get_u8(&b, &form, err))
        return BAD_DATA;
    if (form != CHUNK_FORM)
        return err_set(err, BAD_DATA, "a chunk of drawables of form %u", form);
    if (bytes_get_u8(&b, &role, err) || bytes_get_varint(&b, &n_columns, err) ||
        bytes_get_varint(&b, &n_values, err))
        return BAD_DATA;
    if (role >= N_ROLES || n_columns > MAX_COLUMNS)
        return err_set(err, BAD_DATA, "a chunk of drawables of role %u with impossible counts",
                       role);
    const enum err_code rc = read_values(r, &b, n_values, err);
    if (rc)
        return rc;
    if (bytes_get_varint(&b, &r->n_left, err))
        return BAD_DATA;
    r->role = (enum drawable_role)role;
    r->n_columns = n_columns;
    r->records = b;
    r->last_x = r->last_y = 0;
    return OK;
}

static enum err_code read_box(struct chunk_reader *r, struct bytes *b, struct grid_box *out,
                              struct err *err)
{
    int64_t dx = 0, dy = 0;
    uint64_t width = 0, height = 0;
    if (bytes_get_svarint(b, &dx, err) || bytes_get_svarint(b, &dy, err) ||
        bytes_get_varint(b, &width, err) || bytes_get_varint(b, &height, err))
        return BAD_DATA;
    r->last_x += (uint32_t)dx;
    r->last_y += (uint32_t)dy;
    if (width > UINT32_MAX - r->last_x || height > UINT32_MAX - r->last_y)
        return err_set(err, BAD_DATA, "a drawable that leaves the world");
    *out = (struct grid_box){r->last_x, r->last_y, r->last_x + (uint32_t)width,
                             r->last_y + (uint32_t)height};
    return OK;
}

enum err_code chunk_reader_next(struct chunk_reader *r, struct drawable *out, bool *out_more,
                                struct err *err)
{
    uint64_t n_bytes = 0, n_geometry = 0, fid = 0, n_features = 0;
    const uint8_t *at = NULL, *geometry = NULL;
    *out_more = r->n_left > 0;
    if (r->n_left == 0)
        return OK;
    r->n_left--;
    if (bytes_get_varint(&r->records, &n_bytes, err) || bytes_get(&r->records, n_bytes, &at, err))
        return BAD_DATA;
    struct bytes b = {at, at + n_bytes};
    if (read_box(r, &b, &out->box, err) || bytes_get_varint(&b, &n_geometry, err) ||
        bytes_get(&b, n_geometry, &geometry, err) || bytes_get_varint(&b, &fid, err) ||
        bytes_get_varint(&b, &n_features, err) || bytes_get_varint(&b, &out->number, err))
        return BAD_DATA;
    out->fid = (int64_t)fid;
    out->n_features = (uint32_t)n_features;
    out->geometry = (struct span){(const char *)geometry, n_geometry};
    out->values = (struct span){(const char *)b.at, (size_t)(b.end - b.at)};
    return OK;
}

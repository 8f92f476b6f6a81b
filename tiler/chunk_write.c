#include "tiler/chunk_write.h"

#include "base/mem.h"
#include "base/value.h"
#include "tiler/drawable_codec.h"

#include <string.h>

#define CONTENT_MAX_BYTES ((size_t)1 << 30)
#define FIRST_SLOTS       512

void chunk_writer_clear(struct chunk_writer *w)
{
    buf_clear(&w->values);
    buf_clear(&w->records);
    buf_clear(&w->record);
    buf_clear(&w->content);
    mem_free(w->value_at);
    mem_free(w->slots);
    *w = (struct chunk_writer){0};
}

static void reset_buf(struct buf *b)
{
    if (b->limit_bytes == 0)
        buf_init(b, CONTENT_MAX_BYTES);
    buf_reset(b);
}

void chunk_writer_start(struct chunk_writer *w, enum drawable_role role, size_t n_columns,
                        uint8_t min_zoom, uint8_t max_zoom)
{
    w->role = role;
    w->n_columns = n_columns;
    w->min_zoom = min_zoom;
    w->max_zoom = max_zoom;
    w->n_drawables = w->n_values = 0;
    w->last_x = w->last_y = 0;
    w->box = grid_box_empty();
    w->is_open = true;
    reset_buf(&w->values);
    reset_buf(&w->records);
    reset_buf(&w->record);
    reset_buf(&w->content);
    if (w->n_slots)
        memset(w->slots, 0, w->n_slots * sizeof *w->slots);
}

static enum err_code grow_slots(struct chunk_writer *w, struct err *err)
{
    const size_t n_slots = w->n_slots ? w->n_slots * 2 : FIRST_SLOTS;
    struct chunk_value_slot *slots = mem_new(n_slots, sizeof *slots);
    if (!slots)
        return err_no_memory(err, n_slots * sizeof *slots);
    for (size_t i = 0; i < w->n_slots; i++) {
        if (!w->slots[i].number)
            continue;
        size_t at = w->slots[i].hash & (n_slots - 1);
        while (slots[at].number)
            at = (at + 1) & (n_slots - 1);
        slots[at] = w->slots[i];
    }
    mem_free(w->slots);
    w->slots = slots;
    w->n_slots = n_slots;
    return OK;
}

static struct span value_bytes(const struct chunk_writer *w, uint32_t number)
{
    const uint32_t at = w->value_at[number - 1];
    const size_t end = number < w->n_values ? w->value_at[number] : w->values.len_bytes;
    return (struct span){(const char *)w->values.data + at, end - at};
}

/* Of values that are mostly a few bytes long, eight at a time; no further than the table. */
static uint32_t hash_of(struct span s)
{
    const uint64_t golden_ratio = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = s.len_bytes;
    for (size_t at = 0; at < s.len_bytes; at += sizeof hash) {
        const size_t n_left = s.len_bytes - at;
        uint64_t word = 0;
        memcpy(&word, s.at + at, n_left < sizeof word ? n_left : sizeof word);
        hash = (hash ^ word) * golden_ratio;
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

static enum err_code value_number(struct chunk_writer *w, struct span packed, uint32_t *out,
                                  struct err *err)
{
    if (2 * ((size_t)w->n_values + 1) > w->n_slots && grow_slots(w, err))
        return NO_MEMORY;
    const uint32_t hash = hash_of(packed);
    size_t at = hash & (w->n_slots - 1);
    for (; w->slots[at].number; at = (at + 1) & (w->n_slots - 1)) {
        const struct chunk_value_slot slot = w->slots[at];
        if (slot.hash != hash)
            continue;
        const struct span known = value_bytes(w, slot.number);
        if (known.len_bytes == packed.len_bytes &&
            memcmp(known.at, packed.at, packed.len_bytes) == 0) {
            *out = slot.number;
            return OK;
        }
    }
    if (mem_grow((void **)&w->value_at, &w->room_values, (size_t)w->n_values + 1,
                 sizeof *w->value_at, err))
        return NO_MEMORY;
    w->value_at[w->n_values++] = (uint32_t)w->values.len_bytes;
    buf_put(&w->values, packed.at, packed.len_bytes);
    w->slots[at] = (struct chunk_value_slot){hash, w->n_values};
    *out = w->n_values;
    return OK;
}

static enum err_code put_values(struct chunk_writer *w, struct span values, struct err *err)
{
    struct bytes r = bytes_of_span(values);
    for (size_t i = 0; i < w->n_columns; i++) {
        const char *const from = (const char *)r.at;
        struct value v;
        uint32_t number = 0;
        if (value_unpack(&r, &v, err))
            return BAD_DATA;
        const struct span packed = {from, (size_t)((const char *)r.at - from)};
        if (v.type != VALUE_NULL && value_number(w, packed, &number, err))
            return NO_MEMORY;
        buf_put_varint(&w->record, number);
    }
    return r.at == r.end ? OK : err_set(err, BAD_DATA, "a drawable with more values than columns");
}

enum err_code chunk_writer_add(struct chunk_writer *w, const struct drawable *d, struct err *err)
{
    struct buf *b = &w->record;
    buf_reset(b);
    buf_put_svarint(b, (int32_t)(d->box.min_x - w->last_x));
    buf_put_svarint(b, (int32_t)(d->box.min_y - w->last_y));
    buf_put_varint(b, d->box.max_x - d->box.min_x);
    buf_put_varint(b, d->box.max_y - d->box.min_y);
    buf_put_varint(b, d->geometry.len_bytes);
    buf_put(b, d->geometry.at, d->geometry.len_bytes);
    buf_put_varint(b, (uint64_t)d->fid);
    buf_put_varint(b, d->n_features);
    buf_put_varint(b, d->number);
    enum err_code rc = put_values(w, d->values, err);
    if (!rc)
        rc = buf_status(b, err);
    if (rc)
        return rc;
    buf_put_varint(&w->records, b->len_bytes);
    buf_put(&w->records, b->data, b->len_bytes);
    w->last_x = d->box.min_x;
    w->last_y = d->box.min_y;
    grid_box_join(&w->box, &d->box);
    w->n_drawables++;
    return buf_status(&w->records, err);
}

bool chunk_writer_is_full(const struct chunk_writer *w)
{
    return w->n_drawables >= CHUNK_MAX_DRAWABLES ||
           w->records.len_bytes + w->values.len_bytes >= CHUNK_WANTED_BYTES;
}

enum err_code chunk_writer_end(struct chunk_writer *w, struct chunk *out, struct err *err)
{
    struct buf *b = &w->content;
    buf_put_u8(b, CHUNK_FORM);
    buf_put_u8(b, (uint8_t)w->role);
    buf_put_varint(b, w->n_columns);
    buf_put_varint(b, w->n_values);
    buf_put(b, w->values.data, w->values.len_bytes);
    buf_put_varint(b, w->n_drawables);
    buf_put(b, w->records.data, w->records.len_bytes);
    enum err_code rc = buf_status(&w->values, err);
    if (!rc)
        rc = buf_status(b, err);
    if (rc)
        return rc;
    w->is_open = false;
    *out = (struct chunk){
        .n_drawables = w->n_drawables,
        .min_zoom = w->min_zoom,
        .max_zoom = w->max_zoom,
        .box = w->box,
        .content_bytes = b->len_bytes,
        .content = span_of_buf(b),
    };
    return OK;
}

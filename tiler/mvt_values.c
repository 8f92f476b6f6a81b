#include "tiler/mvt_values.h"

#include "base/mem.h"
#include "base/value.h"
#include "tiler/drawable_codec.h"
#include "tiler/mvt_message.h"

#include <string.h>

#define FIRST_SLOTS      1024
#define VALUES_MAX_BYTES ((size_t)1 << 30)

/* An entry of the hash table: open addressing, at most half full. Small, since a dense tile has a
 * hundred thousand look-ups in tens of thousands of values. */
struct mvt_value_slot {
    uint32_t hash;
    uint32_t number; /* the value's index plus one; 0: free */
};

static void reset_buf(struct buf *b)
{
    if (b->limit_bytes == 0)
        buf_init(b, VALUES_MAX_BYTES);
    buf_reset(b);
}

void mvt_values_reset(struct mvt_values *m)
{
    if (m->n_slots)
        memset(m->slots, 0, m->n_slots * sizeof *m->slots);
    m->n_values = 0;
    reset_buf(&m->message);
    reset_buf(&m->packed);
}

void mvt_values_clear(struct mvt_values *m)
{
    buf_clear(&m->message);
    buf_clear(&m->packed);
    mem_free(m->packed_at);
    mem_free(m->slots);
    *m = (struct mvt_values){0};
}

static enum err_code grow_slots(struct mvt_values *m, struct err *err)
{
    const size_t n_slots = m->n_slots ? m->n_slots * 2 : FIRST_SLOTS;
    struct mvt_value_slot *slots = mem_new(n_slots, sizeof *slots);
    if (!slots)
        return err_no_memory(err, n_slots * sizeof *slots);
    for (size_t i = 0; i < m->n_slots; i++) {
        if (!m->slots[i].number)
            continue;
        size_t at = m->slots[i].hash & (n_slots - 1);
        while (slots[at].number)
            at = (at + 1) & (n_slots - 1);
        slots[at] = m->slots[i];
    }
    mem_free(m->slots);
    m->slots = slots;
    m->n_slots = n_slots;
    return OK;
}

/* FNV over words of eight bytes: packed values are short, and a dense tile has tens of thousands. */
static uint32_t hash_of(struct span s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ s.len_bytes;
    const char *at = s.at;
    size_t left = s.len_bytes;
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    uint64_t word = 0;
    memcpy(&word, at, left);
    h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 32;
    return (uint32_t)h;
}

static struct span packed_of(const struct mvt_values *m, uint32_t index)
{
    const uint32_t at = m->packed_at[index];
    const size_t end = index + 1 < m->n_values ? m->packed_at[index + 1] : m->packed.len_bytes;
    return (struct span){(const char *)m->packed.data + at, end - at};
}

/* The message of a value (4.1), as a field of the layer. */
static enum err_code put_message(struct buf *b, const struct value *v, struct err *err)
{
    enum { STRING = 1, DOUBLE = 3, INT = 4, SINT = 6, BOOL = 7 };
    uint64_t zigzag;
    switch (v->type) {
    case VALUE_NULL:
        return err_set(err, INTERNAL, "a null has no place in a tile");
    case VALUE_BOOL:
        message_put_head(b, LAYER_VALUE, 2);
        message_put_varint(b, BOOL, v->boolean);
        break;
    case VALUE_INT:
        /* A negative int_value would take ten bytes. */
        zigzag = (uint64_t)v->integer << 1 ^ (v->integer < 0 ? UINT64_MAX : 0);
        const uint64_t n = v->integer < 0 ? zigzag : (uint64_t)v->integer;
        message_put_head(b, LAYER_VALUE, 1 + varint_bytes(n));
        message_put_varint(b, v->integer < 0 ? SINT : INT, n);
        break;
    case VALUE_REAL:
        message_put_head(b, LAYER_VALUE, 9);
        buf_put_u8(b, DOUBLE << 3 | WIRE_8_BYTES);
        buf_put_f64(b, v->real);
        break;
    case VALUE_TEXT:
    case VALUE_JSON:
        message_put_head(b, LAYER_VALUE, 1 + varint_bytes(v->text.len_bytes) + v->text.len_bytes);
        message_put_head(b, STRING, v->text.len_bytes);
        buf_put(b, v->text.at, v->text.len_bytes);
        break;
    }
    return OK;
}

static enum err_code add(struct mvt_values *m, struct span packed, struct err *err)
{
    struct bytes r = bytes_of_span(packed);
    struct value v;
    if (value_unpack(&r, &v, err))
        return BAD_DATA;
    if (mem_grow((void **)&m->packed_at, &m->room_packed, (size_t)m->n_values + 1,
                 sizeof *m->packed_at, err))
        return NO_MEMORY;
    enum err_code rc = put_message(&m->message, &v, err);
    m->packed_at[m->n_values] = (uint32_t)m->packed.len_bytes;
    buf_put(&m->packed, packed.at, packed.len_bytes);
    if (!rc)
        rc = buf_status(&m->message, err);
    if (!rc)
        rc = buf_status(&m->packed, err);
    m->n_values += !rc;
    return rc;
}

enum err_code mvt_values_find(struct mvt_values *m, struct span packed, uint32_t *out_index,
                              struct err *err)
{
    if (2 * ((size_t)m->n_values + 1) > m->n_slots && grow_slots(m, err))
        return NO_MEMORY;
    const uint32_t hash = hash_of(packed);
    size_t at = hash & (m->n_slots - 1);
    for (; m->slots[at].number; at = (at + 1) & (m->n_slots - 1)) {
        const uint32_t index = m->slots[at].number - 1;
        if (m->slots[at].hash != hash)
            continue;
        const struct span known = packed_of(m, index);
        if (known.len_bytes == packed.len_bytes &&
            memcmp(known.at, packed.at, packed.len_bytes) == 0) {
            *out_index = index;
            return OK;
        }
    }
    const enum err_code rc = add(m, packed, err);
    if (rc)
        return rc;
    m->slots[at] = (struct mvt_value_slot){hash, m->n_values};
    *out_index = m->n_values - 1;
    return OK;
}

#include "tiler/mvt_values.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#define FIRST_SLOTS 1024

/* An entry of the hash table: open addressing, at most half full. Small, since a dense tile has a
 * hundred thousand look-ups in tens of thousands of values. */
struct mvt_value_slot {
    uint32_t hash;
    uint32_t number; /* the value's index plus one; 0: free */
};

void mvt_values_reset(struct mvt_values *m)
{
    if (m->n_slots)
        memset(m->slots, 0, m->n_slots * sizeof *m->slots);
    m->n_values = m->n_bytes = 0;
}

void mvt_values_clear(struct mvt_values *m)
{
    mem_free(m->values);
    mem_free(m->packed);
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

/* The message of a value; `text` is its text with a NUL behind it. */
static enum err_code fill_message(VectorTile__Tile__Value *m, const struct value *v, char *text,
                                  struct err *err)
{
    *m = (VectorTile__Tile__Value)VECTOR_TILE__TILE__VALUE__INIT;
    switch (v->type) {
    case VALUE_NULL:
        return err_set(err, INTERNAL, "a null has no place in a tile");
    case VALUE_BOOL:
        m->has_bool_value = 1;
        m->bool_value = v->boolean;
        break;
    case VALUE_INT:
        /* A negative int_value would take ten bytes. */
        if (v->integer < 0) {
            m->has_sint_value = 1;
            m->sint_value = v->integer;
        } else {
            m->has_int_value = 1;
            m->int_value = v->integer;
        }
        break;
    case VALUE_REAL:
        m->has_double_value = 1;
        m->double_value = v->real;
        break;
    case VALUE_TEXT:
    case VALUE_JSON:
        m->string_value = text;
        break;
    }
    return OK;
}

static enum err_code add(struct mvt_values *m, const struct value *v, struct span packed,
                         struct arena *a, struct err *err)
{
    VectorTile__Tile__Value *message = arena_raw(a, 1, sizeof *message, err);
    /* A text ends its packed form, so its copy serves as both. */
    char *copy = arena_strndup(a, packed.at, packed.len_bytes, err);
    if (!message || !copy ||
        fill_message(message, v, copy + packed.len_bytes - v->text.len_bytes, err) ||
        mem_grow((void **)&m->values, &m->room_values, m->n_values + 1, sizeof *m->values, err) ||
        mem_grow((void **)&m->packed, &m->room_packed, m->n_values + 1, sizeof *m->packed, err))
        return arena_failure(err);
    m->packed[m->n_values] = (struct span){copy, packed.len_bytes};
    m->values[m->n_values++] = message;
    m->n_bytes += packed.len_bytes + 2;
    return OK;
}

enum err_code mvt_values_find(struct mvt_values *m, const struct value *v, struct span packed,
                              struct arena *a, uint32_t *out_index, struct err *err)
{
    if (2 * (m->n_values + 1) > m->n_slots && grow_slots(m, err))
        return NO_MEMORY;
    const uint64_t wide = text_hash(packed.at, packed.len_bytes, 0);
    const uint32_t hash = (uint32_t)(wide ^ wide >> 32);
    size_t at = hash & (m->n_slots - 1);
    for (; m->slots[at].number; at = (at + 1) & (m->n_slots - 1)) {
        const uint32_t index = m->slots[at].number - 1;
        if (m->slots[at].hash == hash && span_is_same(m->packed[index], packed)) {
            *out_index = index;
            return OK;
        }
    }
    const enum err_code rc = add(m, v, packed, a, err);
    if (rc)
        return rc;
    m->slots[at] = (struct mvt_value_slot){hash, (uint32_t)m->n_values};
    *out_index = (uint32_t)m->n_values - 1;
    return OK;
}

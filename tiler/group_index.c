#include "tiler/group_index.h"

#include "base/mem.h"

#include <string.h>

#define MIN_SLOTS 8

struct group_slot {
    uint32_t hash, group; /* plus one; 0: free */
};

void group_index_clear(struct group_index *g)
{
    mem_free(g->slots);
    *g = (struct group_index){0};
}

void group_index_reset(struct group_index *g)
{
    if (g->n_groups)
        memset(g->slots, 0, g->n_slots * sizeof *g->slots);
    g->n_groups = 0;
}

static struct group_slot *slot_of(struct group_slot *slots, size_t n_slots, uint32_t hash)
{
    size_t at = (hash * UINT32_C(0x9e3779b9)) & (n_slots - 1);
    while (slots[at].group && slots[at].hash != hash)
        at = (at + 1) & (n_slots - 1);
    return &slots[at];
}

static enum err_code grow(struct group_index *g, struct err *err)
{
    const size_t n_slots = g->n_slots ? 2 * g->n_slots : MIN_SLOTS;
    struct group_slot *slots = mem_new(n_slots, sizeof *slots);
    if (!slots)
        return err_no_memory(err, n_slots * sizeof *slots);
    for (size_t i = 0; i < g->n_slots; i++)
        if (g->slots[i].group)
            *slot_of(slots, n_slots, g->slots[i].hash) = g->slots[i];
    mem_free(g->slots);
    g->slots = slots;
    g->n_slots = n_slots;
    return OK;
}

enum err_code group_index_find(struct group_index *g, uint32_t hash, size_t *out, bool *is_new,
                               struct err *err)
{
    const enum err_code rc = 2 * g->n_groups >= g->n_slots ? grow(g, err) : OK;
    if (rc)
        return rc;
    struct group_slot *slot = slot_of(g->slots, g->n_slots, hash);
    *is_new = !slot->group;
    if (*is_new)
        *slot = (struct group_slot){hash, (uint32_t)++g->n_groups};
    *out = slot->group - 1;
    return OK;
}

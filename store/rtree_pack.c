#include "store/rtree_pack.h"

#include "base/mem.h"

#include <string.h>

#define MAX_CELLS  51 /* RTREE_MAXCELLS */
#define MAX_LEVELS 12 /* 51^12 is more than there are row numbers */
#define HEAD_BYTES 4  /* depth, number of cells */

/* A node that is being filled, one a level; level 0 are the leaves. */
struct level {
    size_t n_cells;
    int64_t ids[MAX_CELLS];
    int32_t coords[MAX_CELLS][2 * RTREE_MAX_DIMS];
};

struct rtree_pack {
    size_t n_coords, node_bytes, cells_per_node;
    bool is_float;
    rtree_node_sink sink;
    void *state;
    int64_t last_number;
    size_t n_levels;
    uint8_t *data; /* node_bytes */
    struct level levels[MAX_LEVELS];
};

enum err_code rtree_pack_new(size_t n_dims, size_t node_bytes, bool is_float, rtree_node_sink sink,
                             void *state, struct rtree_pack **out, struct err *err)
{
    const size_t cell_bytes = 8 + 8 * n_dims;
    size_t n = node_bytes < HEAD_BYTES ? 0 : (node_bytes - HEAD_BYTES) / cell_bytes;
    if (n < 2)
        return err_set(err, BAD_DATA, "an R-tree whose nodes have %zu bytes", node_bytes);
    struct rtree_pack *p = mem_new(1, sizeof *p);
    uint8_t *data = mem_new(node_bytes, 1);
    if (!p || !data) {
        mem_free(p);
        mem_free(data);
        return err_no_memory(err, sizeof *p + node_bytes);
    }
    p->n_coords = 2 * n_dims;
    p->node_bytes = node_bytes;
    p->cells_per_node = n < MAX_CELLS ? n : MAX_CELLS;
    p->is_float = is_float;
    p->sink = sink;
    p->state = state;
    p->last_number = 1;
    p->n_levels = 1;
    p->data = data;
    *out = p;
    return OK;
}

void rtree_pack_free(struct rtree_pack *p)
{
    if (!p)
        return;
    mem_free(p->data);
    mem_free(p);
}

/* IEEE 754 numbers sort as their bits do when the lower 31 bits of the negative ones are turned;
 * turning twice gives the number back. */
static uint32_t turn(uint32_t bits)
{
    return bits & 0x80000000u ? bits ^ 0x7FFFFFFFu : bits;
}

static uint8_t *put_big_endian(uint8_t *at, uint64_t value, int n_bytes)
{
    for (int i = n_bytes - 1; i >= 0; i--)
        *at++ = (uint8_t)(value >> (8 * i));
    return at;
}

static enum err_code give_node(struct rtree_pack *p, size_t depth, int64_t number, bool is_root,
                               struct err *err)
{
    struct level *l = &p->levels[depth];
    uint8_t *at = put_big_endian(p->data, is_root ? depth : 0, 2);
    at = put_big_endian(at, l->n_cells, 2);
    for (size_t i = 0; i < l->n_cells; i++) {
        at = put_big_endian(at, (uint64_t)l->ids[i], 8);
        for (size_t k = 0; k < p->n_coords; k++) {
            const uint32_t bits = (uint32_t)l->coords[i][k];
            at = put_big_endian(at, p->is_float ? turn(bits) : bits, 4);
        }
    }
    memset(at, 0, (size_t)(p->data + p->node_bytes - at));
    const struct rtree_node node = {
        .number = number,
        .leaf = depth == 0,
        .ids = l->ids,
        .n_ids = l->n_cells,
        .data = p->data,
        .n_bytes = p->node_bytes,
    };
    return p->sink(p->state, &node, err);
}

/* The box of all cells of a level. */
static void cover(const struct rtree_pack *p, const struct level *l, int32_t *out)
{
    memcpy(out, l->coords[0], sizeof l->coords[0]);
    for (size_t i = 1; i < l->n_cells; i++) {
        for (size_t k = 0; k < p->n_coords; k += 2) {
            if (l->coords[i][k] < out[k])
                out[k] = l->coords[i][k];
            if (l->coords[i][k + 1] > out[k + 1])
                out[k + 1] = l->coords[i][k + 1];
        }
    }
}

static void add_cell(struct rtree_pack *p, size_t depth, int64_t id, const int32_t *coords)
{
    struct level *l = &p->levels[depth];
    l->ids[l->n_cells] = id;
    memcpy(l->coords[l->n_cells], coords, p->n_coords * sizeof *coords);
    l->n_cells++;
}

/* Gives the open node of a level away and enters it on the level above, where there is room. */
static enum err_code close_node(struct rtree_pack *p, size_t depth, struct err *err)
{
    struct level *l = &p->levels[depth];
    const int64_t number = ++p->last_number;
    const enum err_code rc = give_node(p, depth, number, false, err);
    if (rc)
        return rc;
    int32_t box[2 * RTREE_MAX_DIMS];
    cover(p, l, box);
    l->n_cells = 0;
    if (depth + 1 == p->n_levels)
        p->n_levels++;
    add_cell(p, depth + 1, number, box);
    return OK;
}

/* So that the open node of a level can take one more cell. A full node stays open until then, for
 * it may turn out to be the root. */
static enum err_code make_room(struct rtree_pack *p, size_t depth, struct err *err)
{
    size_t end = depth;
    while (end < p->n_levels && p->levels[end].n_cells == p->cells_per_node)
        end++;
    while (end > depth) {
        const enum err_code rc = close_node(p, --end, err);
        if (rc)
            return rc;
    }
    return OK;
}

enum err_code rtree_pack_put(struct rtree_pack *p, int64_t id, const int32_t *coords,
                             struct err *err)
{
    const enum err_code rc = make_room(p, 0, err);
    if (!rc)
        add_cell(p, 0, id, coords);
    return rc;
}

enum err_code rtree_pack_finish(struct rtree_pack *p, struct err *err)
{
    size_t depth = 0;
    for (; depth + 1 < p->n_levels; depth++) {
        enum err_code rc = make_room(p, depth + 1, err);
        if (!rc)
            rc = close_node(p, depth, err);
        if (rc)
            return rc;
    }
    return p->levels[depth].n_cells ? give_node(p, depth, 1, true, err) : OK;
}

/* Source: rtreeValueDown(), rtreeValueUp() */
#define TOWARDS_ZERO (1.0 - 1.0 / 8388608.0)
#define AWAY_OF_ZERO (1.0 + 1.0 / 8388608.0)

static int32_t key_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (int32_t)turn(bits);
}

int32_t rtree_key_down(double value)
{
    float f = (float)value;
    if (f > value)
        f = (float)(value * (value < 0 ? AWAY_OF_ZERO : TOWARDS_ZERO));
    return key_of(f);
}

int32_t rtree_key_up(double value)
{
    float f = (float)value;
    if (f < value)
        f = (float)(value * (value < 0 ? TOWARDS_ZERO : AWAY_OF_ZERO));
    return key_of(f);
}

int32_t rtree_key_of_u32(uint32_t value)
{
    return (int32_t)(value ^ 0x80000000u);
}

uint32_t rtree_key_to_u32(int32_t key)
{
    return (uint32_t)key ^ 0x80000000u;
}

#include "tiler/line_join.h"

#include "base/mem.h"
#include "tiler/arc.h"

#include <string.h>

/* A place where lines end; an end is the line's number twice, plus one for its last vertex. */
struct end_slot {
    struct vertex_gu at;
    uint32_t n_ends; /* 0: free */
    uint32_t ends[2];
};

void line_list_clear(struct line_list *l)
{
    mem_free(l->vertices);
    mem_free(l->end);
    mem_free(l->n_features);
    *l = (struct line_list){0};
}

void line_list_reset(struct line_list *l)
{
    l->n = l->n_vertices = 0;
}

enum err_code line_list_add(struct line_list *l, const struct vertex_gu *v, size_t n,
                            uint64_t n_features, struct err *err)
{
    if (mem_grow((void **)&l->vertices, &l->room_vertices, l->n_vertices + n, sizeof *v, err) ||
        mem_grow((void **)&l->end, &l->room_end, l->n + 1, sizeof *l->end, err) ||
        mem_grow((void **)&l->n_features, &l->room_features, l->n + 1, sizeof *l->n_features, err))
        return NO_MEMORY;
    if (n)
        memcpy(l->vertices + l->n_vertices, v, n * sizeof *v);
    l->n_vertices += n;
    l->n_features[l->n] = n_features;
    l->end[l->n++] = (uint32_t)l->n_vertices;
    return OK;
}

void line_joiner_clear(struct line_joiner *j)
{
    mem_free(j->slots);
    mem_free(j->is_done);
    mem_free(j->path);
    *j = (struct line_joiner){0};
}

static struct end_slot *find(struct line_joiner *j, size_t mask, struct vertex_gu v)
{
    uint64_t h = ((uint64_t)v.x << 32 | v.y) * UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 29;
    size_t at = (size_t)(h ^ h >> 32) & mask;
    while (j->slots[at].n_ends && !vertex_is_same(j->slots[at].at, v))
        at = (at + 1) & mask;
    return &j->slots[at];
}

static struct vertex_gu place_of(const struct line_list *l, uint32_t end)
{
    const size_t line = end / 2;
    return l->vertices[end & 1 ? l->end[line] - 1 : line_start(l, line)];
}

static enum err_code list_ends(struct line_joiner *j, const struct line_list *in, size_t *mask,
                               struct err *err)
{
    size_t n_slots = 64;
    while (n_slots < 4 * in->n)
        n_slots *= 2;
    *mask = n_slots - 1;
    if (n_slots > j->n_slots) {
        struct end_slot *slots = mem_new(n_slots, sizeof *slots);
        if (!slots)
            return err_no_memory(err, n_slots * sizeof *slots);
        mem_free(j->slots);
        j->slots = slots;
        j->n_slots = n_slots;
    }
    memset(j->slots, 0, n_slots * sizeof *j->slots);
    for (uint32_t end = 0; end < 2 * in->n; end++) {
        const struct vertex_gu at = place_of(in, end);
        struct end_slot *s = find(j, *mask, at);
        s->at = at;
        if (s->n_ends < 2)
            s->ends[s->n_ends] = end;
        s->n_ends++;
    }
    return OK;
}

/* Append a line to the path, from the given end on; the place where both meet only once. */
static enum err_code follow(struct line_joiner *j, const struct line_list *in, uint32_t end,
                            size_t *n_path, struct err *err)
{
    const size_t line = end / 2, start = line_start(in, line), n = in->end[line] - start;
    if (mem_grow((void **)&j->path, &j->room_path, *n_path + n, sizeof *j->path, err))
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const struct vertex_gu v = in->vertices[end & 1 ? start + n - 1 - i : start + i];
        if (*n_path == 0 || !vertex_is_same(j->path[*n_path - 1], v))
            j->path[(*n_path)++] = v;
    }
    return OK;
}

/* The end that goes on where a line leaves off, or UINT32_MAX. */
static uint32_t next_end(struct line_joiner *j, const struct line_list *in, size_t mask,
                         uint32_t leaves)
{
    const struct end_slot *s = find(j, mask, place_of(in, leaves));
    if (s->n_ends != 2)
        return UINT32_MAX;
    const uint32_t other = s->ends[0] == leaves ? s->ends[1] : s->ends[0];
    return j->is_done[other / 2] ? UINT32_MAX : other;
}

/* The end at which a chain of lines begins that this line is part of. */
static uint32_t first_end(struct line_joiner *j, const struct line_list *in, size_t mask,
                          uint32_t line)
{
    uint32_t end = 2 * line;
    for (size_t i = 0; i < in->n; i++) {
        const struct end_slot *s = find(j, mask, place_of(in, end));
        if (s->n_ends != 2)
            return end;
        const uint32_t other = s->ends[0] == end ? s->ends[1] : s->ends[0];
        if (other / 2 == line || j->is_done[other / 2])
            return end;
        end = other ^ 1;
    }
    return end;
}

enum err_code line_join(struct line_joiner *j, const struct line_list *in, struct line_list *out,
                        struct err *err)
{
    size_t mask = 0;
    enum err_code rc = list_ends(j, in, &mask, err);
    if (!rc)
        rc = mem_grow((void **)&j->is_done, &j->room_done, in->n + 1, 1, err);
    if (rc)
        return rc;
    memset(j->is_done, 0, in->n);
    for (uint32_t line = 0; !rc && line < in->n; line++) {
        if (j->is_done[line])
            continue;
        size_t n_path = 0;
        uint64_t n_features = 0;
        for (uint32_t end = first_end(j, in, mask, line); !rc && end != UINT32_MAX;) {
            j->is_done[end / 2] = 1;
            n_features += in->n_features[end / 2];
            rc = follow(j, in, end, &n_path, err);
            end = next_end(j, in, mask, end ^ 1);
        }
        if (!rc)
            rc = line_list_add(out, j->path, n_path, n_features, err);
    }
    return rc;
}

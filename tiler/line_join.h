/* Lines that end where another one begins become one: streets out of their pieces. */
#ifndef TILER_LINE_JOIN_H
#define TILER_LINE_JOIN_H

#include "base/err.h"
#include "tiler/grid_shape.h"

#include <stddef.h>
#include <stdint.h>

/** Lines one after the other; starts zeroed. */
struct line_list {
    struct vertex_gu *vertices;
    uint32_t *end;        /* n, in vertices */
    uint64_t *n_features; /* n: of how many features each is made */
    size_t n, n_vertices;
    size_t room_vertices, room_end, room_features;
};

void line_list_clear(struct line_list *l);
void line_list_reset(struct line_list *l);
static inline size_t line_start(const struct line_list *l, size_t line)
{
    return line ? l->end[line - 1] : 0;
}
/** Errors NO_MEMORY */
enum err_code line_list_add(struct line_list *l, const struct vertex_gu *v, size_t n,
                            uint64_t n_features, struct err *err) MUST_USE;

struct end_slot;

/** Scratch of one thread; starts zeroed. */
struct line_joiner {
    struct end_slot *slots;
    size_t n_slots;
    uint8_t *is_done;
    struct vertex_gu *path;
    size_t room_done, room_path;
};

void line_joiner_clear(struct line_joiner *j);

/** Where two ends and no more meet, lines are joined. Out: appended. Errors NO_MEMORY */
enum err_code line_join(struct line_joiner *j, const struct line_list *in, struct line_list *out,
                        struct err *err) MUST_USE;

#endif

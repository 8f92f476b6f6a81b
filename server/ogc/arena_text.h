/* Texts that are put together in a buf and live in a request's arena. */
#ifndef SERVER_OGC_ARENA_TEXT_H
#define SERVER_OGC_ARENA_TEXT_H

#include "base/arena.h"
#include "base/buf.h"

/** Room for one text: a feature's id may be long, and all of it escaped. */
#define ARENA_TEXT_MAX_BYTES ((size_t)16 << 20)

/** The buf's text in the arena; the buf is cleared. A failure of either is the arena's (`failed`),
 * which http tells, and gives "". */
const char *arena_take_text(struct arena *a, struct buf *b);

#endif

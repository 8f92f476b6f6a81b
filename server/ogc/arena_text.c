#include "server/ogc/arena_text.h"

const char *arena_take_text(struct arena *a, struct buf *b)
{
    const char *text = b->failed ? NULL : arena_strdup(a, buf_text(b), NULL);
    if (!text)
        a->failed = true;
    buf_clear(b);
    return text ? text : "";
}

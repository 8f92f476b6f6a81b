#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *mem_new(size_t n_items, size_t item_bytes)
{
    /* calloc checks too, but stops the program under sanitizers instead of saying no. */
    if (item_bytes && n_items > PTRDIFF_MAX / item_bytes)
        return NULL;
    return calloc(n_items ? n_items : 1, item_bytes ? item_bytes : 1);
}

void *mem_resize(void *p, size_t n_bytes)
{
    return realloc(p, n_bytes ? n_bytes : 1);
}

void mem_prefer_large_pages(void *p, size_t n_bytes)
{
    const uintptr_t page = (uintptr_t)2 << 20;
    const uintptr_t from = ((uintptr_t)p + page - 1) & -page;
    const uintptr_t to = ((uintptr_t)p + n_bytes) & -page;
    if (from < to)
        (void)madvise((void *)from, to - from, MADV_HUGEPAGE);
}

enum err_code mem_grow_now(void **items, size_t *n_room, size_t n_wanted, size_t item_bytes,
                           struct err *err)
{
    const size_t half = *n_room / 2;
    size_t room = *n_room <= SIZE_MAX - half ? *n_room + half : SIZE_MAX;
    if (room < n_wanted)
        room = n_wanted;
    if (room < 8)
        room = 8;
    if (item_bytes && room > SIZE_MAX / item_bytes)
        return err_no_memory(err, SIZE_MAX);
    /* Callers pass the address of a `double *` and the like: memcpy, unlike `*items`, may read and
     * write a pointer of any type. */
    void *old;
    memcpy(&old, items, sizeof old);
    void *grown = mem_resize(old, room * item_bytes);
    if (!grown)
        return err_no_memory(err, room * item_bytes);
    memcpy(items, &grown, sizeof grown);
    *n_room = room;
    return OK;
}

char *mem_strdup(const char *text)
{
    if (!text)
        return NULL;
    const size_t n_bytes = strlen(text) + 1;
    char *copy = mem_resize(NULL, n_bytes);
    if (copy)
        memcpy(copy, text, n_bytes);
    return copy;
}

void mem_free(void *p)
{
    free(p);
}

#include "base/arena.h"

#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* gcc says it one way, clang the other. */
#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(at, n_bytes)   ASAN_POISON_MEMORY_REGION(at, n_bytes)
#define UNPOISON(at, n_bytes) ASAN_UNPOISON_MEMORY_REGION(at, n_bytes)
#define REDZONE_BYTES         16
#else
#define POISON(at, n_bytes)   ((void)(at), (void)(n_bytes))
#define UNPOISON(at, n_bytes) ((void)(at), (void)(n_bytes))
#define REDZONE_BYTES         0
#endif

#define FIRST_CHUNK_BYTES ((size_t)4096)
#define MAX_CHUNK_BYTES   ((size_t)1 << 20) /* larger only for a single larger item */

struct arena_chunk {
    struct arena_chunk *before;
    size_t room_bytes;
    size_t used_bytes;
    alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *a, size_t limit_bytes)
{
    *a = (struct arena){.limit_bytes = limit_bytes};
}

static void free_chunk(struct arena_chunk *c)
{
    UNPOISON(c->data, c->room_bytes);
    mem_free(c);
}

void arena_clear(struct arena *a)
{
    while (a->last) {
        struct arena_chunk *before = a->last->before;
        free_chunk(a->last);
        a->last = before;
    }
    a->used_bytes = 0;
    a->failed = false;
}

void arena_reset_within(struct arena *a, size_t kept_bytes)
{
    if (a->used_bytes > kept_bytes)
        arena_clear(a);
    else
        arena_reset(a);
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *kept = NULL;
    while (a->last) {
        struct arena_chunk *c = a->last;
        a->last = c->before;
        if (!kept || c->room_bytes > kept->room_bytes) {
            struct arena_chunk *smaller = kept;
            kept = c;
            c = smaller;
        }
        if (c)
            free_chunk(c);
    }
    if (kept) {
        kept->before = NULL;
        kept->used_bytes = 0;
        POISON(kept->data, kept->room_bytes);
    }
    a->last = kept;
    a->used_bytes = kept ? kept->room_bytes : 0;
    a->failed = false;
}

/* A chunk for at least n_bytes. One made for a single large item goes behind the last chunk, whose
 * rest stays in use. */
static struct arena_chunk *add_chunk(struct arena *a, size_t n_bytes, struct err *err)
{
    const size_t left = a->limit_bytes - a->used_bytes;
    if (n_bytes > left) {
        err_set(err, LIMIT, "more than the %zu bytes of memory allowed for this", a->limit_bytes);
        return NULL;
    }
    size_t room = a->used_bytes < FIRST_CHUNK_BYTES ? FIRST_CHUNK_BYTES : a->used_bytes;
    if (room > MAX_CHUNK_BYTES)
        room = MAX_CHUNK_BYTES;
    const bool alone = a->last && n_bytes > room / 4;
    if (alone || room < n_bytes)
        room = n_bytes;
    if (room > left)
        room = left;
    struct arena_chunk *c = NULL;
    if (room <= SIZE_MAX - sizeof *c)
        c = mem_resize(NULL, sizeof *c + room);
    if (!c) {
        err_no_memory(err, room);
        return NULL;
    }
    *c = (struct arena_chunk){.room_bytes = room};
    POISON(c->data, room);
    if (alone) {
        c->before = a->last->before;
        a->last->before = c;
    } else {
        c->before = a->last;
        a->last = c;
    }
    a->used_bytes += room;
    return c;
}

void *arena_raw(struct arena *a, size_t n_items, size_t item_bytes, struct err *err)
{
    if (item_bytes && n_items > SIZE_MAX / item_bytes) {
        a->failed = true;
        err_set(err, LIMIT, "more than the %zu bytes of memory allowed for this", a->limit_bytes);
        return NULL;
    }
    const size_t n_bytes = n_items && item_bytes ? n_items * item_bytes : 1;
    struct arena_chunk *c = a->last;
    if (!c || n_bytes > c->room_bytes - c->used_bytes)
        c = add_chunk(a, n_bytes, err);
    if (!c) {
        a->failed = true;
        return NULL;
    }
    void *given = c->data + c->used_bytes;
    const size_t left = c->room_bytes - c->used_bytes - n_bytes;
    const size_t padding = -n_bytes % alignof(max_align_t) + REDZONE_BYTES;
    c->used_bytes += n_bytes + (padding < left ? padding : left);
    UNPOISON(given, n_bytes);
    return given;
}

void *arena_new(struct arena *a, size_t n_items, size_t item_bytes, struct err *err)
{
    void *given = arena_raw(a, n_items, item_bytes, err);
    if (given && n_items && item_bytes)
        memset(given, 0, n_items * item_bytes);
    return given;
}

char *arena_strndup(struct arena *a, const char *text, size_t n_bytes, struct err *err)
{
    if (!text)
        return NULL;
    if (n_bytes == SIZE_MAX) {
        err_set(err, LIMIT, "a text of %zu bytes", n_bytes);
        return NULL;
    }
    char *copy = arena_raw(a, n_bytes + 1, 1, err);
    if (!copy)
        return NULL;
    memcpy(copy, text, n_bytes);
    copy[n_bytes] = '\0';
    return copy;
}

char *arena_strdup(struct arena *a, const char *text, struct err *err)
{
    return text ? arena_strndup(a, text, strlen(text), err) : NULL;
}

char *arena_printf(struct arena *a, struct err *err, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = NULL;
    if (n < 0)
        err_set(err, INTERNAL, "a text that cannot be formatted");
    else
        text = arena_raw(a, (size_t)n + 1, 1, err);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

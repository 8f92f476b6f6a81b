#include "exporters/content_index.h"

#include "base/mem.h"

#include <string.h>

#define FIRST_ROOM 1024

struct slot {
    struct content_key key;
    struct content content; /* n_bytes 0: the slot is free, for no content is empty */
};

/* Open addressing, never more than half full; a key is as good as a random number. */
struct content_index {
    struct slot *slots;
    size_t room; /* a power of two */
    uint64_t n;
};

enum err_code content_key_of(struct sha256 *sha, struct span bytes, struct content_key *out,
                             struct err *err)
{
    uint8_t hash[SHA256_BYTES];
    enum err_code rc = sha256_reset(sha, err);
    if (!rc)
        rc = sha256_add(sha, bytes.at, bytes.len_bytes, err);
    if (!rc)
        rc = sha256_bytes(sha, hash, err);
    if (!rc)
        memcpy(out->words, hash, sizeof out->words);
    return rc;
}

enum err_code content_index_new(struct content_index **out, struct err *err)
{
    struct content_index *x = mem_new(1, sizeof *x);
    if (!x)
        return err_no_memory(err, sizeof *x);
    x->room = FIRST_ROOM;
    x->slots = mem_new(x->room, sizeof *x->slots);
    if (!x->slots) {
        mem_free(x);
        return err_no_memory(err, FIRST_ROOM * sizeof *x->slots);
    }
    *out = x;
    return OK;
}

void content_index_free(struct content_index *x)
{
    if (!x)
        return;
    mem_free(x->slots);
    mem_free(x);
}

/* The key's slot, or the free one where it belongs. */
static struct slot *find_slot(struct slot *slots, size_t room, const struct content_key *key)
{
    size_t at = (size_t)key->words[0] & (room - 1);
    while (slots[at].content.n_bytes && memcmp(&slots[at].key, key, sizeof *key) != 0)
        at = (at + 1) & (room - 1);
    return &slots[at];
}

bool content_index_find(const struct content_index *x, const struct content_key *key,
                        struct content *out)
{
    const struct slot *s = find_slot(x->slots, x->room, key);
    if (s->content.n_bytes)
        *out = s->content;
    return s->content.n_bytes != 0;
}

static enum err_code grow(struct content_index *x, struct err *err)
{
    const size_t room = 2 * x->room;
    struct slot *slots = mem_new(room, sizeof *slots);
    if (!slots)
        return err_no_memory(err, room * sizeof *slots);
    for (size_t i = 0; i < x->room; i++) {
        if (x->slots[i].content.n_bytes)
            *find_slot(slots, room, &x->slots[i].key) = x->slots[i];
    }
    mem_free(x->slots);
    x->slots = slots;
    x->room = room;
    return OK;
}

enum err_code content_index_add(struct content_index *x, const struct content_key *key,
                                const struct content *c, struct err *err)
{
    if (2 * (x->n + 1) > x->room && grow(x, err))
        return NO_MEMORY;
    *find_slot(x->slots, x->room, key) = (struct slot){*key, *c};
    x->n++;
    return OK;
}

uint64_t content_index_count(const struct content_index *x)
{
    return x->n;
}

#include "server/http/cache.h"

#include "base/mem.h"

#include <string.h>

struct entry {
    struct entry *chain;         /* same bucket */
    struct entry *newer, *older; /* by use */
    struct answer *answer;
    uint64_t hash, stamp;
    size_t n_bytes;
    size_t n_key_bytes;
    char key[];
};

struct cache {
    uint64_t limit_bytes, used_bytes;
    size_t n_entries, n_buckets; /* buckets: a power of two */
    struct entry **buckets;
    struct entry *newest, *oldest;
};

#define FIRST_BUCKETS 1024

enum err_code cache_new(uint64_t limit_bytes, struct cache **out, struct err *err)
{
    struct cache *c = mem_new(1, sizeof *c);
    struct entry **buckets = mem_new(FIRST_BUCKETS, sizeof *buckets);
    if (!c || !buckets) {
        mem_free(c);
        mem_free(buckets);
        return err_no_memory(err, FIRST_BUCKETS * sizeof *buckets);
    }
    *c = (struct cache){.limit_bytes = limit_bytes, .buckets = buckets, .n_buckets = FIRST_BUCKETS};
    *out = c;
    return OK;
}

void cache_free(struct cache *c)
{
    if (!c)
        return;
    while (c->newest) {
        struct entry *e = c->newest;
        c->newest = e->older;
        answer_unref(e->answer);
        mem_free(e);
    }
    mem_free(c->buckets);
    mem_free(c);
}

static struct entry **find(struct cache *c, struct span key, uint64_t hash)
{
    struct entry **at = &c->buckets[hash & (c->n_buckets - 1)];
    while (*at && ((*at)->hash != hash || (*at)->n_key_bytes != key.len_bytes ||
                   memcmp((*at)->key, key.at, key.len_bytes) != 0))
        at = &(*at)->chain;
    return at;
}

static void unlink_use(struct cache *c, struct entry *e)
{
    *(e->newer ? &e->newer->older : &c->newest) = e->older;
    *(e->older ? &e->older->newer : &c->oldest) = e->newer;
}

static void link_newest(struct cache *c, struct entry *e)
{
    e->newer = NULL;
    e->older = c->newest;
    *(c->newest ? &c->newest->newer : &c->oldest) = e;
    c->newest = e;
}

static void drop(struct cache *c, struct entry *e)
{
    struct entry **at = find(c, (struct span){e->key, e->n_key_bytes}, e->hash);
    *at = e->chain;
    unlink_use(c, e);
    c->used_bytes -= e->n_bytes;
    c->n_entries--;
    answer_unref(e->answer);
    mem_free(e);
}

struct answer *cache_get(struct cache *c, struct span key, const struct stamps *stamps)
{
    struct entry *e = *find(c, key, text_hash(key.at, key.len_bytes, 0));
    if (e && e->stamp != answer_stamp(e->answer, stamps)) {
        drop(c, e);
        e = NULL;
    }
    if (!e)
        return NULL;
    unlink_use(c, e);
    link_newest(c, e);
    return e->answer;
}

/* Without memory for more buckets the chains just grow longer. */
static void grow(struct cache *c)
{
    const size_t n = c->n_buckets * 2;
    struct entry **buckets = mem_new(n, sizeof *buckets);
    if (!buckets)
        return;
    for (struct entry *e = c->newest; e; e = e->older) {
        struct entry **at = &buckets[e->hash & (n - 1)];
        e->chain = *at;
        *at = e;
    }
    mem_free(c->buckets);
    c->buckets = buckets;
    c->n_buckets = n;
}

void cache_put(struct cache *c, struct span key, const struct stamps *stamps, struct answer *a)
{
    struct entry *e;
    const uint64_t hash = text_hash(key.at, key.len_bytes, 0);
    struct entry *there = *find(c, key, hash);
    if (there)
        drop(c, there);
    const size_t n_bytes = sizeof *e + key.len_bytes + a->n_bytes;
    if (n_bytes > c->limit_bytes / 8)
        return;
    while (c->oldest && c->used_bytes + n_bytes > c->limit_bytes)
        drop(c, c->oldest);
    e = mem_new(1, sizeof *e + key.len_bytes);
    if (!e)
        return;
    if (c->n_entries >= c->n_buckets)
        grow(c);
    memcpy(e->key, key.at, key.len_bytes);
    e->n_key_bytes = key.len_bytes;
    e->hash = hash;
    e->stamp = answer_stamp(a, stamps);
    e->n_bytes = n_bytes;
    e->answer = answer_ref(a);
    struct entry **at = &c->buckets[hash & (c->n_buckets - 1)];
    e->chain = *at;
    *at = e;
    link_newest(c, e);
    c->used_bytes += n_bytes;
    c->n_entries++;
}

uint64_t cache_bytes(const struct cache *c)
{
    return c->used_bytes;
}

uint64_t cache_entries(const struct cache *c)
{
    return c->n_entries;
}

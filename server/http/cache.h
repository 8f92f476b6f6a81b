/* Answers by key, the least recently used given up first when their bytes exceed the limit. Each has
 * a stamp, and is given up when it is asked for under others. Pure: no clock, no threads (the
 * loop's alone). */
#ifndef SERVER_HTTP_CACHE_H
#define SERVER_HTTP_CACHE_H

#include "base/err.h"
#include "base/text.h"
#include "server/http/answer.h"

#include <stdint.h>

struct cache;

/** `limit_bytes` counts keys, answers and bookkeeping; 0 keeps nothing. Errors NO_MEMORY */
enum err_code cache_new(uint64_t limit_bytes, struct cache **out, struct err *err) MUST_USE;
void cache_free(struct cache *c);

/** The answer, lent until the next call of cache_put(); NULL when there is none of its stamp. */
struct answer *cache_get(struct cache *c, struct span key, const struct stamps *stamps);

/** Keep a reference under the key, in place of what is there. What is larger than an eighth of the
 * limit, or cannot be kept for lack of memory, is not kept: a cache is a favour. */
void cache_put(struct cache *c, struct span key, const struct stamps *stamps, struct answer *a);

uint64_t cache_bytes(const struct cache *c);
uint64_t cache_entries(const struct cache *c);

#endif

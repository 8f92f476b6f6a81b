/* Which contents an archive has already: equal tiles are written once. */
#ifndef EXPORTERS_CONTENT_INDEX_H
#define EXPORTERS_CONTENT_INDEX_H

#include "base/err.h"
#include "base/sha256.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/** What names a content: the first half of its SHA-256. */
struct content_key {
    uint64_t words[2];
};

/** Where an archive has a content: what `at` counts is the archive's own matter. */
struct content {
    uint64_t at;
    uint32_t n_bytes;
};

/** Errors INTERNAL when OpenSSL refuses */
enum err_code content_key_of(struct sha256 *sha, struct span bytes, struct content_key *out,
                             struct err *err) MUST_USE;

struct content_index;

/** Errors NO_MEMORY */
enum err_code content_index_new(struct content_index **out, struct err *err) MUST_USE;
void content_index_free(struct content_index *x); /* accepts NULL */

bool content_index_find(const struct content_index *x, const struct content_key *key,
                        struct content *out);
/** The key must not be there. Errors NO_MEMORY */
enum err_code content_index_add(struct content_index *x, const struct content_key *key,
                                const struct content *c, struct err *err) MUST_USE;

uint64_t content_index_count(const struct content_index *x);

#endif

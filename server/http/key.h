/* What makes two requests the same: the key of the cache and, with a stamp, of work under way. */
#ifndef SERVER_HTTP_KEY_H
#define SERVER_HTTP_KEY_H

#include "base/buf.h"
#include "server/http/route.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * Append the key: route, checked parameters in the order of the route's list (defaults and
 * what was given as the default are the same), media, encoding and base URL (documents hold links; answers
 * that last do not).
 * No text can imitate another field: each is preceded by its length.
 */
void key_put(struct buf *b, const struct request *r, bool gzip);

#endif

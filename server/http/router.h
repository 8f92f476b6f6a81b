/* Which route a path means. The patterns are read once, the more literal ones are tried first. */
#ifndef SERVER_HTTP_ROUTER_H
#define SERVER_HTTP_ROUTER_H

#include "base/arena.h"
#include "base/err.h"
#include "server/http/route.h"

struct router;

/** `routes`: NULL at the end; they must outlive the router. Errors INTERNAL a pattern that cannot
 * be read, two routes with the same one, or a {name} without a path parameter; NO_MEMORY */
enum err_code router_new(const struct route *const *routes, struct router **out,
                         struct err *err) MUST_USE;
void router_free(struct router *r);

/** More segments than any pattern has. */
#define PATH_SEGMENTS_MAX 16

/** A path cut at its slashes and decoded: "/" has no segments, "/a/" has "a" and "". */
struct path {
    size_t n_segments;
    const char *segments[PATH_SEGMENTS_MAX];
};

/**
 * In       text: as it came, starting with '/', without query
 * Errors   BAD_ARG a bad escape, %00, not UTF-8, a segment "." or ".."; NOT_FOUND more than
 *          PATH_SEGMENTS_MAX segments or no '/' at the start; LIMIT, NO_MEMORY
 */
enum err_code path_read(const char *text, struct arena *a, struct path *out,
                        struct err *err) MUST_USE;

/** What {name} stands for in a path that was found. */
struct path_value {
    const char *name; /* the pattern's own, not ended by NUL */
    size_t n_name_bytes;
    const char *text; /* in the arena */
};

struct match {
    const struct route *route;
    size_t n_values;
    struct path_value values[PATH_SEGMENTS_MAX];
};

/** Errors NOT_FOUND; LIMIT, NO_MEMORY */
enum err_code router_find(const struct router *r, const struct path *path, struct arena *a,
                          struct match *out, struct err *err) MUST_USE;

#endif

/*
 * A file that is built beside its place ("city.sqlite-new") and put there when it is whole: until
 * then nobody sees it, and what a killed process leaves is swept away by the next. Who builds it
 * holds a lock on it (flock), so that one build at a time is at work. Nothing here is about SQLite.
 */
#ifndef STORE_ASIDE_FILE_H
#define STORE_ASIDE_FILE_H

#include "base/err.h"

#include <stdbool.h>

/** Open to be embedded; fields are its own. `{.fd = -1}` is none. */
struct aside_file {
    char *path; /* of the file beside */
    int fd;     /* holds the lock */
};

/**
 * Begin an empty file beside `place`, which does not exist.
 * Errors   CONFLICT there is something at `place` by now; BUSY another process builds it; IO,
 *          NO_MEMORY
 */
enum err_code aside_file_begin(const char *place, struct aside_file *out, struct err *err) MUST_USE;
/** The same with what a process before has left there, for who can go on with it; there may be
 * something at `place`. Errors BUSY, IO, NO_MEMORY */
enum err_code aside_file_go_on(const char *place, struct aside_file *out, struct err *err) MUST_USE;
/** Make it durable and put it at its place, over what is there if it may; nothing is left to discard
 * then. Errors CONFLICT there is something by now; IO: the file is still beside */
enum err_code aside_file_publish(struct aside_file *a, const char *place, bool may_replace,
                                 struct err *err) MUST_USE;
/** Leave it where it is, for who goes on with it. Like the next, accepts one that was never begun. */
void aside_file_leave(struct aside_file *a);
/** Remove it. */
void aside_file_discard(struct aside_file *a);

/** Remove what a killed process left beside `place`, if nobody is at work on it. */
void aside_file_sweep(const char *place);

#endif

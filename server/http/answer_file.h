/*
 * Answers kept in a file: what the cache in memory has no room for, or a server before this one has
 * made. It may be deleted at any time; what is wrong with it is never wrong for a client.
 *
 * One SQLite file, this process's alone, with no journal on the disk: where a process that used it did not come
 * to its end, or was of another version, it is begun anew.
 */
#ifndef SERVER_HTTP_ANSWER_FILE_H
#define SERVER_HTTP_ANSWER_FILE_H

#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "server/http/answer.h"

#include <stdint.h>

struct answer_file;

/**
 * In       limit_bytes: what the file may have; the oldest answers go for new ones
 * Errors   BAD_ARG the file is something else's, which is left alone; BUSY another server uses it;
 *          IO, NO_MEMORY
 */
enum err_code answer_file_open(const char *path, uint64_t limit_bytes, const struct log *log,
                               struct answer_file **out, struct err *err) MUST_USE;
void answer_file_close(struct answer_file *f); /* accepts NULL */

/* Any thread. */

/** The answer, given; NULL when there is none of its stamp, or none can be had. */
struct answer *answer_file_get(struct answer_file *f, struct span key, const struct stamps *stamps);
/** In the place of what is there under that key. Without success it is simply not kept. */
void answer_file_put(struct answer_file *f, struct span key, const struct stamps *stamps,
                     const struct answer *a);

#endif

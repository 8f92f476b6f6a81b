/* One piece of work: a checked request on its way to a worker and back as an answer. */
#ifndef SERVER_HTTP_JOB_H
#define SERVER_HTTP_JOB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "server/http/answer.h"
#include "server/http/route.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct waiter;

/** Who may touch what: the loop all of it before the job is in the queue and after it came back;
 * between, see below. */
struct job {
    /* the queue's: places in it, or in the list of what is done */
    struct job *before, *after;

    /* read by both, changed by none */
    struct arena arena; /* holds the request and its key */
    struct request request;
    bool gzip;
    uint64_t number;     /* of the request that started it */
    int64_t deadline_us; /* on when_monotonic_us()'s clock */

    atomic_bool cancel; /* set by the loop, read by the worker */

    /* the worker's */
    struct answer *answer; /* NULL when there was no memory for any */
    struct err err;        /* what the answer is about when it is a problem */
    bool is_found;         /* the answer was in the file of lasting ones */

    /* the loop's alone */
    struct waiter *waiters;
    struct span key;           /* empty: not shared, not cached */
    struct stamps stamps;      /* of the answer, see http_app.stamps */
    struct job *chain;         /* of flights of the same bucket */
    struct job *older, *newer; /* of all that are waited for, by deadline */
    bool abandoned;            /* nobody waits any more: only to be freed when it comes back */
};

#endif

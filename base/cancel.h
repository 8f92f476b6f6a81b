/* Work that another thread may call off. */
#ifndef BASE_CANCEL_H
#define BASE_CANCEL_H

#include "base/err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/** Whether it has been; NULL: nobody can. For any thread, and cheap enough for every step. */
static inline bool cancel_is_asked(const atomic_bool *cancel)
{
    return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

/** The same, as work that ends with it. In       what: "the import". Errors CANCELED */
static inline enum err_code cancel_check(const atomic_bool *cancel, const char *what,
                                         struct err *err)
{
    return cancel_is_asked(cancel) ? err_set(err, CANCELED, "%s was canceled", what) : OK;
}

#endif

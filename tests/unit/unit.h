/* What every unit test includes: cmocka with the headers that it wants before it. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"

/* The call must succeed; its words are shown when it does not. Needs a `struct err err` in reach.
 */
#define assert_ok(call)                                                                            \
    do {                                                                                           \
        if ((call) != OK)                                                                          \
            fail_msg("%s: %s", err_name(err.code), err.text);                                      \
    } while (0)

/* The call must fail in this way, and its words must hold these. */
#define assert_fails(call, kind, words)                                                            \
    do {                                                                                           \
        err = (struct err){0};                                                                     \
        const enum err_code got = (call);                                                          \
        if (got != (kind) || err.code != (kind) || !strstr(err.text, words))                       \
            fail_msg("%s (%s) '%s' instead of %s '%s'", err_name(got), err_name(err.code),         \
                     err.text, err_name(kind), words);                                             \
    } while (0)

#endif

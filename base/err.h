/*
 * Errors: a kind from one list, and words. Depends on nothing.
 *
 * What can fail returns `enum err_code` (OK is 0), is MUST_USE, and takes `struct err *` last.
 * Outputs are untouched on failure. Who knows the cause calls err_set(); callers may add where
 * with err_add(); only commands and the server's loop log.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define MUST_USE                         __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

/* X(name, sentence): the whole list of kinds. Their HTTP status stands in server/http/problem.c. */
#define ERR_LIST(X)                                                                                \
    X(OK, "no error")                                                                              \
    X(BAD_ARG, "an argument is not acceptable")                                                    \
    X(NOT_FOUND, "there is no such thing")                                                         \
    X(BAD_DATA, "the data is not what it should be")                                               \
    X(UNSUPPORTED, "this is not supported")                                                        \
    X(CONFLICT, "this conflicts with what is there")                                               \
    X(LIMIT, "a limit is exceeded")                                                                \
    X(BUSY, "too much to do at the moment")                                                        \
    X(CANCELED, "the work was canceled")                                                           \
    X(IO, "reading or writing failed")                                                             \
    X(NO_MEMORY, "out of memory")                                                                  \
    X(INTERNAL, "an internal error")

enum err_code {
#define X(name, sentence) name,
    ERR_LIST(X)
#undef X
};

#define ERR_CODES (INTERNAL + 1)

/** What went wrong. A plain value; `{0}` is "nothing yet". Words longer than the field are cut. */
struct err {
    enum err_code code;
    char text[480];
};

/** Record kind and words; returns `code`, so that `return err_set(...)` reads well. `e` may be
 * NULL. */
enum err_code err_set(struct err *e, enum err_code code, const char *format, ...) PRINTF_LIKE(3, 4);

/** Put "where: " before the words that are there; returns the code that is there, INTERNAL when
 * there is none or `e` is NULL: never OK. */
enum err_code err_add(struct err *e, const char *format, ...) PRINTF_LIKE(2, 3);

/** NO_MEMORY with the number of bytes that could not be had. */
enum err_code err_no_memory(struct err *e, unsigned long long n_bytes);

/** The kind's name ("BAD_ARG") and its sentence; for a number outside the list those of INTERNAL.
 */
const char *err_name(enum err_code code);
const char *err_sentence(enum err_code code);

#endif

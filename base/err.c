#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Words that were cut must not end within a UTF-8 character. */
static void trim_cut_character(char *text, size_t len)
{
    size_t start = len;
    while (start > 0 && len - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start > 0 && (unsigned char)text[start - 1] >= 0xC0)
        text[start - 1] = '\0';
}

static void format_cut(char *into, size_t room_bytes, const char *format, va_list args)
{
    const int n = vsnprintf(into, room_bytes, format, args);
    if (n < 0)
        into[0] = '\0';
    else if ((size_t)n >= room_bytes)
        trim_cut_character(into, room_bytes - 1);
}

enum err_code err_set(struct err *e, enum err_code code, const char *format, ...)
{
    if (!e)
        return code;
    /* Written aside first: an argument may be the text that is there. */
    char words[sizeof e->text];
    va_list args;
    va_start(args, format);
    format_cut(words, sizeof words, format, args);
    va_end(args);
    memcpy(e->text, words, sizeof words);
    e->code = code;
    return code;
}

enum err_code err_add(struct err *e, const char *format, ...)
{
    if (!e)
        return INTERNAL;
    char words[sizeof e->text];
    va_list args;
    va_start(args, format);
    format_cut(words, sizeof words, format, args);
    va_end(args);
    /* A failure must not turn into a success because nobody said what it was. */
    return err_set(e, e->code == OK ? INTERNAL : e->code, "%s: %s", words, e->text);
}

enum err_code err_no_memory(struct err *e, unsigned long long n_bytes)
{
    return err_set(e, NO_MEMORY, "out of memory (%llu bytes wanted)", n_bytes);
}

static const struct {
    const char *name;
    const char *sentence;
} KINDS[ERR_CODES] = {
#define X(name, sentence) [name] = {#name, sentence},
    ERR_LIST(X)
#undef X
};

static unsigned kind_at(enum err_code code)
{
    return (unsigned)code < ERR_CODES ? (unsigned)code : INTERNAL;
}

const char *err_name(enum err_code code)
{
    return KINDS[kind_at(code)].name;
}

const char *err_sentence(enum err_code code)
{
    return KINDS[kind_at(code)].sentence;
}

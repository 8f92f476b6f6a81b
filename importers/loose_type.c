#include "importers/loose_type.h"

#include <string.h>

enum { NUMBER_BYTES_MAX = 64 }; /* longer digits are no measurement */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t count_digits(struct span s, size_t from)
{
    size_t at = from;
    while (at < s.len_bytes && is_digit(s.at[at]))
        at++;
    return at - from;
}

/* Digits that have no leading zero, as a number; false beyond 64 bits. */
static bool read_integer(struct span digits, bool negative, int64_t *out)
{
    uint64_t value = 0;
    const uint64_t max = (uint64_t)INT64_MAX + negative;
    if (digits.len_bytes > 19)
        return false;
    for (size_t i = 0; i < digits.len_bytes; i++)
        value = value * 10 + (uint64_t)(digits.at[i] - '0');
    if (value > max)
        return false;
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

/* "1e-06" is a number, "1E5" may as well be a code. */
static bool has_signed_exponent(struct span s, size_t at)
{
    return at + 2 < s.len_bytes && (s.at[at] | 0x20) == 'e' &&
           (s.at[at + 1] == '-' || s.at[at + 1] == '+') &&
           at + 2 + count_digits(s, at + 2) == s.len_bytes;
}

static bool has_exponent(struct span s, size_t at)
{
    return has_signed_exponent(s, at) || (at + 1 < s.len_bytes && (s.at[at] | 0x20) == 'e' &&
                                          at + 1 + count_digits(s, at + 1) == s.len_bytes);
}

static bool read_real(struct span s, double *out)
{
    return text_read_f64(s, out) == s.len_bytes;
}

static bool read_comma(struct span s, size_t comma, double *out)
{
    char copy[NUMBER_BYTES_MAX];
    memcpy(copy, s.at, s.len_bytes);
    copy[comma] = '.';
    return read_real((struct span){copy, s.len_bytes}, out);
}

static struct loose_value number_of(struct span s, enum loose how, bool wants_real)
{
    struct loose_value v = {.kind = LOOSE_TEXT, .real = -0.0}; /* "-0" is no integer of ours */
    const bool negative = s.at[0] == '-';
    const size_t n_whole = count_digits(s, negative);
    size_t at = negative + n_whole;
    if (s.len_bytes > NUMBER_BYTES_MAX || (n_whole > 1 && s.at[negative] == '0'))
        return v;
    if (at == s.len_bytes) {
        const struct span digits = {s.at + negative, n_whole};
        if (n_whole > 0 && read_integer(digits, negative, &v.integer))
            v.kind = negative && v.integer == 0 ? LOOSE_POINT : LOOSE_INTEGER;
        return v;
    }
    const size_t mark = at;
    const bool comma = s.at[mark] == ',';
    if (s.at[mark] == '.' || (comma && how == LOOSE_COMMA && n_whole > 0)) {
        const size_t n_fraction = count_digits(s, mark + 1);
        at = mark + 1 + n_fraction;
        if (n_fraction == 0 || (at < s.len_bytes && (comma || !has_exponent(s, at))))
            return v;
    } else if (n_whole == 0 || !has_signed_exponent(s, at)) {
        return v;
    }
    /* Digits around a mark are always a number, but an exponent may be too much for one. */
    const bool is_number = !wants_real && at == s.len_bytes;
    if (is_number || (comma ? read_comma(s, mark, &v.real) : read_real(s, &v.real)))
        v.kind = comma ? LOOSE_DECIMAL_COMMA : LOOSE_POINT;
    return v;
}

static struct loose_value look_at(struct span text, enum loose how, bool wants_real)
{
    static const struct {
        const char *word;
        bool value;
    } WORDS[] = {{"true", true},   {"false", false}, {"True", true},
                 {"False", false}, {"TRUE", true},   {"FALSE", false}};
    if (text.len_bytes == 0)
        return (struct loose_value){.kind = LOOSE_TEXT};
    const char first = text.at[0];
    if (is_digit(first) || first == '-' || first == '.')
        return number_of(text, how, wants_real);
    if ((first | 0x20) == 't' || (first | 0x20) == 'f') {
        for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
            if (span_eq(text, WORDS[i].word))
                return (struct loose_value){.kind = LOOSE_BOOLEAN, .boolean = WORDS[i].value};
        }
    }
    return (struct loose_value){.kind = LOOSE_TEXT};
}

struct loose_value loose_value_of(struct span text, enum loose how)
{
    return look_at(text, how, true);
}

struct loose_value loose_kind_of(struct span text, enum loose how)
{
    return look_at(text, how, false);
}

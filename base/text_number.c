/* Numbers as text, read and written: the part of base/text.h that counts.
 * strtod and printf follow the C locale: the program never calls setlocale(). */
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_digits(const char *at)
{
    while (*at >= '0' && *at <= '9')
        at++;
    return at;
}

/* Digits until the first that is none; false when it exceeds 64 bits. */
static bool read_digits(const char **at, uint64_t *out)
{
    uint64_t value = 0;
    bool fits = true;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        const uint64_t digit = (uint64_t)(**at - '0');
        fits = fits && value <= (UINT64_MAX - digit) / 10;
        value = value * 10 + digit;
    }
    *out = value;
    return fits;
}

enum err_code text_parse_i64(const char *text, int64_t *out, struct err *err)
{
    const bool negative = *text == '-';
    const char *at = text + (negative || *text == '+');
    const char *digits = at;
    uint64_t value;
    bool fits = read_digits(&at, &value);
    if (at == digits || *at)
        return err_set(err, BAD_ARG, "'%.40s' is not a whole number", text);
    fits = fits && value <= (uint64_t)INT64_MAX + negative;
    if (!fits)
        return err_set(err, LIMIT, "'%.40s' is beyond 64 bits", text);
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return OK;
}

enum err_code text_parse_f64(const char *text, double *out, struct err *err)
{
    /* The grammar is checked first, since strtod also takes blanks, hex, nan and inf. */
    const char *at = text + (*text == '-' || *text == '+');
    const char *whole = at;
    at = skip_digits(at);
    size_t n_digits = (size_t)(at - whole);
    if (*at == '.') {
        const char *fraction = at + 1;
        at = skip_digits(fraction);
        n_digits += (size_t)(at - fraction);
    }
    bool good = n_digits > 0;
    if (good && (*at == 'e' || *at == 'E')) {
        at++;
        at += *at == '-' || *at == '+';
        const char *exponent = at;
        at = skip_digits(exponent);
        good = at > exponent;
    }
    if (!good || *at)
        return err_set(err, BAD_ARG, "'%.40s' is not a number", text);
    const double value = strtod(text, NULL);
    if (!isfinite(value))
        return err_set(err, LIMIT, "'%.40s' is too large a number", text);
    *out = value;
    return OK;
}

/* Both are exact in a double up to here, so that one operation rounds once.
 * Source: W. Clinger, "How to read floating point numbers accurately", 1990 */
#define EXACT_MANTISSA (UINT64_C(1) << 53)
enum { EXACT_POWER = 22, DIGITS_MAX = 19, NUMBER_BYTES = 1001 };
static const double EXACT_POWERS[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* A decimal number taken apart: mantissa * 10^power. */
struct decimal {
    uint64_t mantissa;
    size_t n_digits; /* without leading zeros; from DIGITS_MAX on the mantissa is not all of it */
    int power;
};

static size_t read_mantissa(struct span s, size_t at, bool fraction, struct decimal *d)
{
    const size_t from = at;
    for (; at < s.len_bytes && s.at[at] >= '0' && s.at[at] <= '9'; at++) {
        if (d->n_digits < DIGITS_MAX)
            d->mantissa = d->mantissa * 10 + (uint64_t)(s.at[at] - '0');
        d->n_digits += d->mantissa > 0;
        d->power -= fraction;
    }
    return at - from;
}

/* "e-06"; nothing when it is not whole. */
static size_t read_exponent(struct span s, size_t from, struct decimal *d)
{
    size_t at = from + 1;
    int exponent = 0;
    if (from >= s.len_bytes || (s.at[from] | 0x20) != 'e')
        return 0;
    const bool negative = at < s.len_bytes && s.at[at] == '-';
    at += at < s.len_bytes && (s.at[at] == '-' || s.at[at] == '+');
    const size_t digits = at;
    for (; at < s.len_bytes && s.at[at] >= '0' && s.at[at] <= '9'; at++)
        exponent = exponent < 10000 ? exponent * 10 + (s.at[at] - '0') : exponent;
    if (at == digits)
        return 0;
    d->power += negative ? -exponent : exponent;
    return at - from;
}

size_t text_read_f64(struct span s, double *out)
{
    struct decimal d = {0};
    const bool negative = s.len_bytes > 0 && s.at[0] == '-';
    size_t at = s.len_bytes > 0 && (negative || s.at[0] == '+');
    size_t n_digits = read_mantissa(s, at, false, &d);
    at += n_digits;
    if (at < s.len_bytes && s.at[at] == '.') {
        const size_t n_fraction = read_mantissa(s, at + 1, true, &d);
        n_digits += n_fraction;
        at += n_digits > 0 ? 1 + n_fraction : 0;
    }
    if (n_digits == 0 || at >= NUMBER_BYTES)
        return 0;
    at += read_exponent(s, at, &d);
    if (d.n_digits < DIGITS_MAX && d.mantissa <= EXACT_MANTISSA && d.power >= -EXACT_POWER &&
        d.power <= EXACT_POWER) {
        const double m = (double)d.mantissa;
        const double value = d.power < 0 ? m / EXACT_POWERS[-d.power] : m * EXACT_POWERS[d.power];
        *out = negative ? -value : value;
        return at;
    }
    char copy[NUMBER_BYTES + 1];
    if (at >= sizeof copy)
        return 0;
    memcpy(copy, s.at, at);
    copy[at] = '\0';
    const double value = strtod(copy, NULL);
    if (!isfinite(value))
        return 0;
    *out = value;
    return at;
}

enum err_code text_parse_bytes(const char *text, uint64_t *out, struct err *err)
{
    static const char UNITS[] = "kmgt";
    const char *at = text;
    uint64_t value;
    bool fits = read_digits(&at, &value);
    unsigned shift = 0;
    const char *unit = at > text && *at ? strchr(UNITS, *at | 0x20) : NULL;
    if (unit) {
        shift = 10 * ((unsigned)(unit - UNITS) + 1);
        at++;
    }
    if (at == text || *at)
        return err_set(err, BAD_ARG, "'%.40s' is not a size such as 1000, 4K, 256M or 2G", text);
    fits = fits && value <= UINT64_MAX >> shift;
    if (!fits)
        return err_set(err, LIMIT, "'%.40s' is beyond 64 bits", text);
    *out = value << shift;
    return OK;
}

static void put_u64(struct buf *b, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    buf_put(b, digits + at, sizeof digits - at);
}

#define MAX_DECIMALS 17
static const double POWERS[MAX_DECIMALS + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,
                                                1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17};

/* Doubles hold every integer up to here: 2^53. */
#define EXACT_MAX 9007199254740992.0

/* value / 10^decimals, trailing zeros left out. */
static void put_scaled(struct buf *b, int64_t scaled, int decimals)
{
    if (scaled < 0)
        buf_put_u8(b, '-');
    uint64_t rest = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
    while (decimals > 0 && rest % 10 == 0) {
        rest /= 10;
        decimals--;
    }
    char digits[24];
    size_t at = sizeof digits;
    for (int i = 0; i < decimals; i++) {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    }
    if (decimals > 0)
        digits[--at] = '.';
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    buf_put(b, digits + at, sizeof digits - at);
}

/* Most coordinates and measures: up to 15 digits, of which few are decimals. A decimal of at most
 * 15 digits survives the way through a double, so if the scaled integer gives the value back, no
 * shorter text does. */
static bool put_short(struct buf *b, double value)
{
    static const struct {
        double below;
        int decimals;
    } SCALES[] = {{1e6, 9}, {1e8, 7}, {1e12, 3}, {1e15, 0}};
    const double size = fabs(value);
    for (size_t i = 0; i < sizeof SCALES / sizeof *SCALES; i++) {
        if (!(size < SCALES[i].below))
            continue;
        const double power = POWERS[SCALES[i].decimals];
        const double scaled = rint(value * power);
        if (scaled / power != value)
            return false;
        put_scaled(b, (int64_t)scaled, SCALES[i].decimals);
        return true;
    }
    return false;
}

/* The digits and exponent that printf's %e wrote, as plain decimals where the exponent allows. */
static void put_digits(struct buf *b, const char *scientific)
{
    char digits[20];
    int n = 0;
    const char *at = scientific;
    if (*at == '-')
        buf_put_u8(b, (uint8_t)*at++);
    for (; *at != 'e'; at++) {
        if (*at != '.')
            digits[n++] = *at;
    }
    while (n > 1 && digits[n - 1] == '0')
        n--;
    int64_t exponent = 0;
    if (text_parse_i64(at + 1, &exponent, NULL))
        return;
    const bool plain = exponent >= -7 && exponent < 15;
    int before_point = plain ? (int)exponent + 1 : 1;
    if (before_point <= 0)
        buf_put(b, "0.000000", (size_t)(2 - before_point));
    for (int i = 0; i < n || i < before_point; i++) {
        if (i == before_point && i > 0)
            buf_put_u8(b, '.');
        buf_put_u8(b, (uint8_t)(i < n ? digits[i] : '0'));
    }
    if (!plain)
        buf_printf(b, "e%+d", (int)exponent);
}

void text_put_f64(struct buf *b, double value)
{
    if (!isfinite(value)) {
        buf_put_text(b, "null");
        return;
    }
    if (put_short(b, value))
        return;
    char text[40];
    for (int precision = 14; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, value);
        if (precision == 16 || strtod(text, NULL) == value)
            break;
    }
    put_digits(b, text);
}

void text_put_fixed(struct buf *b, double value, int decimals)
{
    decimals = decimals < 0 ? 0 : decimals > MAX_DECIMALS ? MAX_DECIMALS : decimals;
    const double scaled = rint(value * POWERS[decimals]);
    if (fabs(scaled) < EXACT_MAX)
        put_scaled(b, (int64_t)scaled, decimals);
    else /* so many digits that the value has none beyond those asked for, or not finite */
        text_put_f64(b, value);
}

void text_put_count(struct buf *b, uint64_t n)
{
    uint64_t power = 1;
    while (n / power >= 1000)
        power *= 1000;
    put_u64(b, n / power);
    while (power > 1) {
        n %= power;
        power /= 1000;
        buf_printf(b, ",%03" PRIu64, n / power);
    }
}

void text_put_size(struct buf *b, uint64_t n_bytes)
{
    static const char *const UNITS[] = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};
    double size = (double)n_bytes;
    size_t unit = 0;
    /* From 999.5 on it would be written as 1000 of the unit. */
    while (size >= 999.5) {
        size /= 1024;
        unit++;
    }
    text_put_fixed(b, size, size < 99.95 ? 1 : 0);
    buf_printf(b, " %s", UNITS[unit]);
}

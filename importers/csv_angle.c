#include "importers/csv_angle.h"

#include <string.h>

enum { NUMBER_BYTES_MAX = 64 };

/* What may stand behind degrees, minutes and seconds; blanks, and longer signs first. */
static const char *const MARKS[3][8] = {
    {"\xc2\xb0", "\xc2\xba", "d", "D", ":"},                /* ° º */
    {"\xe2\x80\xb2", "\xe2\x80\x99", "'", "m", "M", ":"},   /* ′ ’ */
    {"\xe2\x80\xb3", "\xe2\x80\x9d", "''", "\"", "s", "S"}, /* ″ ” */
};

static void skip(struct span *s, size_t n)
{
    s->at += n;
    s->len_bytes -= n;
}

static void skip_blanks(struct span *s)
{
    while (s->len_bytes > 0 && (s->at[0] == ' ' || s->at[0] == '\t'))
        skip(s, 1);
}

/* A sign or a letter of the axis as a factor; 0: it is none. */
static int side_of(char c, enum csv_axis axis)
{
    static const char PLUS[] = {[CSV_X] = 'E', [CSV_Y] = 'N'};
    static const char MINUS[] = {[CSV_X] = 'W', [CSV_Y] = 'S'};
    const char capital = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    if (c == '+' || capital == PLUS[axis])
        return 1;
    return c == '-' || capital == MINUS[axis] ? -1 : 0;
}

/* Digits, with a fraction after a point or a comma. */
static bool read_number(struct span *s, double *out, bool *out_whole)
{
    char copy[NUMBER_BYTES_MAX];
    size_t n = 0;
    *out_whole = true;
    while (n < s->len_bytes && n < sizeof copy) {
        const char c = s->at[n];
        const bool is_point = (c == '.' || c == ',') && *out_whole && n > 0;
        if (!is_point && (c < '0' || c > '9'))
            break;
        *out_whole = *out_whole && !is_point;
        copy[n++] = is_point ? '.' : c;
    }
    if (n == 0 || n == sizeof copy || text_read_f64((struct span){copy, n}, out) != n)
        return false;
    skip(s, n);
    return true;
}

/* In/out: letters, whether marks so far are letters, so that an S at the end is one too, and not the
 * south. */
static bool skip_mark(struct span *s, int of, bool *letters)
{
    for (const char *const *mark = MARKS[of]; *mark; mark++) {
        const size_t n = strlen(*mark);
        if (s->len_bytes < n || memcmp(s->at, *mark, n) != 0)
            continue;
        if ((**mark | 0x20) == 's' && s->len_bytes == n && !*letters)
            return false;
        *letters = (**mark | 0x20) >= 'a' && (**mark | 0x20) <= 'z';
        skip(s, n);
        return true;
    }
    return false;
}

/* Degrees, minutes, seconds: only the last of them may have a fraction. */
static bool read_parts(struct span *s, double *out_deg)
{
    static const double SHARE[] = {1, 60, 3600};
    double deg = 0;
    bool is_whole = true, letters = false;
    for (int i = 0; i < 3; i++) {
        double v;
        const bool is_number = s->len_bytes > 0 && s->at[0] >= '0' && s->at[0] <= '9';
        if (i > 0 && !is_number)
            break;
        if (!is_whole || !read_number(s, &v, &is_whole) || (i > 0 && v >= 60))
            return false;
        deg += v / SHARE[i];
        skip_blanks(s);
        if (skip_mark(s, i, &letters))
            skip_blanks(s);
    }
    *out_deg = deg;
    return true;
}

static bool read_plain(struct span s, double *out)
{
    char copy[NUMBER_BYTES_MAX];
    if (text_read_f64(s, out) == s.len_bytes)
        return true;
    char *comma = memchr(s.at, ',', s.len_bytes) && s.len_bytes < sizeof copy
                      ? memchr(memcpy(copy, s.at, s.len_bytes), ',', s.len_bytes)
                      : NULL;
    if (!comma)
        return false;
    *comma = '.';
    return text_read_f64((struct span){copy, s.len_bytes}, out) == s.len_bytes;
}

bool csv_angle_read(struct span text, enum csv_axis axis, double *out)
{
    skip_blanks(&text);
    while (text.len_bytes > 0 && text.at[text.len_bytes - 1] == ' ')
        text.len_bytes--;
    if (text.len_bytes == 0)
        return false;
    double deg;
    if (read_plain(text, &deg)) {
        *out = deg;
        return true;
    }
    int side = side_of(text.at[0], axis);
    if (side) {
        skip(&text, 1);
        skip_blanks(&text);
    }
    if (!read_parts(&text, &deg))
        return false;
    if (text.len_bytes == 1 && !side) {
        side = side_of(text.at[0], axis);
        skip(&text, side != 0);
    }
    if (text.len_bytes > 0)
        return false;
    *out = side < 0 ? -deg : deg;
    return true;
}

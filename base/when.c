#include "base/when.h"

#include <string.h>
#include <time.h>

#define SECOND_US INT64_C(1000000)
#define DAY_US    (86400 * SECOND_US)

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
 * Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil */
static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2; /* years start in March, so that the leap day is their last */
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil {
    int64_t year, month, day, hour, minute, second, us;
    int64_t days; /* since 1970-01-01 */
};

/* Source: as above, civil_from_days */
static struct civil civil_from_us(int64_t us)
{
    int64_t days = us / DAY_US;
    int64_t rest = us % DAY_US;
    if (rest < 0) {
        rest += DAY_US;
        days--;
    }
    const int64_t z = days + 719468;
    const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const int64_t day_of_era = z - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t m = (5 * day_of_year + 2) / 153;
    const int64_t month = m + (m < 10 ? 3 : -9);
    return (struct civil){
        .year = year_of_era + era * 400 + (month <= 2),
        .month = month,
        .day = day_of_year - (153 * m + 2) / 5 + 1,
        .hour = rest / (3600 * SECOND_US),
        .minute = rest / (60 * SECOND_US) % 60,
        .second = rest / SECOND_US % 60,
        .us = rest % SECOND_US,
        .days = days,
    };
}

static int64_t days_in_month(int64_t year, int64_t month)
{
    static const int8_t DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return DAYS[month - 1] + (month == 2 && leap);
}

/* Exactly n digits, as a number between the two bounds. */
static bool read_number(struct span *s, size_t n, int64_t min, int64_t max, int64_t *out)
{
    if (s->len_bytes < n)
        return false;
    int64_t value = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->at[i] < '0' || s->at[i] > '9')
            return false;
        value = value * 10 + (s->at[i] - '0');
    }
    if (value < min || value > max)
        return false;
    s->at += n;
    s->len_bytes -= n;
    *out = value;
    return true;
}

static bool read_one_of(struct span *s, const char *characters)
{
    if (s->len_bytes == 0 || *s->at == '\0' || !strchr(characters, *s->at))
        return false;
    s->at++;
    s->len_bytes--;
    return true;
}

static bool read_fraction(struct span *s, int64_t *out_us)
{
    int64_t us = 0, unit = SECOND_US / 10;
    size_t n = 0;
    for (; n < s->len_bytes && s->at[n] >= '0' && s->at[n] <= '9'; n++) {
        us += (s->at[n] - '0') * unit;
        unit /= 10;
    }
    s->at += n;
    s->len_bytes -= n;
    *out_us = us;
    return n > 0;
}

/* Nothing, Z, +hh:mm, +hhmm or +hh. */
static bool read_offset(struct span *s, int64_t *out_us)
{
    *out_us = 0;
    if (s->len_bytes == 0 || read_one_of(s, "Zz"))
        return true;
    const bool west = *s->at == '-';
    int64_t hours = 0, minutes = 0;
    if (!read_one_of(s, "+-") || !read_number(s, 2, 0, 23, &hours))
        return false;
    if (s->len_bytes > 0) {
        read_one_of(s, ":");
        if (!read_number(s, 2, 0, 59, &minutes))
            return false;
    }
    *out_us = (west ? -1 : 1) * (hours * 60 + minutes) * 60 * SECOND_US;
    return true;
}

static enum when_kind read_when(struct span s, int64_t *out_us)
{
    int64_t year, month, day, hour, minute, second, us = 0, offset_us;
    if (!read_number(&s, 4, 1, 9999, &year) || !read_one_of(&s, "-") ||
        !read_number(&s, 2, 1, 12, &month) || !read_one_of(&s, "-") ||
        !read_number(&s, 2, 1, days_in_month(year, month), &day))
        return WHEN_NONE;
    const int64_t midnight_us = days_from_civil(year, month, day) * DAY_US;
    if (s.len_bytes == 0) {
        *out_us = midnight_us;
        return WHEN_DATE;
    }
    if (!read_one_of(&s, "Tt ") || !read_number(&s, 2, 0, 23, &hour) || !read_one_of(&s, ":") ||
        !read_number(&s, 2, 0, 59, &minute) || !read_one_of(&s, ":") ||
        !read_number(&s, 2, 0, 60, &second))
        return WHEN_NONE;
    if (read_one_of(&s, ".,") && !read_fraction(&s, &us))
        return WHEN_NONE;
    if (second == 60) { /* Our microseconds have no leap seconds. */
        second = 59;
        us = SECOND_US - 1;
    }
    if (!read_offset(&s, &offset_us) || s.len_bytes > 0)
        return WHEN_NONE;
    const int64_t found_us =
        midnight_us + ((hour * 60 + minute) * 60 + second) * SECOND_US + us - offset_us;
    const int64_t year_utc = civil_from_us(found_us).year;
    if (year_utc < 1 || year_utc > 9999)
        return WHEN_NONE;
    *out_us = found_us;
    return WHEN_DATETIME;
}

enum when_kind when_kind_of(struct span text)
{
    int64_t us;
    return read_when(text, &us);
}

enum err_code when_parse(struct span text, int64_t *out_us, enum when_kind *out_kind,
                         struct err *err)
{
    const enum when_kind kind = read_when(text, out_us);
    if (kind == WHEN_NONE)
        return err_set(err, BAD_ARG,
                       "'%.*s' is not a date or time such as 2026-11-22 or 2026-11-22T10:00:00Z",
                       (int)(text.len_bytes < 40 ? text.len_bytes : 40), text.at ? text.at : "");
    if (out_kind)
        *out_kind = kind;
    return OK;
}

void when_put_rfc3339(struct buf *b, int64_t us)
{
    const struct civil c = civil_from_us(us);
    buf_printf(b, "%04d-%02d-%02dT%02d:%02d:%02d", (int)c.year, (int)c.month, (int)c.day,
               (int)c.hour, (int)c.minute, (int)c.second);
    if (c.us) {
        buf_printf(b, ".%06d", (int)c.us);
        while (!b->failed && b->data[b->len_bytes - 1] == '0')
            b->len_bytes--;
    }
    buf_put_u8(b, 'Z');
}

void when_put_http(struct buf *b, int64_t us)
{
    static const char DAYS[][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char MONTHS[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const struct civil c = civil_from_us(us);
    buf_printf(b, "%s, %02d %s %04d %02d:%02d:%02d GMT", DAYS[(c.days % 7 + 7) % 7], (int)c.day,
               MONTHS[c.month - 1], (int)c.year, (int)c.hour, (int)c.minute, (int)c.second);
}

static int64_t clock_us(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t))
        return 0;
    return (int64_t)t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

int64_t when_now_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

int64_t when_monotonic_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

static enum err_code parse_end(struct span text, bool *out_has, int64_t *out_us,
                               enum when_kind *out_kind, struct err *err)
{
    *out_has = text.len_bytes > 0 && !span_eq(text, "..");
    return *out_has ? when_parse(text, out_us, out_kind, err) : OK;
}

enum err_code when_parse_interval(const char *text, struct when_interval *out, struct err *err)
{
    const char *slash = strchr(text, '/');
    const struct span first = {text, slash ? (size_t)(slash - text) : strlen(text)};
    const struct span second = slash ? span_of(slash + 1) : first;
    struct when_interval v = {0};
    enum when_kind end_kind = WHEN_NONE;
    enum err_code rc = parse_end(first, &v.has_start, &v.start_us, NULL, err);
    if (!rc)
        rc = parse_end(second, &v.has_end, &v.end_us, &end_kind, err);
    if (rc)
        return rc;
    if (!slash && !v.has_start)
        return err_set(err, BAD_ARG, "'%.40s' is neither a time nor an interval of two", text);
    if (end_kind == WHEN_DATE)
        v.end_us += DAY_US - 1;
    if (v.has_start && v.has_end && v.end_us < v.start_us)
        return err_set(err, BAD_ARG, "'%.80s' ends before it starts", text);
    *out = v;
    return OK;
}

/* Dates and times: RFC 3339 and ISO dates, as microseconds since 1970-01-01T00:00:00Z. */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum when_kind { WHEN_NONE, WHEN_DATE, WHEN_DATETIME };

/** What the whole text is: YYYY-MM-DD (a date that exists, years 0001 to 9999),
 *  or date 'T' or ' ' HH:MM:SS with optional fraction and optional Z or offset (+hh:mm, and ISO
 *  8601's +hhmm and +hh), or neither. A leap second, :60, is the last microsecond before it. */
enum when_kind when_kind_of(struct span text);

/** Microseconds (finer digits are cut); a date is its midnight UTC, a time without offset is UTC.
 * Errors BAD_ARG, also when the year in UTC is not 0001 to 9999. `out_kind` may be NULL. */
enum err_code when_parse(struct span text, int64_t *out_us, enum when_kind *out_kind,
                         struct err *err) MUST_USE;

/** "2026-11-22T10:00:00Z", fraction only when it is not zero. */
void when_put_rfc3339(struct buf *b, int64_t us);
/** "Sun, 22 Nov 2026 10:00:00 GMT" (RFC 9110). */
void when_put_http(struct buf *b, int64_t us);

int64_t when_now_us(void);       /* wall clock */
int64_t when_monotonic_us(void); /* for durations */

/** A closed interval; `has_*` false is open on that side. An instant has both ends equal. */
struct when_interval {
    bool has_start, has_end;
    int64_t start_us, end_us;
};

/** OGC `datetime`: instant, a/b, ../b, /b, a/.., a/; dates too: as an end a date means its last
 * microsecond, and a date alone means that day. Errors BAD_ARG, also when it ends before it starts
 * or is open on both sides with no separator. */
enum err_code when_parse_interval(const char *text, struct when_interval *out,
                                  struct err *err) MUST_USE;

#endif

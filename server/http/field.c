#include "server/http/field.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool span_eq_ignoring_case(struct span a, struct span b)
{
    if (a.len_bytes != b.len_bytes)
        return false;
    for (size_t i = 0; i < a.len_bytes; i++) {
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    }
    return true;
}

static struct span trim(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return (struct span){at, (size_t)(end - at)};
}

/* A comma or semicolon within quotes separates nothing. */
static const char *until(const char *at, const char *stops)
{
    bool quoted = false;
    for (; *at; at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (quoted && *at == '\\' && at[1])
            at++;
        else if (!quoted && strchr(stops, *at))
            break;
    }
    return at;
}

/* "0.25" is 250 (RFC 9110, 12.4.2: at most three decimals, at most 1). So is ".25": Java's own HTTP
 * client sends ".2" with every request that names no Accept. */
static int read_quality(struct span text)
{
    if (text.len_bytes == 0 || !strchr("01.", text.at[0]))
        return 0;
    const size_t point = text.at[0] == '.' ? 0 : 1;
    int quality = text.at[0] == '1' ? 1000 : 0;
    int unit = 100;
    for (size_t i = point; i < text.len_bytes; i++) {
        const char c = text.at[i];
        if (i == point ? c != '.' : c < '0' || c > '9')
            return 0;
        if (i > point) {
            quality += (c - '0') * unit;
            unit /= 10;
        }
    }
    return quality > 1000 ? 1000 : quality;
}

struct field_walk field_walk(const char *text)
{
    return (struct field_walk){text ? text : ""};
}

bool field_next(struct field_walk *w, struct field_item *out)
{
    w->at += strspn(w->at, " \t,");
    if (*w->at == '\0')
        return false;
    const char *end = until(w->at, ",;");
    *out = (struct field_item){trim(w->at, end), 1000};
    while (*end == ';') {
        const char *start = end + 1;
        end = until(start, ",;");
        const struct span parameter = trim(start, end);
        if (parameter.len_bytes >= 2 && (parameter.at[0] == 'q' || parameter.at[0] == 'Q') &&
            parameter.at[1] == '=')
            out->quality = read_quality((struct span){parameter.at + 2, parameter.len_bytes - 2});
    }
    w->at = end;
    return true;
}

bool field_accepts_gzip(const char *accept_encoding)
{
    bool any = false;
    struct field_walk w = field_walk(accept_encoding);
    for (struct field_item item; field_next(&w, &item);) {
        if (span_eq_ignoring_case(item.value, span_of("gzip")) ||
            span_eq_ignoring_case(item.value, span_of("x-gzip")))
            return item.quality > 0;
        if (span_eq(item.value, "*"))
            any = item.quality > 0;
    }
    return any;
}

bool field_names_etag(const char *if_none_match, const char *etag)
{
    struct field_walk w = field_walk(if_none_match);
    for (struct field_item item; field_next(&w, &item);) {
        struct span tag = item.value;
        if (span_eq(tag, "*"))
            return true;
        if (tag.len_bytes > 2 && memcmp(tag.at, "W/", 2) == 0)
            tag = (struct span){tag.at + 2, tag.len_bytes - 2};
        if (span_eq(tag, etag))
            return true;
    }
    return false;
}

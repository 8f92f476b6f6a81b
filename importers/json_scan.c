#include "importers/json_scan.h"

#include <string.h>

enum { BLOCK = 64 };

static bool is_open(char c)
{
    return (c | 0x20) == '{'; /* '[' differs from '{' in this bit only */
}

static bool is_close(char c)
{
    return (c | 0x20) == '}';
}

/* Most of a source is coordinates: blocks without a quote in which the value cannot end need only
 * be counted, which compilers turn into vector instructions. */
static size_t skip_plain_blocks(struct json_scan *s, const char *bytes, size_t n_bytes)
{
    size_t at = 0;
    for (; at + BLOCK <= n_bytes; at += BLOCK) {
        uint8_t n_open = 0, n_close = 0, n_quotes = 0;
        for (size_t i = 0; i < BLOCK; i++) {
            const char c = bytes[at + i];
            n_open += is_open(c);
            n_close += is_close(c);
            n_quotes += c == '"';
        }
        if (n_quotes > 0 || n_close >= s->depth)
            break;
        s->depth += n_open;
        s->depth -= n_close;
    }
    return at;
}

/* True when the string has ended; `*at` is then behind its quote. */
static bool skip_string(struct json_scan *s, const char *bytes, size_t n_bytes, size_t *at)
{
    for (size_t i = *at; i < n_bytes; i++) {
        if (s->escaped) {
            s->escaped = false;
        } else if (bytes[i] == '\\') {
            s->escaped = true;
        } else if (bytes[i] == '"') {
            s->in_string = false;
            *at = i + 1;
            return true;
        }
    }
    *at = n_bytes;
    return false;
}

bool json_scan_bytes(struct json_scan *s, const char *bytes, size_t n_bytes, size_t *out_used)
{
    size_t at = 0;
    while (at < n_bytes) {
        if (s->in_string) {
            if (skip_string(s, bytes, n_bytes, &at) && s->depth == 0) {
                *out_used = at;
                return true;
            }
            continue;
        }
        if (s->depth > 0)
            at += skip_plain_blocks(s, bytes + at, n_bytes - at);
        const size_t stop = n_bytes - at > BLOCK ? at + BLOCK : n_bytes;
        for (; at < stop && !s->in_string; at++) {
            const char c = bytes[at];
            if (s->depth == 0 && (is_close(c) || (s->begun && memchr(", \t\r\n", c, 5)))) {
                *out_used = at;
                return true;
            }
            s->begun = true;
            if (c == '"') {
                s->in_string = true;
            } else if (is_open(c)) {
                s->depth++;
            } else if (is_close(c) && --s->depth == 0) {
                *out_used = at + 1;
                return true;
            }
        }
    }
    return false;
}

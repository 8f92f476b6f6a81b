#include "base/json_write.h"

#include <string.h>

struct json_out json_out(struct buf *to)
{
    return (struct json_out){.to = to};
}

static void before_value(struct json_out *j)
{
    if (j->need_comma)
        buf_put_u8(j->to, ',');
    j->need_comma = true;
}

static void open_with(struct json_out *j, uint8_t bracket)
{
    before_value(j);
    buf_put_u8(j->to, bracket);
    j->depth++;
    j->need_comma = false;
}

static void close_with(struct json_out *j, uint8_t bracket)
{
    buf_put_u8(j->to, bracket);
    j->depth--;
    j->need_comma = true;
}

void json_object(struct json_out *j)
{
    open_with(j, '{');
}

void json_object_end(struct json_out *j)
{
    close_with(j, '}');
}

void json_array(struct json_out *j)
{
    open_with(j, '[');
}

void json_array_end(struct json_out *j)
{
    close_with(j, ']');
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

/* One character that cannot stand as it is; how many bytes of the text it took. */
static size_t put_special(struct buf *b, struct span rest)
{
    const char c = *rest.at;
    if ((unsigned char)c >= 0x80) {
        const size_t n = text_utf8_char(rest, NULL);
        buf_put(b, n ? rest.at : "\xEF\xBF\xBD", n ? n : 3); /* else U+FFFD */
        return n ? n : 1;
    }
    static const char SHORT_FROM[] = "\"\\\b\f\n\r\t";
    static const char SHORT_TO[] = "\"\\bfnrt";
    const char *found = c ? strchr(SHORT_FROM, c) : NULL;
    if (found) {
        buf_put_u8(b, '\\');
        buf_put_u8(b, (uint8_t)SHORT_TO[found - SHORT_FROM]);
    } else {
        buf_printf(b, "\\u%04x", (unsigned)c);
    }
    return 1;
}

static void put_quoted(struct buf *b, struct span text)
{
    buf_put_u8(b, '"');
    for (size_t i = 0; i < text.len_bytes;) {
        size_t end = i;
        while (end < text.len_bytes && is_plain(text.at[end]))
            end++;
        buf_put(b, text.at + i, end - i);
        i = end;
        if (i < text.len_bytes)
            i += put_special(b, (struct span){text.at + i, text.len_bytes - i});
    }
    buf_put_u8(b, '"');
}

void json_key(struct json_out *j, const char *key)
{
    json_key_span(j, span_of(key));
}

void json_key_span(struct json_out *j, struct span key)
{
    before_value(j);
    put_quoted(j->to, key);
    buf_put_u8(j->to, ':');
    j->need_comma = false;
}

void json_text(struct json_out *j, const char *text)
{
    if (text)
        json_span(j, span_of(text));
    else
        json_null(j);
}

void json_span(struct json_out *j, struct span text)
{
    before_value(j);
    put_quoted(j->to, text);
}

static void put_digits(struct json_out *j, bool negative, uint64_t rest)
{
    before_value(j);
    char digits[21];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (negative)
        digits[--at] = '-';
    buf_put(j->to, digits + at, sizeof digits - at);
}

void json_int(struct json_out *j, int64_t value)
{
    put_digits(j, value < 0, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_u64(struct json_out *j, uint64_t value)
{
    put_digits(j, false, value);
}

void json_f64(struct json_out *j, double value)
{
    before_value(j);
    text_put_f64(j->to, value);
}

void json_fixed(struct json_out *j, double value, int decimals)
{
    before_value(j);
    text_put_fixed(j->to, value, decimals);
}

void json_bool(struct json_out *j, bool value)
{
    before_value(j);
    buf_put_text(j->to, value ? "true" : "false");
}

void json_null(struct json_out *j)
{
    before_value(j);
    buf_put_text(j->to, "null");
}

void json_raw(struct json_out *j, struct span json)
{
    before_value(j);
    buf_put(j->to, json.at, json.len_bytes);
}

void json_member_text(struct json_out *j, const char *key, const char *text)
{
    if (!text)
        return;
    json_key(j, key);
    json_text(j, text);
}

void json_member_int(struct json_out *j, const char *key, int64_t value)
{
    json_key(j, key);
    json_int(j, value);
}

void json_member_bool(struct json_out *j, const char *key, bool value)
{
    json_key(j, key);
    json_bool(j, value);
}

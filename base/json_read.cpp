/*
 * The door to simdjson. What it parses is kept as its "tape" (simdjson, doc/tape.md): one 64-bit
 * word for each value, its kind in the top byte, and one more for a number; a bracket's word holds
 * the place behind its partner and the number of items, a text's the place in the string buffer,
 * where 4 bytes of length come first. A json_value is a place on the tape.
 */
extern "C" {
#include "base/err.h"
#include "base/json_write.h"
#include "base/mem.h"
}
#include "base/json_read.h"

#include <cstring>
#include <memory>
#include <new>
#include <simdjson.h>

namespace
{

constexpr int MAX_DEPTH = 1024;
constexpr size_t FIRST_CAPACITY_BYTES = 4096;
constexpr uint64_t PAYLOAD_MASK = 0x00FFFFFFFFFFFFFF;
constexpr size_t COUNT_MAX = 0xFFFFFF; /* the tape's count of items stops here */

} // namespace

struct json_reader {
    simdjson::dom::parser parser;
    simdjson::dom::document document;
    char *padded; /* the text and SIMDJSON_PADDING zero bytes */
    size_t padded_room_bytes;
    size_t capacity_bytes;
    size_t limit_bytes;
    size_t limit_depth;
};

namespace
{

char kind_at(const json_reader *r, size_t at)
{
    return (char)(r->document.tape[at] >> 56);
}

uint64_t payload_at(const json_reader *r, size_t at)
{
    return r->document.tape[at] & PAYLOAD_MASK;
}

span text_at(const json_reader *r, size_t at)
{
    const uint8_t *start = r->document.string_buf.get() + payload_at(r, at);
    uint32_t n_bytes;
    memcpy(&n_bytes, start, sizeof n_bytes);
    return span{(const char *)start + sizeof n_bytes, n_bytes};
}

/* The place behind the value. */
size_t behind(const json_reader *r, size_t at)
{
    switch (kind_at(r, at)) {
    case '[':
    case '{':
        return (uint32_t)payload_at(r, at);
    case 'l':
    case 'u':
    case 'd':
        return at + 2;
    default:
        return at + 1;
    }
}

bool number_at(const json_reader *r, size_t at, double *out)
{
    const uint64_t bits = r->document.tape[at + 1];
    switch (kind_at(r, at)) {
    case 'd':
        memcpy(out, &bits, sizeof bits);
        return true;
    case 'l':
        *out = (double)(int64_t)bits;
        return true;
    case 'u':
        *out = (double)bits;
        return true;
    default:
        return false;
    }
}

err_code make_room(json_reader *r, size_t n_bytes, err *e)
{
    const size_t padded_bytes = n_bytes + simdjson::SIMDJSON_PADDING;
    if (mem_grow((void **)&r->padded, &r->padded_room_bytes, padded_bytes, 1, e))
        return NO_MEMORY;
    if (n_bytes <= r->capacity_bytes)
        return OK;
    /* simdjson itself would grow to the exact size, each time that a document is a little longer.
     */
    size_t capacity = r->capacity_bytes * 2;
    if (capacity < FIRST_CAPACITY_BYTES)
        capacity = FIRST_CAPACITY_BYTES;
    if (capacity < n_bytes)
        capacity = n_bytes;
    r->capacity_bytes = 0;
    if (r->parser.allocate(capacity, r->limit_depth) || r->document.allocate(capacity))
        return err_no_memory(e, 14 * (unsigned long long)capacity);
    r->capacity_bytes = capacity;
    return OK;
}

/* Digits that do not fit int64, whatever the sign. */
bool is_beyond_int64(const char *digits, size_t n)
{
    static const char LIMIT_DIGITS[] = "9223372036854775808";
    const size_t n_limit = sizeof LIMIT_DIGITS - 1;
    return n > n_limit || (n == n_limit && memcmp(digits, LIMIT_DIGITS, n) > 0);
}

/* simdjson refuses integers beyond 64 bits, which JSON allows: copied with ".0" behind them they
 * are ordinary reals. */
void put_with_long_integers_as_reals(buf *b, span text)
{
    bool in_text = false;
    for (size_t i = 0; i < text.len_bytes;) {
        const char c = text.at[i];
        size_t n = 1;
        if (in_text && c == '\\') {
            n = i + 1 < text.len_bytes ? 2 : 1;
        } else if (c == '"') {
            in_text = !in_text;
        } else if (!in_text && c >= '0' && c <= '9') {
            while (i + n < text.len_bytes && text.at[i + n] >= '0' && text.at[i + n] <= '9')
                n++;
        }
        buf_put(b, text.at + i, n);
        const char before = i > 0 ? text.at[i - 1] : ' ';
        const char after = i + n < text.len_bytes ? text.at[i + n] : ' ';
        const bool whole = !strchr(".eE+", before) && !strchr(".eE", after);
        if (!in_text && whole && is_beyond_int64(text.at + i, n) && c >= '0' && c <= '9')
            buf_put(b, ".0", 2);
        i += n;
    }
}

simdjson::error_code parse(json_reader *r, span text, err_code *out_room, err *e)
{
    *out_room = make_room(r, text.len_bytes, e);
    if (*out_room)
        return simdjson::MEMALLOC;
    if (text.len_bytes)
        memcpy(r->padded, text.at, text.len_bytes);
    memset(r->padded + text.len_bytes, 0, simdjson::SIMDJSON_PADDING);
    return r->parser.parse_into_document(r->document, r->padded, text.len_bytes, false).error();
}

simdjson::error_code parse_again(json_reader *r, span text, err_code *out_room, err *e)
{
    buf b;
    buf_init(&b, r->limit_bytes);
    put_with_long_integers_as_reals(&b, text);
    *out_room = buf_status(&b, e);
    simdjson::error_code found = simdjson::MEMALLOC;
    if (!*out_room)
        found = parse(r, span{(const char *)b.data, b.len_bytes}, out_room, e);
    buf_clear(&b);
    return found;
}

size_t first_bad_character(span text)
{
    size_t i = 0;
    for (size_t n; (n = text_utf8_char(span{text.at + i, text.len_bytes - i}, nullptr)) > 0;)
        i += n;
    return i;
}

err_code say_why(const json_reader *r, span text, simdjson::error_code found, err *e)
{
    switch (found) {
    case simdjson::SUCCESS:
        return OK;
    case simdjson::MEMALLOC:
        return err_no_memory(e, text.len_bytes);
    case simdjson::DEPTH_ERROR:
        return err_set(e, LIMIT, "JSON nested deeper than %zu levels", r->limit_depth);
    case simdjson::CAPACITY:
        return err_set(e, LIMIT, "JSON of %zu bytes is too long", text.len_bytes);
    case simdjson::UTF8_ERROR:
        return err_set(e, BAD_DATA, "not JSON: bytes that are not UTF-8, at byte %zu",
                       first_bad_character(text));
    case simdjson::EMPTY:
        return err_set(e, BAD_DATA, "not JSON: empty");
    default:
        return err_set(e, BAD_DATA, "not JSON: %s", simdjson::error_message(found));
    }
}

} // namespace

err_code json_reader_new(size_t limit_bytes, int limit_depth, json_reader **out, err *e)
{
    json_reader *r = new (std::nothrow) json_reader();
    if (!r)
        return err_no_memory(e, sizeof *r);
    /* simdjson's own bound is 4 GB. */
    r->limit_bytes = limit_bytes < UINT32_MAX ? limit_bytes : UINT32_MAX;
    r->limit_depth = (size_t)(limit_depth < 1           ? 1
                              : limit_depth > MAX_DEPTH ? MAX_DEPTH
                                                        : limit_depth);
    *out = r;
    return OK;
}

void json_reader_free(json_reader *r)
{
    if (!r)
        return;
    mem_free(r->padded);
    delete r;
}

err_code json_read(json_reader *r, span text, json_value *out_root, err *e)
{
    static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF";
    if (text.len_bytes >= 3 && memcmp(text.at, BYTE_ORDER_MARK, 3) == 0)
        text = span{text.at + 3, text.len_bytes - 3};
    if (text.len_bytes > r->limit_bytes)
        return err_set(e, LIMIT, "JSON of %zu bytes, more than the %zu allowed", text.len_bytes,
                       r->limit_bytes);
    err_code no_room = OK;
    simdjson::error_code found = parse(r, text, &no_room, e);
    if (found == simdjson::NUMBER_ERROR)
        found = parse_again(r, text, &no_room, e);
    if (no_room)
        return no_room;
    const err_code rc = say_why(r, text, found, e);
    if (rc)
        return rc;
    *out_root = json_value{r, 1}; /* behind the root's own word */
    return OK;
}

enum json_type json_type(json_value v)
{
    switch (kind_at(v.in, v.at)) {
    case 't':
    case 'f':
        return JSON_BOOL;
    case 'l':
        return JSON_INT;
    case 'u':
    case 'd':
        return JSON_REAL;
    case '"':
        return JSON_TEXT;
    case '[':
        return JSON_ARRAY;
    case '{':
        return JSON_OBJECT;
    default:
        return JSON_NULL;
    }
}

bool json_is(json_value v, enum json_type type)
{
    return json_type(v) == type;
}

bool json_bool_of(json_value v)
{
    return kind_at(v.in, v.at) == 't';
}

int64_t json_int_of(json_value v)
{
    return kind_at(v.in, v.at) == 'l' ? (int64_t)v.in->document.tape[v.at + 1] : 0;
}

double json_f64_of(json_value v)
{
    double value = 0;
    return number_at(v.in, v.at, &value) ? value : 0;
}

span json_text_of(json_value v)
{
    return kind_at(v.in, v.at) == '"' ? text_at(v.in, v.at) : span{"", 0};
}

bool json_get(json_value object, const char *key, json_value *out)
{
    if (!json_is(object, JSON_OBJECT))
        return false;
    const size_t n_bytes = strlen(key);
    const size_t end = behind(object.in, object.at) - 1;
    for (size_t at = object.at + 1; at < end; at = behind(object.in, at + 1)) {
        const span name = text_at(object.in, at);
        if (name.len_bytes == n_bytes && memcmp(name.at, key, n_bytes) == 0) {
            *out = json_value{object.in, at + 1};
            return true;
        }
    }
    return false;
}

struct json_walk json_walk(json_value v)
{
    const char kind = kind_at(v.in, v.at);
    if (kind != '[' && kind != '{')
        return {v.in, 0, 0, false};
    return {v.in, v.at + 1, behind(v.in, v.at) - 1, kind == '{'};
}

bool json_next(struct json_walk *w, span *out_key, json_value *out)
{
    if (w->at >= w->end)
        return false;
    *out_key = w->object ? text_at(w->in, w->at) : span{"", 0};
    *out = json_value{w->in, w->at + w->object};
    w->at = behind(w->in, out->at);
    return true;
}

size_t json_count(json_value v)
{
    struct json_walk w = json_walk(v);
    if (w.at >= w.end)
        return 0;
    const size_t n = payload_at(v.in, v.at) >> 32 & COUNT_MAX;
    if (n < COUNT_MAX)
        return n;
    size_t counted = 0;
    span key;
    json_value item;
    while (json_next(&w, &key, &item))
        counted++;
    return counted;
}

size_t json_pairs(struct json_walk *w, double *out_xy, size_t n_max)
{
    constexpr size_t PAIR_WORDS = 6; /* two brackets, two numbers of two words each */
    size_t n = 0;
    while (n < n_max && w->at < w->end && !w->object && kind_at(w->in, w->at) == '[' &&
           behind(w->in, w->at) == w->at + PAIR_WORDS &&
           number_at(w->in, w->at + 1, &out_xy[2 * n]) &&
           number_at(w->in, w->at + 3, &out_xy[2 * n + 1])) {
        w->at += PAIR_WORDS;
        n++;
    }
    return n;
}

bool json_numbers(json_value array, double *out, size_t n_max, size_t *n_out)
{
    if (kind_at(array.in, array.at) != '[')
        return false;
    const size_t end = behind(array.in, array.at) - 1;
    size_t n = 0;
    for (size_t at = array.at + 1; at < end; at += 2, n++) {
        double value;
        if (!number_at(array.in, at, &value))
            return false;
        if (n < n_max)
            out[n] = value;
    }
    *n_out = n;
    return true;
}

namespace
{

/* A value that holds no others. */
void put_leaf(struct json_out *j, json_value v)
{
    switch (json_type(v)) {
    case JSON_BOOL:
        json_bool(j, json_bool_of(v));
        break;
    case JSON_INT:
        json_int(j, json_int_of(v));
        break;
    case JSON_REAL:
        if (kind_at(v.in, v.at) == 'u') /* no digit is lost */
            json_u64(j, v.in->document.tape[v.at + 1]);
        else
            json_f64(j, json_f64_of(v));
        break;
    case JSON_TEXT:
        json_span(j, json_text_of(v));
        break;
    default:
        json_null(j);
    }
}

} // namespace

void json_put(buf *b, json_value v)
{
    struct json_out j = json_out(b);
    /* One bit a level, instead of recursion: is it an object, whose members have keys? */
    uint64_t is_object[MAX_DEPTH / 64 + 1] = {0};
    size_t depth = 0;
    const size_t end = behind(v.in, v.at);
    for (size_t at = v.at; at < end && !b->failed;) {
        char kind = kind_at(v.in, at);
        const bool in_object = is_object[depth / 64] >> depth % 64 & 1;
        if (in_object && kind == '"') {
            json_key_span(&j, text_at(v.in, at));
            kind = kind_at(v.in, ++at);
        }
        if (kind == '{' || kind == '[') {
            depth++;
            const uint64_t bit = (uint64_t)1 << depth % 64;
            is_object[depth / 64] &= ~bit;
            if (kind == '{') {
                is_object[depth / 64] |= bit;
                json_object(&j);
            } else {
                json_array(&j);
            }
            at++;
        } else if (kind == '}' || kind == ']') {
            depth--;
            kind == '}' ? json_object_end(&j) : json_array_end(&j);
            at++;
        } else {
            put_leaf(&j, json_value{v.in, at});
            at = behind(v.in, at);
        }
    }
}

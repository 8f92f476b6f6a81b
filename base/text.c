#include "base/text.h"

#include <string.h>

struct span span_of(const char *text)
{
    return (struct span){text, text ? strlen(text) : 0};
}

bool span_eq(struct span s, const char *text)
{
    const size_t n = text ? strlen(text) : 0;
    return s.len_bytes == n && (n == 0 || memcmp(s.at, text, n) == 0);
}

bool text_eq(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* tolower() knows locales. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool text_eq_ignoring_case(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

bool text_starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends_with(const char *text, const char *suffix)
{
    const size_t n = strlen(text), n_suffix = strlen(suffix);
    return n >= n_suffix && strcmp(text + n - n_suffix, suffix) == 0;
}

/* Source: RFC 3629, section 4. */
size_t text_utf8_char(struct span s, uint32_t *out_code)
{
    if (s.len_bytes == 0)
        return 0;
    const uint8_t *at = (const uint8_t *)s.at;
    const uint8_t first = at[0];
    if (first < 0x80) {
        if (out_code)
            *out_code = first;
        return 1;
    }
    if (first < 0xC2 || first > 0xF4)
        return 0;
    const size_t n = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (s.len_bytes < n)
        return 0;
    uint32_t code = first & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (at[i] & 0x3Fu);
    }
    static const uint32_t SMALLEST[] = {[2] = 0x80, [3] = 0x800, [4] = 0x10000};
    if (code < SMALLEST[n] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    if (out_code)
        *out_code = code;
    return n;
}

bool text_is_utf8(const char *text, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes;) {
        const size_t n = text_utf8_char((struct span){text + i, n_bytes - i}, NULL);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum err_code percent_decode(struct span in, bool plus_is_space, struct buf *out,
                                    struct err *err)
{
    const size_t start = out->len_bytes;
    for (size_t i = 0; i < in.len_bytes; i++) {
        char c = in.at[i];
        if (c == '%') {
            const int high = i + 2 < in.len_bytes ? hex_digit(in.at[i + 1]) : -1;
            const int low = high >= 0 ? hex_digit(in.at[i + 2]) : -1;
            if (low < 0)
                return err_set(err, BAD_ARG, "'%%' without two hexadecimal digits");
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0')
            return err_set(err, BAD_ARG, "a zero byte in text");
        buf_put_u8(out, (uint8_t)c);
    }
    const enum err_code rc = buf_status(out, err);
    if (rc)
        return rc;
    if (out->len_bytes > start &&
        !text_is_utf8((const char *)out->data + start, out->len_bytes - start))
        return err_set(err, BAD_ARG, "text that is not UTF-8");
    return OK;
}

enum err_code text_percent_decode(struct span in, bool plus_is_space, struct buf *out,
                                  struct err *err)
{
    const size_t start = out->len_bytes;
    const enum err_code rc = percent_decode(in, plus_is_space, out, err);
    if (rc)
        out->len_bytes = start;
    return rc;
}

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

void text_put_percent(struct buf *b, const char *text)
{
    for (; *text; text++) {
        /* RFC 3986, section 2.3: the unreserved characters */
        if (is_letter_or_digit(*text) || strchr("-._~", *text))
            buf_put_u8(b, (uint8_t)*text);
        else
            buf_printf(b, "%%%02X", (unsigned)(uint8_t)*text);
    }
}

/* U+00C0 to U+017F without their accents: two places each, the second a blank where one letter is
 * enough; '_' for the two that are no letters. */
static const char PLAIN_LATIN[] =
    "A A A A A A AEC E E E E I I I I D N O O O O O _ O U U U U Y THss"
    "a a a a a a aec e e e e i i i i d n o o o o o _ o u u u u y thy "
    "A a A a A a C c C c C c C c D d D d E e E e E e E e E e G g G g "
    "G g G g H h H h I i I i I i I i I i IJijJ j K k k L l L l L l L "
    "l L l N n N n N n n N n O o O o O o OEoeR r R r R r S s S s S s "
    "S s T t T t T t U u U u U u U u U u U u W w Y y Y Z z Z z Z z s ";
_Static_assert(sizeof PLAIN_LATIN == 2 * (0x180 - 0xC0) + 1, "two places for each letter");

void text_put_slug(struct buf *b, struct span text)
{
    char slug[63];
    size_t n = 0;
    for (size_t i = 0; i < text.len_bytes && n < sizeof slug;) {
        uint32_t code = 0;
        const size_t n_bytes =
            text_utf8_char((struct span){text.at + i, text.len_bytes - i}, &code);
        i += n_bytes ? n_bytes : 1;
        char second = ' ';
        if (n_bytes == 1 && is_letter_or_digit((char)code)) {
            slug[n++] = (char)code;
        } else if (code == '-' || code == '.') {
            slug[n] = n == 0 ? '_' : (char)code;
            n++;
        } else if (code >= 0xC0 && code < 0x180) {
            slug[n++] = PLAIN_LATIN[2 * (code - 0xC0)];
            second = PLAIN_LATIN[2 * (code - 0xC0) + 1];
        } else {
            slug[n++] = '_';
        }
        if (second != ' ' && n < sizeof slug)
            slug[n++] = second;
    }
    if (n)
        buf_put(b, slug, n);
    else
        buf_put_text(b, "layer");
}

void text_blank_controls(char *text, size_t n_bytes, bool keep_lines)
{
    for (size_t i = 0; i < n_bytes; i++) {
        const unsigned char c = (unsigned char)text[i];
        const unsigned char next = i + 1 < n_bytes ? (unsigned char)text[i + 1] : 0;
        if ((c < 0x20 && !(keep_lines && c == '\n')) || c == 0x7F)
            text[i] = ' ';
        else if (c == 0xC2 && next >= 0x80 && next < 0xA0) /* U+0080 to U+009F: C1 */
            text[i] = text[i + 1] = ' ';
    }
}

uint64_t text_hash(const void *bytes, size_t n_bytes, uint64_t seed)
{
    /* Source: draft-eastlake-fnv, offset basis and prime of 64 bits */
    uint64_t hash = 0xCBF29CE484222325u ^ seed;
    const uint8_t *at = bytes;
    for (size_t i = 0; i < n_bytes; i++)
        hash = (hash ^ at[i]) * 0x100000001B3u;
    return hash;
}

#include "base/encoding.h"

#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

enum {
    NAME_BYTES = 40,
    PIECE_BYTES = 4096,
    CHARACTER_BYTES = 32 /* more than iconv writes for one character and its marks */
};

struct encoding {
    char name[NAME_BYTES];
    bool is_utf8, is_ascii_based;
    iconv_t converter; /* unless is_utf8 */
};

/* ---- names -------------------------------------------------------------------------------- */

/* Names that iconv does not know, or knows under another one; without case, blanks, '-' and '_'. */
static const struct {
    const char *said, *name;
} NAMES[] = {
    {"UTF8", "UTF-8"},
    {"65001", "UTF-8"},
    {"CP65001", "UTF-8"},
    {"LATIN1", "ISO-8859-1"},
    {"L1", "ISO-8859-1"},
    {"ASCII", "UTF-8"}, /* what else it may hold is told as characters that are none */
    {"USASCII", "UTF-8"},
    {"20127", "UTF-8"},
    {"10000", "MACINTOSH"},
    {"10007", "MAC-CYRILLIC"},
    {"10029", "MAC-CENTRALEUROPE"},
    {"20866", "KOI8-R"},
    {"21866", "KOI8-U"},
    {"54936", "GB18030"},
    {"51949", "EUC-KR"},
    {"51932", "EUC-JP"},
    {"SJIS", "CP932"},
    {"SHIFTJIS", "CP932"},
    {"BIG5", "CP950"},
    {"GBK", "CP936"},
};

/* What stands before a number, and what is to be there instead. */
static const struct {
    const char *said, *name;
} PREFIXES[] = {
    {"ISO8859", "ISO-8859-"},
    {"IS8859", "ISO-8859-"},
    {"8859", "ISO-8859-"},
    {"WINDOWS", "CP"},
    {"ANSI", "CP"},
    {"OEM", "CP"},
    {"IBM", "CP"},
    {"CP", "CP"},
    {"MS", "CP"},
    {"", "CP"},
};

/* Upper case, without the blanks around it; false when it cannot be a name. */
static bool tidy(const char *said, char out[NAME_BYTES])
{
    size_t n = strlen(said);
    while (n > 0 && strchr(" \t\r\n", said[n - 1]))
        n--;
    while (n > 0 && strchr(" \t", *said))
        said++, n--;
    if (n == 0 || n >= NAME_BYTES)
        return false;
    for (size_t i = 0; i < n; i++) {
        const char c = said[i];
        /* After '/' and ',' iconv would take further wishes. */
        if (c <= ' ' ? c != ' ' : !strchr("-_.:+()", c) && !isalnum((unsigned char)c))
            return false;
        out[i] = (char)toupper((unsigned char)c);
    }
    out[n] = '\0';
    return true;
}

/* Without what people put between the parts of a name. */
static void squeeze(const char *tidied, char out[NAME_BYTES])
{
    size_t n = 0;
    for (; *tidied; tidied++) {
        if (!strchr(" -_", *tidied))
            out[n++] = *tidied;
    }
    out[n] = '\0';
}

static bool is_number(const char *text)
{
    const size_t n = strspn(text, "0123456789");
    return n > 0 && text[n] == '\0';
}

/* The name that the tables have for it; false when they have none. */
static bool find_in_tables(const char *squeezed, char out[NAME_BYTES])
{
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (text_eq(squeezed, NAMES[i].said)) {
            snprintf(out, NAME_BYTES, "%s", NAMES[i].name);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++) {
        const char *rest = squeezed + strlen(PREFIXES[i].said);
        if (text_starts_with(squeezed, PREFIXES[i].said) && is_number(rest)) {
            const bool is_windows = text_eq(PREFIXES[i].name, "CP") && strlen(rest) == 4 &&
                                    text_starts_with(rest, "125");
            snprintf(out, NAME_BYTES, "%s%.20s", is_windows ? "WINDOWS-" : PREFIXES[i].name, rest);
            return true;
        }
    }
    return false;
}

/* ---- opening ------------------------------------------------------------------------------ */

static bool open_converter(const char *name, iconv_t *out)
{
    const iconv_t converter = iconv_open("UTF-8", name);
    if (converter == (iconv_t)-1) /* iconv.h's own way to say no */
        return false;
    *out = converter;
    return true;
}

/* Bytes 1 to 127 stay what they are, also behind what switches the alphabet in ISO 2022. */
static bool keeps_ascii(struct encoding *e)
{
    static const char ESCAPE[] = "\x1B$B!!";
    char bytes[127 + sizeof ESCAPE - 1], back[256];
    char *in = bytes, *out = back;
    size_t n_in = sizeof bytes, n_out = sizeof back;
    for (size_t i = 0; i < 127; i++)
        bytes[i] = (char)(i + 1);
    memcpy(bytes + 127, ESCAPE, sizeof ESCAPE - 1);
    const bool whole = iconv(e->converter, &in, &n_in, &out, &n_out) == 0 && n_in == 0;
    iconv(e->converter, NULL, NULL, NULL, NULL);
    return whole && sizeof back - n_out == sizeof bytes && !memcmp(bytes, back, sizeof bytes);
}

static bool open_by_name(struct encoding *e, const char *said)
{
    char tidied[NAME_BYTES], squeezed[NAME_BYTES];
    if (!tidy(said, tidied))
        return false;
    squeeze(tidied, squeezed);
    if (find_in_tables(squeezed, e->name)) {
        e->is_utf8 = text_eq(e->name, "UTF-8");
        return e->is_utf8 || open_converter(e->name, &e->converter);
    }
    snprintf(e->name, sizeof e->name, "%s", tidied);
    return open_converter(e->name, &e->converter);
}

enum err_code encoding_new(const char *name, struct encoding **out, struct err *err)
{
    struct encoding *e = mem_new(1, sizeof *e);
    if (!e)
        return err_no_memory(err, sizeof *e);
    if (!open_by_name(e, name)) {
        mem_free(e);
        return err_set(err, BAD_ARG, "'%.60s' is no encoding that is known", name);
    }
    e->is_ascii_based = e->is_utf8 || keeps_ascii(e);
    *out = e;
    return OK;
}

void encoding_free(struct encoding *e)
{
    if (e && !e->is_utf8)
        iconv_close(e->converter);
    mem_free(e);
}

const char *encoding_name(const struct encoding *e)
{
    return e->name;
}

bool encoding_is_ascii_based(const struct encoding *e)
{
    return e->is_ascii_based;
}

/* ---- decoding ----------------------------------------------------------------------------- */

static size_t ascii_bytes(struct span s)
{
    size_t n = 0;
    while (n < s.len_bytes && (unsigned char)s.at[n] < 0x80)
        n++;
    return n;
}

static struct span behind(struct span s, size_t n_bytes)
{
    return (struct span){s.at + n_bytes, s.len_bytes - n_bytes};
}

/* Whether more bytes could make a character of these, which are none yet. */
static bool is_utf8_beginning(struct span s)
{
    const unsigned char first = (unsigned char)s.at[0];
    const size_t wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || s.len_bytes >= wanted)
        return false;
    for (size_t i = 1; i < s.len_bytes; i++) {
        if (((unsigned char)s.at[i] & 0xC0) != 0x80)
            return false;
    }
    return true;
}

static size_t decode_utf8(struct span in, bool is_last, struct buf *out, size_t *out_used)
{
    struct span rest = in;
    size_t n_bad = 0;
    while (rest.len_bytes > 0) {
        size_t n = ascii_bytes(rest);
        if (n == 0)
            n = text_utf8_char(rest, NULL);
        if (n == 0 && !is_last && is_utf8_beginning(rest))
            break;
        if (n > 0) {
            buf_put(out, rest.at, n);
        } else {
            buf_put_text(out, REPLACEMENT);
            n_bad++;
            n = 1;
        }
        rest = behind(rest, n);
    }
    *out_used = in.len_bytes - rest.len_bytes;
    return n_bad;
}

/* A letter that waited for a mark is written; the next text begins anew. */
static void end_text(struct encoding *e, struct buf *out)
{
    char *room = (char *)buf_reserve(out, CHARACTER_BYTES);
    size_t n_room = CHARACTER_BYTES;
    if (room) {
        iconv(e->converter, NULL, NULL, &room, &n_room);
        buf_added(out, CHARACTER_BYTES - n_room);
    }
    iconv(e->converter, NULL, NULL, NULL, NULL);
}

static size_t decode_by_iconv(struct encoding *e, struct span in, bool is_last, struct buf *out,
                              size_t *out_used)
{
    char *at = (char *)(uintptr_t)in.at; /* iconv() writes nothing there, whatever its type says */
    size_t left = in.len_bytes, n_bad = 0;
    while (left > 0) {
        const size_t n_wanted = left < PIECE_BYTES / 4 ? 4 * left + CHARACTER_BYTES : PIECE_BYTES;
        char *room = (char *)buf_reserve(out, n_wanted);
        size_t n_room = n_wanted;
        if (!room)
            break;
        const bool stopped = iconv(e->converter, &at, &left, &room, &n_room) == (size_t)-1;
        const int why = stopped ? errno : 0;
        buf_added(out, n_wanted - n_room);
        if (why == EINVAL && !is_last)
            break;
        if (why == EILSEQ || why == EINVAL) {
            buf_put_text(out, REPLACEMENT);
            n_bad++;
            at++;
            left--;
        }
    }
    *out_used = in.len_bytes - left;
    if (is_last)
        end_text(e, out);
    return n_bad;
}

size_t encoding_decode(struct encoding *e, struct span in, bool is_last, struct buf *out,
                       size_t *out_used)
{
    const size_t n_plain = e->is_ascii_based ? ascii_bytes(in) : 0;
    size_t n_used = 0, n_bad = 0;
    if (n_plain > 0)
        buf_put(out, in.at, n_plain);
    const struct span rest = behind(in, n_plain);
    if (rest.len_bytes > 0)
        n_bad = e->is_utf8 ? decode_utf8(rest, is_last, out, &n_used)
                           : decode_by_iconv(e, rest, is_last, out, &n_used);
    if (out_used)
        *out_used = n_plain + n_used;
    return n_bad;
}

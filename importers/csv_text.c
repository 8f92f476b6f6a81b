#include "importers/csv_text.h"

#include "base/mem.h"

#include <string.h>

/* Decoded text that was read is let go when it is as long. */
enum { FORGET_BYTES = 1 << 20 };

struct csv_line {
    size_t at;     /* in `decoded` */
    uint64_t byte; /* in the source */
    bool damaged;
};

/* Byte order marks, and what they say; UTF-8's says what is assumed anyway. */
static const struct {
    const char *bytes;
    size_t n_bytes;
    const char *encoding;
} MARKS[] = {{"\xef\xbb\xbf", 3, NULL}, {"\xff\xfe", 2, "UTF-16LE"}, {"\xfe\xff", 2, "UTF-16BE"}};

/* Encodings whose characters take more than a byte each; without a mark or a word of it, the order
 * of the bytes is that of Windows. */
static const struct {
    const char *name, *encoding;
    size_t unit_bytes;
    bool big_endian;
} WIDE[] = {
    {"UTF-16", "UTF-16LE", 2, false},  {"UTF-16LE", "UTF-16LE", 2, false},
    {"UTF-16BE", "UTF-16BE", 2, true}, {"UCS-2", "UTF-16LE", 2, false},
    {"UCS-2LE", "UTF-16LE", 2, false}, {"UCS-2BE", "UTF-16BE", 2, true},
    {"UTF-32", "UTF-32LE", 4, false},  {"UTF-32LE", "UTF-32LE", 4, false},
    {"UTF-32BE", "UTF-32BE", 4, true},
};

static enum err_code choose_encoding(struct csv_text *t, const char *name, struct err *err)
{
    if (!name || text_eq_ignoring_case(name, "UTF-8") || text_eq_ignoring_case(name, "UTF8"))
        return OK;
    t->unit_bytes = 1;
    for (size_t i = 0; i < sizeof WIDE / sizeof WIDE[0]; i++) {
        if (!text_eq_ignoring_case(name, WIDE[i].name))
            continue;
        name = WIDE[i].encoding;
        t->unit_bytes = WIDE[i].unit_bytes;
        t->big_endian = WIDE[i].big_endian;
        break;
    }
    const enum err_code rc = encoding_new(name, &t->encoding, err);
    if (rc)
        return rc;
    if (t->unit_bytes > 1 || encoding_is_ascii_based(t->encoding))
        return OK;
    encoding_free(t->encoding);
    t->encoding = NULL;
    return err_set(err, UNSUPPORTED, "CSV in the encoding '%s'", name);
}

static enum err_code skip_mark(struct csv_text *t, size_t n_bytes, struct err *err)
{
    enum err_code rc = OK;
    while (!rc && t->window.end < n_bytes && !t->window.ended)
        rc = byte_window_fill(&t->window, err);
    t->window.mark = n_bytes;
    return rc;
}

enum err_code csv_text_open(struct csv_text *t, struct source *source, const char *encoding,
                            size_t limit_bytes, struct err *err)
{
    struct span head;
    size_t n_mark_bytes = 0;
    enum err_code rc = source_peek(source, &head, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++) {
        if (head.len_bytes < MARKS[i].n_bytes ||
            memcmp(head.at, MARKS[i].bytes, MARKS[i].n_bytes) != 0)
            continue;
        n_mark_bytes = MARKS[i].n_bytes;
        encoding = MARKS[i].encoding;
    }
    *t = (struct csv_text){.unit_bytes = 1};
    rc = choose_encoding(t, encoding, err);
    if (rc)
        return rc;
    byte_window_init(&t->window, source, limit_bytes);
    buf_init(&t->decoded, 4 * limit_bytes);
    rc = skip_mark(t, n_mark_bytes, err);
    if (rc)
        csv_text_clear(t);
    return rc;
}

void csv_text_lend(struct csv_text *t, struct span text)
{
    *t = (struct csv_text){.is_lent = true, .unit_bytes = 1};
    t->window = (struct byte_window){
        .data = (char *)(uintptr_t)text.at, .end = text.len_bytes, .ended = true, .line = 1};
}

void csv_text_clear(struct csv_text *t)
{
    if (!t->is_lent)
        byte_window_clear(&t->window);
    encoding_free(t->encoding);
    buf_clear(&t->decoded);
    mem_free(t->lines);
    *t = (struct csv_text){0};
}

struct span csv_text_ready(const struct csv_text *t)
{
    const struct byte_window *w = &t->window;
    const void *bytes = t->encoding ? (const void *)t->decoded.data : w->data;
    if (!bytes)
        return (struct span){"", 0};
    if (t->encoding)
        return (struct span){(const char *)t->decoded.data + t->decoded_at,
                             t->decoded.len_bytes - t->decoded_at};
    return (struct span){w->data + w->mark, w->end - w->mark};
}

/* Whether a line ends with this unit. */
static bool is_newline(const struct csv_text *t, const char *unit)
{
    const size_t low = t->big_endian ? t->unit_bytes - 1 : 0;
    for (size_t i = 0; i < t->unit_bytes; i++) {
        if (i != low && unit[i] != '\0')
            return false;
    }
    return unit[low] == '\n' || unit[low] == '\r';
}

/* How many bytes of the window are the next line, its newline included; 0: it does not end here. */
static size_t line_in_window(const struct csv_text *t)
{
    const struct byte_window *w = &t->window;
    for (size_t at = w->at; at + t->unit_bytes <= w->end; at += t->unit_bytes) {
        if (is_newline(t, w->data + at))
            return at + t->unit_bytes - w->mark;
    }
    return 0;
}

static void forget_read(struct csv_text *t)
{
    if (t->decoded_at < FORGET_BYTES || t->decoded_at < t->decoded.len_bytes / 2)
        return;
    (void)csv_text_byte(t);
    t->decoded.len_bytes -= t->decoded_at;
    memmove(t->decoded.data, t->decoded.data + t->decoded_at, t->decoded.len_bytes);
    t->n_lines -= t->line_at;
    memmove(t->lines, t->lines + t->line_at, t->n_lines * sizeof *t->lines);
    t->line_at = 0;
    for (size_t i = 0; i < t->n_lines; i++)
        t->lines[i].at = t->lines[i].at < t->decoded_at ? 0 : t->lines[i].at - t->decoded_at;
    t->decoded_at = 0;
}

static enum err_code decode(struct csv_text *t, size_t n_bytes, struct err *err)
{
    struct byte_window *w = &t->window;
    enum err_code rc =
        mem_grow((void **)&t->lines, &t->room_lines, t->n_lines + 1, sizeof *t->lines, err);
    if (rc)
        return rc;
    const struct span line = {w->data + w->mark, n_bytes};
    struct csv_line *l = &t->lines[t->n_lines++];
    *l = (struct csv_line){t->decoded.len_bytes, byte_window_mark_byte(w), false};
    l->damaged = encoding_decode(t->encoding, line, true, &t->decoded, NULL) > 0;
    w->mark += n_bytes;
    w->at = w->mark;
    return buf_status(&t->decoded, err);
}

static enum err_code decode_line(struct csv_text *t, bool *out_more, struct err *err)
{
    struct byte_window *w = &t->window;
    size_t n_bytes = 0;
    forget_read(t);
    w->at = w->mark;
    while (!(n_bytes = line_in_window(t)) && !w->ended) {
        w->at = w->end - (w->end - w->mark) % t->unit_bytes;
        const enum err_code rc = byte_window_fill(w, err);
        if (rc)
            return rc;
    }
    if (n_bytes == 0)
        n_bytes = w->end - w->mark;
    *out_more = n_bytes > 0;
    return n_bytes > 0 ? decode(t, n_bytes, err) : OK;
}

enum err_code csv_text_more(struct csv_text *t, bool *out_more, struct err *err)
{
    if (t->encoding)
        return decode_line(t, out_more, err);
    enum err_code rc = OK;
    const uint64_t had = t->window.data_byte + t->window.end;
    while (!rc && !t->window.ended && t->window.data_byte + t->window.end == had)
        rc = byte_window_fill(&t->window, err);
    *out_more = t->window.data_byte + t->window.end > had;
    return rc;
}

void csv_text_take(struct csv_text *t, size_t n_bytes)
{
    if (t->encoding) {
        t->decoded_at += n_bytes;
    } else {
        t->window.mark += n_bytes;
        t->window.at = t->window.mark;
    }
}

uint64_t csv_text_byte(struct csv_text *t)
{
    if (!t->encoding)
        return byte_window_mark_byte(&t->window);
    while (t->line_at + 1 < t->n_lines && t->lines[t->line_at + 1].at <= t->decoded_at)
        t->line_at++;
    return t->n_lines ? t->lines[t->line_at].byte : byte_window_mark_byte(&t->window);
}

bool csv_text_is_damaged(struct csv_text *t, size_t n_bytes)
{
    if (!t->encoding)
        return false;
    (void)csv_text_byte(t);
    for (size_t i = t->line_at; i < t->n_lines && t->lines[i].at < t->decoded_at + n_bytes; i++) {
        if (t->lines[i].damaged)
            return true;
    }
    return false;
}

const char *csv_text_encoding(const struct csv_text *t)
{
    return t->encoding ? encoding_name(t->encoding) : NULL;
}

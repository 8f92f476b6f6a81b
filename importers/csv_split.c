#include "importers/csv_split.h"

#include "base/mem.h"

#include <string.h>

/* A field as it stands in the record. */
struct piece {
    size_t at, n_bytes;
    bool is_quoted;
    bool is_escaped;   /* quotes inside are doubled, or have a backslash */
    bool is_rewritten; /* it is in `plain`, `at` there */
};

struct csv_split {
    struct csv_text *text;
    struct csv_dialect dialect;
    struct encoding *fallback;
    struct span ready; /* of the text, from the record's first byte */
    struct piece *pieces;
    size_t n_pieces, room_pieces;
    struct span *fields;
    size_t room_fields;
    struct buf plain; /* fields that are not as they stand in the text */
    uint64_t line;
    bool spans_lines; /* perhaps: the record has a quote */
    bool ended;
    enum err_code failed; /* while more was wanted */
    struct err why;
    struct csv_encoding_report encoding;
    bool stops[256]; /* bytes that end a field without quotes */
};

enum err_code csv_split_new(struct csv_text *text, uint64_t line, struct csv_dialect dialect,
                            struct encoding *fallback, struct csv_split **out, struct err *err)
{
    struct csv_split *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    s->text = text;
    s->dialect = dialect;
    s->fallback = fallback;
    s->line = line;
    s->stops['\n'] = s->stops['\r'] = s->stops[(uint8_t)dialect.delimiter] = true;
    buf_init(&s->plain, SIZE_MAX);
    *out = s;
    return OK;
}

void csv_split_free(struct csv_split *s)
{
    if (!s)
        return;
    buf_clear(&s->plain);
    mem_free(s->pieces);
    mem_free(s->fields);
    mem_free(s);
}

struct csv_encoding_report csv_split_encoding(const struct csv_split *s)
{
    return s->encoding;
}

/* Whether the record has a byte there: brought into memory if it is not yet. */
static bool has(struct csv_split *s, size_t at)
{
    while (at >= s->ready.len_bytes && !s->ended && !s->failed) {
        bool more = false;
        s->failed = csv_text_more(s->text, &more, &s->why);
        s->ready = csv_text_ready(s->text);
        s->ended = !s->failed && !more;
    }
    return at < s->ready.len_bytes;
}

static bool is_blank(const struct csv_split *s, char c)
{
    return (c == ' ' || c == '\t') && c != s->dialect.delimiter;
}

static size_t skip_blanks(struct csv_split *s, size_t at)
{
    while (has(s, at) && is_blank(s, s->ready.at[at]))
        at++;
    return at;
}

/* The delimiter or newline that ends the field, or the end of the text. */
static size_t find_stop(struct csv_split *s, size_t at)
{
    do {
        const uint8_t *bytes = (const uint8_t *)s->ready.at;
        const size_t n_bytes = s->ready.len_bytes;
        while (at < n_bytes && !s->stops[bytes[at]])
            at++;
    } while (at == s->ready.len_bytes && has(s, at));
    return at;
}

/* The quote that closes the field; false: there is none. */
static bool find_close(struct csv_split *s, size_t *at, bool *out_escaped)
{
    while (has(s, *at)) {
        const char *from = s->ready.at + *at;
        const size_t n_left = s->ready.len_bytes - *at;
        const char *quote = memchr(from, '"', n_left);
        const size_t n = quote ? (size_t)(quote - from) : n_left;
        const char *slash = s->dialect.backslash ? memchr(from, '\\', n) : NULL;
        if (slash) {
            *at += (size_t)(slash - from) + 2;
            *out_escaped = true;
            continue;
        }
        *at += n;
        if (!quote)
            continue;
        if (!has(s, *at + 1) || s->ready.at[*at + 1] != '"')
            return true;
        *at += 2;
        *out_escaped = true;
    }
    return false;
}

/* One field from `*at` on; behind it `*at` is at what stopped it. False: a quote is not closed. */
static bool read_piece(struct csv_split *s, size_t *at, struct piece *out)
{
    const size_t from = skip_blanks(s, *at);
    *out = (struct piece){.at = from};
    if (has(s, from) && s->ready.at[from] == '"') {
        s->spans_lines = true;
        size_t close = from + 1;
        if (!find_close(s, &close, &out->is_escaped))
            return false;
        const size_t behind = skip_blanks(s, close + 1);
        *at = find_stop(s, behind);
        out->is_quoted = behind == *at;
        if (out->is_quoted) {
            out->at = from + 1;
            out->n_bytes = close - from - 1;
            return true;
        }
        /* Text behind the closing quote: then the quotes are text too, or the quote that closes is
         * in truth one that opens, lines later. */
        if (memchr(s->ready.at + from, '\n', close - from) ||
            memchr(s->ready.at + from, '\r', close - from))
            return false;
        out->is_escaped = false;
    } else {
        *at = find_stop(s, from);
    }
    size_t end = *at;
    while (end > from && is_blank(s, s->ready.at[end - 1]))
        end--;
    out->n_bytes = end - from;
    return true;
}

static uint64_t count_newlines(struct span text)
{
    uint64_t n = 0;
    for (size_t i = 0; i < text.len_bytes; i++)
        n += text.at[i] == '\n' ||
             (text.at[i] == '\r' && (i + 1 == text.len_bytes || text.at[i + 1] != '\n'));
    return n;
}

/* The pieces of the record. Out: out_n_bytes of the record; out_n_taken with the newline. */
static enum err_code find_pieces(struct csv_split *s, size_t *out_n_bytes, size_t *out_n_taken,
                                 const char **out_problem, struct err *err)
{
    size_t at = 0;
    s->n_pieces = 0;
    s->spans_lines = false;
    *out_problem = NULL;
    for (;;) {
        struct piece piece;
        if (!read_piece(s, &at, &piece)) {
            *out_problem = "a quoted field that does not end";
            at = 0;
            while (at < s->ready.len_bytes && s->ready.at[at] != '\n' && s->ready.at[at] != '\r')
                at++;
            /* What is too long is no worse than what never ends, where a line tells it apart. */
            if (s->failed == LIMIT && at < s->ready.len_bytes)
                s->failed = OK;
            break;
        }
        const enum err_code rc =
            mem_grow((void **)&s->pieces, &s->room_pieces, s->n_pieces + 1, sizeof *s->pieces, err);
        if (rc)
            return rc;
        s->pieces[s->n_pieces++] = piece;
        if (!has(s, at) || s->ready.at[at] != s->dialect.delimiter)
            break;
        at++;
    }
    *out_n_bytes = at;
    *out_n_taken = at;
    if (has(s, at)) {
        *out_n_taken = at + 1;
        if (s->ready.at[at] == '\r' && has(s, at + 1) && s->ready.at[at + 1] == '\n')
            *out_n_taken = at + 2;
    }
    return s->failed ? err_set(err, s->failed, "%s", s->why.text) : OK;
}

/* Whether any byte is beyond ASCII. */
static bool has_high_bytes(struct span text)
{
    uint64_t any = 0, word;
    size_t i = 0;
    for (; i + sizeof word <= text.len_bytes; i += sizeof word) {
        memcpy(&word, text.at + i, sizeof word);
        any |= word;
    }
    for (; i < text.len_bytes; i++)
        any |= (uint64_t)(uint8_t)text.at[i];
    return (any & UINT64_C(0x8080808080808080)) != 0;
}

static void unescape(struct csv_split *s, struct piece *p)
{
    const char *at = s->ready.at + p->at;
    const size_t from = s->plain.len_bytes;
    for (size_t i = 0; i < p->n_bytes; i++) {
        const bool pair = i + 1 < p->n_bytes;
        const bool doubled = pair && at[i] == '"' && at[i + 1] == '"';
        const bool slashed = pair && s->dialect.backslash && at[i] == '\\' &&
                             (at[i + 1] == '"' || at[i + 1] == '\\');
        i += doubled || slashed;
        buf_put_u8(&s->plain, (uint8_t)at[i]);
    }
    *p = (struct piece){.at = from, .n_bytes = s->plain.len_bytes - from, .is_rewritten = true};
}

static struct span text_of(const struct csv_split *s, const struct piece *p)
{
    const char *base = p->is_rewritten ? (const char *)s->plain.data : s->ready.at;
    return (struct span){base + p->at, p->n_bytes};
}

/* A field that holds more than ASCII. False: it is nothing that can be read. */
static bool decode(struct csv_split *s, struct piece *p)
{
    const struct span text = text_of(s, p);
    if (!has_high_bytes(text))
        return true;
    if (text_is_utf8(text.at, text.len_bytes)) {
        s->encoding.n_utf8++;
        return true;
    }
    if (!s->fallback)
        return false;
    /* Decoding may move what it reads when that is in `plain` too. */
    struct buf decoded;
    buf_init(&decoded, SIZE_MAX);
    const size_t n_bad = encoding_decode(s->fallback, text, true, &decoded, NULL);
    const size_t from = s->plain.len_bytes;
    buf_put(&s->plain, decoded.data, decoded.len_bytes);
    if (decoded.failed && !s->plain.failed)
        s->plain.failed = decoded.failed;
    *p = (struct piece){.at = from, .n_bytes = decoded.len_bytes, .is_rewritten = true};
    buf_clear(&decoded);
    if (s->encoding.n_fallback++ == 0)
        s->encoding.first_line = s->line;
    return n_bad == 0;
}

/* What the pieces stand for. */
static enum err_code make_fields(struct csv_split *s, struct csv_record *r, struct err *err)
{
    const bool is_ascii = !has_high_bytes(r->raw);
    buf_reset(&s->plain);
    for (size_t i = 0; i < s->n_pieces; i++) {
        struct piece *p = &s->pieces[i];
        if (p->is_escaped)
            unescape(s, p);
        if (!is_ascii && !decode(s, p))
            r->problem = s->fallback ? "text that is neither UTF-8 nor Windows-1252: say --encoding"
                                     : "text that is not in the encoding of the source";
    }
    enum err_code rc = buf_status(&s->plain, err);
    if (!rc)
        rc = mem_grow((void **)&s->fields, &s->room_fields, s->n_pieces, sizeof *s->fields, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < s->n_pieces; i++)
        s->fields[i] = text_of(s, &s->pieces[i]);
    r->fields = s->fields;
    r->n_fields = s->n_pieces;
    return OK;
}

enum err_code csv_split_next(struct csv_split *s, struct csv_record *out, bool *out_more,
                             struct err *err)
{
    for (;;) {
        size_t n_bytes = 0, n_taken = 0;
        struct csv_record r = {.line = s->line};
        s->ready = csv_text_ready(s->text);
        *out_more = has(s, 0);
        if (!*out_more)
            return s->failed ? err_set(err, s->failed, "%s", s->why.text) : OK;
        enum err_code rc = find_pieces(s, &n_bytes, &n_taken, &r.problem, err);
        if (rc)
            return rc;
        r.raw = (struct span){s->ready.at, n_bytes};
        r.byte = csv_text_byte(s->text);
        const bool is_empty =
            !r.problem && s->n_pieces == 1 && s->pieces[0].n_bytes == 0 && !s->pieces[0].is_quoted;
        if (!is_empty)
            rc = make_fields(s, &r, err);
        if (rc)
            return rc;
        if (memchr(r.raw.at, '\0', n_bytes))
            r.problem = "a NUL byte";
        else if (!r.problem && csv_text_is_damaged(s->text, n_bytes))
            r.problem = "text that is not in the encoding of the source";
        s->line += s->spans_lines ? count_newlines((struct span){r.raw.at, n_taken})
                                  : (uint64_t)(n_taken > n_bytes);
        csv_text_take(s->text, n_taken);
        if (is_empty && !r.problem)
            continue;
        *out = r;
        return OK;
    }
}

/*
 * Records of a JSON document, found by their path without reading what lies beside it; or of
 * several documents one after the other (a line each, or as RFC 8142 has them). Nothing recurses.
 */
#include "base/mem.h"
#include "importers/byte_window.h"
#include "importers/head_name.h"
#include "importers/json_scan.h"
#include "importers/record_reader.h"

#include <string.h>

enum { PAGE_NAME_BYTES = 4096 };

/* A container on the way to the records that is open. */
struct level {
    bool is_object;
    bool need_comma; /* a member or an item has come before */
};

struct json_records {
    struct byte_window w;
    struct record_path path;
    const char *next; /* a member of the document */
    struct buf page;  /* what it said */
    struct json_reader *json;
    struct level levels[RECORD_PATH_STEPS_MAX + 1];
    size_t n_levels;
    uint64_t n_documents;
    bool begun;
    bool reached; /* the place where records are, if only an empty one */
};

static void close_json(void *state)
{
    struct json_records *s = state;
    if (!s)
        return;
    byte_window_clear(&s->w);
    buf_clear(&s->page);
    json_reader_free(s->json);
    mem_free(s);
}

static enum err_code open_json(const struct record_setup *setup, void **out_state, struct err *err)
{
    const uint64_t most = setup->options->limits.feature_bytes;
    struct json_records *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    byte_window_init(&s->w, setup->source, most < SIZE_MAX ? (size_t)most : SIZE_MAX);
    buf_init(&s->page, PAGE_NAME_BYTES);
    s->path = setup->path;
    s->next = setup->next;
    const enum err_code rc = json_reader_new(PAGE_NAME_BYTES, 1, &s->json, err);
    if (rc)
        close_json(s);
    else
        *out_state = s;
    return rc;
}

/* BAD_DATA at the place where reading stands. */
static enum err_code bad(struct json_records *s, const char *what, struct err *err)
{
    s->w.mark = s->w.at;
    const unsigned long long line = byte_window_mark_line(&s->w);
    return err_set(err, BAD_DATA, "line %llu, byte %llu: %s", line,
                   (unsigned long long)byte_window_mark_byte(&s->w), what);
}

static enum err_code cut_off(struct json_records *s, struct err *err)
{
    return err_set(err, BAD_DATA, "the source ends at byte %llu inside a JSON value",
                   (unsigned long long)(s->w.data_byte + s->w.end));
}

/* Go to the next byte that is no white space; 0 at the end. What is behind us is forgotten. */
static enum err_code skip_blank(struct json_records *s, char *out_next, struct err *err)
{
    for (;;) {
        while (s->w.at < s->w.end && memchr(" \t\r\n\x1e", s->w.data[s->w.at], 5))
            s->w.at++;
        s->w.mark = s->w.at;
        *out_next = s->w.at < s->w.end ? s->w.data[s->w.at] : '\0';
        if (s->w.at < s->w.end || s->w.ended)
            return OK;
        const enum err_code rc = byte_window_fill(&s->w, err);
        if (rc)
            return rc;
    }
}

/* Go behind the value that begins here. `keep`: its bytes stay in the window, from the mark on. */
static enum err_code skip_value(struct json_records *s, bool keep, struct err *err)
{
    struct json_scan scan = {0};
    for (;;) {
        size_t n_used = 0;
        if (s->w.at < s->w.end &&
            json_scan_bytes(&scan, s->w.data + s->w.at, s->w.end - s->w.at, &n_used)) {
            s->w.at += n_used;
            return scan.begun ? OK : bad(s, "a value is missing", err);
        }
        s->w.at = s->w.end;
        if (!keep)
            s->w.mark = s->w.at;
        if (s->w.ended)
            return scan.begun && scan.depth == 0 && !scan.in_string ? OK : cut_off(s, err);
        const enum err_code rc = byte_window_fill(&s->w, err);
        if (rc)
            return rc;
    }
}

/* A text as JSON spells it. A name with escapes in it is rare, and read properly. */
static bool is_text(struct json_records *s, struct span quoted, const char *text)
{
    struct json_value v;
    const size_t n = strlen(text);
    if (quoted.len_bytes >= 2 && !memchr(quoted.at, '\\', quoted.len_bytes))
        return quoted.len_bytes == n + 2 && memcmp(quoted.at + 1, text, n) == 0;
    return !json_read(s->json, quoted, &v, NULL) && json_is(v, JSON_TEXT) &&
           span_eq(json_text_of(v), text);
}

static bool is_star(const char *step)
{
    return step[0] == '*' && step[1] == '\0';
}

/* The member's name and colon. Whether it is on the way, and whether it names the next page. */
static enum err_code enter_member(struct json_records *s, bool *out_on_way, bool *out_page,
                                  struct err *err)
{
    char next = '\0';
    const size_t level = s->n_levels - 1;
    if (s->w.data[s->w.at] != '"')
        return bad(s, "a member is not \"name\": value", err);
    enum err_code rc = skip_value(s, true, err);
    if (rc)
        return rc;
    const struct span name = {s->w.data + s->w.mark, s->w.at - s->w.mark};
    const char *step = level < s->path.n_steps ? s->path.steps[level] : "*";
    *out_on_way = is_star(step) || is_text(s, name, step);
    *out_page = level == 0 && s->next && is_text(s, name, s->next);
    rc = skip_blank(s, &next, err);
    if (rc)
        return rc;
    if (next != ':')
        return s->w.at == s->w.end ? cut_off(s, err) : bad(s, "a ':' is missing", err);
    s->w.at++;
    rc = skip_blank(s, &next, err);
    return rc || s->w.at < s->w.end ? rc : cut_off(s, err);
}

static enum err_code take_page(struct json_records *s, struct err *err)
{
    struct json_value v;
    const enum err_code rc = skip_value(s, true, err);
    const struct span text = {s->w.data + s->w.mark, s->w.at - s->w.mark};
    if (rc)
        return rc;
    buf_reset(&s->page);
    if (json_read(s->json, text, &v, NULL) || (!json_is(v, JSON_TEXT) && !json_is(v, JSON_NULL)))
        return bad(s, "the name of the next page is no text", err);
    buf_put(&s->page, json_text_of(v).at, json_text_of(v).len_bytes);
    return buf_status(&s->page, err);
}

/* The value that begins here, `n_steps` of the path being behind us: a record, a container on the
 * way to them, or nothing of ours. An array where the path ends holds the records. */
static enum err_code take_value(struct json_records *s, size_t n_steps, char begins_with,
                                bool *out_got, struct err *err)
{
    const struct record_path *p = &s->path;
    const bool at_end = n_steps >= p->n_steps;
    const bool is_list = begins_with == '[' && n_steps == p->n_steps &&
                         (n_steps == 0 || !is_star(p->steps[n_steps - 1]));
    if (at_end && !is_list) {
        s->reached = *out_got = true;
        return skip_value(s, true, err);
    }
    if (begins_with != '{' && !is_list && !(begins_with == '[' && is_star(p->steps[n_steps])))
        return skip_value(s, false, err);
    if (is_list || (n_steps + 1 == p->n_steps && is_star(p->steps[n_steps])))
        s->reached = true;
    s->levels[s->n_levels++] = (struct level){.is_object = begins_with == '{'};
    s->w.at++;
    return OK;
}

/* Before a member or an item: the comma that must stand there, or the closing bracket. */
static enum err_code next_in_level(struct json_records *s, bool *out_closed, struct err *err)
{
    struct level *level = &s->levels[s->n_levels - 1];
    const char closing = level->is_object ? '}' : ']';
    char next = '\0';
    enum err_code rc = skip_blank(s, &next, err);
    if (!rc && level->need_comma && next == ',') {
        s->w.at++;
        level->need_comma = false;
        rc = skip_blank(s, &next, err);
        if (!rc && next == closing)
            return bad(s, "a comma with nothing behind it", err);
    }
    if (rc)
        return rc;
    if (s->w.at == s->w.end)
        return cut_off(s, err);
    *out_closed = next == closing;
    if (*out_closed)
        s->w.at++;
    else if (level->need_comma)
        return bad(s, "',' or a closing bracket is missing", err);
    level->need_comma = true;
    return OK;
}

static enum err_code go_on_in_level(struct json_records *s, bool *out_got, struct err *err)
{
    bool closed = false, on_way = true, is_page = false;
    const size_t n_steps = s->n_levels;
    enum err_code rc = next_in_level(s, &closed, err);
    if (!rc && closed)
        s->n_levels--;
    if (rc || closed)
        return rc;
    if (s->levels[n_steps - 1].is_object)
        rc = enter_member(s, &on_way, &is_page, err);
    if (rc)
        return rc;
    if (is_page)
        return take_page(s, err);
    return on_way ? take_value(s, n_steps, s->w.data[s->w.at], out_got, err)
                  : skip_value(s, false, err);
}

static enum err_code skip_byte_order_mark(struct json_records *s, struct err *err)
{
    enum err_code rc = OK;
    while (!rc && !s->w.ended && s->w.end < 3)
        rc = byte_window_fill(&s->w, err);
    if (!rc && s->w.end >= 3 && memcmp(s->w.data, "\xef\xbb\xbf", 3) == 0)
        s->w.at = 3;
    s->begun = true;
    return rc;
}

static enum err_code next_json(void *state, struct record *out, bool *out_more, struct err *err)
{
    struct json_records *s = state;
    bool got = false;
    enum err_code rc = s->begun ? OK : skip_byte_order_mark(s, err);
    while (!rc && !got) {
        if (s->n_levels > 0) {
            rc = go_on_in_level(s, &got, err);
            continue;
        }
        char next = '\0';
        rc = skip_blank(s, &next, err);
        if (rc || s->w.at == s->w.end)
            break;
        s->n_documents++;
        rc = take_value(s, 0, next, &got, err);
    }
    if (!rc && !got && s->n_documents == 0)
        rc = err_set(err, BAD_DATA, "this is an empty file, not JSON");
    if (!rc && !got && !s->reached)
        rc = err_set(err, BAD_DATA, "the document has nothing where `records` points to");
    if (rc)
        return rc;
    *out_more = got;
    if (got)
        *out = (struct record){
            .json = {s->w.data + s->w.mark, s->w.at - s->w.mark},
            .raw = {s->w.data + s->w.mark, s->w.at - s->w.mark},
            .line = byte_window_mark_line(&s->w),
            .byte = byte_window_mark_byte(&s->w),
        };
    return OK;
}

static struct span next_page(const void *state)
{
    const struct json_records *s = state;
    return (struct span){(const char *)s->page.data, s->page.len_bytes};
}

const struct record_source record_json = {open_json, close_json, next_json, next_page};

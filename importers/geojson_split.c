#include "importers/geojson_split.h"

#include "base/mem.h"
#include "importers/byte_window.h"
#include "importers/head_name.h"
#include "importers/json_scan.h"

#include <string.h>

enum state {
    BETWEEN,  /* values at the top of the source */
    MEMBERS,  /* inside a FeatureCollection's braces */
    ITEMS,    /* inside its `features` brackets */
    SEPARATED /* pieces end at a byte that no JSON value of theirs contains */
};

struct geojson_split {
    struct byte_window w;
    enum state state;
    char separator;              /* of SEPARATED: a newline, or RFC 8142's 0x1E */
    bool need_comma;             /* a member or an item has come before */
    bool has_type, has_features; /* of the collection */
    uint64_t n_values;           /* at the top */
};

enum err_code geojson_split_new(struct source *source, uint64_t piece_bytes,
                                struct geojson_split **out, struct err *err)
{
    struct geojson_split *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    byte_window_init(&s->w, source, piece_bytes < SIZE_MAX ? (size_t)piece_bytes : SIZE_MAX);
    *out = s;
    return OK;
}

void geojson_split_free(struct geojson_split *s)
{
    if (!s)
        return;
    byte_window_clear(&s->w);
    mem_free(s);
}

/* BAD_DATA at the place where the window's reading stands. */
static enum err_code bad(struct geojson_split *s, const char *what, struct err *err)
{
    s->w.mark = s->w.at;
    const unsigned long long line = byte_window_mark_line(&s->w);
    return err_set(err, BAD_DATA, "line %llu, byte %llu: %s", line,
                   (unsigned long long)byte_window_mark_byte(&s->w), what);
}

static enum err_code cut_off(struct geojson_split *s, const char *inside, struct err *err)
{
    const unsigned long long line = byte_window_mark_line(&s->w);
    const unsigned long long byte = byte_window_mark_byte(&s->w);
    return err_set(err, BAD_DATA,
                   "the source ends at byte %llu inside %s that begins at line %llu, byte %llu",
                   (unsigned long long)(s->w.data_byte + s->w.end), inside, line, byte);
}

/* The next byte without taking it; 0 at the end of the source. Bytes from the mark on are kept. */
static enum err_code peek(struct geojson_split *s, char *out, struct err *err)
{
    enum err_code rc = OK;
    while (!rc && s->w.at == s->w.end && !s->w.ended)
        rc = byte_window_fill(&s->w, err);
    *out = s->w.at < s->w.end ? s->w.data[s->w.at] : '\0';
    return rc;
}

static enum err_code skip_chars(struct geojson_split *s, const char *chars, char *out_next,
                                struct err *err)
{
    for (;;) {
        const enum err_code rc = peek(s, out_next, err);
        if (rc || s->w.at == s->w.end || !memchr(chars, *out_next, strlen(chars)))
            return rc;
        s->w.at++;
    }
}

static enum err_code skip_blank(struct geojson_split *s, char *out_next, struct err *err)
{
    return skip_chars(s, " \t\r\n", out_next, err);
}

/* Go behind the value that begins here; the bytes from the mark on are kept. */
static enum err_code skip_value(struct geojson_split *s, const char *what, struct err *err)
{
    struct json_scan scan = {0};
    for (;;) {
        size_t n_used = 0;
        if (s->w.at < s->w.end &&
            json_scan_bytes(&scan, s->w.data + s->w.at, s->w.end - s->w.at, &n_used)) {
            s->w.at += n_used;
            return OK;
        }
        s->w.at = s->w.end;
        if (s->w.ended)
            return scan.depth == 0 && !scan.in_string && scan.begun ? OK : cut_off(s, what, err);
        const enum err_code rc = byte_window_fill(&s->w, err);
        if (rc)
            return rc;
    }
}

static bool text_is(struct geojson_split *s, size_t offset, size_t n_bytes, const char *text)
{
    return n_bytes == strlen(text) && memcmp(s->w.data + s->w.mark + offset, text, n_bytes) == 0;
}

enum member { OTHER, TYPE, FEATURES, CRS };

/* Read the next member's name and colon up to its value. `*out_ok` false: this is no member. */
static enum err_code enter_member(struct geojson_split *s, enum member *out, bool *out_ok,
                                  struct err *err)
{
    *out_ok = false;
    char next = '\0';
    enum err_code rc = peek(s, &next, err);
    if (rc || next != '"')
        return rc;
    const size_t from = s->w.at - s->w.mark;
    rc = skip_value(s, "a name", err);
    if (rc)
        return rc;
    const size_t n_bytes = s->w.at - s->w.mark - from;
    *out = text_is(s, from, n_bytes, "\"type\"")       ? TYPE
           : text_is(s, from, n_bytes, "\"features\"") ? FEATURES
           : text_is(s, from, n_bytes, "\"crs\"")      ? CRS
                                                       : OTHER;
    rc = skip_blank(s, &next, err);
    if (rc || next != ':')
        return rc;
    s->w.at++;
    rc = skip_blank(s, &next, err);
    *out_ok = !rc && s->w.at < s->w.end;
    return rc;
}

/* Look into the object that begins at the mark as far as needed to know whether it is a collection
 * to be cut up. Whatever is odd is no collection: then the whole object is one piece, and who reads
 * it will say what is wrong. */
static enum err_code look_for_collection(struct geojson_split *s, bool *out, struct err *err)
{
    enum err_code rc = OK;
    *out = false;
    s->w.at++;
    for (;;) {
        char next = '\0';
        enum member member = OTHER;
        bool ok = false;
        rc = skip_blank(s, &next, err);
        if (!rc)
            rc = enter_member(s, &member, &ok, err);
        if (rc || !ok)
            return rc;
        if (member == FEATURES) {
            *out = s->w.data[s->w.at] == '[';
            return OK;
        }
        const size_t from = s->w.at - s->w.mark;
        rc = skip_value(s, "a JSON object", err);
        if (rc)
            return rc;
        if (member == TYPE) {
            *out = text_is(s, from, s->w.at - s->w.mark - from, "\"FeatureCollection\"");
            return OK;
        }
        rc = skip_blank(s, &next, err);
        if (rc || next != ',')
            return rc;
        s->w.at++;
    }
}

static void give(struct geojson_split *s, enum geojson_piece_kind kind, struct geojson_piece *out)
{
    const uint64_t line = byte_window_mark_line(&s->w);
    *out = (struct geojson_piece){
        .kind = kind,
        .text = {s->w.data + s->w.mark, s->w.at - s->w.mark},
        .line = line,
        .byte = byte_window_mark_byte(&s->w),
    };
}

/* One whole object at the top. What follows it tells what the source is: nothing, or lines, or
 * values one after the other. */
static enum err_code take_whole(struct geojson_split *s, struct geojson_piece *out, struct err *err)
{
    s->w.at = s->w.mark;
    enum err_code rc = skip_value(s, "the JSON object", err);
    if (rc)
        return rc;
    const size_t n_bytes = s->w.at - s->w.mark;
    char next = '\0';
    rc = skip_chars(s, " \t\r", &next, err);
    const bool newline = next == '\n';
    if (!rc)
        rc = skip_blank(s, &next, err);
    if (rc)
        return rc;
    const bool last = s->w.at == s->w.end;
    const size_t behind = s->w.at;
    s->w.at = s->w.mark + n_bytes;
    give(s, GEOJSON_ITEM, out);
    s->w.at = behind;
    out->alone = last && s->n_values == 0;
    if (s->n_values++ == 0 && newline && !memchr(out->text.at, '\n', out->text.len_bytes)) {
        s->state = SEPARATED;
        s->separator = '\n';
    }
    return OK;
}

/* The source's first byte that says something. */
static enum err_code begin(struct geojson_split *s, struct err *err)
{
    struct span head = {0}, begun = {0};
    enum err_code rc = OK;
    /* A pipe may give a byte at a time, and a byte order mark takes three. */
    while (!rc && !s->w.ended && (head.len_bytes < 4 || begun.len_bytes == 0)) {
        rc = byte_window_fill(&s->w, err);
        head = (struct span){s->w.data, s->w.end};
        begun = head_skip_blank(head);
    }
    if (rc)
        return rc;
    if (begun.len_bytes == 0 || begun.at[0] != '{')
        return err_set(err, BAD_DATA, "this is %s, not GeoJSON", head_name(head));
    s->w.at = (size_t)(begun.at - s->w.data);
    if (memchr(head.at, '\x1e', s->w.at)) {
        s->state = SEPARATED;
        s->separator = '\x1e';
    }
    return OK;
}

static enum err_code next_between(struct geojson_split *s, struct geojson_piece *out, bool *out_got,
                                  bool *out_end, struct err *err)
{
    if (s->n_values == 0) {
        const enum err_code failed = begin(s, err);
        if (failed || s->state == SEPARATED)
            return failed;
    }
    char next = '\0';
    enum err_code rc = skip_blank(s, &next, err);
    if (rc)
        return rc;
    s->w.mark = s->w.at;
    *out_end = s->w.at == s->w.end;
    if (*out_end)
        return OK;
    if (next != '{')
        return bad(s, "something that is no JSON object follows", err);
    bool collection = false;
    rc = look_for_collection(s, &collection, err);
    if (rc)
        return rc;
    if (!collection) {
        *out_got = true;
        return take_whole(s, out, err);
    }
    s->w.at = s->w.mark + 1;
    s->n_values++;
    s->state = MEMBERS;
    s->need_comma = s->has_type = s->has_features = false;
    return OK;
}

/* Before a member or an item: the comma that must stand there, or the closing bracket. */
static enum err_code next_in_list(struct geojson_split *s, char closing, const char *what,
                                  bool *out_closed, struct err *err)
{
    char next = '\0';
    enum err_code rc = skip_blank(s, &next, err);
    if (!rc && s->w.at < s->w.end && s->need_comma && next == ',') {
        s->w.at++;
        s->need_comma = false;
        rc = skip_blank(s, &next, err);
        if (!rc && next == closing)
            return bad(s, "a comma with nothing behind it", err);
    }
    if (rc)
        return rc;
    s->w.mark = s->w.at;
    if (s->w.at == s->w.end)
        return cut_off(s, what, err);
    *out_closed = next == closing;
    if (*out_closed)
        s->w.at++;
    else if (s->need_comma)
        return bad(s, "',' or a closing bracket is missing", err);
    s->need_comma = true;
    return OK;
}

static enum err_code next_member(struct geojson_split *s, struct geojson_piece *out, bool *out_got,
                                 struct err *err)
{
    bool closed = false, ok = false;
    enum member member = OTHER;
    enum err_code rc = next_in_list(s, '}', "the FeatureCollection", &closed, err);
    if (!rc && !closed)
        rc = enter_member(s, &member, &ok, err);
    if (rc)
        return rc;
    if (closed) {
        s->state = BETWEEN;
        return !s->has_features ? bad(s, "a FeatureCollection without `features`", err)
               : !s->has_type
                   ? bad(s, "`features`, but not the type FeatureCollection: no GeoJSON", err)
                   : OK;
    }
    if (!ok && s->w.at == s->w.end)
        return cut_off(s, "the FeatureCollection", err);
    if (!ok)
        return bad(s, "a member of the FeatureCollection is not \"name\": value", err);
    s->w.mark = s->w.at;
    if (member == FEATURES) {
        if (s->w.data[s->w.at] != '[')
            return bad(s, "`features` is not an array", err);
        s->w.at++;
        s->state = ITEMS;
        s->need_comma = false;
        s->has_features = true;
        return OK;
    }
    rc = skip_value(s, "a member of the FeatureCollection", err);
    if (rc)
        return rc;
    s->has_type = s->has_type || member == TYPE;
    if (member == TYPE && !text_is(s, 0, s->w.at - s->w.mark, "\"FeatureCollection\""))
        return bad(s, "`features` belong to something that is not a FeatureCollection", err);
    if (member == CRS) {
        give(s, GEOJSON_CRS, out);
        *out_got = true;
    }
    return OK;
}

static enum err_code next_item(struct geojson_split *s, struct geojson_piece *out, bool *out_got,
                               struct err *err)
{
    bool closed = false;
    enum err_code rc = next_in_list(s, ']', "the list of features", &closed, err);
    if (rc)
        return rc;
    if (closed) {
        s->state = MEMBERS;
        return OK;
    }
    rc = skip_value(s, "the feature", err);
    if (rc)
        return rc;
    if (s->w.at == s->w.mark)
        return bad(s, "a feature is missing", err);
    give(s, GEOJSON_ITEM, out);
    *out_got = true;
    return OK;
}

static enum err_code next_separated(struct geojson_split *s, struct geojson_piece *out,
                                    bool *out_got, bool *out_end, struct err *err)
{
    static const char BLANK[] = " \t\r\n\x1e";
    char next = '\0';
    enum err_code rc = skip_chars(s, BLANK, &next, err);
    if (rc)
        return rc;
    s->w.mark = s->w.at;
    *out_end = s->w.at == s->w.end;
    if (*out_end)
        return OK;
    const char *found = NULL;
    while (!rc && !found) {
        found = memchr(s->w.data + s->w.at, s->separator, s->w.end - s->w.at);
        if (found || s->w.ended)
            break;
        s->w.at = s->w.end;
        rc = byte_window_fill(&s->w, err);
    }
    if (rc)
        return rc;
    const size_t behind = found ? (size_t)(found - s->w.data) : s->w.end;
    s->w.at = behind;
    /* A record of RFC 8142 ends with a newline, so the last one, too, can be seen to be whole. */
    const bool whole = found || s->w.data[behind - 1] == '\n';
    while (memchr(BLANK, s->w.data[s->w.at - 1], sizeof BLANK - 1))
        s->w.at--;
    give(s, GEOJSON_ITEM, out);
    out->unterminated = !whole;
    s->w.at = behind;
    s->n_values++;
    *out_got = true;
    return OK;
}

enum err_code geojson_split_next(struct geojson_split *s, struct geojson_piece *out, bool *out_more,
                                 struct err *err)
{
    bool got = false, end = false;
    enum err_code rc = OK;
    while (!rc && !got && !end) {
        switch (s->state) {
        case BETWEEN:
            rc = next_between(s, out, &got, &end, err);
            break;
        case MEMBERS:
            rc = next_member(s, out, &got, err);
            break;
        case ITEMS:
            rc = next_item(s, out, &got, err);
            break;
        case SEPARATED:
            rc = next_separated(s, out, &got, &end, err);
            break;
        }
    }
    if (!rc)
        *out_more = got;
    return rc;
}

#include "importers/mapping_member.h"

#include "base/nearest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum err_code mapping_wrong(struct mapping_reading *r, enum err_code code, const char *format, ...)
{
    char words[300];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    return err_set(r->err, code, "%s: %s", r->place[0] ? r->place : "/", words);
}

size_t mapping_go_in(struct mapping_reading *r, struct span name)
{
    const size_t n = strlen(r->place);
    if (n + name.len_bytes + 2 < sizeof r->place)
        snprintf(r->place + n, sizeof r->place - n, "/%.*s", (int)name.len_bytes, name.at);
    return n;
}

void mapping_go_out(struct mapping_reading *r, size_t n)
{
    r->place[n] = '\0';
}

static enum err_code check_known(struct mapping_reading *r, struct json_value object,
                                 const struct mapping_member *members, size_t n)
{
    struct json_walk walk = json_walk(object);
    struct span key;
    struct json_value v;
    while (json_next(&walk, &key, &v)) {
        size_t i = 0;
        while (i < n && !span_eq(key, members[i].name))
            i++;
        if (i < n)
            continue;
        const char *name = arena_strndup(r->a, key.at, key.len_bytes, r->err);
        if (!name)
            return NO_MEMORY;
        struct nearest nearest = nearest_to(name);
        for (i = 0; i < n; i++)
            nearest_offer(&nearest, members[i].name);
        return nearest.best ? mapping_wrong(r, BAD_DATA, "'%.60s' is not known: was '%s' meant?",
                                            name, nearest.best)
                            : mapping_wrong(r, BAD_DATA, "'%.60s' is not known", name);
    }
    return OK;
}

enum err_code mapping_read_object(struct mapping_reading *r, struct json_value v,
                                  const struct mapping_member *members, size_t n, void *into)
{
    if (!json_is(v, JSON_OBJECT))
        return mapping_wrong(r, BAD_DATA, "this must be an object");
    enum err_code rc = check_known(r, v, members, n);
    for (size_t i = 0; !rc && i < n; i++) {
        struct json_value member;
        if (!json_get(v, members[i].name, &member)) {
            if (members[i].required)
                rc = mapping_wrong(r, BAD_DATA, "'%s' is missing", members[i].name);
            continue;
        }
        const size_t out = mapping_go_in(r, span_of(members[i].name));
        rc = members[i].read(r, member, (char *)into + members[i].offset);
        if (!rc)
            mapping_go_out(r, out);
    }
    return rc;
}

enum err_code mapping_ignore(struct mapping_reading *r, struct json_value v, void *into)
{
    (void)r, (void)v, (void)into;
    return OK;
}

enum err_code mapping_read_text(struct mapping_reading *r, struct json_value v, void *into)
{
    const struct span text = json_text_of(v);
    if (!json_is(v, JSON_TEXT) || text.len_bytes == 0)
        return mapping_wrong(r, BAD_DATA, "this must be a text, and not an empty one");
    if (memchr(text.at, '\0', text.len_bytes))
        return mapping_wrong(r, BAD_DATA, "a text with a NUL in it");
    const char *copy = arena_strndup(r->a, text.at, text.len_bytes, r->err);
    if (!copy)
        return NO_MEMORY;
    *(const char **)into = copy;
    return OK;
}

enum err_code mapping_parse_path(struct mapping_reading *r, struct span text,
                                 struct record_path *out)
{
    struct err why = {0};
    const enum err_code rc = record_path_parse(text, r->a, out, &why);
    return rc ? mapping_wrong(r, rc == NO_MEMORY ? rc : BAD_DATA, "%s", why.text) : OK;
}

enum err_code mapping_read_path(struct mapping_reading *r, struct json_value v, void *into)
{
    if (!json_is(v, JSON_TEXT))
        return mapping_wrong(r, BAD_DATA, "this must be a path, such as \"data/stations\"");
    return mapping_parse_path(r, json_text_of(v), into);
}

enum err_code mapping_read_scalar(struct mapping_reading *r, struct json_value v, void *into)
{
    struct value *out = into;
    const char *text = NULL;
    switch (json_type(v)) {
    case JSON_NULL:
        *out = value_null();
        return OK;
    case JSON_BOOL:
        *out = value_bool(json_bool_of(v));
        return OK;
    case JSON_INT:
        *out = value_int(json_int_of(v));
        return OK;
    case JSON_REAL:
        *out = value_real(json_f64_of(v));
        return OK;
    case JSON_TEXT:
        text = arena_strndup(r->a, json_text_of(v).at, json_text_of(v).len_bytes, r->err);
        if (!text)
            return NO_MEMORY;
        *out = value_text((struct span){text, json_text_of(v).len_bytes});
        return OK;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return mapping_wrong(r, BAD_DATA, "this must be a text, a number, true, false or null");
}

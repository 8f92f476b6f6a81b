/* The strict reader of mapping files: every member has its line in a table. */
#include "importers/field_set.h"
#include "importers/mapping_member.h"

#include <stdio.h>
#include <string.h>

enum { VERSION = 1, FILE_BYTES = 1 << 20, FILE_DEPTH = 16 };

static enum err_code read_version(struct mapping_reading *r, struct json_value v, void *into)
{
    (void)into;
    if (!json_is(v, JSON_INT))
        return mapping_wrong(r, BAD_DATA, "this must be the number %d", VERSION);
    if (json_int_of(v) != VERSION)
        return mapping_wrong(r, UNSUPPORTED,
                             "version %lld of mapping files; this Cassini reads version %d",
                             (long long)json_int_of(v), VERSION);
    return OK;
}

/* Before anything else is judged: another version has other members. */
static enum err_code check_version(struct mapping_reading *r, struct json_value root)
{
    struct json_value v;
    return json_get(root, "version", &v) && json_is(v, JSON_INT) ? read_version(r, v, NULL) : OK;
}

static enum err_code read_format(struct mapping_reading *r, struct json_value v, void *into)
{
    if (!json_is(v, JSON_TEXT) || !record_format_parse(json_text_of(v), into))
        return mapping_wrong(r, BAD_DATA, "this must be \"json\", \"xml\" or \"csv\"");
    return OK;
}

/* A path whose first step may be a join's name. */
static enum err_code parse_place(struct mapping_reading *r, struct span text,
                                 struct mapping_place *out)
{
    struct mapping_place p = {.join = -1};
    const enum err_code rc = mapping_parse_path(r, text, &p.path);
    for (size_t i = 0; !rc && i < r->m->n_joins; i++) {
        if (text_eq(p.path.steps[0], r->m->joins[i].name))
            p.join = (int)i;
    }
    if (!rc)
        *out = p;
    return rc;
}

static enum err_code read_place(struct mapping_reading *r, struct json_value v, void *into)
{
    if (!json_is(v, JSON_TEXT))
        return mapping_wrong(r, BAD_DATA, "this must be a path, such as \"properties/name\"");
    return parse_place(r, json_text_of(v), into);
}

static enum err_code read_type(struct mapping_reading *r, struct json_value v, void *into)
{
    struct mapping_field *f = into;
    const struct span text = json_text_of(v);
    const char *name = arena_strndup(r->a, text.at, text.len_bytes, r->err);
    if (!name)
        return NO_MEMORY;
    if (!json_is(v, JSON_TEXT) || !field_type_parse(name, &f->type))
        return mapping_wrong(
            r, BAD_DATA,
            "this must be a type: text, integer, real, boolean, date, datetime or json");
    f->has_type = true;
    return OK;
}

static enum err_code read_values(struct mapping_reading *r, struct json_value v, void *into)
{
    struct mapping_field *f = into;
    struct json_walk walk = json_walk(v);
    struct span key;
    struct json_value to;
    enum err_code rc = OK;
    if (!json_is(v, JSON_OBJECT) || json_count(v) == 0)
        return mapping_wrong(r, BAD_DATA, "this must be an object: what a value becomes");
    f->values = arena_new(r->a, json_count(v), sizeof *f->values, r->err);
    if (!f->values)
        return NO_MEMORY;
    while (!rc && json_next(&walk, &key, &to)) {
        struct mapping_value *line = &f->values[f->n_values++];
        const size_t out = mapping_go_in(r, key);
        line->from = arena_strndup(r->a, key.at, key.len_bytes, r->err);
        rc = line->from ? mapping_read_scalar(r, to, &line->to) : NO_MEMORY;
        if (!rc)
            mapping_go_out(r, out);
    }
    return rc;
}

/* RFC 3986: a scheme, at least. */
static enum err_code read_iri(struct mapping_reading *r, struct json_value v, void *into)
{
    const struct span text = json_text_of(v);
    size_t n = 0;
    while (n < text.len_bytes && (((text.at[n] | 0x20) >= 'a' && (text.at[n] | 0x20) <= 'z') ||
                                  (n > 0 && memchr("0123456789+-.", text.at[n], 13))))
        n++;
    if (n == 0 || n >= text.len_bytes || text.at[n] != ':')
        return mapping_wrong(r, BAD_DATA,
                             "this must be an absolute IRI, such as \"https://schema.org/name\"");
    return mapping_read_text(r, v, into);
}

#define AT(type, member) offsetof(struct type, member)

static enum err_code read_field(struct mapping_reading *r, struct json_value v,
                                struct mapping_field *f)
{
    static const struct mapping_member MEMBERS[] = {
        {"from", false, read_place, AT(mapping_field, from)},
        {"constant", false, mapping_read_scalar, AT(mapping_field, constant)},
        {"type", false, read_type, 0},
        {"values", false, read_values, 0},
        {"title", false, mapping_read_text, AT(mapping_field, title)},
        {"unit", false, mapping_read_text, AT(mapping_field, unit)},
        {"iri", false, read_iri, AT(mapping_field, iri)},
    };
    struct json_value member;
    if (json_is(v, JSON_TEXT))
        return read_place(r, v, &f->from);
    if (!json_is(v, JSON_OBJECT))
        return mapping_wrong(r, BAD_DATA, "this must be a path or an object");
    const enum err_code rc = READ_OBJECT(r, v, MEMBERS, f);
    if (!rc && json_get(v, "from", &member) == json_get(v, "constant", &member))
        return mapping_wrong(r, BAD_DATA, "a field has either 'from' or 'constant'");
    return rc;
}

static enum err_code read_fields(struct mapping_reading *r, struct json_value v, void *into)
{
    struct mapping *m = into;
    struct json_walk walk = json_walk(v);
    struct span key;
    struct json_value field;
    enum err_code rc = OK;
    if (!json_is(v, JSON_OBJECT) || json_count(v) == 0)
        return mapping_wrong(r, BAD_DATA, "this must be an object: what each field is");
    if (json_count(v) > FIELDS_MAX)
        return mapping_wrong(r, BAD_DATA, "%zu fields, more than %d", json_count(v), FIELDS_MAX);
    m->fields = arena_new(r->a, json_count(v), sizeof *m->fields, r->err);
    if (!m->fields)
        return NO_MEMORY;
    while (!rc && json_next(&walk, &key, &field)) {
        struct mapping_field *f = &m->fields[m->n_fields++];
        const size_t out = mapping_go_in(r, key);
        *f = (struct mapping_field){.from = {.join = -1}};
        f->name = arena_strndup(r->a, key.at, key.len_bytes, r->err);
        rc = !f->name             ? NO_MEMORY
             : key.len_bytes == 0 ? mapping_wrong(r, BAD_DATA, "a field without a name")
                                  : read_field(r, field, f);
        for (size_t i = 0; !rc && i + 1 < m->n_fields; i++) {
            if (text_eq(m->fields[i].name, f->name))
                rc = mapping_wrong(r, BAD_DATA, "a field of this name came before");
        }
        if (!rc)
            mapping_go_out(r, out);
    }
    return rc;
}

static enum err_code read_length(struct mapping_reading *r, struct json_value v, void *into)
{
    if (!json_is(v, JSON_INT) || json_int_of(v) < 1 || json_int_of(v) > 1000)
        return mapping_wrong(r, BAD_DATA, "this must be a number of characters, 1 to 1000");
    *(int64_t *)into = json_int_of(v);
    return OK;
}

static enum err_code read_on(struct mapping_reading *r, struct json_value v, void *into)
{
    static const struct mapping_member MEMBERS[] = {
        {"local", true, read_place, AT(mapping_join, local)},
        {"last", false, read_length, AT(mapping_join, last)},
        {"without_last", false, read_length, AT(mapping_join, without_last)},
        {"key", true, mapping_read_path, AT(mapping_join, key)},
    };
    const struct mapping_join *join = into;
    const enum err_code rc = READ_OBJECT(r, v, MEMBERS, into);
    if (!rc && join->last && join->without_last)
        return mapping_wrong(r, BAD_DATA, "either 'last' or 'without_last'");
    return rc;
}

static enum err_code read_join_name(struct mapping_reading *r, struct json_value v, void *into)
{
    const enum err_code rc = mapping_read_text(r, v, into);
    const char *name = *(const char **)into;
    if (!rc && strchr(name, '/'))
        return mapping_wrong(r, BAD_DATA, "a join's name has no '/'");
    for (size_t i = 0; !rc && i < r->m->n_joins; i++) {
        if (text_eq(r->m->joins[i].name, name))
            return mapping_wrong(r, BAD_DATA, "a join of this name came before");
    }
    return rc;
}

static enum err_code read_join_format(struct mapping_reading *r, struct json_value v, void *into)
{
    struct mapping_join *join = into;
    join->has_format = true;
    return read_format(r, v, &join->format);
}

/* A name in the same folder, where '*' stands for any characters: nothing that leads elsewhere. */
static enum err_code read_file_name(struct mapping_reading *r, struct json_value v, void *into)
{
    const enum err_code rc = mapping_read_text(r, v, into);
    const char *name = *(const char **)into;
    if (!rc && (strpbrk(name, "/\\") || name[0] == '.'))
        return mapping_wrong(r, BAD_DATA,
                             "this must be the name of a file in the source's own folder");
    return rc;
}

static enum err_code read_joins(struct mapping_reading *r, struct json_value v, void *into)
{
    static const struct mapping_member MEMBERS[] = {
        {"name", true, read_join_name, AT(mapping_join, name)},
        {"file", false, read_file_name, AT(mapping_join, file)},
        {"format", false, read_join_format, 0},
        {"records", false, mapping_read_path, AT(mapping_join, records)},
        {"on", true, read_on, 0},
    };
    struct mapping *m = into;
    struct json_walk walk = json_walk(v);
    struct span key;
    struct json_value join;
    enum err_code rc = OK;
    if (!json_is(v, JSON_ARRAY) || json_count(v) > MAPPING_JOINS_MAX)
        return mapping_wrong(r, BAD_DATA, "this must be an array of at most %d joins",
                             MAPPING_JOINS_MAX);
    m->joins = arena_new(r->a, json_count(v), sizeof *m->joins, r->err);
    if (!m->joins)
        return NO_MEMORY;
    while (!rc && json_next(&walk, &key, &join)) {
        char number[24];
        snprintf(number, sizeof number, "%zu", m->n_joins);
        const size_t out = mapping_go_in(r, span_of(number));
        /* Counted only afterwards: a join's key is found by the joins before it. */
        rc = READ_OBJECT(r, join, MEMBERS, &m->joins[m->n_joins]);
        m->n_joins += !rc;
        if (!rc)
            mapping_go_out(r, out);
    }
    return rc;
}

static enum err_code read_geometry(struct mapping_reading *r, struct json_value v, void *into)
{
    static const struct mapping_member MEMBERS[] = {
        {"lon", false, read_place, AT(mapping, x)},
        {"lat", false, read_place, AT(mapping, y)},
        {"wkt", false, read_place, AT(mapping, x)},
        {"geojson", false, read_place, AT(mapping, x)},
    };
    struct mapping *m = into;
    struct json_value member;
    const enum err_code rc = READ_OBJECT(r, v, MEMBERS, into);
    if (rc)
        return rc;
    const size_t n = json_count(v);
    const bool lon = json_get(v, "lon", &member), lat = json_get(v, "lat", &member);
    const bool wkt = json_get(v, "wkt", &member);
    if (n != (lon || lat ? 2 : 1) || lon != lat)
        return mapping_wrong(r, BAD_DATA, "a geometry has 'lon' and 'lat', or 'wkt', or 'geojson'");
    m->geometry = lon ? MAPPING_LON_LAT : wkt ? MAPPING_WKT : MAPPING_GEOJSON;
    return OK;
}

/* "{network}-{number}": texts, and paths in braces. */
static enum err_code read_id(struct mapping_reading *r, struct json_value v, void *into)
{
    struct mapping *m = into;
    const char *text = NULL;
    enum err_code rc = mapping_read_text(r, v, &text);
    if (rc)
        return rc;
    m->id = arena_new(r->a, strlen(text) + 1, sizeof *m->id, r->err);
    if (!m->id)
        return NO_MEMORY;
    while (!rc && *text) {
        struct mapping_id_part *part = &m->id[m->n_id_parts++];
        const size_t n = strcspn(text, "{}");
        *part = (struct mapping_id_part){.text = {text, n}, .place = {.join = -1}};
        text += n;
        if (!*text)
            break;
        const size_t n_path = strcspn(text + 1, "{}");
        if (*text != '{' || text[1 + n_path] != '}')
            return mapping_wrong(r, BAD_DATA,
                                 "braces stand in pairs around a path: \"{network}-{number}\"");
        part->has_place = true;
        rc = parse_place(r, (struct span){text + 1, n_path}, &part->place);
        text += n_path + 2;
    }
    if (!rc && !m->id[0].has_place)
        rc = mapping_wrong(r, BAD_DATA, "an id needs a path in braces: \"{number}\"");
    return rc;
}

/* Joins come first, for paths may lead into them. */
static const struct mapping_member MAPPING_MEMBERS[] = {
    {"version", true, read_version, 0},
    {"joins", false, read_joins, 0},
    {"$schema", false, mapping_ignore, 0},
    {"title", false, mapping_read_text, AT(mapping, title)},
    {"files", false, read_file_name, AT(mapping, files)},
    {"format", true, read_format, AT(mapping, format)},
    {"records", false, mapping_read_path, AT(mapping, records)},
    {"next", false, mapping_read_text, AT(mapping, next)},
    {"crs", false, mapping_read_text, AT(mapping, crs)},
    {"geometry", false, read_geometry, 0},
    {"id", false, read_id, 0},
    {"fields", true, read_fields, 0},
};

/* What only some formats have. */
static enum err_code check_formats(struct mapping_reading *r)
{
    const struct mapping *m = r->m;
    if (m->next && m->format != RECORD_JSON)
        return mapping_wrong(r, BAD_DATA, "only JSON has 'next'");
    for (size_t i = 0; i <= m->n_joins; i++) {
        const struct mapping_join *join = i < m->n_joins ? &m->joins[i] : NULL;
        const enum record_format format = join && join->has_format ? join->format : m->format;
        const struct record_path *records = join ? &join->records : &m->records;
        const char *what = join ? join->name : "the mapping";
        if (format == RECORD_XML && records->n_steps == 0)
            return mapping_wrong(r, BAD_DATA, "'records' of %s is missing: XML needs it", what);
        if (format == RECORD_CSV && records->n_steps > 0)
            return mapping_wrong(r, BAD_DATA, "'records' of %s: in CSV every row is one", what);
    }
    return OK;
}

enum err_code mapping_read(struct span text, struct arena *a, struct mapping *out, struct err *err)
{
    struct mapping m = {.x = {.join = -1}, .y = {.join = -1}};
    struct err why = {0};
    struct mapping_reading r = {.a = a, .m = &m, .err = &why};
    struct json_reader *json = NULL;
    struct json_value root;
    enum err_code rc = json_reader_new(FILE_BYTES, FILE_DEPTH, &json, &why);
    if (!rc)
        rc = json_read(json, text, &root, &why);
    if (!rc)
        rc = check_version(&r, root);
    if (!rc)
        rc = READ_OBJECT(&r, root, MAPPING_MEMBERS, &m);
    if (!rc)
        rc = check_formats(&r);
    json_reader_free(json);
    if (rc)
        return err_set(err, why.code == LIMIT ? BAD_DATA : why.code, "%s", why.text);
    *out = m;
    return OK;
}

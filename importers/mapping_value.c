#include "importers/mapping_value.h"

#include "base/when.h"

#include <math.h>
#include <string.h>

enum { NUMBER_BYTES = 64, JSON_BYTES = 1 << 30 };

/* Seconds since 1970 end in the year 5138 here: larger numbers are milliseconds. */
#define FIRST_MILLISECONDS 100000000000

/* Whole numbers beyond are not exact in a double: 2^53. */
#define DOUBLE_INT_MAX 9007199254740992.0

static struct span trim(struct span s)
{
    while (s.len_bytes > 0 && memchr(" \t\r\n", s.at[0], 4)) {
        s.at++;
        s.len_bytes--;
    }
    while (s.len_bytes > 0 && memchr(" \t\r\n", s.at[s.len_bytes - 1], 4))
        s.len_bytes--;
    return s;
}

static enum err_code not_a(const char *what, struct span text, struct err *err)
{
    return err_set(err, BAD_DATA, "'%.*s' is not %s",
                   text.len_bytes < 60 ? (int)text.len_bytes : 60, text.at, what);
}

static enum err_code parse_f64(struct span text, double *out, struct err *err)
{
    char copy[NUMBER_BYTES];
    if (text.len_bytes >= sizeof copy || memchr(text.at, '\0', text.len_bytes))
        return not_a("a number", text, err);
    memcpy(copy, text.at, text.len_bytes);
    copy[text.len_bytes] = '\0';
    return text_parse_f64(copy, out, NULL) ? not_a("a number", text, err) : OK;
}

static enum err_code parse_i64(struct span text, int64_t *out, struct err *err)
{
    char copy[NUMBER_BYTES];
    if (text.len_bytes >= sizeof copy || memchr(text.at, '\0', text.len_bytes))
        return not_a("a whole number", text, err);
    memcpy(copy, text.at, text.len_bytes);
    copy[text.len_bytes] = '\0';
    return text_parse_i64(copy, out, NULL) ? not_a("a whole number", text, err) : OK;
}

/* The value as JSON, in the arena. */
static enum err_code copy_json(struct json_value v, struct arena *a, struct span *out,
                               struct err *err)
{
    struct buf b;
    buf_init(&b, JSON_BYTES);
    json_put(&b, v);
    enum err_code rc = buf_status(&b, err);
    const char *text = rc ? NULL : arena_strndup(a, buf_text(&b), b.len_bytes, err);
    if (text)
        *out = (struct span){text, b.len_bytes};
    buf_clear(&b);
    return rc || text ? rc : err->code;
}

enum err_code mapping_text_of(struct json_value v, struct arena *a, struct span *out, bool *out_has,
                              struct err *err)
{
    const enum json_type type = json_type(v);
    *out_has = type == JSON_TEXT || type == JSON_BOOL || type == JSON_INT || type == JSON_REAL;
    if (type == JSON_TEXT)
        *out = json_text_of(v);
    return *out_has && type != JSON_TEXT ? copy_json(v, a, out, err) : OK;
}

enum err_code mapping_number_of(struct json_value v, double *out, bool *out_has, struct err *err)
{
    const struct span text = trim(json_text_of(v));
    switch (json_type(v)) {
    case JSON_NULL:
        *out_has = false;
        return OK;
    case JSON_INT:
    case JSON_REAL:
        *out_has = true;
        *out = json_f64_of(v);
        return OK;
    case JSON_TEXT:
        *out_has = text.len_bytes > 0;
        return *out_has ? parse_f64(text, out, err) : OK;
    default:
        return err_set(err, BAD_DATA, "a coordinate is neither a number nor a text");
    }
}

/* As the source has it. */
static enum err_code take_as_it_is(struct json_value v, struct arena *a, struct value *out,
                                   struct err *err)
{
    struct span text = {0};
    enum err_code rc = OK;
    switch (json_type(v)) {
    case JSON_NULL:
        *out = value_null();
        break;
    case JSON_BOOL:
        *out = value_bool(json_bool_of(v));
        break;
    case JSON_INT:
        *out = value_int(json_int_of(v));
        break;
    case JSON_REAL:
        *out = value_real(json_f64_of(v));
        break;
    case JSON_TEXT:
        *out = value_text(json_text_of(v));
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        rc = copy_json(v, a, &text, err);
        if (!rc)
            *out = value_json(text);
        break;
    }
    return rc;
}

/* The conversions, one for each type: `v` is not null. `text` is what it is as text. */

static enum err_code to_integer(struct value *v, struct span text, struct arena *a, struct err *err)
{
    int64_t n = 0;
    (void)a;
    if (v->type == VALUE_INT)
        return OK;
    if (v->type == VALUE_REAL && v->real == floor(v->real) && fabs(v->real) < DOUBLE_INT_MAX) {
        *v = value_int((int64_t)v->real);
        return OK;
    }
    if (v->type != VALUE_TEXT)
        return not_a("a whole number", text, err);
    const enum err_code rc = parse_i64(trim(text), &n, err);
    if (!rc)
        *v = value_int(n);
    return rc;
}

static enum err_code to_real(struct value *v, struct span text, struct arena *a, struct err *err)
{
    double n = v->real;
    enum err_code rc = OK;
    (void)a;
    if (v->type == VALUE_INT)
        n = (double)v->integer;
    else if (v->type == VALUE_TEXT)
        rc = parse_f64(trim(text), &n, err);
    else if (v->type != VALUE_REAL)
        rc = not_a("a number", text, err);
    if (!rc)
        *v = value_real(n);
    return rc;
}

static enum err_code to_boolean(struct value *v, struct span text, struct arena *a, struct err *err)
{
    static const struct {
        const char *word;
        bool is;
    } WORDS[] = {{"true", true}, {"1", true}, {"false", false}, {"0", false}};
    (void)a;
    if (v->type == VALUE_BOOL)
        return OK;
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (span_eq(trim(text), WORDS[i].word)) {
            *v = value_bool(WORDS[i].is);
            return OK;
        }
    }
    return not_a("true, false, 1 or 0", text, err);
}

static enum err_code to_date(struct value *v, struct span text, struct arena *a, struct err *err)
{
    (void)a;
    if (v->type != VALUE_TEXT || when_kind_of(trim(text)) != WHEN_DATE)
        return not_a("a date such as 2026-11-22", text, err);
    *v = value_text(trim(text));
    return OK;
}

static enum err_code to_datetime(struct value *v, struct span text, struct arena *a,
                                 struct err *err)
{
    static const char WHAT[] = "a time such as 2026-11-22T10:00:00Z, or seconds since 1970";
    int64_t n = v->integer, us = 0;
    struct buf b;
    if (v->type == VALUE_TEXT && when_kind_of(trim(text)) == WHEN_DATETIME) {
        *v = value_text(trim(text));
        return OK;
    }
    if (v->type != VALUE_INT && (v->type != VALUE_TEXT || parse_i64(trim(text), &n, NULL)))
        return not_a(WHAT, text, err);
    if (__builtin_mul_overflow(n, n < FIRST_MILLISECONDS ? 1000000 : 1000, &us) || n < 0 ||
        n >= FIRST_MILLISECONDS * 1000)
        return not_a(WHAT, text, err);
    buf_init(&b, 64);
    when_put_rfc3339(&b, us);
    const char *made = arena_strdup(a, buf_text(&b), err);
    if (made)
        *v = value_text(span_of(made));
    buf_clear(&b);
    return made ? OK : err->code;
}

static enum err_code to_text(struct value *v, struct span text, struct arena *a, struct err *err)
{
    (void)a, (void)err;
    *v = value_text(text);
    return OK;
}

static enum err_code to_json(struct value *v, struct span text, struct arena *a, struct err *err)
{
    struct buf b;
    (void)text;
    if (v->type == VALUE_JSON)
        return OK;
    buf_init(&b, JSON_BYTES);
    struct json_out j = json_out(&b);
    value_put_json(&j, v);
    const char *made = arena_strndup(a, buf_text(&b), b.len_bytes, err);
    if (made)
        *v = value_json((struct span){made, b.len_bytes});
    buf_clear(&b);
    return made ? OK : err->code;
}

static enum err_code (*const CONVERT[])(struct value *v, struct span text, struct arena *a,
                                        struct err *err) = {
    [FIELD_TEXT] = to_text,       [FIELD_INTEGER] = to_integer, [FIELD_REAL] = to_real,
    [FIELD_BOOLEAN] = to_boolean, [FIELD_DATE] = to_date,       [FIELD_DATETIME] = to_datetime,
    [FIELD_JSON] = to_json,
};

/* The line of the value list for that text; NULL when there is none. */
static const struct mapping_value *find_line(const struct mapping_field *f, struct span text)
{
    for (size_t i = 0; i < f->n_values; i++) {
        if (span_eq(text, f->values[i].from))
            return &f->values[i];
    }
    return NULL;
}

enum err_code mapping_make_value(const struct mapping_field *f, struct json_value v, bool found,
                                 bool loose, struct arena *a, struct source_value *out,
                                 struct err *err)
{
    struct value value = value_null();
    struct span text = {0};
    bool has_text = false;
    const struct mapping_value *line = NULL;
    enum err_code rc = found ? take_as_it_is(v, a, &value, err) : OK;
    if (!rc && found)
        rc = mapping_text_of(v, a, &text, &has_text, err);
    if (rc)
        return rc;
    if (value.type == VALUE_JSON)
        text = value.text;
    if (has_text)
        line = find_line(f, text);
    if (line) {
        value = line->to;
        text = value.text;
    }
    /* An empty text is no number, date or truth; in XML and CSV it is nothing at all. */
    if (value.type == VALUE_TEXT && value.text.len_bytes == 0 && !line &&
        (loose || (f->has_type && f->type != FIELD_TEXT)))
        value = value_null();
    if (f->has_type && value.type != VALUE_NULL && !line)
        rc = CONVERT[f->type](&value, text, a, err);
    if (rc)
        return err_add(err, "field '%s'", f->name);
    *out = (struct source_value){.name = span_of(f->name),
                                 .value = value,
                                 .loose = loose && !f->has_type && !line ? LOOSE : TYPED};
    return OK;
}

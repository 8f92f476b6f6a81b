#include "importers/field_types.h"

#include "base/when.h"

#include <math.h>
#include <string.h>

/* "FIELD=TYPE": names may hold '=', types do not. */
static enum err_code force_one(struct span piece, struct field_set *s, struct err *err)
{
    char type_name[16] = "";
    enum field_type type;
    size_t at = piece.len_bytes;
    while (at > 0 && piece.at[at - 1] != '=')
        at--;
    const size_t n_type = piece.len_bytes - at;
    if (at < 2)
        return err_set(err, BAD_ARG, "--type: '%.*s' is not FIELD=TYPE",
                       piece.len_bytes < 80 ? (int)piece.len_bytes : 80, piece.at);
    if (n_type < sizeof type_name)
        memcpy(type_name, piece.at + at, n_type);
    if (!field_type_parse(type_name, &type) || type == FIELD_JSON)
        return err_set(err, BAD_ARG,
                       "--type: '%.*s' is not a type: text, integer, real, boolean, date and "
                       "datetime are",
                       n_type < 40 ? (int)n_type : 40, piece.at + at);
    return field_set_force(s, (struct span){piece.at, at - 1}, type, err);
}

enum err_code field_types_force(const char *said, struct field_set *s, struct err *err)
{
    enum err_code rc = OK;
    while (!rc && said) {
        const char *comma = strchr(said, ',');
        const struct span piece = {said, comma ? (size_t)(comma - said) : strlen(said)};
        rc = force_one(piece, s, err);
        said = comma ? comma + 1 : NULL;
    }
    return rc;
}

static bool is_whole(double v)
{
    return v >= -9007199254740992.0 && v <= 9007199254740992.0 && rint(v) == v;
}

/* Digits with any sign and any zeros before them: whoever says integer means it. */
static bool read_integer(struct span text, int64_t *out)
{
    char copy[32];
    if (text.len_bytes >= sizeof copy)
        return false;
    memcpy(copy, text.at, text.len_bytes);
    copy[text.len_bytes] = '\0';
    return strlen(copy) == text.len_bytes && !text_parse_i64(copy, out, NULL);
}

static bool to_integer(struct value *v, enum loose how)
{
    int64_t integer = 0;
    (void)how;
    if (v->type == VALUE_INT)
        return true;
    if (v->type == VALUE_REAL && is_whole(v->real))
        integer = (int64_t)v->real;
    else if (v->type != VALUE_TEXT || !read_integer(v->text, &integer))
        return false;
    *v = value_int(integer);
    return true;
}

static bool to_real(struct value *v, enum loose how)
{
    double real = 0;
    if (v->type == VALUE_REAL)
        return true;
    if (v->type == VALUE_INT) {
        real = (double)v->integer;
    } else if (v->type == VALUE_TEXT) {
        const struct loose_value found = loose_value_of(v->text, how);
        if (found.kind == LOOSE_DECIMAL_COMMA)
            real = found.real;
        else if (text_read_f64(v->text, &real) != v->text.len_bytes)
            return false;
    } else {
        return false;
    }
    *v = value_real(real);
    return true;
}

static bool to_boolean(struct value *v, enum loose how)
{
    static const struct {
        const char *word;
        bool value;
    } WORDS[] = {{"true", true}, {"false", false}, {"yes", true}, {"no", false}, {"t", true},
                 {"f", false},   {"y", true},      {"n", false},  {"1", true},   {"0", false}};
    char text[8] = "";
    (void)how;
    if (v->type == VALUE_BOOL)
        return true;
    if (v->type == VALUE_INT && (v->integer == 0 || v->integer == 1)) {
        *v = value_bool(v->integer == 1);
        return true;
    }
    if (v->type != VALUE_TEXT || v->text.len_bytes >= sizeof text)
        return false;
    memcpy(text, v->text.at, v->text.len_bytes);
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (text_eq_ignoring_case(text, WORDS[i].word)) {
            *v = value_bool(WORDS[i].value);
            return true;
        }
    }
    return false;
}

static bool to_date(struct value *v, enum loose how)
{
    (void)how;
    return v->type == VALUE_TEXT && when_kind_of(v->text) == WHEN_DATE;
}

static bool to_datetime(struct value *v, enum loose how)
{
    (void)how;
    return v->type == VALUE_TEXT && when_kind_of(v->text) == WHEN_DATETIME;
}

static const struct {
    enum field_type type;
    bool (*make)(struct value *v, enum loose how);
    const char *one;
} KINDS[] = {
    {FIELD_INTEGER, to_integer, "a whole number of 64 bits"},
    {FIELD_REAL, to_real, "a number"},
    {FIELD_BOOLEAN, to_boolean, "a truth value such as true, no or 1"},
    {FIELD_DATE, to_date, "a date such as 2026-11-22"},
    {FIELD_DATETIME, to_datetime, "a time such as 2026-11-22T10:00:00Z"},
};

enum err_code field_types_convert(enum field_type type, enum loose how, struct arena *a,
                                  struct value *v, struct err *err)
{
    if (v->type == VALUE_NULL)
        return OK;
    if (type == FIELD_TEXT)
        return field_value_as(FIELD_TEXT, v, a, err);
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (KINDS[i].type != type || KINDS[i].make(v, how))
            continue;
        struct value shown = *v;
        const enum err_code rc = field_value_as(FIELD_TEXT, &shown, a, err);
        if (rc)
            return rc;
        const size_t n = shown.text.len_bytes;
        return err_set(err, BAD_DATA, "'%.*s' is not %s", n < 60 ? (int)n : 60, shown.text.at,
                       KINDS[i].one);
    }
    return OK;
}

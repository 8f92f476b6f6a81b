#include "importers/field_set.h"

#include "base/mem.h"
#include "base/when.h"

#include <string.h>

enum { N_EXAMPLES = 3, EXAMPLE_BYTES = 40, N_SLOTS = 4096 };

#define DOUBLE_INT_MAX ((int64_t)1 << 53)

/* What kinds of values a field had. */
enum seen {
    SEEN_BOOL = 1,
    SEEN_INT = 2,
    SEEN_REAL = 4,
    SEEN_DATE = 8,
    SEEN_DATETIME = 16,
    SEEN_TEXT = 32,
    SEEN_JSON = 64,
    SEEN_LONG = 128,  /* a whole number that no double holds exactly */
    SEEN_POINT = 256, /* loose texts: "2.5" */
    SEEN_COMMA = 512, /* and "2,5" */
    SEEN_WHEN = SEEN_DATE | SEEN_DATETIME
};

/* The kinds that each type holds, the first that holds all wins and text holds everything; and
 * what a field was made of that is known to have the type. */
static const struct {
    enum field_type type;
    unsigned holds, known;
} TYPES[] = {
    {FIELD_BOOLEAN, SEEN_BOOL, SEEN_BOOL},
    {FIELD_INTEGER, SEEN_INT | SEEN_LONG, SEEN_INT},
    {FIELD_REAL, SEEN_INT | SEEN_REAL | SEEN_POINT, SEEN_REAL},
    {FIELD_REAL, SEEN_INT | SEEN_REAL | SEEN_COMMA, SEEN_REAL},
    {FIELD_DATE, SEEN_DATE, SEEN_DATE},
    {FIELD_DATETIME, SEEN_DATETIME, SEEN_DATETIME},
    {FIELD_JSON, SEEN_JSON, SEEN_JSON},
};
#define N_TYPES (sizeof TYPES / sizeof TYPES[0])

struct field_seen {
    char *name;
    size_t n_name_bytes;
    unsigned seen;
    uint64_t n_values;
    uint64_t last_feature; /* that had it; UINT64_MAX: none */
    struct buf examples;
    size_t n_examples;
    size_t example_at[N_EXAMPLES + 1]; /* where each begins in `examples` */
    bool is_forced;
    enum field_type forced;
};

/* A type that was said for a field before it came. */
struct forced_type {
    char *name;
    enum field_type type;
    bool found;
};

struct field_set {
    struct field_seen *fields;
    size_t n_fields, n_room;
    size_t last; /* found; the next is expected behind it */
    bool want_examples;
    struct forced_type *forced;
    size_t n_forced, room_forced;
    uint16_t slots[N_SLOTS]; /* open addressing; index + 1, 0 is free */
};

_Static_assert(FIELDS_MAX < UINT16_MAX && FIELDS_MAX * 4 < N_SLOTS, "slots stay sparse");

enum err_code field_set_new(bool want_examples, struct field_set **out, struct err *err)
{
    struct field_set *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    s->want_examples = want_examples;
    *out = s;
    return OK;
}

void field_set_free(struct field_set *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_fields; i++) {
        mem_free(s->fields[i].name);
        buf_clear(&s->fields[i].examples);
    }
    for (size_t i = 0; i < s->n_forced; i++)
        mem_free(s->forced[i].name);
    mem_free(s->forced);
    mem_free(s->fields);
    mem_free(s);
}

static bool is_named(const struct field_set *s, size_t index, struct span name)
{
    const struct field_seen *f = &s->fields[index];
    return f->n_name_bytes == name.len_bytes && memcmp(f->name, name.at, name.len_bytes) == 0;
}

/* The slot of that name, or the free one where it belongs. */
static size_t find_slot(const struct field_set *s, struct span name)
{
    size_t slot = text_hash(name.at, name.len_bytes, 0) % N_SLOTS;
    while (s->slots[slot] && !is_named(s, s->slots[slot] - 1u, name))
        slot = (slot + 1) % N_SLOTS;
    return slot;
}

enum err_code field_set_force(struct field_set *s, struct span name, enum field_type type,
                              struct err *err)
{
    const enum err_code rc =
        mem_grow((void **)&s->forced, &s->room_forced, s->n_forced + 1, sizeof *s->forced, err);
    if (rc)
        return rc;
    char *copy = mem_new(name.len_bytes + 1, 1);
    if (!copy)
        return err_no_memory(err, name.len_bytes + 1);
    memcpy(copy, name.at, name.len_bytes);
    s->forced[s->n_forced++] = (struct forced_type){copy, type, false};
    return OK;
}

/* The last word on a field wins. */
static void take_forced(struct field_set *s, struct field_seen *f)
{
    for (size_t i = 0; i < s->n_forced; i++) {
        struct forced_type *forced = &s->forced[i];
        if (!text_eq(forced->name, f->name))
            continue;
        forced->found = f->is_forced = true;
        f->forced = forced->type;
    }
}

enum err_code field_set_check_forced(const struct field_set *s, struct err *err)
{
    for (size_t i = 0; i < s->n_forced; i++) {
        if (!s->forced[i].found)
            return err_set(err, BAD_ARG, "--type: the source has no field '%s'", s->forced[i].name);
    }
    return OK;
}

bool field_set_is_forced(const struct field_set *s, size_t index, enum field_type *out)
{
    *out = s->fields[index].forced;
    return s->fields[index].is_forced;
}

static enum err_code add(struct field_set *s, struct span name, size_t slot, struct err *err)
{
    if (s->n_fields == FIELDS_MAX)
        return err_set(err, LIMIT, "more than %d fields: there is no room for '%.*s'", FIELDS_MAX,
                       name.len_bytes < 64 ? (int)name.len_bytes : 64, name.at);
    enum err_code rc =
        mem_grow((void **)&s->fields, &s->n_room, s->n_fields + 1, sizeof *s->fields, err);
    if (rc)
        return rc;
    char *copy = mem_new(name.len_bytes + 1, 1);
    if (!copy)
        return err_no_memory(err, name.len_bytes + 1);
    memcpy(copy, name.at, name.len_bytes);
    struct field_seen *f = &s->fields[s->n_fields];
    *f = (struct field_seen){
        .name = copy, .n_name_bytes = name.len_bytes, .last_feature = UINT64_MAX};
    buf_init(&f->examples, 4096);
    take_forced(s, f);
    s->slots[slot] = (uint16_t)++s->n_fields;
    return OK;
}

void field_set_find(const struct field_set *s, struct span name, size_t *out)
{
    const size_t slot = find_slot(s, name);
    *out = s->slots[slot] ? s->slots[slot] - 1u : s->n_fields;
}

enum err_code field_set_index(struct field_set *s, struct span name, size_t *out, struct err *err)
{
    size_t index = s->last + 1 < s->n_fields ? s->last + 1 : 0;
    if (index >= s->n_fields || !is_named(s, index, name)) {
        const size_t slot = find_slot(s, name);
        if (!s->slots[slot]) {
            const enum err_code rc = add(s, name, slot, err);
            if (rc)
                return rc;
        }
        index = s->slots[slot] - 1u;
    }
    s->last = index;
    *out = index;
    return OK;
}

static unsigned seen_of_type(enum field_type type)
{
    for (size_t i = 0; i < N_TYPES; i++) {
        if (TYPES[i].type == type)
            return TYPES[i].known;
    }
    return SEEN_TEXT;
}

enum err_code field_set_add_known(struct field_set *s, const struct field *known, struct err *err)
{
    size_t index = 0;
    const enum err_code rc = field_set_index(s, span_of(known->name), &index, err);
    if (rc)
        return rc;
    const struct field_seen *f = &s->fields[index];
    if (f->is_forced && f->forced != known->type)
        return err_set(err, CONFLICT,
                       "field '%s' of the layer is of type %s: --type cannot say otherwise",
                       f->name, field_type_name(known->type));
    s->fields[index].seen |= seen_of_type(known->type);
    return OK;
}

enum err_code field_set_declare(struct field_set *s, struct span name, enum field_type type,
                                struct err *err)
{
    const size_t n_before = s->n_fields;
    size_t index = 0;
    const enum err_code rc = field_set_index(s, name, &index, err);
    /* Texts that all turn out to be dates are dates: so text says nothing yet. */
    if (!rc && index == n_before && type != FIELD_TEXT)
        s->fields[index].seen |= seen_of_type(type);
    return rc;
}

static unsigned seen_of_text(const struct field_seen *f, struct span text)
{
    if (f->seen & SEEN_TEXT)
        return SEEN_TEXT;
    switch (when_kind_of(text)) {
    case WHEN_DATE:
        return SEEN_DATE;
    case WHEN_DATETIME:
        return SEEN_DATETIME;
    case WHEN_NONE:
        break;
    }
    return SEEN_TEXT;
}

static unsigned seen_of_integer(int64_t v)
{
    return v < -DOUBLE_INT_MAX || v > DOUBLE_INT_MAX ? SEEN_LONG : SEEN_INT;
}

static unsigned seen_of_loose(const struct field_seen *f, struct value *v, enum loose how)
{
    if (f->seen & SEEN_TEXT)
        return SEEN_TEXT;
    /* No date is a number: in a field of dates that is asked first. */
    const unsigned when = f->seen & SEEN_WHEN ? seen_of_text(f, v->text) : 0;
    if (when & SEEN_WHEN)
        return when;
    const struct loose_value found = loose_kind_of(v->text, how);
    switch (found.kind) {
    case LOOSE_TEXT:
        break;
    case LOOSE_INTEGER:
        *v = value_int(found.integer);
        return seen_of_integer(found.integer);
    case LOOSE_POINT:
        return SEEN_POINT;
    case LOOSE_DECIMAL_COMMA:
        return SEEN_COMMA;
    case LOOSE_BOOLEAN:
        return SEEN_BOOL;
    }
    return seen_of_text(f, v->text);
}

static unsigned seen_of(const struct field_seen *f, struct value *v, enum loose how)
{
    switch (v->type) {
    case VALUE_NULL:
        return 0;
    case VALUE_BOOL:
        return SEEN_BOOL;
    case VALUE_INT:
        return seen_of_integer(v->integer);
    case VALUE_REAL:
        return SEEN_REAL;
    case VALUE_TEXT:
        return how == TYPED ? seen_of_text(f, v->text) : seen_of_loose(f, v, how);
    case VALUE_JSON:
        return SEEN_JSON;
    }
    return 0;
}

/* Not more of it than EXAMPLE_BYTES, and whole characters. */
static void put_example(struct buf *b, const struct value *v)
{
    struct buf whole;
    buf_init(&whole, 1 << 20);
    value_put_text(&whole, v);
    struct span text = {(const char *)whole.data, 0};
    while (text.len_bytes < whole.len_bytes && text.len_bytes < EXAMPLE_BYTES) {
        const struct span rest = {text.at + text.len_bytes, whole.len_bytes - text.len_bytes};
        const size_t n = text_utf8_char(rest, NULL);
        text.len_bytes += n ? n : 1;
    }
    buf_put(b, text.at, text.len_bytes);
    if (text.len_bytes < whole.len_bytes)
        buf_put_text(b, "...");
    buf_clear(&whole);
}

static void keep_example(struct field_seen *f, const struct value *v)
{
    struct buf *b = &f->examples;
    const size_t from = b->len_bytes;
    put_example(b, v);
    const size_t n_bytes = b->len_bytes - from;
    for (size_t i = 0; i < f->n_examples; i++) {
        const size_t n = f->example_at[i + 1] - f->example_at[i];
        if (n == n_bytes && memcmp(b->data + f->example_at[i], b->data + from, n) == 0) {
            b->len_bytes = from;
            return;
        }
    }
    f->example_at[++f->n_examples] = b->len_bytes;
}

void field_set_observe(struct field_set *s, size_t index, struct value *v, enum loose how,
                       uint64_t feature)
{
    struct field_seen *f = &s->fields[index];
    if (v->type == VALUE_NULL)
        return;
    f->seen |= seen_of(f, v, how);
    f->n_values += f->last_feature != feature;
    f->last_feature = feature;
    if (s->want_examples && f->n_examples < N_EXAMPLES)
        keep_example(f, v);
}

size_t field_set_count(const struct field_set *s)
{
    return s->n_fields;
}

const char *field_set_name(const struct field_set *s, size_t index)
{
    return s->fields[index].name;
}

uint64_t field_set_n_values(const struct field_set *s, size_t index)
{
    return s->fields[index].n_values;
}

void field_set_put_examples(const struct field_set *s, size_t index, struct buf *out)
{
    const struct field_seen *f = &s->fields[index];
    for (size_t i = 0; i < f->n_examples; i++) {
        const size_t n = f->example_at[i + 1] - f->example_at[i];
        if (i > 0)
            buf_put_text(out, ", ");
        buf_put(out, f->examples.data + f->example_at[i], n);
    }
}

enum field_type field_set_type(const struct field_set *s, size_t index)
{
    const unsigned seen = s->fields[index].seen;
    if (s->fields[index].is_forced)
        return s->fields[index].forced;
    for (size_t i = 0; seen && i < N_TYPES; i++) {
        if ((seen & ~TYPES[i].holds) == 0)
            return TYPES[i].type;
    }
    return FIELD_TEXT;
}

static enum err_code as_text(struct value *v, struct arena *a, struct err *err)
{
    struct buf b;
    buf_init(&b, 1 << 16);
    value_put_text(&b, v);
    enum err_code rc = buf_status(&b, err);
    struct err why = {0};
    char *text = rc ? NULL : arena_strndup(a, buf_text(&b), b.len_bytes, &why);
    if (!rc && !text)
        rc = err_set(err, why.code, "%s", why.text);
    if (!rc)
        *v = value_text((struct span){text, b.len_bytes});
    buf_clear(&b);
    return rc;
}

/* A loose text that was found to be a number or a truth value. */
static void as_loose(enum field_type type, struct value *v)
{
    const struct loose_value found = loose_value_of(v->text, LOOSE_COMMA);
    if (found.kind == LOOSE_BOOLEAN && type == FIELD_BOOLEAN)
        *v = value_bool(found.boolean);
    else if (found.kind == LOOSE_INTEGER && type == FIELD_INTEGER)
        *v = value_int(found.integer);
    else if (found.kind == LOOSE_INTEGER && type == FIELD_REAL)
        *v = value_real((double)found.integer);
    else if (type == FIELD_REAL)
        *v = value_real(found.real);
}

enum err_code field_value_as(enum field_type type, struct value *v, struct arena *a,
                             struct err *err)
{
    if (v->type == VALUE_NULL)
        return OK;
    const bool is_plain = type == FIELD_BOOLEAN || type == FIELD_INTEGER || type == FIELD_REAL;
    if (v->type == VALUE_TEXT && is_plain)
        as_loose(type, v);
    else if (type == FIELD_REAL && v->type == VALUE_INT)
        *v = value_real((double)v->integer);
    else if (type == FIELD_TEXT && v->type == VALUE_JSON)
        *v = value_text(v->text);
    else if (type == FIELD_TEXT && v->type != VALUE_TEXT)
        return as_text(v, a, err);
    return OK;
}

#include "importers/id_check.h"

#include "base/mem.h"
#include "base/spool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Which of a feature's two ids a record is about. */
enum { OF_MEMBER = 1, OF_PROPERTY = 2, EXISTING = 4 };

/* An id seen before, among those of the same hash; its text begins at `text` in `texts`. */
struct earlier {
    uint64_t number;
    struct feature_place place;
    bool existing;
    size_t text, n_text_bytes;
};

struct id_check {
    struct spool *spool;
    bool is_forced;
    const char *watched;  /* the property that may be the id */
    size_t watched_field; /* its index, NO_FIELD while it has not come */
    /* The property that says the same as the id member in every feature so far. */
    bool has_twin;
    size_t twin;
    uint64_t n_noted, n_members, n_properties;
    struct field_set *members;
    struct buf record, text;
    /* Deciding: */
    uint8_t *dropped, *missing; /* a bit for each number; NULL: none */
    struct earlier *same_hash;
    size_t n_same_hash, room_same_hash;
    struct buf texts;
};

enum err_code id_check_new(const char *temp_folder, size_t memory_bytes, struct id_check **out,
                           struct err *err)
{
    struct id_check *c = mem_new(1, sizeof *c);
    if (!c)
        return err_no_memory(err, sizeof *c);
    c->watched = "id";
    c->watched_field = c->twin = NO_FIELD;
    buf_init(&c->record, memory_bytes / 2);
    buf_init(&c->text, memory_bytes / 2);
    buf_init(&c->texts, memory_bytes);
    enum err_code rc = spool_new(temp_folder, memory_bytes, &c->spool, err);
    if (!rc)
        rc = field_set_new(true, &c->members, err);
    if (rc) {
        id_check_free(c);
        return rc;
    }
    *out = c;
    return OK;
}

void id_check_free(struct id_check *c)
{
    if (!c)
        return;
    spool_free(c->spool);
    field_set_free(c->members);
    buf_clear(&c->record);
    buf_clear(&c->text);
    buf_clear(&c->texts);
    mem_free(c->same_hash);
    mem_free(c->dropped);
    mem_free(c->missing);
    mem_free(c);
}

void id_check_force(struct id_check *c, const char *field)
{
    c->is_forced = true;
    c->watched = field;
}

/* The id as text; at NULL for what is none. Made in `b` where it is a number. */
static struct span id_text(const struct value *v, struct buf *b)
{
    const struct span none = {0};
    switch (v->type) {
    case VALUE_TEXT:
        return v->text.len_bytes > 0 ? v->text : none;
    case VALUE_INT:
    case VALUE_REAL:
        buf_reset(b);
        value_put_text(b, v);
        return (struct span){buf_text(b), b->len_bytes};
    default:
        return none;
    }
}

static bool is_same(struct span a, struct span b)
{
    return a.at && b.at && a.len_bytes == b.len_bytes && memcmp(a.at, b.at, a.len_bytes) == 0;
}

/* The value of a field; the last one wins, as everywhere. */
static const struct value *value_of(const struct id_note *n, size_t field)
{
    for (size_t i = n->n_values; i > 0; i--) {
        if (n->fields[i - 1] == field)
            return &n->values[i - 1];
    }
    return NULL;
}

static struct span field_text(struct id_check *c, const struct id_note *n, size_t field)
{
    const struct value *v = field == NO_FIELD ? NULL : value_of(n, field);
    return v ? id_text(v, &c->text) : (struct span){0};
}

/* Etalab's features have their id twice, as a member and as a property. */
static void look_for_twin(struct id_check *c, const struct id_note *n)
{
    if (!n->member.at)
        return;
    if (c->n_members > 0) {
        c->has_twin = c->has_twin && is_same(field_text(c, n, c->twin), n->member);
        return;
    }
    c->has_twin = is_same(field_text(c, n, c->watched_field), n->member);
    c->twin = c->watched_field;
    for (size_t i = 0; !c->has_twin && i < n->n_values; i++) {
        c->twin = n->fields[i];
        c->has_twin = is_same(field_text(c, n, c->twin), n->member);
    }
}

static enum err_code put_record(struct id_check *c, const struct id_note *n, struct span text,
                                unsigned flags, struct err *err)
{
    struct buf *b = &c->record;
    buf_reset(b);
    buf_put_u8(b, (uint8_t)(flags | (n->existing ? EXISTING : 0)));
    buf_put_varint(b, n->number);
    buf_put_varint(b, n->place.ordinal);
    buf_put_varint(b, n->place.line);
    buf_put_varint(b, n->place.byte);
    buf_put(b, text.at, text.len_bytes);
    const enum err_code rc = buf_status(b, err);
    if (rc)
        return rc;
    return spool_put(c->spool, text_hash(text.at, text.len_bytes, 0),
                     (struct span){(const char *)b->data, b->len_bytes}, err);
}

static enum err_code observe_member(struct id_check *c, const struct id_note *n, struct err *err)
{
    size_t index = 0;
    struct value member = value_text(n->member);
    const enum err_code rc = field_set_index(c->members, span_of("id"), &index, err);
    if (!rc)
        field_set_observe(c->members, index, &member, TYPED, n->number);
    return rc;
}

const struct field_set *id_check_members(const struct id_check *c)
{
    return c->members;
}

static bool member_stands_in(const struct id_check *c)
{
    return c->is_forced && (text_eq(c->watched, "id") || text_eq(c->watched, "feature_id"));
}

enum err_code id_check_note(struct id_check *c, const struct field_set *fields,
                            const struct id_note *n, struct err *err)
{
    if (c->watched && c->watched_field == NO_FIELD) {
        size_t found = 0;
        field_set_find(fields, span_of(c->watched), &found);
        c->watched_field = found < field_set_count(fields) ? found : NO_FIELD;
    }
    look_for_twin(c, n);
    struct span property = field_text(c, n, c->watched_field);
    if (c->is_forced && !property.at && member_stands_in(c))
        property = n->member;
    if (c->is_forced && c->watched && !property.at)
        return err_set(err, BAD_DATA, "there is no id in its field '%s'", c->watched);

    const bool twins = is_same(property, n->member);
    enum err_code rc = OK;
    if (property.at && c->watched)
        rc = put_record(c, n, property, OF_PROPERTY | (twins ? OF_MEMBER : 0), err);
    if (!rc && n->member.at && !twins && !c->is_forced)
        rc = put_record(c, n, n->member, OF_MEMBER, err);
    if (!rc && n->member.at)
        rc = observe_member(c, n, err);
    if (rc)
        return rc;
    c->n_noted++;
    c->n_members += n->member.at != NULL;
    c->n_properties += property.at != NULL;
    return OK;
}

uint64_t id_position(struct span digits)
{
    uint64_t n = 0;
    for (size_t i = 0; i < digits.len_bytes && digits.at[i] >= '0' && digits.at[i] <= '9'; i++)
        n = n * 10 + (uint64_t)(digits.at[i] - '0');
    return n;
}

/* A record of the spool. */
struct id_record {
    unsigned flags;
    uint64_t number;
    struct feature_place place;
    struct span text;
};

static enum err_code read_record(struct span record, struct id_record *out, struct err *err)
{
    struct bytes r = {(const uint8_t *)record.at, (const uint8_t *)record.at + record.len_bytes};
    uint8_t flags = 0;
    if (bytes_get_u8(&r, &flags, err) || bytes_get_varint(&r, &out->number, err) ||
        bytes_get_varint(&r, &out->place.ordinal, err) ||
        bytes_get_varint(&r, &out->place.line, err) || bytes_get_varint(&r, &out->place.byte, err))
        return BAD_DATA;
    out->flags = flags;
    out->text = (struct span){(const char *)r.at, (size_t)(r.end - r.at)};
    return OK;
}

static enum err_code set_bit(const struct id_check *c, uint8_t **bits, uint64_t number,
                             struct err *err)
{
    if (!*bits) {
        *bits = mem_new(c->n_noted / 8 + 1, 1);
        if (!*bits)
            return err_no_memory(err, c->n_noted / 8 + 1);
    }
    (*bits)[number / 8] |= (uint8_t)(1u << number % 8);
    return OK;
}

static enum err_code drop(struct id_check *c, uint64_t number, struct err *err)
{
    return set_bit(c, &c->dropped, number, err);
}

bool id_check_is_dropped(const struct id_check *c, uint64_t number)
{
    return c->dropped && (c->dropped[number / 8] >> number % 8 & 1);
}

bool id_check_is_missing(const struct id_check *c, uint64_t number)
{
    return c->missing && (c->missing[number / 8] >> number % 8 & 1);
}

static enum err_code reject_again(const struct id_record *r, const struct earlier *first,
                                  struct reject_list *rejects, uint64_t n_read, struct err *err)
{
    struct buf words;
    buf_init(&words, 4096);
    const int n_bytes = r->text.len_bytes < 200 ? (int)r->text.len_bytes : 200;
    buf_printf(&words, "the id '%.*s' is ", n_bytes, r->text.at);
    if (first->existing) {
        buf_put_text(&words, "in the layer already");
    } else {
        buf_put_text(&words, "already that of ");
        feature_place_put(&words, first->place);
    }
    const struct reject_base base = {n_read, n_read};
    const enum err_code rc =
        reject_list_add(rejects, r->place, buf_text(&words), r->text, base, err);
    buf_clear(&words);
    return rc;
}

static struct earlier *find_earlier(struct id_check *c, struct span text)
{
    for (size_t i = 0; i < c->n_same_hash; i++) {
        struct earlier *e = &c->same_hash[i];
        const struct span its = {(const char *)c->texts.data + e->text, e->n_text_bytes};
        if (is_same(its, text))
            return e;
    }
    return NULL;
}

static enum err_code keep(struct id_check *c, const struct id_record *r, struct err *err)
{
    enum err_code rc = mem_grow((void **)&c->same_hash, &c->room_same_hash, c->n_same_hash + 1,
                                sizeof *c->same_hash, err);
    if (rc)
        return rc;
    c->same_hash[c->n_same_hash++] = (struct earlier){r->number, r->place, r->flags & EXISTING,
                                                      c->texts.len_bytes, r->text.len_bytes};
    buf_put(&c->texts, r->text.at, r->text.len_bytes);
    return buf_status(&c->texts, err);
}

/* How the ids of one kind are gone through. */
struct pass {
    unsigned of; /* OF_MEMBER or OF_PROPERTY */
    const struct id_rules *rules;
    struct reject_list *rejects; /* NULL: only look whether an id comes twice */
    uint64_t n_read;
    uint64_t n_twice;
    uint64_t n_updated, n_deleted, n_refused;
};

static enum err_code pass_record(struct id_check *c, const struct id_record *r, struct pass *p,
                                 struct err *err)
{
    struct earlier *first = find_earlier(c, r->text);
    if (!first) {
        const enum err_code rc = keep(c, r, err);
        return rc || !p->rules->each ? rc : p->rules->each(p->rules->state, r->text, err);
    }
    p->n_twice++;
    if (!p->rejects)
        return OK;
    if (p->rules->newer_wins && first->existing && !(r->flags & EXISTING)) {
        const enum err_code rc = drop(c, first->number, err);
        p->n_updated++;
        first->number = r->number;
        first->place = r->place;
        first->existing = false;
        return rc;
    }
    const enum err_code rc = drop(c, r->number, err);
    p->n_refused++;
    return rc ? rc : reject_again(r, first, p->rejects, p->n_read, err);
}

/* The ids of one hash are over: those that only the layer had may go. */
static enum err_code end_group(struct id_check *c, struct pass *p, struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; p->rules->delete_missing && !rc && i < c->n_same_hash; i++) {
        if (!c->same_hash[i].existing)
            continue;
        rc = drop(c, c->same_hash[i].number, err);
        if (!rc)
            rc = set_bit(c, &c->missing, c->same_hash[i].number, err);
        p->n_deleted++;
    }
    c->n_same_hash = 0;
    buf_reset(&c->texts);
    return rc;
}

static enum err_code go_through(struct id_check *c, struct pass *p, struct err *err)
{
    uint64_t last_key = 0;
    enum err_code rc = spool_sort(c->spool, err);
    while (!rc && (p->rejects || p->n_twice == 0)) {
        uint64_t key = 0;
        bool more = false;
        struct span record;
        struct id_record r;
        rc = spool_next(c->spool, &key, &record, &more, err);
        if (rc || !more)
            break;
        rc = read_record(record, &r, err);
        if (rc || !(r.flags & p->of))
            continue;
        if (key != last_key)
            rc = end_group(c, p, err);
        last_key = key;
        if (!rc)
            rc = pass_record(c, &r, p, err);
    }
    return rc ? rc : end_group(c, p, err);
}

/* A field for the id member, by a name that no property has. */
static enum err_code add_member_field(struct field_set *fields, size_t *out, struct err *err)
{
    struct buf name;
    buf_init(&name, 64);
    buf_put_text(&name, "id");
    for (int i = 1;; i++) {
        field_set_find(fields, span_of(buf_text(&name)), out);
        if (*out == field_set_count(fields))
            break;
        buf_reset(&name);
        buf_put_text(&name, "feature_id");
        if (i > 1)
            buf_printf(&name, "_%d", i);
    }
    const struct field field = {.name = buf_text(&name), .type = FIELD_TEXT};
    const enum err_code rc = field_set_add_known(fields, &field, err);
    buf_clear(&name);
    return rc;
}

enum err_code id_check_decide(struct id_check *c, struct field_set *fields,
                              const struct id_rules *rules, struct reject_list *rejects,
                              uint64_t n_read, struct id_decision *out, struct err *err)
{
    struct id_decision d = {.id_field = NO_FIELD, .member_field = NO_FIELD};
    struct pass p = {.rules = rules, .rejects = rejects, .n_read = n_read};
    enum err_code rc = OK;
    const bool members_decide = !c->is_forced && c->n_members > 0 && c->n_members == c->n_noted;
    const bool member_is_id_field = member_stands_in(c);
    if (c->n_members > 0 && !c->has_twin && !member_is_id_field)
        rc = add_member_field(fields, &d.member_field, err);
    if (rc)
        return rc;
    if (c->is_forced && c->watched) {
        const struct field field = {.name = c->watched, .type = FIELD_TEXT};
        if (c->watched_field == NO_FIELD)
            rc = field_set_add_known(fields, &field, err);
        field_set_find(fields, span_of(c->watched), &d.id_field);
        if (member_is_id_field)
            d.member_field = d.id_field;
        p.of = OF_PROPERTY;
    } else if (members_decide) {
        d.id_field = c->has_twin ? c->twin : d.member_field;
        p.of = OF_MEMBER;
    } else if (!c->is_forced && c->n_properties > 0 && c->n_properties == c->n_noted) {
        d.id_field = c->watched_field;
        p.of = OF_PROPERTY;
        p.rejects = NULL;
    }
    if (!rc && p.of)
        rc = go_through(c, &p, err);
    if (rc)
        return rc;
    const bool is_field_twice = !p.rejects && p.n_twice > 0;
    if (is_field_twice)
        d.id_field = NO_FIELD;
    if (!c->is_forced && d.id_field == NO_FIELD && c->n_members > 0)
        snprintf(d.note, sizeof d.note,
                 "only %" PRIu64 " of %" PRIu64 " features have an id: positions are the ids",
                 c->n_members, c->n_noted);
    else if (is_field_twice)
        snprintf(d.note, sizeof d.note,
                 "the field 'id' has the same value twice: positions are the ids");
    d.n_updated = p.n_updated;
    d.n_deleted = p.n_deleted;
    d.n_refused = p.n_refused;
    *out = d;
    return OK;
}

#include "importers/placed_values.h"

#include "base/mem.h"
#include "importers/field_types.h"

#include <string.h>

/* What is known of a field before its value: how a text is meant, and the type it is to have. */
struct field_word {
    enum loose loose;
    bool is_forced;
    enum field_type forced;
};

void placed_values_clear(struct placed_values *p)
{
    mem_free(p->indexes);
    mem_free(p->values);
    mem_free(p->words);
    *p = (struct placed_values){0};
}

void placed_values_forget(struct placed_values *p)
{
    p->fields = NULL;
}

static enum err_code make_room(struct placed_values *p, size_t n, struct err *err)
{
    enum err_code rc = mem_grow((void **)&p->indexes, &p->room_indexes, n, sizeof *p->indexes, err);
    if (!rc)
        rc = mem_grow((void **)&p->values, &p->room_values, n, sizeof *p->values, err);
    if (!rc)
        rc = mem_grow((void **)&p->words, &p->room_words, n, sizeof *p->words, err);
    if (!rc)
        p->n = n;
    return rc;
}

static enum err_code place_field(struct placed_values *p, struct field_set *s,
                                 const struct batch_field *field, size_t at, struct err *err)
{
    struct field_word *w = &p->words[at];
    if (field->name.len_bytes > 0 && memchr(field->name.at, '\0', field->name.len_bytes))
        return err_set(err, BAD_DATA, "a property whose name holds a NUL");
    const enum err_code rc = field_set_index(s, field->name, &p->indexes[at], err);
    if (rc)
        return rc;
    w->is_forced = field_set_is_forced(s, p->indexes[at], &w->forced);
    w->loose = w->is_forced ? TYPED : field->loose;
    return OK;
}

enum err_code placed_values_take(struct placed_values *p, struct field_set *s,
                                 const struct batch_item *item, struct arena *scratch,
                                 struct err *err)
{
    const bool is_placed = p->fields && p->fields == item->fields;
    enum err_code rc = make_room(p, item->feature.n_values, err);
    p->fields = NULL;
    for (size_t i = 0; !rc && i < p->n; i++) {
        p->values[i] = item->values[i];
        rc = is_placed ? OK : place_field(p, s, &item->fields[i], i, err);
        if (rc || !p->words[i].is_forced)
            continue;
        rc = field_types_convert(p->words[i].forced, item->fields[i].loose, scratch, &p->values[i],
                                 err);
        if (rc == BAD_DATA)
            return err_add(err, "field '%s'", field_set_name(s, p->indexes[i]));
    }
    if (!rc)
        p->fields = item->fields;
    return rc;
}

enum err_code placed_values_take_known(struct placed_values *p, const struct value *values,
                                       size_t n, struct err *err)
{
    const enum err_code rc = make_room(p, n, err);
    p->fields = NULL;
    for (size_t i = 0; !rc && i < n; i++) {
        p->indexes[i] = i;
        p->values[i] = values[i];
        p->words[i] = (struct field_word){.loose = TYPED};
    }
    return rc;
}

void placed_values_observe(struct placed_values *p, struct field_set *s, uint64_t feature)
{
    for (size_t i = 0; i < p->n; i++)
        field_set_observe(s, p->indexes[i], &p->values[i], p->words[i].loose, feature);
}

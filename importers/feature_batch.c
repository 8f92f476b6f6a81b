#include "importers/feature_batch.h"

#include "base/mem.h"
#include "importers/reject_list.h"

#include <string.h>

/* Enough that the threads seldom wait for one another, and little enough for the processor's cache.
 */
enum { FULL_BYTES = 256 << 10, FULL_ITEMS = 1024 };

/* What a batch of large features grew to is not kept. */
#define KEPT_BYTES ((size_t)4 << 20)

void feature_batch_init(struct feature_batch *b)
{
    *b = (struct feature_batch){0};
    arena_init(&b->arena, SIZE_MAX);
}

void feature_batch_clear(struct feature_batch *b)
{
    arena_clear(&b->arena);
    mem_free(b->items);
    feature_batch_init(b);
}

void feature_batch_reset(struct feature_batch *b)
{
    arena_reset_within(&b->arena, KEPT_BYTES);
    b->n_items = b->n_bytes = 0;
}

bool feature_batch_is_full(const struct feature_batch *b)
{
    return b->n_items >= FULL_ITEMS || b->n_bytes >= FULL_BYTES;
}

/* Texts are laid one behind the other. Those of formats that have them as they are in the raw text
 * are there already. */
struct text_copy {
    char *at;
    struct span raw, raw_copy;
};

static bool is_inside(struct span raw, struct span text)
{
    const uintptr_t from = (uintptr_t)raw.at, at = (uintptr_t)text.at;
    return at >= from && at - from <= raw.len_bytes &&
           text.len_bytes <= raw.len_bytes - (at - from);
}

static struct span copy_text(struct text_copy *c, struct span text)
{
    if (!text.at)
        return text;
    if (is_inside(c->raw, text))
        return (struct span){c->raw_copy.at + (text.at - c->raw.at), text.len_bytes};
    const struct span copy = {c->at, text.len_bytes};
    if (text.len_bytes)
        memcpy(c->at, text.at, text.len_bytes);
    c->at += text.len_bytes;
    return copy;
}

static bool has_text(const struct value *v)
{
    return v->type == VALUE_TEXT || v->type == VALUE_JSON;
}

/* Most features of a source have the same fields in the same order as the one before. */
static bool has_same_fields(const struct batch_item *last, const struct source_feature *f)
{
    if (last->feature.n_values != f->n_values)
        return false;
    for (size_t i = 0; i < f->n_values; i++) {
        const struct span name = f->values[i].name, known = last->fields[i].name;
        if (last->fields[i].loose != f->values[i].loose || known.len_bytes != name.len_bytes ||
            (name.len_bytes > 0 && memcmp(known.at, name.at, name.len_bytes) != 0))
            return false;
    }
    return true;
}

static size_t text_bytes(const struct source_feature *f, bool with_names, bool with_raw)
{
    size_t n = f->id.len_bytes + (with_raw ? f->raw.len_bytes : 0);
    for (size_t i = 0; i < f->n_values; i++) {
        const struct value *v = &f->values[i].value;
        if (with_names)
            n += f->values[i].name.len_bytes;
        if (has_text(v) && !is_inside(f->raw, v->text))
            n += v->text.len_bytes;
    }
    return n;
}

/* Room for what an item points to. */
struct item_room {
    struct geom *geom;
    struct batch_field *fields; /* NULL: the item before has the same */
    struct value *values;
    char *text;
    size_t n_text_bytes;
};

static enum err_code make_room(struct feature_batch *b, const struct source_feature *f,
                               struct item_room *out, struct err *err)
{
    struct err why = {0};
    const bool needs_fields = b->n_items == 0 || !has_same_fields(&b->items[b->n_items - 1], f);
    out->n_text_bytes = text_bytes(f, needs_fields, !b->raw_stays);
    out->geom = arena_raw(&b->arena, 1, sizeof *out->geom, &why);
    if (!why.code)
        out->values = arena_raw(&b->arena, f->n_values, sizeof *out->values, &why);
    if (!why.code && needs_fields)
        out->fields = arena_raw(&b->arena, f->n_values, sizeof *out->fields, &why);
    if (!why.code)
        out->text = arena_raw(&b->arena, out->n_text_bytes, 1, &why);
    if (!why.code && f->geom && geom_copy(f->geom, &b->arena, out->geom, &why))
        return err_set(err, why.code, "%s", why.text);
    if (why.code)
        return err_set(err, why.code, "%s", why.text);
    return mem_grow((void **)&b->items, &b->room_items, b->n_items + 1, sizeof *b->items, err);
}

enum err_code feature_batch_add(struct feature_batch *b, const struct source_feature *f,
                                const char *reject_reason, struct batch_item **out, struct err *err)
{
    struct item_room room = {0};
    struct source_feature cut = *f;
    if (!b->raw_stays)
        cut.raw = reject_raw_cut(f->raw);
    enum err_code rc = make_room(b, &cut, &room, err);
    char *reason = rc ? NULL : arena_strdup(&b->arena, reject_reason, err);
    if (!rc && reject_reason && !reason)
        rc = NO_MEMORY;
    if (rc)
        return rc;
    struct batch_item *item = &b->items[b->n_items];
    struct text_copy copy = {.at = room.text};
    *item = (struct batch_item){
        .feature = cut, .fields = room.fields, .values = room.values, .reject_reason = reason};
    item->feature.values = NULL;
    item->feature.geom = f->geom ? room.geom : NULL;
    if (!b->raw_stays)
        item->feature.raw = copy_text(&copy, cut.raw);
    copy.raw = cut.raw;
    copy.raw_copy = item->feature.raw;
    item->feature.id = copy_text(&copy, cut.id);
    for (size_t i = 0; room.fields && i < f->n_values; i++)
        room.fields[i] =
            (struct batch_field){copy_text(&copy, f->values[i].name), f->values[i].loose};
    if (!room.fields)
        item->fields = item[-1].fields;
    for (size_t i = 0; i < f->n_values; i++) {
        room.values[i] = f->values[i].value;
        if (has_text(&room.values[i]))
            room.values[i].text = copy_text(&copy, room.values[i].text);
    }
    b->n_items++;
    b->n_bytes += room.n_text_bytes + f->n_values * sizeof *room.values +
                  (f->geom ? f->geom->n_vertices * 2 * sizeof *f->geom->xy : 0);
    *out = item;
    return OK;
}

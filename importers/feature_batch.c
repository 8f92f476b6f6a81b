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
    if (b->arena.used_bytes > KEPT_BYTES)
        arena_clear(&b->arena);
    else
        arena_reset(&b->arena);
    b->n_items = b->n_bytes = 0;
}

bool feature_batch_is_full(const struct feature_batch *b)
{
    return b->n_items >= FULL_ITEMS || b->n_bytes >= FULL_BYTES;
}

/* Copies are laid one behind the other. */
static struct span copy_text(char **at, struct span text)
{
    if (!text.at)
        return text;
    const struct span copy = {*at, text.len_bytes};
    if (text.len_bytes)
        memcpy(*at, text.at, text.len_bytes);
    *at += text.len_bytes;
    return copy;
}

static size_t text_bytes(const struct batch_item *item)
{
    const struct source_feature *f = &item->feature;
    size_t n = f->id.len_bytes + f->raw.len_bytes;
    for (size_t i = 0; i < f->n_values; i++)
        n += f->values[i].name.len_bytes + f->values[i].value.text.len_bytes;
    return n;
}

static struct value copy_value(char **at, struct value v)
{
    if (v.type == VALUE_TEXT || v.type == VALUE_JSON)
        v.text = copy_text(at, v.text);
    return v;
}

enum err_code feature_batch_add(struct feature_batch *b, const struct batch_item *item,
                                struct err *err)
{
    struct err why = {0};
    struct batch_item copy = *item;
    struct source_feature *f = &copy.feature;
    f->raw = reject_raw_cut(f->raw);
    const size_t n_text_bytes = text_bytes(&copy);
    struct geom *geom = arena_raw(&b->arena, 1, sizeof *geom, &why);
    struct source_value *values =
        geom ? arena_raw(&b->arena, f->n_values, sizeof *values, &why) : NULL;
    char *text = values ? arena_raw(&b->arena, n_text_bytes, 1, &why) : NULL;
    if (text)
        copy.reject_reason = arena_strdup(&b->arena, item->reject_reason, &why);
    if (why.code || (f->geom && geom_copy(f->geom, &b->arena, geom, &why)) ||
        mem_grow((void **)&b->items, &b->room_items, b->n_items + 1, sizeof copy, &why))
        return err_set(err, why.code, "%s", why.text);
    f->id = copy_text(&text, f->id);
    f->raw = copy_text(&text, f->raw);
    for (size_t i = 0; i < f->n_values; i++) {
        const struct source_value *v = &item->feature.values[i];
        values[i] =
            (struct source_value){copy_text(&text, v->name), copy_value(&text, v->value), v->loose};
    }
    f->values = values;
    f->geom = f->geom ? geom : NULL;
    b->items[b->n_items++] = copy;
    b->n_bytes += n_text_bytes + f->n_values * sizeof *values +
                  (f->geom ? geom->n_vertices * 2 * sizeof *geom->xy : 0);
    return OK;
}

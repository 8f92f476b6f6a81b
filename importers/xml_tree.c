#include "importers/xml_tree.h"

#include "base/json_write.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void xml_tree_init(struct xml_tree *t, size_t limit_bytes)
{
    /* Quotes and names take more room in JSON, at most six times as much ("\u0000"). */
    const size_t limit = limit_bytes < SIZE_MAX / 8 ? 8 * limit_bytes : SIZE_MAX;
    *t = (struct xml_tree){0};
    buf_init(&t->text, limit);
    buf_init(&t->made, limit);
    buf_init(&t->words, limit);
}

void xml_tree_clear(struct xml_tree *t)
{
    buf_clear(&t->text);
    buf_clear(&t->made);
    buf_clear(&t->words);
    mem_free(t->parts);
    mem_free(t->levels);
    mem_free(t->sorted);
    t->parts = NULL;
    t->levels = NULL;
    t->sorted = NULL;
}

static enum err_code add_part(struct xml_tree *t, const struct xml_part *part, struct err *err)
{
    const enum err_code rc =
        mem_grow((void **)&t->parts, &t->room_parts, t->n_parts + 1, sizeof *t->parts, err);
    if (!rc)
        t->parts[t->n_parts++] = *part;
    return rc;
}

static enum err_code add_attribute(struct xml_tree *t, const char *name, const char *value,
                                   struct err *err)
{
    struct xml_part part = {.name_at = t->text.len_bytes};
    struct json_out j = json_out(&t->text);
    buf_put_u8(&t->text, '@');
    buf_put_text(&t->text, name);
    part.n_name_bytes = t->text.len_bytes - part.name_at;
    part.at = t->text.len_bytes;
    json_text(&j, value);
    part.n_bytes = t->text.len_bytes - part.at;
    const enum err_code rc = buf_status(&t->text, err);
    return rc ? rc : add_part(t, &part, err);
}

enum err_code xml_tree_open(struct xml_tree *t, const char *name, const char **attributes,
                            struct err *err)
{
    enum err_code rc =
        mem_grow((void **)&t->levels, &t->room_levels, t->n_levels + 1, sizeof *t->levels, err);
    if (rc)
        return rc;
    if (t->n_levels == 0) {
        buf_reset(&t->text);
        t->n_parts = 0;
    }
    t->levels[t->n_levels++] = (struct xml_level){
        .first_part = t->n_parts, .name_at = t->text.len_bytes, .n_name_bytes = strlen(name)};
    buf_put_text(&t->text, name);
    for (size_t i = 0; !rc && attributes[i]; i += 2)
        rc = add_attribute(t, attributes[i], attributes[i + 1], err);
    return rc ? rc : buf_status(&t->text, err);
}

static bool is_text(const struct xml_part *part)
{
    return part->n_name_bytes == 0;
}

enum err_code xml_tree_text(struct xml_tree *t, struct span text, struct err *err)
{
    const struct xml_level *level = &t->levels[t->n_levels - 1];
    struct xml_part *last = t->n_parts > level->first_part ? &t->parts[t->n_parts - 1] : NULL;
    const struct xml_part part = {.at = t->text.len_bytes, .n_bytes = text.len_bytes};
    buf_put(&t->text, text.at, text.len_bytes);
    const enum err_code rc = buf_status(&t->text, err);
    if (rc)
        return rc;
    /* Text comes in pieces, which lie one after the other. */
    if (last && is_text(last)) {
        last->n_bytes += text.len_bytes;
        return OK;
    }
    return add_part(t, &part, err);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* All text of an element, without the white space around it. */
static struct span join_text(struct xml_tree *t, size_t first_part)
{
    struct buf *words = &t->words;
    buf_reset(words);
    for (size_t i = first_part; i < t->n_parts; i++) {
        if (is_text(&t->parts[i]))
            buf_put(words, t->text.data + t->parts[i].at, t->parts[i].n_bytes);
    }
    size_t from = 0, to = words->len_bytes;
    while (from < to && is_blank(words->data[from]))
        from++;
    while (to > from && is_blank(words->data[to - 1]))
        to--;
    return (struct span){words->data ? (const char *)words->data + from : "", to - from};
}

static int compare_names(const struct xml_part *a, const struct xml_part *b, const char *text)
{
    const size_t n = a->n_name_bytes < b->n_name_bytes ? a->n_name_bytes : b->n_name_bytes;
    const int order = memcmp(text + a->name_at, text + b->name_at, n);
    return order ? order
                 : (a->n_name_bytes > b->n_name_bytes) - (a->n_name_bytes < b->n_name_bytes);
}

/* By name, and those of one name in the order in which they came. */
static int compare_parts(const void *a, const void *b, void *text)
{
    const struct xml_part *const *left = a, *const *right = b;
    const int order = compare_names(*left, *right, text);
    return order ? order : ((*left)->at > (*right)->at) - ((*left)->at < (*right)->at);
}

/* Attributes and elements of the level, sorted. */
static enum err_code sort_members(struct xml_tree *t, size_t first_part, size_t *n_out,
                                  struct err *err)
{
    size_t n = 0;
    const enum err_code rc = mem_grow((void **)&t->sorted, &t->room_sorted,
                                      t->n_parts - first_part + 1, sizeof *t->sorted, err);
    if (rc)
        return rc;
    for (size_t i = first_part; i < t->n_parts; i++) {
        if (!is_text(&t->parts[i]))
            t->sorted[n++] = &t->parts[i];
    }
    qsort_r(t->sorted, n, sizeof *t->sorted, compare_parts, t->text.data);
    *n_out = n;
    return OK;
}

static void put_members(struct xml_tree *t, size_t n, struct json_out *j)
{
    const char *text = (const char *)t->text.data;
    for (size_t i = 0, end; i < n; i = end) {
        const struct xml_part *first = t->sorted[i];
        for (end = i + 1; end < n && compare_names(first, t->sorted[end], text) == 0;)
            end++;
        json_key_span(j, (struct span){text + first->name_at, first->n_name_bytes});
        if (end - i > 1)
            json_array(j);
        for (size_t k = i; k < end; k++)
            json_raw(j, (struct span){text + t->sorted[k]->at, t->sorted[k]->n_bytes});
        if (end - i > 1)
            json_array_end(j);
    }
}

/* The JSON of the innermost element into `made`: an object, a text, or null. */
static enum err_code make(struct xml_tree *t, size_t first_part, struct err *err)
{
    size_t n = 0;
    const enum err_code rc = sort_members(t, first_part, &n, err);
    if (rc)
        return rc;
    const struct span words = join_text(t, first_part);
    buf_reset(&t->made);
    struct json_out j = json_out(&t->made);
    if (n > 0) {
        json_object(&j);
        put_members(t, n, &j);
        if (words.len_bytes > 0) {
            json_key(&j, "#text");
            json_span(&j, words);
        }
        json_object_end(&j);
    } else if (words.len_bytes > 0) {
        json_span(&j, words);
    } else {
        json_null(&j);
    }
    const enum err_code failed = buf_status(&t->words, err);
    return failed ? failed : buf_status(&t->made, err);
}

enum err_code xml_tree_close(struct xml_tree *t, struct span *out_json, struct err *err)
{
    const struct xml_level level = t->levels[t->n_levels - 1];
    enum err_code rc = make(t, level.first_part, err);
    if (rc)
        return rc;
    t->n_levels--;
    if (t->n_levels == 0) {
        *out_json = (struct span){(const char *)t->made.data, t->made.len_bytes};
        return OK;
    }
    /* What was inside is not needed any more: its JSON takes its place behind the name. */
    const struct xml_part part = {.name_at = level.name_at,
                                  .n_name_bytes = level.n_name_bytes,
                                  .at = level.name_at + level.n_name_bytes,
                                  .n_bytes = t->made.len_bytes};
    t->n_parts = level.first_part;
    t->text.len_bytes = part.at;
    buf_put(&t->text, t->made.data, t->made.len_bytes);
    rc = buf_status(&t->text, err);
    return rc ? rc : add_part(t, &part, err);
}

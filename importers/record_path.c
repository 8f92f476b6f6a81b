#include "importers/record_path.h"

#include <string.h>

/* One step without its escapes. */
static enum err_code copy_step(struct span text, struct arena *a, const char **out, struct err *err)
{
    char *step = arena_strndup(a, text.at, text.len_bytes, err);
    size_t n = 0;
    if (!step)
        return err ? err->code : NO_MEMORY;
    for (size_t i = 0; i < text.len_bytes; i++) {
        char c = text.at[i];
        if (c == '~') {
            const char next = i + 1 < text.len_bytes ? text.at[i + 1] : '\0';
            if (next != '0' && next != '1')
                return err_set(err, BAD_ARG, "a `~` in a path is written ~0, a `/` in a name ~1");
            c = next == '0' ? '~' : '/';
            i++;
        }
        step[n++] = c;
    }
    step[n] = '\0';
    *out = step;
    return OK;
}

enum err_code record_path_parse(struct span text, struct arena *a, struct record_path *out,
                                struct err *err)
{
    struct record_path p = {0};
    const char *end = text.at + text.len_bytes;
    const char *at = text.len_bytes > 0 && text.at[0] == '/' ? text.at + 1 : text.at;
    const char *slash = at;
    p.steps = arena_new(a, RECORD_PATH_STEPS_MAX, sizeof *p.steps, err);
    if (!p.steps)
        return err ? err->code : NO_MEMORY;
    for (; at <= end && slash; at = slash ? slash + 1 : end) {
        slash = at < end ? memchr(at, '/', (size_t)(end - at)) : NULL;
        const struct span step = {at, (size_t)((slash ? slash : end) - at)};
        if (step.len_bytes == 0)
            return err_set(err, BAD_ARG, "the path '%.*s' has an empty step",
                           text.len_bytes < 100 ? (int)text.len_bytes : 100, text.at);
        if (p.n_steps == RECORD_PATH_STEPS_MAX)
            return err_set(err, LIMIT, "a path of more than %d steps", RECORD_PATH_STEPS_MAX);
        const enum err_code rc = copy_step(step, a, &p.steps[p.n_steps++], err);
        if (rc)
            return rc;
    }
    *out = p;
    return OK;
}

/* The item of that place, counted from 0. */
static bool get_item(struct json_value array, const char *step, struct json_value *out)
{
    int64_t place = 0;
    struct span key;
    struct json_walk walk = json_walk(array);
    if (text_parse_i64(step, &place, NULL) || place < 0)
        return false;
    while (json_next(&walk, &key, out)) {
        if (place-- == 0)
            return true;
    }
    return false;
}

bool record_path_find(const struct record_path *p, size_t from_step, bool loose,
                      struct json_value root, struct json_value *out)
{
    struct json_value v = root;
    for (size_t i = from_step; i < p->n_steps; i++) {
        const char *step = p->steps[i];
        if (json_is(v, JSON_ARRAY) ? get_item(v, step, &v) : json_get(v, step, &v))
            continue;
        if (!loose || json_is(v, JSON_ARRAY) || !text_eq(step, "0"))
            return false;
    }
    *out = v;
    return true;
}

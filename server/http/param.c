#include "server/http/param.h"

#include <string.h>

static enum err_code parse_integer(const struct param_spec *spec, struct param *p, struct err *err)
{
    const bool has_range = spec->minimum != spec->maximum;
    int64_t value = 0;
    const enum err_code rc = text_parse_i64(p->text, &value, NULL);
    /* A number beyond 64 bits is beyond every maximum; `clamp` forgives that too. */
    if (rc == LIMIT && has_range)
        value = p->text[0] == '-' ? INT64_MIN : INT64_MAX;
    else if (rc)
        return err_set(err, BAD_ARG, "%s is '%s', not a whole number", spec->name, p->text);
    if (has_range && value > spec->maximum && spec->clamp)
        value = spec->maximum;
    if (has_range && (value < spec->minimum || value > spec->maximum))
        return err_set(err, BAD_ARG, "%s is '%s', not a number from %lld to %lld", spec->name,
                       p->text, (long long)spec->minimum, (long long)spec->maximum);
    p->integer = value;
    return OK;
}

static enum err_code parse_choice(const struct param_spec *spec, struct param *p, struct err *err)
{
    struct buf words;
    buf_init(&words, 4096);
    for (int i = 0; spec->choices[i]; i++) {
        if (text_eq(spec->choices[i], p->text)) {
            p->integer = i;
            buf_clear(&words);
            return OK;
        }
        buf_printf(&words, "%s%s", i ? ", " : "", spec->choices[i]);
    }
    const enum err_code rc =
        err_set(err, BAD_ARG, "%s is '%s', not one of %s", spec->name, p->text, buf_text(&words));
    buf_clear(&words);
    return rc;
}

static enum err_code check_count(const struct param_spec *spec, size_t n, struct err *err)
{
    const size_t max = spec->max_items ? spec->max_items : PARAM_LIST_MAX;
    if (n < spec->min_items)
        return err_set(err, BAD_ARG, "%s has %zu items, at least %zu are needed", spec->name, n,
                       spec->min_items);
    if (n > max)
        return err_set(err, BAD_ARG, "%s has %zu items, more than %zu", spec->name, n, max);
    return OK;
}

/* The items are written over a copy of the text, each ended by a NUL. */
static enum err_code split(const struct param_spec *spec, struct arena *a, struct param *p,
                           struct err *err)
{
    size_t n = 1;
    for (const char *at = p->text; (at = strchr(at, ',')); at++)
        n++;
    const enum err_code rc = check_count(spec, n, err);
    if (rc)
        return rc;
    const char **texts = arena_new(a, n, sizeof *texts, err);
    char *at = texts ? arena_strdup(a, p->text, err) : NULL;
    if (!at)
        return err ? err->code : NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        char *end = at + strcspn(at, ",");
        if (end == at)
            return err_set(err, BAD_ARG, "%s is '%s': an item is empty", spec->name, p->text);
        *end = '\0';
        texts[i] = at;
        at = end + 1;
    }
    p->texts = texts;
    p->n_items = n;
    return OK;
}

static enum err_code parse_numbers(const struct param_spec *spec, struct arena *a, struct param *p,
                                   struct err *err)
{
    double *numbers = arena_new(a, p->n_items, sizeof *numbers, err);
    if (!numbers)
        return err ? err->code : NO_MEMORY;
    for (size_t i = 0; i < p->n_items; i++) {
        if (text_parse_f64(p->texts[i], &numbers[i], NULL))
            return err_set(err, BAD_ARG, "%s is '%s': '%s' is not a number", spec->name, p->text,
                           p->texts[i]);
    }
    p->numbers = numbers;
    return OK;
}

static enum err_code parse_kind(const struct param_spec *spec, struct arena *a, struct param *p,
                                struct err *err)
{
    switch (spec->kind) {
    case PARAM_TEXT:
        return OK;
    case PARAM_INTEGER:
        return parse_integer(spec, p, err);
    case PARAM_CHOICE:
        return parse_choice(spec, p, err);
    case PARAM_TEXT_LIST:
        return split(spec, a, p, err);
    case PARAM_NUMBER_LIST: {
        const enum err_code rc = split(spec, a, p, err);
        return rc ? rc : parse_numbers(spec, a, p, err);
    }
    }
    return err_set(err, INTERNAL, "%s is of no kind", spec->name);
}

enum err_code param_parse(const struct param_spec *spec, const char *text, struct arena *a,
                          struct param *out, struct err *err)
{
    struct param p = {.spec = spec, .given = true};
    p.text = arena_strdup(a, text, err);
    if (!p.text)
        return err ? err->code : NO_MEMORY;
    enum err_code rc = parse_kind(spec, a, &p, err);
    if (!rc && spec->check)
        rc = spec->check(&p, err);
    if (!rc)
        *out = p;
    return rc;
}

#include "importers/csv_header.h"

#include "importers/field_set.h"
#include "importers/loose_type.h"

#include <string.h>

static bool is_same(struct span a, struct span b)
{
    return a.len_bytes == b.len_bytes && memcmp(a.at, b.at, a.len_bytes) == 0;
}

bool csv_header_find(const struct csv_header *h, struct span name, size_t *out)
{
    for (size_t i = 0; i < h->n_columns; i++) {
        if (is_same(h->names[i], name)) {
            *out = i;
            return true;
        }
    }
    return false;
}

static enum err_code set_name(struct csv_header *h, const char *name, struct err *err)
{
    if (!name)
        return err->code;
    h->names[h->n_columns++] = span_of(name);
    return OK;
}

/* The name as it is, or what it becomes so that no other is the same. */
static enum err_code add_name(struct csv_header *h, struct span name, struct arena *a,
                              struct err *err)
{
    size_t other;
    struct err why = {0};
    const char *made = name.len_bytes == 0 ? arena_printf(a, &why, "col_%zu", h->n_columns + 1)
                                           : arena_strndup(a, name.at, name.len_bytes, &why);
    const char *base = made;
    for (size_t i = 2; made && csv_header_find(h, span_of(made), &other); i++)
        made = arena_printf(a, &why, "%s_%zu", base, i);
    const enum err_code rc = set_name(h, made, &why);
    return rc ? err_set(err, rc, "%s", why.text) : OK;
}

enum err_code csv_header_make(const struct span *fields, size_t n_fields, struct arena *a,
                              struct csv_header *out, struct err *err)
{
    if (n_fields > FIELDS_MAX)
        return err_set(err, LIMIT, "%zu fields are more than the %d that a layer can have",
                       n_fields, FIELDS_MAX);
    struct csv_header h = {.names = arena_new(a, n_fields, sizeof *h.names, err)};
    enum err_code rc = h.names ? OK : NO_MEMORY;
    h.ends_unnamed = n_fields > 1 && fields[n_fields - 1].len_bytes == 0;
    for (size_t i = 0; !rc && i < n_fields; i++) {
        const enum loose_kind kind = loose_value_of(fields[i], LOOSE).kind;
        h.has_numbers |= kind == LOOSE_INTEGER || kind == LOOSE_POINT;
        rc = add_name(&h, fields[i], a, err);
    }
    if (!rc)
        *out = h;
    return rc;
}

enum err_code csv_header_say(const char *columns, struct arena *a, struct csv_header *out,
                             struct err *err)
{
    size_t n = 1;
    for (const char *c = columns; *c; c++)
        n += *c == ',';
    struct span *fields = arena_new(a, n, sizeof *fields, err);
    if (!fields)
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const size_t n_bytes = strcspn(columns, ",");
        fields[i] = (struct span){columns, n_bytes};
        columns += n_bytes + 1;
    }
    const enum err_code rc = csv_header_make(fields, n, a, out, err);
    if (!rc)
        out->has_numbers = false;
    return rc;
}

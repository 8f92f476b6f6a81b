/* The name of a layer when nobody says one (importers/import.h). */
#include "importers/import.h"
#include "importers/registry.h"

#include <string.h>

/* The span behind the first '-', and what is before it; false when there is none. */
static bool split(struct span text, struct span *out_before, struct span *out_behind)
{
    const char *dash = memchr(text.at, '-', text.len_bytes);
    if (!dash || dash + 1 == text.at + text.len_bytes)
        return false;
    *out_before = (struct span){text.at, (size_t)(dash - text.at)};
    *out_behind = (struct span){dash + 1, text.len_bytes - out_before->len_bytes - 1};
    return true;
}

/* What Etalab's names say before the layer: the codes of a commune (91216), a department (2A), or a
 * sheet, a date (2022-01-01), or france. They all begin with a digit but the last. */
static bool is_place_or_date(struct span word)
{
    return span_eq(word, "france") ||
           (word.len_bytes > 0 && word.at[0] >= '0' && word.at[0] <= '9');
}

enum err_code import_layer_name(const char *source, struct buf *out, struct err *err)
{
    struct span name = registry_bare_name(source), before, behind;
    if (text_eq(source, "-"))
        name = span_of("layer");
    if (split(name, &before, &behind) && span_eq(before, "cadastre")) {
        struct span rest = behind;
        while (split(rest, &before, &behind) && is_place_or_date(before))
            rest = behind;
        if (!is_place_or_date(rest))
            name = rest;
    }
    text_put_slug(out, name);
    return buf_status(out, err);
}

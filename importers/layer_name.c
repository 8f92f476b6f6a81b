/* The name of a layer when nobody says one (importers/import.h). */
#include "importers/import.h"
#include "importers/registry.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

static struct span last_part(struct span path)
{
    while (path.len_bytes > 0 && path.at[path.len_bytes - 1] == '/')
        path.len_bytes--;
    const char *slash = memrchr(path.at, '/', path.len_bytes);
    return slash ? (struct span){slash + 1, path.len_bytes - (size_t)(slash + 1 - path.at)} : path;
}

static struct span without_last_part(struct span path)
{
    const struct span last = last_part(path);
    return (struct span){path.at, (size_t)(last.at - path.at)};
}

/* Archives in folders are folders. */
static struct span without_zip(struct span name)
{
    if (name.len_bytes > 4 && strncasecmp(name.at + name.len_bytes - 4, ".zip", 4) == 0)
        name.len_bytes -= 4;
    return name;
}

/* Inside its folder or archive, else that one itself, else what its file lies in. */
static enum err_code put_folder(const struct input *in, struct buf *out, struct err *err)
{
    const enum bundle_kind kind = bundle_kind(in->bundle);
    const char *within = bundle_name(in->bundle, in->file);
    /* "." and "x.json" lie in folders with names; a URL is no path and stays as it is. */
    char real[PATH_MAX];
    const char *given = bundle_path(in->bundle);
    struct span path = span_of(realpath(given, real) ? real : given);
    if (kind == BUNDLE_FILE)
        path = last_part(without_last_part(path));
    else if (strchr(within, '/'))
        path = without_zip(last_part(without_last_part(span_of(within))));
    else if (kind == BUNDLE_ARCHIVE)
        path = registry_bare_name(path.at);
    else
        path = last_part(path);
    text_put_slug(out, path);
    return buf_status(out, err);
}

/* A layer inside a file has no suffix that could be taken off. */
static enum err_code put_own_name(const struct input *in, struct buf *out, struct err *err)
{
    if (!in->inner)
        return import_layer_name(bundle_name(in->bundle, in->file), out, err);
    text_put_slug(out, span_of(in->inner));
    return buf_status(out, err);
}

enum err_code input_layer_name(const struct input *in, const char *template, struct buf *out,
                               struct err *err)
{
    enum err_code rc = OK;
    for (const char *at = template ? template : "{name}"; !rc && *at;) {
        const size_t n_plain = strcspn(at, "{");
        buf_put(out, at, n_plain);
        at += n_plain;
        const char *end = *at ? strchr(at, '}') : NULL;
        const struct span word = {at, end ? (size_t)(end + 1 - at) : strlen(at)};
        if (span_eq(word, "{name}"))
            rc = put_own_name(in, out, err);
        else if (span_eq(word, "{folder}"))
            rc = put_folder(in, out, err);
        else if (span_eq(word, "{format}"))
            buf_put_text(out, in->importer->name);
        else if (word.len_bytes)
            rc = err_set(err, BAD_ARG,
                         "--layer-template knows {name}, {folder} and {format}, but not '%.*s'",
                         (int)(word.len_bytes < 64 ? word.len_bytes : 64), word.at);
        at += word.len_bytes;
    }
    return rc ? rc : buf_status(out, err);
}

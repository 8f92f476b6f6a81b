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

/* The folder that holds the input: inside its folder or archive, else that one itself, else the
 * folder that its file lies in. */
static struct span folder_of(const struct input *in)
{
    const bool alone = bundle_kind(in->bundle) == BUNDLE_FILE;
    const char *within = alone ? "" : bundle_name(in->bundle, in->file);
    const char *path = strchr(within, '/') ? within : bundle_path(in->bundle);
    struct span whole = span_of(path);
    while (whole.len_bytes > 1 && path[whole.len_bytes - 1] == '/')
        whole.len_bytes--;
    const char *slash = memrchr(path, '/', whole.len_bytes);
    if (!alone && path != within)
        return slash ? (struct span){slash + 1, whole.len_bytes - (size_t)(slash + 1 - path)}
                     : whole;
    struct span folder = {path, slash ? (size_t)(slash - path) : 0};
    slash = memrchr(path, '/', folder.len_bytes);
    if (slash)
        folder = (struct span){slash + 1, folder.len_bytes - (size_t)(slash + 1 - path)};
    return folder;
}

/* A layer inside a file has no suffix that could be taken off. */
static enum err_code put_own_name(const struct input *in, struct buf *out, struct err *err)
{
    if (!in->inner)
        return import_layer_name(bundle_name(in->bundle, in->file), out, err);
    text_put_slug(out, span_of(in->inner));
    return buf_status(out, err);
}

static enum err_code put_folder(const struct input *in, struct buf *out, struct err *err)
{
    const struct span folder = folder_of(in);
    struct buf name;
    buf_init(&name, 1 << 16);
    buf_put(&name, folder.at, folder.len_bytes);
    enum err_code rc = buf_status(&name, err);
    /* An archive's name has a suffix, a folder's only dots. */
    if (!rc && bundle_kind(in->bundle) == BUNDLE_ARCHIVE &&
        !strchr(bundle_name(in->bundle, in->file), '/'))
        text_put_slug(out, registry_bare_name(buf_text(&name)));
    else if (!rc)
        text_put_slug(out, folder);
    buf_clear(&name);
    return rc ? rc : buf_status(out, err);
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
        else if (word.len_bytes)
            rc = err_set(err, BAD_ARG, "--layer-template knows {name} and {folder}, but not '%.*s'",
                         (int)(word.len_bytes < 64 ? word.len_bytes : 64), word.at);
        at += word.len_bytes;
    }
    return rc ? rc : buf_status(out, err);
}

/* Where mappings come from: files, and those that are part of the program. */
#include "importers/mapping.h"

#include "base/embedded.h"
#include "base/source.h"

#include <string.h>

enum { FILE_BYTES = 1 << 20 };

extern const struct embedded_file mapping_files[];

bool mapping_name_fits(const char *name, const char *pattern)
{
    const char *star = NULL, *tried = NULL;
    while (*name) {
        if (*pattern == '*') {
            star = ++pattern;
            tried = name;
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            /* The last star takes one character more. */
            pattern = star;
            name = ++tried;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

static size_t name_bytes(const struct embedded_file *f)
{
    return strlen(f->path) - strlen(".json");
}

static const struct embedded_file *find_shipped(const char *name)
{
    for (const struct embedded_file *f = mapping_files; f->path; f++) {
        if (strlen(name) == name_bytes(f) && strncmp(name, f->path, name_bytes(f)) == 0)
            return f;
    }
    return NULL;
}

static enum err_code no_such_mapping(const char *name, struct err *err)
{
    struct buf names;
    buf_init(&names, 4096);
    for (const struct embedded_file *f = mapping_files; f->path; f++)
        buf_printf(&names, "%s%.*s", f == mapping_files ? "" : ", ", (int)name_bytes(f), f->path);
    const enum err_code rc = err_set(
        err, NOT_FOUND, "there is no mapping file '%s', and no mapping of that name: there are %s",
        name, buf_text(&names));
    buf_clear(&names);
    return rc;
}

static enum err_code read_file(const char *path, struct buf *out, struct err *err)
{
    const enum err_code rc = source_read_file(path, out, err);
    return rc == NOT_FOUND ? no_such_mapping(path, err) : rc;
}

/* The folder that a file lies in. */
static enum err_code copy_folder(const char *path, struct arena *a, const char **out,
                                 struct err *err)
{
    const char *slash = strrchr(path, '/');
    const size_t n = slash == path ? 1 : slash ? (size_t)(slash - path) : 0;
    *out = n ? arena_strndup(a, path, n, err) : arena_strdup(a, ".", err);
    return *out ? OK : NO_MEMORY;
}

enum err_code mapping_load(const char *name, struct arena *a, struct mapping *out,
                           const char **out_folder, struct err *err)
{
    const struct embedded_file *shipped = find_shipped(name);
    const char *folder = NULL;
    struct buf text;
    enum err_code rc = OK;
    if (shipped) {
        rc = mapping_read((struct span){(const char *)shipped->bytes, shipped->n_bytes}, a, out,
                          err);
        if (!rc)
            *out_folder = NULL;
        return rc ? err_add(err, "mapping '%s'", name) : OK;
    }
    buf_init(&text, FILE_BYTES);
    rc = read_file(name, &text, err);
    if (!rc)
        rc = copy_folder(name, a, &folder, err);
    if (!rc && mapping_read((struct span){buf_text(&text), text.len_bytes}, a, out, err))
        rc = err_add(err, "mapping '%s'", name);
    buf_clear(&text);
    if (!rc)
        *out_folder = folder;
    return rc;
}

#include "importers/mapping_beside.h"

#include "base/buf.h"
#include "importers/mapping.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_BYTES = 1 << 16 };

static bool is_url(const char *path)
{
    return strstr(path, "://") != NULL;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static enum err_code open_bundle(const char *path, const struct reader_options *o,
                                 struct bundle **out, struct err *err)
{
    struct bundle_limits limits = {.files = o->limits.files,
                                   .inflation = o->limits.inflation,
                                   .scratch = o->temp_folder,
                                   .fetch = o->fetch,
                                   .cancel = o->cancel};
    limits.fetch.version = NULL; /* that of the source itself */
    return bundle_open(path, &limits, out, err);
}

static enum err_code fits_both(const char *name, const char *first, const char *second,
                               struct err *err)
{
    return err_set(err, BAD_DATA, "'%s' is asked for, and both '%s' and '%s' are there", name,
                   first, second);
}

/* The one name in the folder that fits, added to `path`. */
static enum err_code find_listed(const char *folder, const char *name, struct buf *path,
                                 bool *out_found, struct err *err)
{
    DIR *listing = opendir(folder);
    char found[256] = "";
    enum err_code rc = OK;
    for (const struct dirent *e = NULL; listing && !rc && (e = readdir(listing));) {
        if (e->d_name[0] == '.' || !mapping_name_fits(e->d_name, name))
            continue;
        if (found[0])
            rc = fits_both(name, found, e->d_name, err);
        else
            memcpy(found, e->d_name, strlen(e->d_name) + 1);
    }
    if (listing)
        closedir(listing);
    if (!rc && found[0])
        buf_printf(path, "%s/%s", folder, found);
    *out_found = found[0];
    return rc;
}

static enum err_code open_in_folder(const char *folder, const char *name,
                                    const struct reader_options *o, struct bundle **out,
                                    bool *out_found, struct err *err)
{
    struct buf path;
    struct stat about;
    enum err_code rc = OK;
    buf_init(&path, PATH_BYTES);
    *out_found = false;
    if (strchr(name, '*')) {
        rc = find_listed(folder, name, &path, out_found, err);
    } else {
        buf_printf(&path, "%s/%s", folder, name);
        *out_found =
            is_url(folder) || (stat(buf_text(&path), &about) == 0 && S_ISREG(about.st_mode));
    }
    if (!rc)
        rc = buf_status(&path, err);
    if (!rc && *out_found)
        rc = open_bundle(buf_text(&path), o, out, err);
    buf_clear(&path);
    return rc;
}

/* In an archive: the file of that name in the same folder of it. */
static enum err_code open_in_archive(const struct input *in, const char *name,
                                     const struct reader_options *o, struct bundle **out,
                                     size_t *out_file, bool *out_found, struct err *err)
{
    const char *own = bundle_name(in->bundle, in->file);
    const size_t n_folder = (size_t)(base_name(own) - own);
    struct bundle *b = NULL;
    size_t found = 0;
    *out_found = false;
    enum err_code rc = open_bundle(bundle_path(in->bundle), o, &b, err);
    if (rc)
        return rc;
    for (size_t i = 0; !rc && i < bundle_n_files(b); i++) {
        const char *other = bundle_name(b, i);
        if (strncmp(own, other, n_folder) != 0 || strchr(other + n_folder, '/') ||
            !mapping_name_fits(other + n_folder, name))
            continue;
        if (*out_found)
            rc = fits_both(name, bundle_name(b, found), other, err);
        *out_found = true;
        found = i;
    }
    if (rc || !*out_found) {
        bundle_close(b);
        return rc;
    }
    *out = b;
    *out_file = found;
    return OK;
}

/* The folder that the input's file lies in. */
static void put_folder(struct buf *b, const struct input *in)
{
    const char *path = bundle_path(in->bundle);
    const char *name = bundle_name(in->bundle, in->file);
    if (bundle_kind(in->bundle) == BUNDLE_FOLDER) {
        buf_put_text(b, path);
        if (base_name(name) != name)
            buf_printf(b, "/%.*s", (int)(base_name(name) - name - 1), name);
    } else if (base_name(path) == path) {
        buf_put_text(b, ".");
    } else {
        buf_put(b, path, (size_t)(base_name(path) - path) - (base_name(path) - path > 1));
    }
}

static enum err_code open_beside_source(const struct input *in, const char *name,
                                        const struct reader_options *o, struct bundle **out,
                                        size_t *out_file, bool *out_found, struct err *err)
{
    const char *path = bundle_path(in->bundle);
    struct buf folder;
    *out_found = false;
    if (text_eq(path, "-"))
        return OK;
    if (bundle_kind(in->bundle) == BUNDLE_ARCHIVE)
        return open_in_archive(in, name, o, out, out_file, out_found, err);
    if (is_url(path) && strchr(name, '*'))
        return err_set(err, UNSUPPORTED, "'%s': what is beside a URL cannot be listed", name);
    buf_init(&folder, PATH_BYTES);
    put_folder(&folder, in);
    *out_file = 0;
    enum err_code rc = buf_status(&folder, err);
    if (!rc)
        rc = open_in_folder(buf_text(&folder), name, o, out, out_found, err);
    buf_clear(&folder);
    return rc;
}

enum err_code mapping_open_beside(const struct input *in, const struct reader_options *o,
                                  const char *folder, const char *name, struct bundle **out,
                                  size_t *out_file, struct err *err)
{
    bool found = false;
    if (!name && text_eq(bundle_path(in->bundle), "-"))
        return err_set(err, UNSUPPORTED, "standard input cannot be read a second time");
    if (!name && bundle_kind(in->bundle) == BUNDLE_FILE) {
        *out_file = 0;
        return open_bundle(bundle_path(in->bundle), o, out, err);
    }
    if (!name)
        name = base_name(bundle_name(in->bundle, in->file));
    if (strchr(name, '/') || strchr(name, '\\') || name[0] == '.')
        return err_set(err, BAD_DATA, "'%s' leads out of the source's folder", name);
    enum err_code rc = open_beside_source(in, name, o, out, out_file, &found, err);
    if (!rc && !found && folder) {
        *out_file = 0;
        rc = open_in_folder(folder, name, o, out, &found, err);
    }
    if (!rc && !found)
        rc = err_set(err, NOT_FOUND, "there is no file '%s' beside the source", name);
    return rc;
}

/* Files of a folder, and files beside a file. */
#include "base/mem.h"
#include "importers/bundle_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Folders wait in a list: no path is too deep. */
struct walk {
    struct bundle *bundle;
    const char *top;
    char **folders; /* names below the top; "" is the top */
    size_t n_folders, room_folders;
};

static enum err_code add_folder(struct walk *w, const char *name, struct err *err)
{
    enum err_code rc =
        mem_grow((void **)&w->folders, &w->room_folders, w->n_folders + 1, sizeof *w->folders, err);
    char *copy = rc ? NULL : mem_strdup(name);
    if (!rc && !copy)
        rc = err_no_memory(err, strlen(name));
    if (!rc)
        w->folders[w->n_folders++] = copy;
    return rc;
}

/* An archive in a folder is one more folder. What is wrong with it is told of it alone. */
static enum err_code add_archive(struct bundle *b, const char *name, const char *path,
                                 struct err *err)
{
    struct err why = {0};
    enum err_code rc = bundle_add_archive(b, path, name, &why);
    if (rc == OK)
        return OK;
    if (rc != BAD_DATA && rc != UNSUPPORTED && rc != LIMIT)
        return err_set(err, rc, "%s", why.text);
    rc = bundle_add_file(b, name, path, 0, true, err);
    if (rc)
        return rc;
    struct err *failed = mem_new(1, sizeof *failed);
    if (!failed)
        return err_no_memory(err, sizeof *failed);
    *failed = why;
    b->files[b->n_files - 1].failed = failed;
    return OK;
}

static enum err_code add_regular(struct bundle *b, const char *name, const char *path,
                                 uint64_t n_bytes, struct err *err)
{
    bool is_archive = false;
    const size_t n = strlen(name);
    /* Office documents are ZIP archives too, but nobody means what is in them. What cannot be read
     * shows when it is. */
    if (n > 4 && text_eq_ignoring_case(name + n - 4, ".zip") &&
        bundle_is_archive(path, &is_archive, NULL) == OK && is_archive)
        return add_archive(b, name, path, err);
    return bundle_add_file(b, name, path, n_bytes, true, err);
}

/* `name` is below the top. */
static enum err_code add_entry(struct walk *w, const char *name, struct err *err)
{
    struct buf path;
    struct stat about;
    if (w->bundle->n_files + w->n_folders > w->bundle->limits.files)
        return err_set(err, LIMIT,
                       "this folder has more than %" PRIu64 " files: say --max-files if it should",
                       w->bundle->limits.files);
    buf_init(&path, 1 << 16);
    buf_printf(&path, "%s/%s", w->top, name);
    enum err_code rc = buf_status(&path, err);
    /* What is gone since the folder was listed was never there. */
    if (!rc && lstat(buf_text(&path), &about) == 0) {
        if (S_ISDIR(about.st_mode))
            rc = add_folder(w, name, err);
        else if (S_ISREG(about.st_mode))
            rc = add_regular(w->bundle, name, buf_text(&path), (uint64_t)about.st_size, err);
        else
            rc = bundle_add_file(w->bundle, name, buf_text(&path), 0, false, err);
    }
    buf_clear(&path);
    return rc;
}

static enum err_code list_folder(struct walk *w, const char *folder, struct err *err)
{
    struct buf name;
    buf_init(&name, 1 << 16);
    buf_printf(&name, "%s/%s", w->top, folder);
    enum err_code rc = buf_status(&name, err);
    DIR *listing = rc ? NULL : opendir(buf_text(&name));
    if (!rc && !listing)
        rc = err_set(err, IO, "%s: %s", *folder ? folder : ".", strerror(errno));
    for (const struct dirent *e; !rc && (e = readdir(listing));) {
        if (e->d_name[0] == '.')
            continue;
        buf_reset(&name);
        buf_printf(&name, "%s%s%s", folder, *folder ? "/" : "", e->d_name);
        rc = buf_status(&name, err);
        if (!rc)
            rc = add_entry(w, buf_text(&name), err);
    }
    if (listing)
        closedir(listing);
    buf_clear(&name);
    return rc;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct bundle_file *)a)->name, ((const struct bundle_file *)b)->name);
}

enum err_code bundle_add_folder(struct bundle *b, const char *path, struct err *err)
{
    struct walk w = {.bundle = b, .top = path};
    enum err_code rc = add_folder(&w, "", err);
    for (size_t i = 0; !rc && i < w.n_folders; i++)
        rc = list_folder(&w, w.folders[i], err);
    for (size_t i = 0; i < w.n_folders; i++)
        mem_free(w.folders[i]);
    mem_free(w.folders);
    if (!rc && b->n_files)
        qsort(b->files, b->n_files, sizeof *b->files, compare_names);
    return rc;
}

static enum err_code add_sibling(struct bundle *b, const char *folder, const char *name,
                                 struct err *err)
{
    struct buf path;
    struct stat about;
    buf_init(&path, 1 << 16);
    buf_printf(&path, "%s/%s", folder, name);
    enum err_code rc = buf_status(&path, err);
    if (!rc && stat(buf_text(&path), &about) == 0 && S_ISREG(about.st_mode))
        rc = bundle_add_file(b, name, buf_text(&path), (uint64_t)about.st_size, true, err);
    buf_clear(&path);
    return rc;
}

enum err_code bundle_add_siblings(struct bundle *b, const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const struct span stem = bundle_stem(name);
    char *folder = mem_strdup(slash ? path : ".");
    if (!folder)
        return err_no_memory(err, strlen(path));
    if (slash)
        folder[slash == path ? 1 : slash - path] = '\0';
    DIR *listing = opendir(folder);
    enum err_code rc = OK;
    /* A folder that cannot be listed only means that there are no siblings to be seen. */
    for (const struct dirent *e; listing && !rc && (e = readdir(listing));) {
        const struct span other = bundle_stem(e->d_name);
        if (other.len_bytes == stem.len_bytes && memcmp(other.at, stem.at, stem.len_bytes) == 0 &&
            !text_eq(e->d_name, name))
            rc = add_sibling(b, folder, e->d_name, err);
    }
    if (listing)
        closedir(listing);
    mem_free(folder);
    return rc;
}

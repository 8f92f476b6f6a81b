#include "importers/bundle.h"

#include "base/mem.h"
#include "importers/bundle_files.h"
#include "importers/source_url.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum err_code bundle_add_file(struct bundle *b, const char *name, const char *path, uint64_t bytes,
                              bool regular, struct err *err)
{
    const enum err_code rc =
        mem_grow((void **)&b->files, &b->room_files, b->n_files + 1, sizeof *b->files, err);
    if (rc)
        return rc;
    struct bundle_file *f = &b->files[b->n_files++];
    *f = (struct bundle_file){.name = mem_strdup(name),
                              .path = mem_strdup(path),
                              .bytes = bytes,
                              .regular = regular,
                              .fd = -1};
    return f->name && (f->path || !path) ? OK : err_no_memory(err, strlen(name));
}

struct span bundle_stem(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *dot = strrchr(name, '.');
    const bool has_suffix = dot && dot != name && (!slash || dot > slash + 1);
    return (struct span){name, has_suffix ? (size_t)(dot - name) : strlen(name)};
}

/* A path is a folder, an archive, or a file with its siblings. */
static enum err_code add_path(struct bundle *b, const char *path, struct err *err)
{
    struct stat about;
    bool is_archive = false;
    if (stat(path, &about))
        return err_set(err, errno == ENOENT || errno == ENOTDIR ? NOT_FOUND : IO, "%s",
                       strerror(errno));
    if (S_ISDIR(about.st_mode)) {
        b->kind = BUNDLE_FOLDER;
        return bundle_add_folder(b, path, err);
    }
    /* What is no regular file gives its bytes only once. */
    if (S_ISREG(about.st_mode)) {
        const enum err_code rc = bundle_is_archive(path, &is_archive, err);
        if (rc)
            return rc;
    }
    if (is_archive) {
        b->kind = BUNDLE_ARCHIVE;
        return bundle_add_archive(b, path, "", err);
    }
    const char *slash = strrchr(path, '/');
    const enum err_code rc =
        bundle_add_file(b, slash ? slash + 1 : path, path,
                        S_ISREG(about.st_mode) ? (uint64_t)about.st_size : 0, true, err);
    return rc ? rc : bundle_add_siblings(b, path, err);
}

static enum err_code fetch_into(struct bundle *b, const char *url, const char *path,
                                struct err *err)
{
    struct fetched fetched;
    const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, IO, "a temporary file: %s", strerror(errno));
    enum err_code rc = fetch_url(url, &b->limits.fetch, fd, &fetched, err);
    if (close(fd) && !rc)
        rc = err_set(err, IO, "a temporary file: %s", strerror(errno));
    if (!rc) {
        b->unchanged = fetched.unchanged;
        memcpy(b->version, fetched.version, sizeof b->version);
    }
    return rc;
}

static enum err_code add_remote(struct bundle *b, const char *url, struct err *err)
{
    const char *folder = NULL;
    struct buf path;
    buf_init(&path, 1 << 16);
    enum err_code rc = bundle_scratch(b, &folder, err);
    if (!rc) {
        buf_printf(&path, "%s/", folder);
        url_put_name(url, &path);
        rc = buf_status(&path, err);
    }
    if (!rc && !(b->fetched = mem_strdup(buf_text(&path))))
        rc = err_no_memory(err, path.len_bytes);
    buf_clear(&path);
    if (!rc)
        rc = fetch_into(b, url, b->fetched, err);
    return rc || b->unchanged ? rc : add_path(b, b->fetched, err);
}

/* The path that people see, and what is there. */
static enum err_code add_all(struct bundle *b, const char *source, struct err *err)
{
    const enum url_kind kind = url_kind(source);
    struct buf path;
    enum err_code rc = OK;
    buf_init(&path, 1 << 16);
    if (kind == URL_FILE)
        rc = url_put_path(source, &path, err);
    else if (kind == URL_REMOTE)
        url_put_public(source, &path);
    else
        buf_put_text(&path, source);
    while (kind != URL_REMOTE && path.len_bytes > 1 && path.data[path.len_bytes - 1] == '/')
        path.len_bytes--; /* "town/" is "town" */
    if (!rc)
        rc = buf_status(&path, err);
    if (!rc && !(b->path = mem_strdup(buf_text(&path))))
        rc = err_no_memory(err, path.len_bytes);
    buf_clear(&path);
    if (rc)
        return rc;
    if (kind == URL_REMOTE)
        return add_remote(b, source, err);
    if (text_eq(source, "-"))
        return bundle_add_file(b, "-", "-", 0, true, err);
    rc = add_path(b, b->path, err);
    if (rc == NOT_FOUND && kind == URL_FOREIGN)
        return err_set(err, UNSUPPORTED,
                       "sources are fetched by http: and https: only, and file: is a path");
    return rc;
}

enum err_code bundle_open(const char *source, const struct bundle_limits *limits,
                          struct bundle **out, struct err *err)
{
    struct bundle *b = mem_new(1, sizeof *b);
    if (!b)
        return err_no_memory(err, sizeof *b);
    b->limits = *limits;
    const enum err_code rc = add_all(b, source, err);
    if (rc)
        bundle_close(b);
    else
        *out = b;
    return rc;
}

void bundle_release(struct bundle *b, size_t file)
{
    struct bundle_file *f = &b->files[file];
    source_close(f->source);
    f->source = NULL;
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

void bundle_close(struct bundle *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->n_files; i++) {
        bundle_release(b, i);
        mem_free(b->files[i].name);
        mem_free(b->files[i].path);
        mem_free(b->files[i].failed);
    }
    mem_free(b->files);
    archive_unref(b->archive);
    for (size_t i = 0; i < b->n_archives; i++)
        mem_free(b->archives[i]);
    mem_free(b->archives);
    scratch_free(b->scratch);
    mem_free(b->fetched);
    mem_free(b->path);
    mem_free(b);
}

const char *bundle_path(const struct bundle *b)
{
    return b->path;
}

enum bundle_kind bundle_kind(const struct bundle *b)
{
    return b->kind;
}

bool bundle_is_unchanged(const struct bundle *b)
{
    return b->unchanged;
}

const char *bundle_version(const struct bundle *b)
{
    return b->version;
}

size_t bundle_n_files(const struct bundle *b)
{
    return b->n_files;
}

const char *bundle_name(const struct bundle *b, size_t file)
{
    return b->files[file].name;
}

uint64_t bundle_bytes(const struct bundle *b, size_t file)
{
    return b->files[file].bytes;
}

bool bundle_is_regular(const struct bundle *b, size_t file)
{
    return b->files[file].regular;
}

/* The first file whose name is not less than the stem; names that begin with it follow. */
static size_t first_of_stem(const struct bundle *b, struct span stem)
{
    size_t low = 0, high = b->kind == BUNDLE_FILE ? 0 : b->n_files;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strncmp(b->files[middle].name, stem.at, stem.len_bytes) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool bundle_find(const struct bundle *b, struct span stem, const char *suffix, size_t *out)
{
    for (size_t i = first_of_stem(b, stem); i < b->n_files; i++) {
        const char *name = b->files[i].name;
        const bool begins = strncmp(name, stem.at, stem.len_bytes) == 0;
        if (begins && strcasecmp(name + stem.len_bytes, suffix) == 0) {
            *out = i;
            return true;
        }
        if (!begins && b->kind != BUNDLE_FILE)
            break;
    }
    return false;
}

bool bundle_sibling(const struct bundle *b, size_t file, const char *suffix, size_t *out)
{
    return bundle_find(b, bundle_stem(b->files[file].name), suffix, out);
}

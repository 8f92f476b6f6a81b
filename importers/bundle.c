#include "importers/bundle.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct bundle_file {
    char *name; /* below the bundle's folder */
    char *path; /* where it can be opened */
    uint64_t bytes;
    struct source *source; /* NULL: not opened */
    int fd;                /* -1: not opened */
};

struct bundle {
    char *path;
    enum bundle_kind kind;
    struct bundle_limits limits;
    struct bundle_file *files;
    size_t n_files, room_files;
};

static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static enum err_code add_file(struct bundle *b, const char *name, const char *path, uint64_t bytes,
                              struct err *err)
{
    const enum err_code rc =
        mem_grow((void **)&b->files, &b->room_files, b->n_files + 1, sizeof *b->files, err);
    if (rc)
        return rc;
    struct bundle_file *f = &b->files[b->n_files];
    *f = (struct bundle_file){mem_strdup(name), mem_strdup(path), bytes, NULL, -1};
    b->n_files++;
    return f->name && f->path ? OK : err_no_memory(err, strlen(path));
}

/* "roads" of "roads.shp". */
static size_t stem_bytes(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && dot != name ? (size_t)(dot - name) : strlen(name);
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
        rc = add_file(b, name, buf_text(&path), (uint64_t)about.st_size, err);
    buf_clear(&path);
    return rc;
}

/* Every file beside it whose name differs only in its suffix. */
static enum err_code add_siblings(struct bundle *b, struct err *err)
{
    const char *name = name_in(b->path);
    const size_t n = stem_bytes(name);
    char *folder = mem_strdup(name == b->path ? "." : b->path);
    if (!folder)
        return err_no_memory(err, strlen(b->path));
    if (name != b->path)
        folder[name - b->path - (name - b->path > 1)] = '\0';
    DIR *listing = opendir(folder);
    enum err_code rc = OK;
    /* A folder that cannot be listed only means that there are no siblings to be seen. */
    for (const struct dirent *e = NULL; listing && !rc && (e = readdir(listing));) {
        if (stem_bytes(e->d_name) == n && strncmp(e->d_name, name, n) == 0 &&
            strcmp(e->d_name, name) != 0)
            rc = add_sibling(b, folder, e->d_name, err);
    }
    if (listing)
        closedir(listing);
    mem_free(folder);
    return rc;
}

static enum err_code add_all(struct bundle *b, struct err *err)
{
    struct stat about;
    if (text_eq(b->path, "-"))
        return add_file(b, "-", "-", 0, err);
    if (stat(b->path, &about))
        return err_set(err, errno == ENOENT || errno == ENOTDIR ? NOT_FOUND : IO, "%s: %s", b->path,
                       strerror(errno));
    if (S_ISDIR(about.st_mode))
        return err_set(err, IO, "%s: this is a directory", b->path);
    const enum err_code rc = add_file(b, name_in(b->path), b->path,
                                      S_ISREG(about.st_mode) ? (uint64_t)about.st_size : 0, err);
    return rc ? rc : add_siblings(b, err);
}

enum err_code bundle_open(const char *path, const struct bundle_limits *limits, struct bundle **out,
                          struct err *err)
{
    struct bundle *b = mem_new(1, sizeof *b);
    if (!b)
        return err_no_memory(err, sizeof *b);
    b->limits = *limits;
    b->path = mem_strdup(path);
    enum err_code rc = b->path ? OK : err_no_memory(err, strlen(path));
    if (!rc)
        rc = add_all(b, err);
    if (rc) {
        bundle_close(b);
        return rc;
    }
    *out = b;
    return OK;
}

void bundle_close(struct bundle *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->n_files; i++) {
        source_close(b->files[i].source);
        if (b->files[i].fd >= 0)
            close(b->files[i].fd);
        mem_free(b->files[i].name);
        mem_free(b->files[i].path);
    }
    mem_free(b->files);
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

bool bundle_sibling(const struct bundle *b, size_t file, const char *suffix, size_t *out)
{
    const char *name = b->files[file].name;
    const size_t n = stem_bytes(name);
    for (size_t i = 0; i < b->n_files; i++) {
        const char *other = b->files[i].name;
        if (stem_bytes(other) == n && strncmp(other, name, n) == 0 &&
            text_eq_ignoring_case(other + n, suffix)) {
            *out = i;
            return true;
        }
    }
    return false;
}

enum err_code bundle_source(struct bundle *b, size_t file, struct source **out, struct err *err)
{
    struct bundle_file *f = &b->files[file];
    const enum err_code rc = f->source ? OK : source_open(f->path, &f->source, err);
    if (!rc)
        *out = f->source;
    return rc;
}

enum err_code bundle_read(struct bundle *b, size_t file, struct buf *out, struct err *err)
{
    struct source *source = NULL;
    enum err_code rc = source_open(b->files[file].path, &source, err);
    size_t n = 1;
    while (!rc && n > 0) {
        uint8_t *room = buf_reserve(out, 4096);
        if (!room)
            break;
        rc = source_read(source, room, 4096, &n, err);
        if (!rc)
            buf_added(out, n);
    }
    source_close(source);
    if (!rc)
        rc = buf_status(out, err);
    return rc ? err_add(err, "%s", b->files[file].name) : OK;
}

enum err_code bundle_fd(struct bundle *b, size_t file, int *out, uint64_t *out_bytes,
                        struct err *err)
{
    struct bundle_file *f = &b->files[file];
    if (text_eq(f->path, "-"))
        return err_set(err, UNSUPPORTED, "this format cannot be read from standard input");
    if (f->fd < 0)
        f->fd = open(f->path, O_RDONLY | O_CLOEXEC);
    if (f->fd < 0)
        return err_set(err, IO, "%s: %s", f->path, strerror(errno));
    *out = f->fd;
    *out_bytes = f->bytes;
    return OK;
}

enum err_code bundle_local_path(struct bundle *b, size_t file, const char **out, struct err *err)
{
    if (text_eq(b->files[file].path, "-"))
        return err_set(err, UNSUPPORTED, "this format cannot be read from standard input");
    *out = b->files[file].path;
    return OK;
}

enum err_code bundle_sha256(struct bundle *b, size_t file, char out_hex[SOURCE_SHA256_BYTES],
                            uint64_t *out_bytes, struct err *err)
{
    struct source *source = NULL;
    enum err_code rc = bundle_source(b, file, &source, err);
    if (!rc)
        rc = source_sha256(source, out_hex, err);
    if (!rc)
        *out_bytes = source_progress(source).raw_bytes;
    return rc;
}

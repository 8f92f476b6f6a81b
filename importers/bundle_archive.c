/* Archives of a bundle: the one that it is, or those in a folder. One is open at a time. */
#include "base/mem.h"
#include "importers/bundle_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum err_code bundle_is_archive(const char *path, bool *out, struct err *err)
{
    char head[4];
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, IO, "%s", strerror(errno));
    const ssize_t n = pread(fd, head, sizeof head, 0);
    close(fd);
    *out = n > 0 && archive_recognises((struct span){head, (size_t)n});
    return OK;
}

static enum err_code open_archive(struct bundle *b, size_t i, struct err *err)
{
    if (b->archive && b->open_archive == i)
        return OK;
    archive_unref(b->archive);
    b->archive = NULL;
    b->open_archive = i;
    return archive_open(b->archives[i], b->limits.files, b->limits.inflation, &b->archive, err);
}

static enum err_code add_path(struct bundle *b, const char *path, struct err *err)
{
    const enum err_code rc = mem_grow((void **)&b->archives, &b->room_archives, b->n_archives + 1,
                                      sizeof *b->archives, err);
    if (rc)
        return rc;
    b->archives[b->n_archives] = mem_strdup(path);
    if (!b->archives[b->n_archives])
        return err_no_memory(err, strlen(path));
    b->n_archives++;
    return OK;
}

static enum err_code add_entry(struct bundle *b, size_t entry, const char *prefix, struct err *err)
{
    const struct archive_entry *e = archive_entry(b->archive, entry);
    struct buf name;
    buf_init(&name, 1 << 18); /* names in archives have 65,535 bytes at most */
    buf_printf(&name, "%s%s%s", prefix, *prefix ? "/" : "", e->name);
    enum err_code rc = buf_status(&name, err);
    if (!rc)
        rc = bundle_add_file(b, buf_text(&name), NULL, e->n_bytes, true, err);
    buf_clear(&name);
    if (rc)
        return rc;
    b->files[b->n_files - 1].archive = b->n_archives - 1;
    b->files[b->n_files - 1].entry = entry;
    return OK;
}

enum err_code bundle_add_archive(struct bundle *b, const char *path, const char *prefix,
                                 struct err *err)
{
    enum err_code rc = add_path(b, path, err);
    if (!rc)
        rc = open_archive(b, b->n_archives - 1, err);
    const size_t n = rc ? 0 : archive_n_entries(b->archive);
    if (!rc && b->n_files + n > b->limits.files)
        rc = err_set(err, LIMIT, "with its %zu files there are more than --max-files allows", n);
    for (size_t i = 0; !rc && i < n; i++)
        rc = add_entry(b, i, prefix, err);
    return rc;
}

enum err_code bundle_packed_origin(struct bundle *b, size_t file, struct source_origin *out,
                                   struct err *err)
{
    const struct bundle_file *f = &b->files[file];
    const enum err_code rc = open_archive(b, f->archive, err);
    return rc ? rc : archive_origin(b->archive, f->entry, out, err);
}

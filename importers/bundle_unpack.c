/* What is packed in an archive, for those who need it as files. */
#include "base/mem.h"
#include "importers/bundle_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_BYTES ((size_t)256 * 1024)

enum err_code bundle_scratch(struct bundle *b, const char **out_folder, struct err *err)
{
    const enum err_code rc = b->scratch ? OK : scratch_new(b->limits.scratch, &b->scratch, err);
    if (!rc)
        *out_folder = scratch_path(b->scratch);
    return rc;
}

static enum err_code write_all(int fd, const uint8_t *bytes, size_t n, struct err *err)
{
    while (n > 0) {
        const ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno != EINTR)
            return err_set(err, IO, "unpacking: %s", strerror(errno));
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        }
    }
    return OK;
}

enum err_code bundle_unpack_into(struct bundle *b, size_t file, int fd, struct err *err)
{
    struct source_origin origin;
    size_t n = 1;
    enum err_code rc = bundle_packed_origin(b, file, &origin, err);
    if (rc)
        return rc;
    uint8_t *block = mem_new(1, BLOCK_BYTES);
    if (!block)
        rc = err_no_memory(err, BLOCK_BYTES);
    while (!rc && n > 0) {
        rc = origin.read(origin.state, block, BLOCK_BYTES, &n, err);
        if (!rc)
            rc = write_all(fd, block, n, err);
    }
    origin.close(origin.state);
    mem_free(block);
    return rc;
}

/* On failure there is no such file. */
static enum err_code unpack_one(struct bundle *b, size_t file, const char *folder, struct err *err)
{
    struct bundle_file *f = &b->files[file];
    const char *slash = strrchr(f->name, '/');
    struct buf path;
    buf_init(&path, 1 << 16);
    buf_printf(&path, "%s/%s", folder, slash ? slash + 1 : f->name);
    enum err_code rc = buf_status(&path, err);
    const int fd =
        rc ? -1 : open(buf_text(&path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (!rc && fd < 0)
        rc = err_set(err, IO, "unpacking %s: %s", f->name, strerror(errno));
    if (!rc)
        rc = bundle_unpack_into(b, file, fd, err);
    if (fd >= 0 && close(fd) && !rc)
        rc = err_set(err, IO, "unpacking %s: %s", f->name, strerror(errno));
    if (!rc && !(f->path = mem_strdup(buf_text(&path))))
        rc = err_no_memory(err, path.len_bytes);
    if (rc && fd >= 0)
        (void)unlink(buf_text(&path));
    buf_clear(&path);
    return rc;
}

static struct span folder_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    return (struct span){name, slash ? (size_t)(slash - name) : 0};
}

enum err_code bundle_unpack_beside(struct bundle *b, size_t file, struct err *err)
{
    const struct span folder = folder_of(b->files[file].name);
    const char *scratch = NULL;
    struct buf path;
    enum err_code rc = bundle_scratch(b, &scratch, err);
    if (rc)
        return rc;
    buf_init(&path, 1 << 16);
    /* Each folder of the archive is one of ours, named by a number: names may be anything. What
     * makes it a geodatabase is the end of its name. */
    const bool is_gdb = folder.len_bytes > strlen(".gdb") &&
                        memcmp(folder.at + folder.len_bytes - strlen(".gdb"), ".gdb", 4) == 0;
    buf_printf(&path, "%s/%zu%s", scratch, file, is_gdb ? ".gdb" : "");
    rc = buf_status(&path, err);
    if (!rc && mkdir(buf_text(&path), 0700) != 0 && errno != EEXIST)
        rc = err_set(err, IO, "a temporary folder: %s", strerror(errno));
    for (size_t i = 0; !rc && i < b->n_files; i++) {
        const struct span other = folder_of(b->files[i].name);
        if (b->files[i].path || other.len_bytes != folder.len_bytes ||
            memcmp(other.at, folder.at, folder.len_bytes) != 0)
            continue;
        struct err why = {0};
        rc = unpack_one(b, i, buf_text(&path), &why);
        /* A damaged file is the matter of those who want it. */
        if (i != file && (rc == BAD_DATA || rc == UNSUPPORTED))
            rc = OK;
        else if (rc)
            err_set(err, rc, "%s", why.text);
    }
    buf_clear(&path);
    return rc;
}

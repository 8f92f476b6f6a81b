#include "importers/scratch.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_BEGINS "cassini-scratch-"

enum { TRIES = 10, DESCRIPTORS = 16 };

/* Who lives holds a lock on the folder itself; the kernel takes it from the dead. */
struct scratch {
    char *path;
    int fd;
};

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about;
    (void)kind;
    (void)where;
    /* What cannot be removed stays: the next sweep tries again. */
    (void)remove(path);
    return 0;
}

static void remove_all(const char *path)
{
    (void)nftw(path, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* The folder locked, or -1: it is not ours, somebody uses it, or it is gone. */
static int lock_folder(const char *path)
{
    struct stat about;
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &about) == 0 && about.st_nlink > 0 &&
        about.st_uid == geteuid())
        return fd;
    close(fd);
    return -1;
}

static void sweep_one(const char *folder, const char *name)
{
    struct buf path;
    buf_init(&path, 1 << 16);
    buf_printf(&path, "%s/%s", folder, name);
    const int fd = path.failed ? -1 : lock_folder(buf_text(&path));
    if (fd >= 0) {
        remove_all(buf_text(&path));
        close(fd);
    }
    buf_clear(&path);
}

void scratch_sweep(const char *folder)
{
    DIR *listing = opendir(folder);
    if (!listing)
        return;
    for (const struct dirent *e; (e = readdir(listing));) {
        if (text_starts_with(e->d_name, NAME_BEGINS))
            sweep_one(folder, e->d_name);
    }
    closedir(listing);
}

/* Between making and locking it another process may sweep it: then it is made again. */
static enum err_code make_folder(struct scratch *s, const char *folder, struct err *err)
{
    struct buf path;
    buf_init(&path, 1 << 16);
    enum err_code rc = OK;
    for (int i = 0; !rc && s->fd < 0 && i < TRIES; i++) {
        buf_reset(&path);
        buf_printf(&path, "%s/" NAME_BEGINS "XXXXXX", folder);
        (void)buf_text(&path);
        rc = buf_status(&path, err);
        if (!rc && !mkdtemp((char *)path.data))
            rc = err_set(err, IO, "no temporary folder in '%s': %s", folder, strerror(errno));
        if (!rc)
            s->fd = lock_folder((const char *)path.data);
    }
    if (!rc && s->fd < 0)
        rc = err_set(err, IO, "no temporary folder in '%s' stays", folder);
    if (!rc && !(s->path = mem_strdup((const char *)path.data)))
        rc = err_no_memory(err, path.len_bytes);
    if (rc && s->fd >= 0)
        remove_all((const char *)path.data);
    buf_clear(&path);
    return rc;
}

enum err_code scratch_new(const char *folder, struct scratch **out, struct err *err)
{
    struct scratch *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    s->fd = -1;
    const enum err_code rc = make_folder(s, folder, err);
    if (rc)
        scratch_free(s);
    else
        *out = s;
    return rc;
}

void scratch_free(struct scratch *s)
{
    if (!s)
        return;
    if (s->path)
        remove_all(s->path);
    if (s->fd >= 0)
        close(s->fd);
    mem_free(s->path);
    mem_free(s);
}

const char *scratch_path(const struct scratch *s)
{
    return s->path;
}

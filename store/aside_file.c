#include "store/aside_file.h"

#include "base/buf.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file may be put in place, or swept, between the moments when we open it and lock it. */
enum { TRIES = 10 };

static char *path_beside(const char *place)
{
    struct buf path;
    buf_init(&path, 1 << 16);
    buf_printf(&path, "%s-new", place);
    char *copy = path.failed ? NULL : mem_strdup(buf_text(&path));
    buf_clear(&path);
    return copy;
}

/* Whether the path still leads to what is open. */
static bool is_at(int fd, const char *path)
{
    struct stat open_file, named;
    return fstat(fd, &open_file) == 0 && stat(path, &named) == 0 &&
           open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

static bool exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static enum err_code lock(struct aside_file *a, const char *place, struct err *err)
{
    for (int i = 0; i < TRIES; i++) {
        a->fd = open(a->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (a->fd < 0)
            return err_set(err, IO, "'%s': %s", a->path, strerror(errno));
        if (flock(a->fd, LOCK_EX | LOCK_NB) != 0)
            return errno == EWOULDBLOCK
                       ? err_set(err, BUSY, "'%s' is being made by another process", place)
                       : err_set(err, IO, "'%s': %s", a->path, strerror(errno));
        if (is_at(a->fd, a->path))
            return OK;
        close(a->fd);
        a->fd = -1;
    }
    return err_set(err, BUSY, "'%s' is being made by others", place);
}

static enum err_code begin(const char *place, bool goes_on, struct aside_file *out, struct err *err)
{
    struct aside_file a = {path_beside(place), -1};
    if (!a.path)
        return err_no_memory(err, strlen(place));
    enum err_code rc = lock(&a, place, err);
    if (rc) { /* the file is another's */
        if (a.fd >= 0)
            close(a.fd);
        mem_free(a.path);
        return rc;
    }
    if (!goes_on && exists(place))
        rc = err_set(err, CONFLICT, "'%s' was made in the meantime", place);
    else if (!goes_on && ftruncate(a.fd, 0) != 0)
        rc = err_set(err, IO, "'%s': %s", a.path, strerror(errno));
    if (rc)
        aside_file_discard(&a);
    else
        *out = a;
    return rc;
}

enum err_code aside_file_begin(const char *place, struct aside_file *out, struct err *err)
{
    return begin(place, false, out, err);
}

enum err_code aside_file_go_on(const char *place, struct aside_file *out, struct err *err)
{
    return begin(place, true, out, err);
}

/* Not over a file that is there. Where the file system knows no such rename, we look before. */
static int put_in_place(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (exists(to)) {
        errno = EEXIST;
        return -1;
    }
    return rename(from, to);
}

/* The name, too, must survive a power failure. What cannot be done here does no harm to the file.
 */
static void sync_folder(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    if (snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + 1) : 1,
                 slash ? path : ".") >= (int)sizeof folder)
        return;
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

enum err_code aside_file_publish(struct aside_file *a, const char *place, bool may_replace,
                                 struct err *err)
{
    if (fsync(a->fd) != 0)
        return err_set(err, IO, "'%s': %s", a->path, strerror(errno));
    if ((may_replace ? rename(a->path, place) : put_in_place(a->path, place)) != 0)
        return err_set(err, errno == EEXIST ? CONFLICT : IO, "'%s': %s", place, strerror(errno));
    sync_folder(place);
    aside_file_leave(a);
    return OK;
}

void aside_file_leave(struct aside_file *a)
{
    if (a->fd < 0)
        return;
    close(a->fd);
    mem_free(a->path);
    *a = (struct aside_file){.fd = -1};
}

void aside_file_discard(struct aside_file *a)
{
    if (a->fd >= 0)
        unlink(a->path);
    aside_file_leave(a);
}

void aside_file_sweep(const char *place)
{
    char *path = path_beside(place);
    if (!path)
        return;
    const int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && is_at(fd, path))
        unlink(path);
    if (fd >= 0)
        close(fd);
    mem_free(path);
}

/* Files and standard input as the origin of a source (base/source.h). */
#include "base/cancel.h"
#include "base/mem.h"
#include "base/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MS = 100 };

struct file {
    int fd;
    uint64_t at;
    const atomic_bool *cancel;
    bool may_wait; /* a pipe or a terminal, whose bytes come when they come */
};

/* Until there is something to read. Whichever thread waits here, it need not be the one that a signal
 * comes to. */
static enum err_code wait_for_bytes(const struct file *f, struct err *err)
{
    struct pollfd readable = {.fd = f->fd, .events = POLLIN};
    enum err_code rc = OK;
    int n = 0;
    while (f->may_wait && !(rc = cancel_check(f->cancel, "reading", err)) &&
           ((n = poll(&readable, 1, WAIT_MS)) == 0 || (n < 0 && errno == EINTR)))
        continue;
    return rc;
}

static enum err_code file_read(void *state, void *into, size_t n_max, size_t *n_out,
                               struct err *err)
{
    struct file *f = state;
    ssize_t n;
    const enum err_code rc = wait_for_bytes(f, err);
    if (rc)
        return rc;
    do
        n = read(f->fd, into, n_max);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_set(err, IO, "%s at byte %" PRIu64, strerror(errno), f->at);
    f->at += (uint64_t)n;
    *n_out = (size_t)n;
    return OK;
}

static void file_close(void *state)
{
    struct file *f = state;
    if (f->fd > STDIN_FILENO)
        close(f->fd);
    mem_free(f);
}

static enum err_code open_file(struct file *f, const char *path, uint64_t *out_bytes,
                               struct err *err)
{
    struct stat about;
    f->fd = text_eq(path, "-") ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (f->fd < 0)
        return err_set(err, errno == ENOENT || errno == ENOTDIR ? NOT_FOUND : IO, "%s: %s", path,
                       strerror(errno));
    if (fstat(f->fd, &about))
        return err_set(err, IO, "%s: %s", path, strerror(errno));
    f->may_wait = !S_ISREG(about.st_mode);
    if (f->fd == STDIN_FILENO)
        return OK;
    if (S_ISDIR(about.st_mode))
        return err_set(err, IO, "%s: this is a directory", path);
    if (S_ISREG(about.st_mode))
        *out_bytes = (uint64_t)about.st_size;
    /* Advice only: what it returns changes nothing. */
    (void)posix_fadvise(f->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return OK;
}

enum err_code source_origin_file(const char *path, const atomic_bool *cancel,
                                 struct source_origin *out, struct err *err)
{
    struct source_origin origin = {.read = file_read, .close = file_close};
    struct file *f = mem_new(1, sizeof *f);
    if (!f)
        return err_no_memory(err, sizeof *f);
    f->cancel = cancel;
    const enum err_code rc = open_file(f, path, &origin.n_bytes, err);
    origin.state = f;
    if (rc)
        file_close(f);
    else
        *out = origin;
    return rc;
}

#include "exporters/file_io.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum err_code file_write_at(int fd, uint64_t at, const void *bytes, size_t n_bytes, struct err *err)
{
    for (size_t n = 0; n < n_bytes;) {
        const ssize_t put = pwrite(fd, (const uint8_t *)bytes + n, n_bytes - n, (off_t)(at + n));
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_set(err, IO, "%s", strerror(errno));
        n += (size_t)put;
    }
    return OK;
}

enum err_code file_read_at(int fd, uint64_t at, size_t n_bytes, struct buf *out, struct err *err)
{
    buf_reset(out);
    uint8_t *to = buf_reserve(out, n_bytes);
    if (!to)
        return buf_status(out, err);
    for (size_t n = 0; n < n_bytes;) {
        const ssize_t got = pread(fd, to + n, n_bytes - n, (off_t)(at + n));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_set(err, IO, "%s", got ? strerror(errno) : "the file ends too early");
        n += (size_t)got;
    }
    buf_added(out, n_bytes);
    return OK;
}

enum err_code file_size(int fd, uint64_t *out, struct err *err)
{
    struct stat about;
    if (fstat(fd, &about) != 0)
        return err_set(err, IO, "%s", strerror(errno));
    *out = (uint64_t)about.st_size;
    return OK;
}

enum err_code file_read_all(int fd, struct buf *out, struct err *err)
{
    uint64_t n_bytes = 0;
    const enum err_code rc = file_size(fd, &n_bytes, err);
    return rc ? rc : file_read_at(fd, 0, (size_t)n_bytes, out, err);
}

#include "base/temp_file.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* O_TMPFILE never has a name; where the file system has no such files, a name is removed at once. */
enum err_code temp_file_open(const char *folder, int *out_fd, struct err *err)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        struct buf path;
        buf_init(&path, SIZE_MAX);
        buf_printf(&path, "%s/.cassini-XXXXXX", folder);
        const enum err_code rc = buf_status(&path, err);
        if (!rc) {
            (void)buf_text(&path);
            fd = mkostemp((char *)path.data, O_CLOEXEC);
        }
        if (fd >= 0)
            unlink((const char *)path.data);
        buf_clear(&path);
        if (rc)
            return rc;
    }
    if (fd < 0)
        return err_set(err, IO, "no temporary file in '%s': %s", folder, strerror(errno));
    *out_fd = fd;
    return OK;
}

#include "base/log.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Longer lines are cut: what people and collectors read is short, and PIPE_BUF bytes (4096) are
 * written in one piece also to a pipe. */
#define LINE_BYTES 2048

static const char *const PREFIXES[] = {
    [LOG_ERROR] = "cassini: error: ",
    [LOG_WARNING] = "cassini: warning: ",
    [LOG_INFO] = "cassini: ",
    [LOG_DEBUG] = "cassini: debug: ",
};

void log_line(const struct log *l, enum log_level level, const char *format, ...)
{
    if (level > l->level)
        return;
    char line[LINE_BYTES];
    const size_t start = strlen(PREFIXES[level]);
    memcpy(line, PREFIXES[level], start);
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(line + start, sizeof line - start, format, args);
    va_end(args);
    size_t len = start;
    if (n > 0)
        len += (size_t)n < sizeof line - start ? (size_t)n : sizeof line - start - 1;
    text_blank_controls(line + start, len - start, false);
    line[len++] = '\n';
    for (size_t done = 0; done < len;) {
        const ssize_t written = write(l->fd, line + done, len - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        done += (size_t)written;
    }
}

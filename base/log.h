/* Lines for people and log collectors, to stderr. Only commands and the server's loop log. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/** A plain value, handed down by the command. One write(2) a line, so threads do not mix lines. */
struct log {
    enum log_level level; /* what is less urgent than this is not written */
    int fd;
};

void log_line(const struct log *l, enum log_level level, const char *format, ...) PRINTF_LIKE(3, 4);

#endif

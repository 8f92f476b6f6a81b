/* The socket on which the server listens. */
#ifndef SERVER_HTTP_LISTEN_H
#define SERVER_HTTP_LISTEN_H

#include "base/err.h"

#include <stdint.h>

/** "127.0.0.1:8080", "[::1]:8080" */
#define LISTEN_NAME_BYTES 64

struct listening {
    int fd;
    uint16_t port; /* the one that the system chose, when 0 was asked for */
    char name[LISTEN_NAME_BYTES];
};

/**
 * Listen on a numeric address, IPv4, or IPv6 with or without brackets; not blocking, closed on
 * exec. TCP_NODELAY is set, and accepted sockets inherit it.
 * Errors   BAD_ARG not a numeric address; IO "127.0.0.1:8080 is already in use" and the like
 */
enum err_code listen_on(const char *address, uint16_t port, struct listening *out,
                        struct err *err) MUST_USE;

#endif

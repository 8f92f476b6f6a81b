/* Where to listen: "127.0.0.1:8080", "[::1]:8080", ":8080", "localhost:0". */
#ifndef CLI_LISTEN_H
#define CLI_LISTEN_H

#include "base/err.h"

#include <stdint.h>

/** A plain value. */
struct listen_address {
    char address[64]; /* without brackets */
    uint16_t port;
};

/** Errors BAD_ARG: words say what is missing. */
enum err_code listen_parse(const char *text, struct listen_address *out, struct err *err) MUST_USE;

#endif

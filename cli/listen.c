#include "cli/listen.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum err_code listen_parse(const char *text, struct listen_address *out, struct err *err)
{
    struct listen_address parsed = {.address = "0.0.0.0"};
    const char *colon = strrchr(text, ':');
    if (!colon)
        return err_set(err, BAD_ARG, "'%s' has no port: write ADDRESS:PORT", text);
    int64_t port = 0;
    if (text_parse_i64(colon + 1, &port, NULL) || port < 0 || port > UINT16_MAX)
        return err_set(err, BAD_ARG, "'%s' is no port: 0 to 65535", colon + 1);
    parsed.port = (uint16_t)port;

    const char *start = text;
    size_t n = (size_t)(colon - text);
    if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
        start++;
        n -= 2;
    } else if (memchr(text, ':', n)) {
        return err_set(err, BAD_ARG, "'%s': an IPv6 address stands in brackets, as in [::1]:8080",
                       text);
    }
    if (n >= sizeof parsed.address)
        return err_set(err, BAD_ARG, "'%s' is no address", text);
    if (n)
        snprintf(parsed.address, sizeof parsed.address, "%.*s", (int)n, start);
    if (text_eq(parsed.address, "localhost"))
        snprintf(parsed.address, sizeof parsed.address, "127.0.0.1");
    *out = parsed;
    return OK;
}

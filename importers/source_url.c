#include "importers/source_url.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

#define NAME_MAX_BYTES 200 /* with what unpacking may add, below the 255 of file systems */

static bool begins(const char *text, const char *scheme)
{
    return strncasecmp(text, scheme, strlen(scheme)) == 0;
}

enum url_kind url_kind(const char *source)
{
    if (begins(source, "file:"))
        return URL_FILE;
    if (begins(source, "http://") || begins(source, "https://"))
        return URL_REMOTE;
    /* RFC 3986, 3.1: letters, digits, '+', '-' and '.' */
    const size_t n = strspn(source, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                    "0123456789+-.");
    return n > 0 && text_starts_with(source + n, "://") ? URL_FOREIGN : URL_NONE;
}

enum err_code url_put_path(const char *url, struct buf *out, struct err *err)
{
    const char *path = url + strlen("file:");
    if (text_starts_with(path, "//")) {
        const char *host = path + 2;
        path = strchr(host, '/');
        const size_t n = path ? (size_t)(path - host) : strlen(host);
        if (n > 0 && !span_eq((struct span){host, n}, "localhost"))
            return err_set(err, UNSUPPORTED, "a file: URL of another host, '%.*s'", (int)n, host);
        if (!path)
            return err_set(err, BAD_ARG, "a file: URL without a path");
    }
    const size_t n_before = out->len_bytes;
    const enum err_code rc = text_percent_decode(span_of(path), false, out, err);
    if (rc)
        return rc;
    return out->len_bytes > n_before ? OK : err_set(err, BAD_ARG, "a file: URL without a path");
}

/* Where things are in "https://user:pw@host/a/b?c#d". */
struct parts {
    struct span scheme; /* with "://" */
    struct span host;   /* and port */
    struct span path;
    struct span query; /* with '?' */
};

static struct span until(const char *at, const char *stops)
{
    return (struct span){at, strcspn(at, stops)};
}

static struct parts parts_of(const char *url)
{
    struct parts p;
    const char *authority = strstr(url, "://") + 3;
    p.scheme = (struct span){url, (size_t)(authority - url)};
    p.host = until(authority, "/?#");
    p.path = until(p.host.at + p.host.len_bytes, "?#");
    p.query = until(p.path.at + p.path.len_bytes, "#");
    /* Passwords may hold an '@' that was not escaped: the last one counts. */
    const char *at = memrchr(p.host.at, '@', p.host.len_bytes);
    if (at) {
        p.host.len_bytes -= (size_t)(at + 1 - p.host.at);
        p.host.at = at + 1;
    }
    return p;
}

void url_put_public(const char *url, struct buf *out)
{
    const struct parts p = parts_of(url);
    buf_put(out, p.scheme.at, p.scheme.len_bytes);
    buf_put(out, p.host.at, p.host.len_bytes);
    buf_put(out, p.path.at, p.path.len_bytes);
    buf_put(out, p.query.at, p.query.len_bytes);
}

void url_put_shown(const char *source, struct buf *out)
{
    const enum url_kind kind = url_kind(source);
    if (text_eq(source, "-"))
        buf_put_text(out, "standard input");
    else if (kind == URL_REMOTE)
        url_put_public(source, out);
    else if (kind != URL_FILE || url_put_path(source, out, NULL))
        buf_put_text(out, source);
}

static struct span last_part(struct span path)
{
    while (path.len_bytes && path.at[path.len_bytes - 1] == '/')
        path.len_bytes--;
    const char *slash = memrchr(path.at, '/', path.len_bytes);
    if (!slash)
        return path;
    return (struct span){slash + 1, path.len_bytes - (size_t)(slash + 1 - path.at)};
}

/* The end is kept, since it has the suffix. */
static void put_file_name(struct buf *out, struct span name)
{
    while (name.len_bytes > NAME_MAX_BYTES) {
        const size_t n = text_utf8_char(name, NULL);
        name.at += n ? n : 1;
        name.len_bytes -= n ? n : 1;
    }
    if (name.len_bytes && *name.at == '.')
        buf_put_u8(out, '_');
    for (size_t i = 0; i < name.len_bytes; i++) {
        const unsigned char c = (unsigned char)name.at[i];
        buf_put_u8(out, c < ' ' || c == '/' || c == '\\' ? '_' : c);
    }
}

void url_put_name(const char *url, struct buf *out)
{
    const struct parts p = parts_of(url);
    struct buf name;
    buf_init(&name, 1 << 16);
    struct span part = last_part(p.path);
    if (part.len_bytes == 0)
        part = p.host;
    /* What is no good escape stands for itself. */
    if (text_percent_decode(part, false, &name, NULL) == OK)
        part = (struct span){buf_text(&name), name.len_bytes};
    if (part.len_bytes)
        put_file_name(out, part);
    else
        buf_put_text(out, "layer");
    buf_clear(&name);
}

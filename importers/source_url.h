/* Sources that are named by a URL: http, https and file. Text only, nothing is fetched here. */
#ifndef IMPORTERS_SOURCE_URL_H
#define IMPORTERS_SOURCE_URL_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

enum url_kind {
    URL_NONE,   /* a path, or "-" */
    URL_FILE,   /* file: */
    URL_REMOTE, /* http:// or https:// */
    URL_FOREIGN /* another scheme: no source of ours */
};

enum url_kind url_kind(const char *source);

/** The path of a file: URL (RFC 8089), decoded. Errors BAD_ARG a bad escape; UNSUPPORTED it is on
 * another host */
enum err_code url_put_path(const char *url, struct buf *out, struct err *err) MUST_USE;
/** A remote URL as it may be shown and kept: without user, password and fragment. */
void url_put_public(const char *url, struct buf *out);
/** Any source as it may be shown: a remote URL in public, the path of a file: URL, a path as it is,
 * "standard input". */
void url_put_shown(const char *source, struct buf *out);
/** What the file behind a remote URL is called: the last part of its path, decoded, as one name of a file; the host
 * where there is no path. */
void url_put_name(const char *url, struct buf *out);

#endif

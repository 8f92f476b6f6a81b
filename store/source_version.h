/*
 * What servers call the version of a source that all of its layers were made of: so a source behind
 * a URL is fetched again only when it is another one.
 */
#ifndef STORE_SOURCE_VERSION_H
#define STORE_SOURCE_VERSION_H

#include "store/store.h"

/** The version that was kept for a source (its URL), in the arena; NULL when there is none, or when
 * not all of the layers that came from it then are here, and from it, still. */
enum err_code store_read_source_version(struct store *s, const char *source, struct arena *a,
                                        const char **out, struct err *err) MUST_USE;

/** Keep it, when everything in the source was imported. Errors BUSY, IO */
enum err_code store_write_source_version(struct store *s, const char *source, const char *version,
                                         struct err *err) MUST_USE;

#endif

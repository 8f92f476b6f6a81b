/* Links between the resources: relations, and hrefs below the server's own URL. */
#ifndef SERVER_OGC_LINKS_H
#define SERVER_OGC_LINKS_H

#include "base/err.h"
#include "server/http/document.h"
#include "server/http/route.h"

#define REL_TILESETS_VECTOR "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
#define REL_TILESETS_MAP    "http://www.opengis.net/def/rel/ogc/1.0/tilesets-map"
#define REL_TILING_SCHEME   "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
#define REL_TILING_SCHEMES  "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
#define REL_STYLES          "http://www.opengis.net/def/rel/ogc/1.0/styles"
#define REL_SCHEMA          "http://www.opengis.net/def/rel/ogc/1.0/schema"
#define REL_GEODATA         "http://www.opengis.net/def/rel/ogc/1.0/geodata"
#define REL_DATASET         "http://www.opengis.net/def/rel/ogc/1.0/dataset"

/** One link to a place of this server: `format` gives what follows the base URL ("/collections/%s",
 * all percent-encoded). `title` is lent; it may be NULL. */
void link_to(struct doc *d, const struct request *r, const char *rel, enum media media,
             const char *title, const char *format, ...) PRINTF_LIKE(6, 7);

/** Likewise, a URL template. */
void link_template(struct doc *d, const struct request *r, const char *rel, enum media media,
                   const char *title, const char *format, ...) PRINTF_LIKE(6, 7);

/** Likewise, one for each media of the list, with f= in the query. `path` is all before the query;
 * NULL only where the arena has failed. */
void link_media(struct doc *d, const struct request *r, const char *rel, const enum media *media,
                const char *title, const char *path);

#endif

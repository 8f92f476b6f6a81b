/* Tilesets as they are described: in lists and one by one (OGC 17-083r4, OGC API Tiles). */
#ifndef SERVER_OGC_TILESET_H
#define SERVER_OGC_TILESET_H

#include "server/http/document.h"
#include "server/http/route.h"
#include "store/layer.h"

#include <stddef.h>

/** The layers of one tileset and where it is. */
struct tileset {
    const struct layer *const *layers;
    size_t n_layers;
    const char *title;
    const char *path;  /* "/collections/roads/tiles/WebMercatorQuad"; NULL where memory failed */
    const char *query; /* kept on the tiles' own URLs: "&collections=a,b", or "" */
};

/** The members that a list of tilesets shows too, and all links but self and alternate. */
void tileset_describe(struct doc *d, const struct request *r, const struct tileset *t);

/** Writes the answer about one tileset: of a list, or the tileset itself. */
typedef enum err_code tileset_respond_fn(const struct request *r, const struct tileset *t,
                                         const struct page *page, struct response *out,
                                         struct err *err);

/** Answer about the tileset of the path's collection. Errors NOT_FOUND, those of `write`. */
enum err_code tileset_of_collection(const struct request *r, tileset_respond_fn *write,
                                    struct response *out, struct err *err) MUST_USE;

#endif

/* Tilesets as they are described: in lists and one by one (OGC 17-083r4, OGC API Tiles). */
#ifndef SERVER_OGC_TILESET_H
#define SERVER_OGC_TILESET_H

#include "server/http/document.h"
#include "server/http/route.h"
#include "server/ogc/tile_limits.h"
#include "store/layer.h"

#include <stddef.h>

/** The layers of one tileset, or of a list of tilesets, and where it is. */
struct tileset {
    const struct layer *const *layers;
    size_t n_layers;
    const char *title;
    const char *list_path; /* "/collections/roads/tiles"; NULL where memory failed */
    const char *query;     /* kept on the tiles' own URLs: "&collections=a,b", or "" */
    bool is_chosen;        /* somebody wants these very layers, not what there is */
    const struct tile_grid *grid;
    struct tile_cover cover;
};

/**
 * Put the tileset into a grid.
 *
 * In/out   t: grid and cover are set; of layers that nobody chose those without tiles in the grid
 *          are left out
 * Errors   NOT_FOUND there are no tiles in this grid, with words for the client
 */
enum err_code tileset_enter(struct tileset *t, const struct request *r,
                            const struct tile_grid *grid, struct err *err) MUST_USE;

/** "/collections/roads/tiles/WebMercatorQuad" */
const char *tileset_path(const struct tileset *t, const struct request *r);

/** The members that a list of tilesets shows too, and all links but self and alternate; once it is
 * in a grid. */
void tileset_describe(struct doc *d, const struct request *r, const struct tileset *t);

/** Writes the answer about one tileset: of a list, or the tileset itself. */
typedef enum err_code tileset_respond_fn(const struct request *r, struct tileset *t,
                                         const struct page *page, struct response *out,
                                         struct err *err);

/** Answer about the tileset of the path's collection. Errors NOT_FOUND, those of `write`. */
enum err_code tileset_of_collection(const struct request *r, tileset_respond_fn *write,
                                    struct response *out, struct err *err) MUST_USE;

#endif

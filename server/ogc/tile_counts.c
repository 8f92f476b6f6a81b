#include "server/ogc/tile_counts.h"

#include <inttypes.h>

static void count_header(const struct request *r, struct response *out, const char *name,
                         uint64_t n)
{
    const char *text = arena_printf(r->arena, NULL, "%" PRIu64, n);
    if (text)
        response_header(out, name, text);
}

void tile_put_counts(const struct request *r, const struct tile_report *report,
                     struct response *out)
{
    uint64_t n_features = 0, n_left_out = 0, n_without_attributes = 0;
    uint64_t n_tiles_beyond = 0;
    for (size_t i = 0; i < report->n_layers; i++) {
        n_features += report->layers[i].n_features;
        n_left_out += report->layers[i].n_left_out;
        n_without_attributes += report->layers[i].n_without_attributes;
    }
    for (size_t i = 0; i < report->n_kept; i++) {
        n_features += report->kept[i].n_features;
        n_left_out += report->kept[i].n_left_out + report->kept[i].n_broken;
        n_tiles_beyond += report->kept[i].n_tiles_beyond;
    }
    count_header(r, out, "X-Tile-Features", n_features);
    count_header(r, out, "X-Tile-Left-Out", n_left_out);
    count_header(r, out, "X-Tile-Without-Attributes", n_without_attributes);
    if (n_tiles_beyond)
        count_header(r, out, "X-Tile-Tiles-Beyond", n_tiles_beyond);
}

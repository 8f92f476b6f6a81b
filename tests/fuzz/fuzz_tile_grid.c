/* Hostile tile matrix sets: read or refused with words; of what is read each level's corners are
 * tiles that have a frame, and that map places of the world grid. */
#include "tiler/tile_frame.h"
#include "tiler/tile_grid.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool promise)
{
    if (!promise)
        abort();
}

static void check_tile(const struct tile_grid *g, struct tile_address at, struct crs *crs,
                       struct grid_mesh *mesh)
{
    static const struct vertex_gu PLACES[] = {
        {0, 0}, {UINT32_MAX, UINT32_MAX}, {1u << 31, 1u << 30}};
    struct err err = {0};
    struct tile_frame frame;
    struct vertex_tu mapped[3];
    struct tile_limits limits;
    size_t n = 0;
    const struct bbox box = tile_grid_tile(g, at);
    check(tile_grid_has(g, at));
    if (tile_grid_limits(g, at.z, &box, &limits))
        check(limits.min_col <= limits.max_col && limits.min_row <= limits.max_row &&
              limits.max_col < g->levels[at.z].n_cols && limits.max_row < g->levels[at.z].n_rows);
    if (tile_frame_of_grid(g, at, TILE_MAX_EXTENT_TU, 64, crs, mesh, &frame, &err))
        return;
    if (!grid_mesh_map(mesh, PLACES, 3, mapped, &n, &err))
        check(n <= 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span json = {(const char *)data, size};
    struct err err = {0};
    struct crs *crs = NULL;
    struct grid_mesh *mesh = NULL;
    struct tile_grid *g = NULL;
    if (crs_new(&crs, &err) || grid_mesh_new(crs, &mesh, &err))
        abort();
    const enum err_code rc = tile_grid_read(json, crs, &g, &err);
    check(err.code == rc && (rc == OK) == (err.text[0] == '\0'));
    if (!rc) {
        check(g->n_levels > 0 && g->n_levels <= TILE_GRID_MAX_LEVELS);
        for (size_t i = 0; i < g->n_levels; i++) {
            uint8_t level = 0;
            check(tile_grid_find_level(g, g->levels[i].id, &level) && level == i);
            check_tile(g, (struct tile_address){level, 0, 0}, crs, mesh);
            check_tile(
                g, (struct tile_address){level, g->levels[i].n_cols - 1, g->levels[i].n_rows - 1},
                crs, mesh);
        }
    }
    tile_grid_free(g);
    grid_mesh_free(mesh);
    crs_free(crs);
    return 0;
}

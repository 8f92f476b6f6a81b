#include "server/ogc/tile_area.h"

#include "server/ogc/params.h"

/* What stands in the address, as far as it does. */
struct asked {
    const char *grid, *level;
    int64_t z, x, y;
};

static struct asked asked_of(const struct request *r)
{
    struct asked a = {.z = -1, .x = -1, .y = -1};
    for (size_t i = 0; i < r->n_params; i++) {
        const struct param *p = &r->params[i];
        if (p->spec == &tms_id_param)
            a.grid = p->text;
        else if (p->spec == &tile_matrix_param)
            a.level = p->text;
        else if (p->spec == &zoom_param)
            a.z = p->integer;
        else if (p->spec == &tile_col_param || p->spec == &x_param)
            a.x = p->integer;
        else if (p->spec == &tile_row_param || p->spec == &y_param)
            a.y = p->integer;
    }
    return a;
}

bool tile_area_of(const struct request *r, const struct tile_cut *cut, struct tile_boxes *boxes,
                  struct tile_area *out)
{
    const struct asked a = asked_of(r);
    struct tile_area area = {0};
    struct err ignored = {0};
    if (a.x < 0 || a.x > UINT32_MAX || a.y < 0 || a.y > UINT32_MAX || (a.grid && !a.level))
        return false;
    if (a.grid) {
        area.grid = grid_set_find(cut->grids, a.grid);
        if (!area.grid || !tile_grid_find_level(area.grid, a.level, &area.at.z))
            return false;
    } else if (tile_address_is_ok(a.z, a.x, a.y)) {
        area.at.z = (uint8_t)a.z;
    } else {
        return false;
    }
    area.at.x = (uint32_t)a.x;
    area.at.y = (uint32_t)a.y;
    area.zoom = area.at.z;
    if (area.grid && !tile_grid_has(area.grid, area.at))
        return false;
    if (!area.grid || area.grid->is_web_mercator)
        area.box = tile_grid_box(area.at, cut->extent_tu, cut->buffer_tu);
    else if (tile_boxes_find(boxes, area.grid, area.at, &area.box, &ignored))
        return false;
    else
        area.zoom = area.grid->levels[area.at.z].zoom;
    *out = area;
    return true;
}

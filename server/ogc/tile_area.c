#include "server/ogc/tile_area.h"

#include "base/text.h"
#include "server/ogc/params.h"

#define WORLD_GRID_TMS "WebMercatorQuad" /* whose tiles are squares of the world grid */

bool tile_area_of(const struct request *r, const struct tile_cut *cut, struct tile_area *out)
{
    int64_t z = -1, x = -1, y = -1;
    bool within_limits = false, is_known = true;
    for (size_t i = 0; i < r->n_params; i++) {
        const struct param *p = &r->params[i];
        if (p->spec == &tms_id_param) {
            within_limits = true;
            is_known = text_eq(p->text, WORLD_GRID_TMS);
        } else if (p->spec == &tile_matrix_param) {
            is_known = is_known && text_parse_i64(p->text, &z, NULL) == OK;
        } else if (p->spec == &zoom_param) {
            z = p->integer;
        } else if (p->spec == &tile_col_param || p->spec == &x_param) {
            x = p->integer;
        } else if (p->spec == &tile_row_param || p->spec == &y_param) {
            y = p->integer;
        }
    }
    if (!is_known || !tile_address_is_ok(z, x, y))
        return false;
    out->at = (struct tile_address){(uint8_t)z, (uint32_t)x, (uint32_t)y};
    out->box = tile_grid_box(out->at, cut->extent_tu, cut->buffer_tu);
    out->within_limits = within_limits;
    return true;
}

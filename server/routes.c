#include "server/routes.h"

#include "base/mem.h"
#include "server/ogc/ogc_routes.h"
#include "server/pages/pages.h"

static const struct route *const *const ROOMS[] = {ogc_routes, page_routes};
#define N_ROOMS (sizeof ROOMS / sizeof *ROOMS)

enum err_code routes_new(const struct route ***out, struct err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < N_ROOMS; i++)
        for (const struct route *const *r = ROOMS[i]; *r; r++)
            n++;
    const struct route **routes = mem_new(n + 1, sizeof *routes);
    if (!routes)
        return err_no_memory(err, (n + 1) * sizeof *routes);
    n = 0;
    for (size_t i = 0; i < N_ROOMS; i++)
        for (const struct route *const *r = ROOMS[i]; *r; r++)
            routes[n++] = *r;
    *out = routes;
    return OK;
}

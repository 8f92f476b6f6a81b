#include "server/pages/pages.h"
#include "server/pages/page_files.h"

const struct route *const page_routes[] = {&map_route, &map_file_route, &font_route, NULL};

/* The files that are embedded for the pages: see CMakeLists.txt of this folder. */
#ifndef SERVER_PAGES_PAGE_FILES_H
#define SERVER_PAGES_PAGE_FILES_H

#include "base/embedded.h"
#include "server/http/route.h"

extern const struct embedded_file page_files[];    /* map.html, app.js, ... */
extern const struct embedded_file library_files[]; /* MapLibre GL JS as npm delivers it */
extern const struct embedded_file font_files[];    /* "Open Sans Regular/0-255.pbf", ... */

extern const struct route map_route, map_file_route, font_route;

#endif

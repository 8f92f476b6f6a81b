/* The pages for people: the map and what it is made of. */
#ifndef SERVER_PAGES_PAGES_H
#define SERVER_PAGES_PAGES_H

#include "server/http/route.h"

/** /map, its files, and the glyphs of its labels; NULL at the end. All are light: embedded bytes.
 */
extern const struct route *const page_routes[];

#endif

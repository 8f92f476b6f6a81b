/* Every resource of the server, in one list. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "base/err.h"
#include "server/http/route.h"

/** All routes of all rooms, NULL at the end; freed with mem_free(). Errors NO_MEMORY */
enum err_code routes_new(const struct route ***out, struct err *err) MUST_USE;

#endif

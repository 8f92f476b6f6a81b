/*
 * The web server as a whole: a store in, every resource of server/routes.c out. Assembles what the
 * rooms below offer; knows nothing of command lines.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "base/err.h"
#include "base/log.h"
#include "server/http/http_server.h"

#include <stddef.h>

/** What `serve` decides. Texts are lent until server_run() returns. */
struct server_options {
    const char *store_path;
    struct http_config http; /* start from http_config_default() */
    const char *title;       /* of the whole service; NULL: "Cassini" */
    const char *description; /* NULL: none but how many layers there are */
    const char *grid_folder; /* of further tile matrix sets; NULL: none */
    uint32_t tile_extent_tu, tile_buffer_tu;
    struct log log;
};

/** Everything at its default but the store's path, which is NULL. */
struct server_options server_options_default(void);

/**
 * Serve a store until SIGINT or SIGTERM.
 *
 * In       ready: called once, when requests are being answered (may be NULL); url ends in "/";
 *          n_layers: what the store holds at that moment
 * Errors   BAD_ARG options; those of store_open() and http_server_new()
 * Thread   one; returns when all of its threads have ended
 */
enum err_code server_run(const struct server_options *o,
                         void (*ready)(void *state, const char *url, size_t n_layers),
                         void *ready_state, struct err *err) MUST_USE;

#endif

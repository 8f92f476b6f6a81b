/* cassini serve: the store on the web. */
#include "base/text.h"
#include "cli/command.h"
#include "cli/listen.h"
#include "server/server.h"
#include "store/store.h"

#include <stdio.h>
#include <unistd.h>

static void say_ready(void *state, const char *url, size_t n_layers)
{
    const struct server_options *server = state;
    fprintf(stderr, "%s serves %zu layer%s of %s\n", url, n_layers, n_layers == 1 ? "" : "s",
            server->store_path);
}

static struct http_config config_of(const struct options *o)
{
    struct http_config c = http_config_default();
    c.base_url = options_text(o, "base-url");
    c.n_workers = (int)options_integer(o, "workers");
    c.cache_bytes = (uint64_t)options_integer(o, "cache-size");
    c.answer_file = options_text(o, "tile-cache");
    c.answer_file_bytes = (uint64_t)options_integer(o, "tile-cache-size");
    c.max_connections = (uint64_t)options_integer(o, "max-connections");
    c.max_header_bytes = (uint64_t)options_integer(o, "max-header");
    c.max_body_bytes = (uint64_t)options_integer(o, "max-body");
    c.max_response_bytes = (uint64_t)options_integer(o, "max-response");
    c.max_queue = (uint64_t)options_integer(o, "max-queue");
    c.request_ms = (int64_t)(options_number(o, "request-timeout") * 1000);
    c.idle_ms = (int64_t)(options_number(o, "idle-timeout") * 1000);
    c.arena_bytes = (uint64_t)options_integer(o, "worker-memory");
    c.gzip_level = (int)options_integer(o, "gzip-level");
    return c;
}

/* An empty store where there is none, so that a service can start before its first import. */
static enum err_code create_store(const char *path, struct err *err)
{
    struct store *store = NULL;
    const enum err_code rc = store_open(path, STORE_CREATE, &store, err);
    store_close(store);
    return rc;
}

static enum exit_code run(const struct options *o)
{
    struct err err = {0};
    struct listen_address listen;
    if (listen_parse(options_text(o, "listen"), &listen, &err))
        return command_misused(o, "--listen: %s", err.text);
    struct server_options server = {
        .store_path = options_text(o, "store"),
        .http = config_of(o),
        .title = options_text(o, "title"),
        .description = options_text(o, "description"),
        .grid_folder = options_text(o, "tile-matrix-sets"),
        .tile_extent_tu = (uint32_t)options_integer(o, "tile-extent"),
        .tile_buffer_tu = (uint32_t)options_integer(o, "tile-buffer"),
        .log = {.level = LOG_INFO, .fd = STDERR_FILENO},
    };
    if (server.tile_buffer_tu > server.tile_extent_tu)
        return command_misused(o, "--tile-buffer is wider than --tile-extent");
    server.http.address = listen.address;
    server.http.port = listen.port;
    if (options_flag(o, "create") && create_store(server.store_path, &err))
        return command_failed(o, &err);
    if (server_run(&server, say_ready, &server, &err))
        return command_failed(o, &err);
    return EXIT_DONE;
}

const struct command command_serve = {
    .name = "serve",
    .arguments = "",
    .summary = "Serve the store as a map, vector tiles and OGC APIs",
    .description =
        "Serve the layers of a store: a map at /map, OGC API Features and Tiles from /, vector "
        "tiles at /xyz/LAYER/Z/X/Y.mvt. What an import changes shows without a restart. Ends on "
        "SIGINT or SIGTERM, after the requests that have begun.",
    .run = run,
};

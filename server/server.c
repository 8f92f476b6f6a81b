#include "server/server.h"

#include "base/mem.h"
#include "server/ogc/ogc_worker.h"
#include "server/ogc/tile_boxes.h"
#include "server/ogc/world.h"
#include "server/routes.h"
#include "tiler/tiler.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_TITLE "Cassini"

/* What the loop thread holds: the present world, and the connection by which it learns of the
 * next. */
struct service {
    const struct server_options *options;
    const struct route **routes;
    struct store *store;
    int64_t change_number;
    struct world *world;
    struct grid_set *grids;
    struct tile_cut cut;
    struct tile_boxes *boxes;
};

static enum err_code read_world(struct service *s, struct world **out, struct err *err)
{
    struct catalog *catalog = NULL;
    struct world *world = NULL;
    enum err_code rc = store_read_catalog(s->store, &catalog, err);
    if (rc)
        return rc;
    const char *title = s->options->title;
    rc = world_new(catalog, title ? title : DEFAULT_TITLE, s->options->description, s->routes,
                   &s->cut, &world, err);
    if (rc) {
        catalog_unref(catalog);
        return rc;
    }
    rc = world_read_areas(world, s->store, s->world, err);
    if (rc)
        world_unref(world);
    else
        *out = world;
    return rc;
}

static enum err_code service_open(struct service *s, struct err *err)
{
    enum err_code rc = routes_new(&s->routes, err);
    if (!rc)
        rc = grid_set_new(s->options->grid_folder, &s->grids, err);
    s->cut = (struct tile_cut){s->grids, s->options->tile_extent_tu, s->options->tile_buffer_tu};
    if (!rc)
        rc = tile_boxes_new(s->cut.extent_tu, s->cut.buffer_tu, &s->boxes, err);
    if (!rc)
        rc = store_open(s->options->store_path, STORE_READ, &s->store, err);
    /* The number first: a change in between is then seen again, never missed. */
    if (!rc)
        rc = store_change_number(s->store, &s->change_number, err);
    if (!rc)
        rc = read_world(s, &s->world, err);
    /* A change at this moment may come in between once, hardly more often. */
    return rc == CONFLICT ? read_world(s, &s->world, err) : rc;
}

static void service_close(struct service *s)
{
    world_unref(s->world);
    if (s->store)
        store_close(s->store);
    tile_boxes_free(s->boxes);
    grid_set_free(s->grids);
    mem_free(s->routes);
}

static enum err_code worker_new(void *state, void **out, struct err *err)
{
    struct service *s = state;
    struct ogc_worker *w = NULL;
    const enum err_code rc = ogc_worker_new(s->options->store_path, &w, err);
    if (!rc)
        *out = w;
    return rc;
}

static void worker_free(void *worker)
{
    ogc_worker_free(worker);
}

static void worker_begin(void *worker, const atomic_bool *cancel, int64_t deadline_us)
{
    ogc_worker_begin(worker, cancel, deadline_us);
}

static void *snapshot_ref(void *state)
{
    struct service *s = state;
    return world_ref(s->world);
}

static void snapshot_unref(void *snapshot)
{
    world_unref(snapshot);
}

static struct stamps stamps(void *state, void *snapshot, const struct request *r)
{
    struct service *s = state;
    return world_stamps(snapshot, s->boxes, r);
}

/* What an import changed is shown from here on. A store that cannot be read leaves what was. */
static void tick(void *state)
{
    struct service *s = state;
    int64_t change_number = 0;
    struct world *world = NULL;
    struct err err = {0};
    enum err_code rc = store_change_number(s->store, &change_number, &err);
    if (!rc && change_number == s->change_number)
        return;
    if (!rc)
        rc = read_world(s, &world, &err);
    if (rc == CONFLICT) /* it changes at this moment: the next tick sees it */
        return;
    if (rc) {
        log_line(&s->options->log, LOG_WARNING, "cannot read what changed in %s: %s",
                 s->options->store_path, err.text);
        return;
    }
    world_unref(s->world);
    s->world = world;
    s->change_number = change_number;
    const size_t n = catalog_n_layers(world->catalog);
    log_line(&s->options->log, LOG_INFO, "%s has changed: %zu collection%s", s->options->store_path,
             n, n == 1 ? "" : "s");
}

struct server_options server_options_default(void)
{
    return (struct server_options){.http = http_config_default(),
                                   .log = {.level = LOG_INFO, .fd = 2},
                                   .tile_extent_tu = TILE_EXTENT_TU,
                                   .tile_buffer_tu = TILE_BUFFER_TU};
}

/* The address of the service for people; an IPv6 address stands in brackets. */
static void put_url(const struct http_config *c, uint16_t port, char *url, size_t room)
{
    if (c->base_url)
        snprintf(url, room, "%s/", c->base_url);
    else if (strchr(c->address, ':') && c->address[0] != '[')
        snprintf(url, room, "http://[%s]:%u/", c->address, port);
    else
        snprintf(url, room, "http://%s:%u/", c->address, port);
}

enum err_code server_run(const struct server_options *o,
                         void (*ready)(void *state, const char *url, size_t n_layers),
                         void *ready_state, struct err *err)
{
    struct service s = {.options = o};
    struct http_server *http = NULL;
    enum err_code rc = service_open(&s, err);
    const struct http_app app = {.state = &s,
                                 .routes = s.routes,
                                 .worker_new = worker_new,
                                 .worker_free = worker_free,
                                 .worker_begin = worker_begin,
                                 .snapshot_ref = snapshot_ref,
                                 .snapshot_unref = snapshot_unref,
                                 .stamps = stamps,
                                 .tick = tick};
    if (!rc)
        rc = http_server_new(&o->http, &app, &o->log, &http, err);
    if (!rc && ready) {
        char url[1024];
        put_url(&o->http, http_server_port(http), url, sizeof url);
        ready(ready_state, url, catalog_n_layers(s.world->catalog));
    }
    if (!rc)
        rc = http_server_run(http, err);
    http_server_free(http);
    service_close(&s);
    return rc;
}

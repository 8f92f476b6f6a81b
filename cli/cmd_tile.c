/* cassini tile: one vector tile, without a server. */
#include "base/text.h"
#include "cli/command.h"
#include "store/tileset.h"
#include "tiler/grid_set.h"
#include "tiler/tiler.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TILE_LIMIT_BYTES (256u << 20)
#define WORDS_MAX_BYTES  65536

struct tile_job {
    const struct options *o;
    struct grid_set *grids;
    struct tile_request request;
    struct store *store;
    struct catalog *catalog;
    struct tiler *tiler;
    struct buf tile;
    struct tile_report report;
};

/* "14/8381/5839": the identifier of the tile matrix, which is the zoom in most grids, x and y. */
static bool parse_address(const char *text, const struct tile_grid *grid, struct tile_address *out)
{
    char parts[3][LAYER_NAME_MAX_BYTES + 1];
    int64_t x = 0, y = 0;
    for (int i = 0; i < 3; i++) {
        const size_t n = strcspn(text, "/");
        if (n == 0 || n >= sizeof parts[i] || (text[n] == '/') != (i < 2))
            return false;
        memcpy(parts[i], text, n);
        parts[i][n] = '\0';
        text += n + (i < 2);
    }
    struct tile_address at = {0};
    if (!tile_grid_find_level(grid, parts[0], &at.z) || text_parse_i64(parts[1], &x, NULL) ||
        text_parse_i64(parts[2], &y, NULL) || x < 0 || x > UINT32_MAX || y < 0 || y > UINT32_MAX)
        return false;
    at.x = (uint32_t)x;
    at.y = (uint32_t)y;
    if (!tile_grid_has(grid, at))
        return false;
    *out = at;
    return true;
}

/* What of the request the command line says alone. */
static enum err_code read_request(struct tile_job *job, struct err *err)
{
    const char *id = options_text(job->o, "tile-matrix-set"), *address = job->o->arguments[1];
    const enum err_code rc =
        grid_set_new(options_text(job->o, "tile-matrix-sets"), &job->grids, err);
    if (rc)
        return rc;
    struct tile_request *r = &job->request;
    const struct tile_grid *grid = grid_set_find(job->grids, id);
    if (!grid)
        return err_set(err, NOT_FOUND, "there is no tile matrix set '%s'", id);
    if (!parse_address(address, grid, &r->at))
        return err_set(err, BAD_ARG,
                       "'%s' is no tile address: Z/X/Y, Z from %s to %s, X and Y within that tile "
                       "matrix of %s",
                       address, grid->levels[0].id, grid->levels[grid->n_levels - 1].id, id);
    r->grid = grid->is_web_mercator ? NULL : grid;
    r->extent_tu = (uint32_t)options_integer(job->o, "tile-extent");
    r->buffer_tu = (uint32_t)options_integer(job->o, "tile-buffer");
    return OK;
}

/* "parcels,buildings" */
static enum err_code find_layers(const struct catalog *catalog, const char *names,
                                 const struct layer **layers, size_t *n_layers, struct err *err)
{
    for (const char *p = names;; p++) {
        const struct span name = {p, strcspn(p, ",")};
        if (*n_layers == TILE_MAX_LAYERS)
            return err_set(err, LIMIT, "more than %d layers", TILE_MAX_LAYERS);
        const struct layer *layer = catalog_find(catalog, name);
        if (!layer)
            return err_set(err, NOT_FOUND, "there is no layer '%.*s' in this store",
                           (int)name.len_bytes, name.at);
        layers[(*n_layers)++] = layer;
        p += name.len_bytes;
        if (*p == '\0')
            return OK;
    }
}

/* A tile of a kept layer, as it would be made: vector tiles not compressed. */
static enum err_code read_kept(struct tile_job *job, const struct layer *layer, struct err *err)
{
    bool found = false;
    const struct tile_address at = job->request.at;
    if (layer_has_images(layer))
        return store_read_kept_tile(job->store, layer, at.z, at.x, at.y, &job->tile, &found, err);
    job->report.n_kept = 1;
    return tiler_render_kept(job->tiler, job->store, layer, at, &job->tile, &job->report.kept[0],
                             err);
}

/* One layer of ready-made tiles is given as it is, as the server gives it. */
static enum err_code make_or_read(struct tile_job *job, struct err *err)
{
    const struct tile_request *request = &job->request;
    const struct layer *first = request->layers[0];
    if (layer_has_images(first) && options_flag(job->o, "report"))
        return err_set(err, BAD_ARG,
                       "layer '%s' holds images: there is no report of how they were made",
                       first->name);
    const enum err_code rc = tiler_new(&job->tiler, err);
    if (rc)
        return rc;
    if (request->n_layers == 1 && first->kept && !request->grid)
        return read_kept(job, first, err);
    return tiler_render(job->tiler, job->store, request, &job->tile, &job->report, err);
}

static enum err_code make_tile(struct tile_job *job, struct err *err)
{
    const struct layer *layers[TILE_MAX_LAYERS];
    job->request.layers = layers;
    enum err_code rc = store_open(options_text(job->o, "store"), STORE_READ, &job->store, err);
    if (!rc)
        rc = store_read_catalog(job->store, &job->catalog, err);
    if (!rc)
        rc = find_layers(job->catalog, job->o->arguments[0], layers, &job->request.n_layers, err);
    return rc ? rc : make_or_read(job, err);
}

static enum err_code write_file(const char *path, const struct buf *tile, struct err *err)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return err_set(err, IO, "%s: %s", path, strerror(errno));
    const bool written =
        tile->len_bytes == 0 || fwrite(tile->data, 1, tile->len_bytes, file) == tile->len_bytes;
    const int write_errno = errno;
    const bool closed = fclose(file) == 0;
    if (written && closed)
        return OK;
    return err_set(err, IO, "%s: %s", path, strerror(written ? errno : write_errno));
}

static enum exit_code print_report(const struct tile_job *job)
{
    struct buf text;
    buf_init(&text, TILE_LIMIT_BYTES);
    struct json_out json = json_out(&text);
    tile_report_put_json(&json, &job->request, &job->report);
    buf_put_text(&text, "\n");
    const enum exit_code code = command_print(job->o, &text);
    buf_clear(&text);
    return code;
}

static enum exit_code give(struct tile_job *job)
{
    const char *path = options_text(job->o, "output");
    struct err err = {0};
    if (path && write_file(path, &job->tile, &err))
        return command_failed(job->o, &err);
    if (options_flag(job->o, "report"))
        return print_report(job);
    return path ? EXIT_DONE : command_print_bytes(job->o, &job->tile);
}

static enum exit_code run(const struct options *o)
{
    struct tile_job job = {.o = o};
    if (!options_text(o, "output") && !options_flag(o, "report") && isatty(STDOUT_FILENO))
        return command_misused(o, "a tile is not for a terminal: name a file with --output");
    buf_init(&job.tile, TILE_LIMIT_BYTES);
    struct err err = {0};
    enum exit_code code;
    const enum err_code rc = read_request(&job, &err);
    if (rc == BAD_ARG)
        code = command_misused(o, "%s", err.text);
    else if (rc || make_tile(&job, &err))
        code = command_failed(o, &err);
    else
        code = give(&job);
    grid_set_free(job.grids);
    tiler_free(job.tiler);
    catalog_unref(job.catalog);
    store_close(job.store);
    buf_clear(&job.tile);
    return code;
}

const struct command command_tile = {
    .name = "tile",
    .arguments = "LAYER[,LAYER...] Z/X/Y",
    .min_arguments = 2,
    .max_arguments = 2,
    .summary = "Make one vector tile",
    .description =
        "Make one tile of one or more layers, as the server would: a Mapbox Vector Tile 2.1, not "
        "compressed. Z is the zoom, or the tile matrix of another grid; Y counts from the north, "
        "where "
        "the grid does. --report tells what became of each layer's "
        "features; with it the tile itself is only written where --output says.",
    .run = run,
};

#include "tiler/grid_set.h"

#include "base/embedded.h"
#include "base/mem.h"
#include "base/source.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 4096
#define MAX_GRIDS  256

extern const struct embedded_file tile_grid_files[];

const struct tile_grid *grid_set_find(const struct grid_set *s, const char *id)
{
    for (size_t i = 0; i < s->n_grids; i++)
        if (text_eq(s->grids[i]->id, id))
            return s->grids[i];
    return NULL;
}

static enum err_code add(struct grid_set *s, struct span json, struct crs *crs, struct err *err)
{
    struct tile_grid *grid = NULL;
    if (s->n_grids == MAX_GRIDS)
        return err_set(err, LIMIT, "more than %d tile matrix sets", MAX_GRIDS);
    enum err_code rc = tile_grid_read(json, crs, &grid, err);
    if (!rc && grid_set_find(s, grid->id))
        rc = err_set(err, CONFLICT, "there is a tile matrix set '%s' already", grid->id);
    if (rc) {
        tile_grid_free(grid);
        return rc;
    }
    s->grids[s->n_grids++] = grid;
    return OK;
}

static enum err_code add_file(struct grid_set *s, const char *folder, const char *name,
                              struct crs *crs, struct err *err)
{
    struct buf path, json;
    buf_init(&path, PATH_BYTES);
    buf_init(&json, TILE_GRID_MAX_BYTES);
    buf_printf(&path, "%s/%s", folder, name);
    enum err_code rc = buf_status(&path, err);
    if (!rc)
        rc = source_read_file(buf_text(&path), &json, err);
    if (!rc && add(s, (struct span){(const char *)json.data, json.len_bytes}, crs, err))
        rc = err_add(err, "%s", buf_text(&path));
    buf_clear(&path);
    buf_clear(&json);
    return rc;
}

static int is_json(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && text_ends_with(entry->d_name, ".json");
}

static enum err_code add_folder(struct grid_set *s, const char *folder, struct crs *crs,
                                struct err *err)
{
    struct dirent **names = NULL;
    const int n = scandir(folder, &names, is_json, alphasort);
    if (n < 0)
        return err_set(err, errno == ENOENT ? NOT_FOUND : IO, "%s: %s", folder, strerror(errno));
    enum err_code rc = OK;
    for (int i = 0; i < n; i++) {
        if (!rc)
            rc = add_file(s, folder, names[i]->d_name, crs, err);
        free(names[i]);
    }
    free(names);
    return rc;
}

/* The grid that every client knows comes first, since some look at no other. */
static void put_first(struct grid_set *s, size_t i)
{
    struct tile_grid *const grid = s->grids[i];
    memmove(s->grids + 1, s->grids, i * sizeof(struct tile_grid *));
    s->grids[0] = grid;
}

static enum err_code add_shipped(struct grid_set *s, struct crs *crs, struct err *err)
{
    for (const struct embedded_file *f = tile_grid_files; f->path; f++) {
        const struct span json = {(const char *)f->bytes, f->n_bytes};
        if (add(s, json, crs, err))
            return err_add(err, "%s", f->path);
        if (s->grids[s->n_grids - 1]->is_web_mercator)
            put_first(s, s->n_grids - 1);
    }
    return OK;
}

enum err_code grid_set_new(const char *folder, struct grid_set **out, struct err *err)
{
    struct crs *crs = NULL;
    struct grid_set *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    s->grids = mem_new(MAX_GRIDS, sizeof(struct tile_grid *));
    enum err_code rc = s->grids ? crs_new(&crs, err) : err_no_memory(err, MAX_GRIDS);
    if (!rc)
        rc = add_shipped(s, crs, err);
    if (!rc && folder)
        rc = add_folder(s, folder, crs, err);
    crs_free(crs);
    if (rc) {
        grid_set_free(s);
        return rc;
    }
    *out = s;
    return OK;
}

void grid_set_free(struct grid_set *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_grids; i++)
        tile_grid_free(s->grids[i]);
    mem_free(s->grids);
    mem_free(s);
}

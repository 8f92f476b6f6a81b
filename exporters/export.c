#include "exporters/export.h"

#include "base/tile_number.h"
#include "base/when.h"
#include "exporters/export_layers.h"
#include "exporters/render_crew.h"
#include "exporters/tile_plan.h"
#include "store/aside_file.h"
#include "store/store.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a killed export has to do once more. */
#define SETTLE_EVERY_US 1000000

struct exporting {
    const struct export_options *o;
    struct arena *arena;
    struct store *store;
    struct catalog *catalog;
    int64_t change_number; /* of the store, when its catalog was read or compared */
    struct export_layers layers;
    const char *plan_text;
    struct tile_plan plan;
    struct aside_file aside;
    struct archive *archive;
    struct render_crew *crew;
    uint64_t next; /* no tile below this number is to be made any more */
    uint64_t n_taken, n_total;
    struct export_summary summary;
    int64_t settled_us;
    bool is_vain; /* nothing can come of what is there */
};

/* --- progress ------------------------------------------------------------------------------- */

static bool tell(const struct exporting *x, enum export_phase phase, uint64_t n_done)
{
    const struct export_options *o = x->o;
    struct export_progress p = {.phase = phase, .n_done = n_done, .n_total = x->n_total};
    if (!o->progress)
        return true;
    if (phase == EXPORT_MAKING) {
        p.n_bytes = o->format->counts(x->archive).n_bytes;
        p.zoom = x->next ? tile_number_place(x->next - 1).z : x->layers.min_zoom;
    }
    return o->progress(o->progress_state, &p);
}

static bool planning_goes_on(void *state, uint64_t n_tiles)
{
    return tell(state, EXPORT_PLANNING, n_tiles);
}

/* --- what is to be done --------------------------------------------------------------------- */

/* The number first: a change in between is then seen again, never missed. */
static enum err_code open_store(struct exporting *x, struct err *err)
{
    enum err_code rc = store_open(x->o->store, STORE_READ, &x->store, err);
    if (!rc)
        rc = store_change_number(x->store, &x->change_number, err);
    if (!rc)
        rc = store_read_catalog(x->store, &x->catalog, err);
    if (!rc)
        rc = export_layers_choose(x->catalog, x->o, x->arena, &x->layers, err);
    return rc ? rc : export_layers_plan(&x->layers, x->o, x->arena, &x->plan_text, err);
}

static enum err_code make_plan(struct exporting *x, struct err *err)
{
    const struct export_layers *l = &x->layers;
    const struct tile_wish wish = {.layers = l->layers,
                                   .n_layers = l->n,
                                   .min_zoom = l->min_zoom,
                                   .max_zoom = l->max_zoom,
                                   .within = l->within,
                                   .n_within = l->n_within,
                                   .go_on = planning_goes_on,
                                   .state = x};
    const enum err_code rc = tile_plan_make(x->store, &wish, &x->plan, err);
    x->is_vain = x->next == 0 && x->plan.n_tiles == 0;
    if (!rc && x->plan.n_tiles == 0)
        return err_set(err, NOT_FOUND, "there is nothing to draw at zooms %d to %d%s", l->min_zoom,
                       l->max_zoom, l->n_within ? " within the box" : "");
    return rc;
}

/* --- the archive ---------------------------------------------------------------------------- */

static enum err_code check_place(const struct export_options *o, struct err *err)
{
    struct stat about;
    if (lstat(o->output, &about) != 0)
        return OK;
    if (!S_ISREG(about.st_mode))
        return err_set(err, CONFLICT, "'%s' is no file", o->output);
    if (!o->overwrite)
        return err_set(err, CONFLICT, "'%s' exists already (--overwrite takes its place)",
                       o->output);
    return OK;
}

static enum err_code begin_anew(struct exporting *x, struct err *err)
{
    const struct export_options *o = x->o;
    o->format->sweep(x->aside.path);
    if (ftruncate(x->aside.fd, 0) != 0)
        return err_set(err, IO, "%s", strerror(errno));
    return o->format->open(x->aside.path, x->plan_text, &x->archive, &x->next, err);
}

static enum err_code open_archive(struct exporting *x, struct err *err)
{
    const struct export_options *o = x->o;
    struct err why = {0};
    enum err_code rc = aside_file_go_on(o->output, &x->aside, err);
    if (rc)
        return rc;
    rc = o->format->open(x->aside.path, x->plan_text, &x->archive, &x->next, &why);
    if (rc == CONFLICT && o->overwrite)
        rc = begin_anew(x, &why);
    if (rc == CONFLICT)
        return err_set(err, rc,
                       "'%s' stands in the way: %s. Run that export again to end it, or begin "
                       "this one with --overwrite",
                       x->aside.path, why.text);
    return rc ? err_set(err, rc, "'%s': %s", x->aside.path, why.text) : OK;
}

/* --- making --------------------------------------------------------------------------------- */

static enum err_code check_unchanged(struct exporting *x, struct err *err)
{
    struct catalog *now = NULL;
    int64_t change_number = 0;
    enum err_code rc = store_change_number(x->store, &change_number, err);
    if (rc || change_number == x->change_number)
        return rc;
    rc = store_read_catalog(x->store, &now, err);
    if (!rc) {
        rc = export_layers_check(&x->layers, now, err);
        x->is_vain = rc == CONFLICT;
        x->change_number = change_number;
    }
    catalog_unref(now);
    return rc;
}

/* What was made of a layer that has changed since is not settled. */
static enum err_code settle(struct exporting *x, struct err *err)
{
    const enum err_code rc = check_unchanged(x, err);
    x->settled_us = when_monotonic_us();
    if (!rc && x->o->format->settle(x->archive, x->next, err))
        return err_add(err, "'%s'", x->aside.path);
    return rc;
}

static enum err_code take(struct exporting *x, struct err *err)
{
    const struct rendered *r = NULL;
    const enum err_code rc = render_crew_take(x->crew, &r, err);
    if (rc)
        return rc;
    const struct span tile = {(const char *)r->tile.data, r->tile.len_bytes};
    x->summary.n_left_out += r->n_left_out;
    x->summary.n_without_attributes += r->n_without_attributes;
    if (r->is_empty)
        x->summary.n_empty++;
    else if (x->o->format->put(x->archive, r->number, &r->key, tile, err))
        return err_add(err, "'%s'", x->aside.path);
    x->n_taken++;
    x->next = r->number + 1;
    return when_monotonic_us() >= x->settled_us + SETTLE_EVERY_US ? settle(x, err) : OK;
}

/* Tiles are given as far ahead as there is room, and taken in their order. */
static enum err_code make_tiles(struct exporting *x, struct err *err)
{
    uint64_t number = 0, n_skipped = 0;
    struct tile_plan_walk walk = tile_plan_from(&x->plan, x->next, &n_skipped);
    bool more = tile_plan_next(&walk, &number);
    enum err_code rc = OK;
    x->n_total = x->plan.n_tiles;
    x->n_taken = n_skipped;
    x->settled_us = when_monotonic_us();
    while (!rc && (more || render_crew_n_open(x->crew))) {
        for (; more && render_crew_has_room(x->crew); more = tile_plan_next(&walk, &number))
            render_crew_give(x->crew, number);
        if (render_crew_wait(x->crew))
            rc = take(x, err);
        if (!rc && !tell(x, EXPORT_MAKING, x->n_taken))
            rc = err_set(err, CANCELED, "the export was canceled");
    }
    return rc;
}

static enum err_code make_all(struct exporting *x, struct err *err)
{
    const struct export_options *o = x->o;
    const struct render_task task = {o->store, x->layers.layers, x->layers.n, o->gzip_level};
    enum err_code rc = render_crew_new(&task, o->n_workers, &x->crew, err);
    if (!rc)
        rc = make_tiles(x, err);
    if (!rc)
        return settle(x, err);
    if (rc == CANCELED && settle(x, NULL) && !x->is_vain)
        return err_add(err, "the last of it is lost");
    return x->is_vain
               ? rc
               : err_set(err, rc, "%s. What is done is kept: the same command goes on with it",
                         err->text);
}

/* --- the end -------------------------------------------------------------------------------- */

static enum err_code publish(struct exporting *x, struct err *err)
{
    const struct export_options *o = x->o;
    struct archive_words words;
    struct stat about;
    const struct archive_counts counts = o->format->counts(x->archive);
    x->is_vain = counts.n_tiles == 0;
    if (x->is_vain)
        return err_set(err, NOT_FOUND, "there is nothing on any tile of zooms %d to %d",
                       x->layers.min_zoom, x->layers.max_zoom);
    enum err_code rc = export_layers_words(&x->layers, o, &counts, x->arena, &words, err);
    if (!rc && o->format->finish(x->archive, &words, err))
        rc = err_add(err, "'%s'", x->aside.path);
    if (rc)
        return rc;
    o->format->close(x->archive);
    x->archive = NULL;
    if (fstat(x->aside.fd, &about) != 0)
        return err_set(err, IO, "'%s': %s", x->aside.path, strerror(errno));
    const char *beside = arena_strdup(x->arena, x->aside.path, err);
    if (!beside)
        return NO_MEMORY;
    rc = aside_file_publish(&x->aside, o->output, o->overwrite, err);
    if (rc)
        return rc;
    o->format->sweep(beside);
    x->summary.counts = counts;
    x->summary.file_bytes = (uint64_t)about.st_size;
    return OK;
}

/* What is there is kept for the next run, unless nothing can come of it. */
static void close_all(struct exporting *x)
{
    render_crew_free(x->crew);
    x->o->format->close(x->archive);
    if (x->is_vain) {
        x->o->format->sweep(x->aside.path);
        aside_file_discard(&x->aside);
    }
    aside_file_leave(&x->aside);
    tile_plan_clear(&x->plan);
    catalog_unref(x->catalog);
    store_close(x->store);
}

enum err_code export_run(const struct export_options *o, struct arena *a,
                         struct export_summary *out, struct err *err)
{
    struct exporting x = {.o = o, .arena = a, .aside = {.fd = -1}};
    enum err_code rc = check_place(o, err);
    if (!rc)
        rc = open_store(&x, err);
    if (!rc)
        rc = open_archive(&x, err);
    if (!rc)
        rc = make_plan(&x, err);
    x.summary.went_on = x.next > 0;
    if (!rc)
        rc = make_all(&x, err);
    if (!rc)
        rc = publish(&x, err);
    close_all(&x);
    if (!rc)
        *out = x.summary;
    return rc;
}

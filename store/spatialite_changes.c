#include "store/spatialite_changes.h"

#include "base/hilbert.h"

#include <stdlib.h>

/*
 * Revisions are microseconds: so they only grow, never come twice, not even for a layer that was
 * dropped and made again, and are no other store's; a store that was restored from a copy and
 * changed does not repeat what it was before.
 */
static enum err_code count_revision(struct store *s, const char *layer, struct err *err)
{
    const long long now_us = (long long)when_now_us();
    return db_run(s, err,
                  "UPDATE cassini_meta SET value=max(value+1, %lld) WHERE key='layer_revision';"
                  "UPDATE cassini_layers SET updated_us=%lld, revision="
                  "(SELECT value FROM cassini_meta WHERE key='layer_revision') WHERE name=%Q",
                  now_us, now_us, layer);
}

enum err_code changes_put_whole(struct store *s, const char *layer, struct err *err)
{
    const enum err_code rc = count_revision(s, layer, err);
    return rc ? rc
              : db_run(s, err,
                       "UPDATE cassini_layers SET whole_revision=revision WHERE name=%Q;"
                       "DELETE FROM cassini_changes WHERE layer=%Q",
                       layer, layer);
}

/* --- areas --- */

static uint64_t place_of(const struct changed_area *c)
{
    return hilbert_key(c->box.min_x + (c->box.max_x - c->box.min_x) / 2,
                       c->box.min_y + (c->box.max_y - c->box.min_y) / 2);
}

static int compare_places(const void *a, const void *b)
{
    const uint64_t first = place_of(a), second = place_of(b);
    return (first > second) - (first < second);
}

static void join_area(struct changed_area *to, const struct changed_area *c)
{
    if (c->box.min_x < to->box.min_x)
        to->box.min_x = c->box.min_x;
    if (c->box.min_y < to->box.min_y)
        to->box.min_y = c->box.min_y;
    if (c->box.max_x > to->box.max_x)
        to->box.max_x = c->box.max_x;
    if (c->box.max_y > to->box.max_y)
        to->box.max_y = c->box.max_y;
    if (c->min_zoom < to->min_zoom)
        to->min_zoom = c->min_zoom;
    if (c->max_zoom > to->max_zoom)
        to->max_zoom = c->max_zoom;
}

/* Neighbours on the Hilbert curve lie together: as many of them become one as it takes. */
static size_t join_areas(struct changed_area *areas, size_t n)
{
    if (n <= CHANGES_PER_EDIT_MAX)
        return n;
    qsort(areas, n, sizeof *areas, compare_places);
    const size_t n_each = (n + CHANGES_PER_EDIT_MAX - 1) / CHANGES_PER_EDIT_MAX;
    size_t n_joined = 0;
    for (size_t i = 0; i < n; i++) {
        if (i % n_each == 0)
            areas[n_joined++] = areas[i];
        else
            join_area(&areas[n_joined - 1], &areas[i]);
    }
    return n_joined;
}

static enum err_code insert_areas(struct store *s, const char *layer,
                                  const struct changed_area *areas, size_t n, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum err_code rc = db_prepare(s, &stmt, err,
                                  "INSERT INTO cassini_changes(layer, revision, min_x, min_y,"
                                  " max_x, max_y, min_zoom, max_zoom) SELECT name, revision,"
                                  " ?, ?, ?, ?, ?, ? FROM cassini_layers WHERE name=%Q",
                                  layer);
    for (size_t i = 0; !rc && i < n; i++) {
        const struct changed_area *c = &areas[i];
        const int64_t numbers[] = {c->box.min_x, c->box.min_y, c->box.max_x,
                                   c->box.max_y, c->min_zoom,  c->max_zoom};
        for (int k = 0; k < 6; k++)
            sqlite3_bind_int64(stmt, k + 1, numbers[k]);
        rc = db_step_reset(s, stmt, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

/* The older half goes when there are too many; what it knew may have changed is anywhere then. */
static enum err_code forget_old(struct store *s, const char *layer, struct err *err)
{
    int64_t n = 0;
    enum err_code rc =
        db_get_i64(s, &n, err, "SELECT count(*) FROM cassini_changes WHERE layer=%Q", layer);
    if (rc || n <= CHANGES_PER_LAYER_MAX)
        return rc;
    return db_run(s, err,
                  "UPDATE cassini_layers SET whole_revision=(SELECT revision FROM cassini_changes"
                  " WHERE layer=%Q ORDER BY id DESC LIMIT 1 OFFSET %d) WHERE name=%Q;"
                  "DELETE FROM cassini_changes WHERE layer=%Q AND revision<="
                  " (SELECT whole_revision FROM cassini_layers WHERE name=%Q)",
                  layer, CHANGES_PER_LAYER_MAX / 2, layer, layer, layer);
}

enum err_code changes_put_areas(struct store *s, const char *layer, struct changed_area *areas,
                                size_t n, struct err *err)
{
    enum err_code rc = count_revision(s, layer, err);
    if (!rc)
        rc = insert_areas(s, layer, areas, join_areas(areas, n), err);
    return rc ? rc : forget_old(s, layer, err);
}

/* --- reading --- */

/* The layer's own row comes even when there are no areas, or it is not at that revision. */
static const char READ_CHANGES[] =
    "SELECT l.revision=?2, c.revision, c.min_x, c.min_y, c.max_x, c.max_y, c.min_zoom, c.max_zoom"
    " FROM cassini_layers l LEFT JOIN cassini_changes c ON c.layer=l.name WHERE l.name=?1"
    " ORDER BY c.id DESC LIMIT ?3";

static struct changed_area read_area(sqlite3_stmt *stmt)
{
    return (struct changed_area){
        .revision = sqlite3_column_int64(stmt, 1),
        .box = {(uint32_t)sqlite3_column_int64(stmt, 2), (uint32_t)sqlite3_column_int64(stmt, 3),
                (uint32_t)sqlite3_column_int64(stmt, 4), (uint32_t)sqlite3_column_int64(stmt, 5)},
        .min_zoom = (uint8_t)sqlite3_column_int(stmt, 6),
        .max_zoom = (uint8_t)sqlite3_column_int(stmt, 7),
    };
}

static enum err_code read_areas(struct store *s, sqlite3_stmt *stmt, struct changed_area *areas,
                                size_t *out_n, struct err *err)
{
    bool row = false, is_there = false;
    size_t n = 0;
    enum err_code rc;
    while (!(rc = db_step(s, stmt, &row, err)) && row && sqlite3_column_int(stmt, 0)) {
        is_there = true;
        if (n < CHANGES_PER_LAYER_MAX && sqlite3_column_type(stmt, 1) != SQLITE_NULL)
            areas[n++] = read_area(stmt);
    }
    if (!rc && !is_there)
        rc = err_set(err, CONFLICT, "it has changed in the meantime");
    *out_n = n;
    return rc;
}

enum err_code store_read_changes(struct store *s, const struct layer *l, struct arena *a,
                                 struct changed_area **out, size_t *n_out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    struct err why = {0};
    size_t n = 0;
    struct changed_area *areas = arena_raw(a, CHANGES_PER_LAYER_MAX, sizeof *areas, &why);
    if (!areas)
        return err_set(err, why.code, "%s", why.text);
    enum err_code rc = db_borrow(s, &stmt, err, "%s", READ_CHANGES);
    if (rc)
        return rc;
    db_bind_text(stmt, 1, l->name);
    sqlite3_bind_int64(stmt, 2, l->revision);
    sqlite3_bind_int(stmt, 3, CHANGES_PER_LAYER_MAX);
    rc = read_areas(s, stmt, areas, &n, &why);
    db_return(s, stmt);
    if (rc)
        return err_set(err, rc, "layer '%s': %s", l->name, why.text);
    *out = areas;
    *n_out = n;
    return OK;
}

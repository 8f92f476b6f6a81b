#include "exporters/render_crew.h"

#include "base/gzip.h"
#include "base/mem.h"
#include "base/thread.h"
#include "base/tile_number.h"
#include "store/store.h"
#include "store/tileset.h"
#include "tiler/kept_zoom.h"
#include "tiler/tiler.h"

#include <stdatomic.h>
#include <time.h>

/* Enough that a tile of a second does not keep the others waiting. */
#define TILES_A_WORKER 64
#define TILE_MAX_BYTES ((size_t)256 << 20)
#define WAIT_NS        100000000

struct slot {
    struct rendered tile;
    bool is_done;
    struct err err;
};

struct worker {
    struct render_crew *crew;
    struct store *store;
    struct tiler *tiler;
    struct gzip *gzip;
    struct sha256 *sha;
    struct tile_report report;
    struct buf plain, packed; /* of a tile: their room is not that of the many slots */
    pthread_t thread;
    bool has_thread;
};

struct render_crew {
    struct render_task task;
    struct worker *workers;
    size_t n_workers;
    struct slot *slots; /* tile number n stands at n % n_slots */
    size_t n_slots;
    uint64_t n_taken; /* ever */
    bool lends;       /* the one before n_taken is lent */
    atomic_bool cancel;
    pthread_mutex_t mutex; /* of all below, and of is_done of the slots */
    pthread_cond_t given, done;
    uint64_t n_given, n_begun;
    bool ends;
};

/* --- one tile ------------------------------------------------------------------------------- */

/* A tile that is kept, alone, is given as it is; all others are made. */
static enum err_code make(struct worker *w, struct tile_address at, struct buf *out,
                          struct err *err)
{
    const struct render_task *t = &w->crew->task;
    const struct tile_request request = {.at = at,
                                         .layers = t->layers,
                                         .n_layers = t->n_layers,
                                         .buffer_tu = TILE_BUFFER_TU,
                                         .extent_tu = TILE_EXTENT_TU};
    const struct layer *alone = t->n_layers == 1 && t->layers[0]->kept ? t->layers[0] : NULL;
    bool found = false;
    w->report = (struct tile_report){.n_kept = alone != NULL};
    if (alone && kept_zoom_source(alone, at.z) == at.z)
        return store_read_kept_tile(w->store, alone, at.z, at.x, at.y, out, &found, err);
    buf_reset(&w->plain);
    buf_reset(&w->packed);
    enum err_code rc =
        alone ? tiler_render_kept(w->tiler, w->store, alone, at, &w->plain, &w->report.kept[0], err)
              : tiler_render(w->tiler, w->store, &request, &w->plain, &w->report, err);
    if (rc || w->plain.len_bytes == 0)
        return rc;
    const struct span plain = {buf_text(&w->plain), w->plain.len_bytes};
    rc = gzip_compress(w->gzip, plain, &w->packed, err);
    if (rc)
        return rc;
    buf_put(out, w->packed.data, w->packed.len_bytes);
    return buf_status(out, err);
}

static void count_left_out(const struct tile_report *report, struct rendered *r)
{
    r->n_left_out = r->n_without_attributes = 0;
    for (size_t i = 0; i < report->n_layers; i++) {
        r->n_left_out += report->layers[i].n_left_out;
        r->n_without_attributes += report->layers[i].n_without_attributes;
    }
    for (size_t i = 0; i < report->n_kept; i++)
        r->n_left_out += report->kept[i].n_left_out;
}

static void work_on(struct worker *w, struct slot *s)
{
    struct rendered *r = &s->tile;
    const struct tile_place place = tile_number_place(r->number);
    const struct tile_address at = {(uint8_t)place.z, place.x, place.y};
    buf_reset(&r->tile);
    s->err = (struct err){0};
    enum err_code rc = make(w, at, &r->tile, &s->err);
    r->is_empty = r->tile.len_bytes == 0;
    count_left_out(&w->report, r);
    if (!rc && !r->is_empty)
        rc = content_key_of(w->sha, (struct span){buf_text(&r->tile), r->tile.len_bytes}, &r->key,
                            &s->err);
    if (rc)
        err_add(&s->err, "tile %d/%u/%u", place.z, place.x, place.y);
}

static void *run(void *worker)
{
    struct worker *w = worker;
    struct render_crew *c = w->crew;
    pthread_mutex_lock(&c->mutex);
    for (;;) {
        while (c->n_begun == c->n_given && !c->ends)
            pthread_cond_wait(&c->given, &c->mutex);
        if (c->ends)
            break;
        struct slot *s = &c->slots[c->n_begun++ % c->n_slots];
        pthread_mutex_unlock(&c->mutex);
        work_on(w, s);
        pthread_mutex_lock(&c->mutex);
        s->is_done = true;
        pthread_cond_signal(&c->done);
    }
    pthread_mutex_unlock(&c->mutex);
    return NULL;
}

/* --- the crew ------------------------------------------------------------------------------- */

static enum err_code worker_open(struct worker *w, struct render_crew *c, struct err *err)
{
    w->crew = c;
    buf_init(&w->plain, TILE_MAX_BYTES);
    buf_init(&w->packed, TILE_MAX_BYTES);
    enum err_code rc = store_open(c->task.store_path, STORE_READ, &w->store, err);
    if (rc)
        return rc;
    store_set_interrupt(w->store, &c->cancel, 0);
    rc = tiler_new(&w->tiler, err);
    if (!rc)
        rc = gzip_new(c->task.gzip_level, &w->gzip, err);
    return rc ? rc : sha256_new(&w->sha, err);
}

static void worker_close(struct worker *w)
{
    sha256_free(w->sha);
    gzip_free(w->gzip);
    tiler_free(w->tiler);
    store_close(w->store);
    buf_clear(&w->plain);
    buf_clear(&w->packed);
}

/* Where the system has no thread to give, the others do the work; the first may have none. */
static void start_threads(struct render_crew *c)
{
    for (size_t i = 0; i < c->n_workers; i++)
        c->workers[i].has_thread = thread_start(&c->workers[i].thread, run, &c->workers[i]);
}

static void init_conditions(struct render_crew *c)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&c->mutex, NULL);
    pthread_cond_init(&c->given, NULL);
    pthread_cond_init(&c->done, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

enum err_code render_crew_new(const struct render_task *task, int n_workers,
                              struct render_crew **out, struct err *err)
{
    struct render_crew *c = mem_new(1, sizeof *c);
    if (!c)
        return err_no_memory(err, sizeof *c);
    c->task = *task;
    init_conditions(c);
    const size_t n = (size_t)n_workers;
    c->workers = mem_new(n, sizeof *c->workers);
    c->slots = mem_new(n * TILES_A_WORKER, sizeof *c->slots);
    enum err_code rc = c->workers && c->slots ? OK : err_no_memory(err, n * sizeof *c->slots);
    if (!rc) {
        c->n_slots = n * TILES_A_WORKER;
        for (size_t i = 0; i < c->n_slots; i++)
            buf_init(&c->slots[i].tile.tile, TILE_MAX_BYTES);
    }
    while (!rc && c->n_workers < n)
        rc = worker_open(&c->workers[c->n_workers++], c, err);
    if (rc) {
        render_crew_free(c);
        return rc;
    }
    start_threads(c);
    *out = c;
    return OK;
}

void render_crew_free(struct render_crew *c)
{
    if (!c)
        return;
    atomic_store(&c->cancel, true);
    pthread_mutex_lock(&c->mutex);
    c->ends = true;
    pthread_cond_broadcast(&c->given);
    pthread_mutex_unlock(&c->mutex);
    for (size_t i = 0; i < c->n_workers; i++) {
        if (c->workers[i].has_thread)
            pthread_join(c->workers[i].thread, NULL);
        worker_close(&c->workers[i]);
    }
    for (size_t i = 0; i < c->n_slots; i++)
        buf_clear(&c->slots[i].tile.tile);
    pthread_cond_destroy(&c->done);
    pthread_cond_destroy(&c->given);
    pthread_mutex_destroy(&c->mutex);
    mem_free(c->workers);
    mem_free(c->slots);
    mem_free(c);
}

size_t render_crew_n_open(const struct render_crew *c)
{
    return (size_t)(c->n_given - c->n_taken);
}

bool render_crew_has_room(const struct render_crew *c)
{
    return render_crew_n_open(c) + c->lends < c->n_slots;
}

void render_crew_give(struct render_crew *c, uint64_t number)
{
    pthread_mutex_lock(&c->mutex);
    struct slot *s = &c->slots[c->n_given++ % c->n_slots];
    s->tile.number = number;
    s->is_done = false;
    pthread_cond_signal(&c->given);
    pthread_mutex_unlock(&c->mutex);
}

static bool has_threads(const struct render_crew *c)
{
    bool any = false;
    for (size_t i = 0; i < c->n_workers; i++)
        any = any || c->workers[i].has_thread;
    return any;
}

bool render_crew_wait(struct render_crew *c)
{
    struct slot *s = &c->slots[c->n_taken % c->n_slots];
    struct timespec until;
    if (!has_threads(c)) {
        work_on(&c->workers[0], s);
        c->n_begun++;
        s->is_done = true;
        return true;
    }
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += WAIT_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&c->mutex);
    int late = 0;
    while (!s->is_done && !late)
        late = pthread_cond_timedwait(&c->done, &c->mutex, &until);
    const bool is_done = s->is_done;
    pthread_mutex_unlock(&c->mutex);
    return is_done;
}

enum err_code render_crew_take(struct render_crew *c, const struct rendered **out, struct err *err)
{
    const struct slot *s = &c->slots[c->n_taken++ % c->n_slots];
    c->lends = true;
    if (s->err.code)
        return err_set(err, s->err.code, "%s", s->err.text);
    *out = &s->tile;
    return OK;
}

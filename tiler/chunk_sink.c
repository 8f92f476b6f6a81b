#include "tiler/chunk_sink.h"

void chunk_sink_clear(struct chunk_sink *s)
{
    for (int role = 0; role < N_ROLES; role++)
        for (int zoom = 0; zoom <= CHUNK_ZOOM_MAX; zoom++)
            chunk_writer_clear(&s->open[role][zoom]);
}

void chunk_sink_start(struct chunk_sink *s, chunk_taker *take, void *state,
                      const size_t n_columns[N_ROLES])
{
    s->take = take;
    s->state = state;
    for (int role = 0; role < N_ROLES; role++) {
        s->n_columns[role] = n_columns[role];
        for (int zoom = 0; zoom <= CHUNK_ZOOM_MAX; zoom++)
            s->open[role][zoom].is_open = false;
    }
}

static enum err_code write(struct chunk_sink *s, struct chunk_writer *w, struct err *err)
{
    struct chunk c;
    const enum err_code rc = chunk_writer_end(w, &c, err);
    return rc ? rc : s->take(s->state, &c, err);
}

enum err_code chunk_sink_put(struct chunk_sink *s, enum drawable_role role, uint8_t min_zoom,
                             uint8_t max_zoom, const struct drawable *d, struct err *err)
{
    struct chunk_writer *w = &s->open[role][min_zoom];
    if (!w->is_open)
        chunk_writer_start(w, role, s->n_columns[role], min_zoom, max_zoom);
    const enum err_code rc = chunk_writer_add(w, d, err);
    return rc || !chunk_writer_is_full(w) ? rc : write(s, w, err);
}

enum err_code chunk_sink_finish(struct chunk_sink *s, struct err *err)
{
    enum err_code rc = OK;
    for (int role = 0; role < N_ROLES; role++)
        for (int zoom = 0; zoom <= CHUNK_ZOOM_MAX && !rc; zoom++)
            if (s->open[role][zoom].is_open)
                rc = write(s, &s->open[role][zoom], err);
    return rc;
}

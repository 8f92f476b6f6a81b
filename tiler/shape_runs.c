#include "tiler/shape_runs.h"

#include "base/mem.h"
#include "base/temp_file.h"
#include "tiler/shape_record.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define RECORDS_PER_RUN 64
/* A run ends early where the curve jumps, by so many times its own length; but for this many records,
 * for in some layers every record is far from the next. */
#define FEWEST_RECORDS 16
#define FAR            16
#define CELL_KEYS      ((uint64_t)1 << 32) /* of a square of 2^16 units: some 600 m */
#define RUN_BYTES      ((uint64_t)64 << 10)
#define TAIL_BYTES     ((size_t)1 << 20)
#define TAIL_MAX_BYTES ((size_t)2 << 30) /* a record is never longer */

enum err_code shape_runs_open(struct shape_runs *r, const char *folder, struct err *err)
{
    int fd = -1;
    const enum err_code rc = temp_file_open(folder, &fd, err);
    if (rc)
        return rc;
    *r = (struct shape_runs){.fd = fd};
    buf_init(&r->tail, TAIL_MAX_BYTES);
    return OK;
}

void shape_runs_close(struct shape_runs *r)
{
    if (r->fd >= 0)
        close(r->fd);
    buf_clear(&r->tail);
    mem_free(r->runs);
    *r = (struct shape_runs){.fd = -1};
}

static enum err_code write_tail(struct shape_runs *r, struct err *err)
{
    for (size_t done = 0; done < r->tail.len_bytes;) {
        const ssize_t n = pwrite(r->fd, r->tail.data + done, r->tail.len_bytes - done,
                                 (off_t)(r->written_bytes + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(err, IO, "temporary file: %s after %" PRIu64 " bytes",
                           n < 0 ? strerror(errno) : "nothing written", r->written_bytes + done);
        done += (size_t)n;
    }
    r->written_bytes += r->tail.len_bytes;
    buf_reset(&r->tail);
    return OK;
}

/* Whether the curve has been elsewhere between a run and the next record: then a box around both would
 * hold much that is near neither. */
static bool is_far(const struct shape_run *run, uint64_t key)
{
    const uint64_t length = run->last_key - run->first_key + CELL_KEYS;
    return run->n_records >= FEWEST_RECORDS && (key - run->last_key) / FAR > length;
}

static enum err_code next_run(struct shape_runs *r, uint64_t at, uint64_t key,
                              struct shape_run **out, struct err *err)
{
    struct shape_run *last = r->n_runs ? &r->runs[r->n_runs - 1] : NULL;
    if (last && last->n_records < RECORDS_PER_RUN && last->n_bytes < RUN_BYTES &&
        !is_far(last, key)) {
        *out = last;
        return OK;
    }
    if (mem_grow((void **)&r->runs, &r->room_runs, r->n_runs + 1, sizeof *r->runs, err))
        return NO_MEMORY;
    r->runs[r->n_runs] =
        (struct shape_run){.at = at, .box = grid_box_empty(), .first_key = key, .last_key = key};
    *out = &r->runs[r->n_runs++];
    return OK;
}

enum err_code shape_runs_put(struct shape_runs *r, uint64_t key, struct span record,
                             struct err *err)
{
    const uint64_t at = r->written_bytes + r->tail.len_bytes;
    struct shape_run *run = NULL;
    struct grid_box box;
    enum geom_kind kind;
    if (shape_record_read_box(record, &box, err) || shape_record_read_kind(record, &kind, err))
        return BAD_DATA;
    if (next_run(r, at, key, &run, err))
        return NO_MEMORY;
    buf_put(&r->tail, &key, sizeof key);
    buf_put_varint(&r->tail, record.len_bytes);
    buf_put(&r->tail, record.at, record.len_bytes);
    enum err_code rc = buf_status(&r->tail, err);
    if (rc)
        return rc;
    run->n_bytes = (uint32_t)(r->written_bytes + r->tail.len_bytes - run->at);
    run->n_records++;
    run->last_key = key;
    run->has_polygons |= kind == GEOM_KIND_POLYGON;
    grid_box_join(&run->box, &box);
    return r->tail.len_bytes < TAIL_BYTES ? OK : write_tail(r, err);
}

enum err_code shape_runs_end(struct shape_runs *r, struct err *err)
{
    return write_tail(r, err);
}

enum err_code shape_runs_read(const struct shape_runs *r, size_t run, struct buf *out,
                              struct err *err)
{
    const size_t n_bytes = r->runs[run].n_bytes;
    uint8_t *const to = buf_reserve(out, n_bytes);
    if (!to)
        return buf_status(out, err);
    for (size_t done = 0; done < n_bytes;) {
        const ssize_t n = pread(r->fd, to + done, n_bytes - done, (off_t)(r->runs[run].at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(err, IO, "temporary file: %s", n < 0 ? strerror(errno) : "it ends");
        done += (size_t)n;
    }
    buf_added(out, n_bytes);
    return OK;
}

enum err_code shape_runs_next(struct bytes *run, uint64_t *out_key, struct span *out_record,
                              struct err *err)
{
    const uint8_t *key = NULL, *record = NULL;
    uint64_t n = 0;
    if (bytes_get(run, sizeof *out_key, &key, err) || bytes_get_varint(run, &n, err) ||
        bytes_get(run, n, &record, err))
        return BAD_DATA;
    memcpy(out_key, key, sizeof *out_key);
    *out_record = (struct span){(const char *)record, n};
    return OK;
}

#include "base/spool_run.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/temp_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_HEAD_BYTES 18 /* the key and the longest varint */
/* Of a run while it is merged: more would not stay in the processor's cache until it is given out. */
#define MAX_SHARE_BYTES ((size_t)256 << 10)

enum err_code run_file_open(struct run_file *f, const char *folder, size_t block_bytes,
                            struct err *err)
{
    uint8_t *block = mem_resize(NULL, block_bytes);
    if (!block)
        return err_no_memory(err, block_bytes);
    int fd = -1;
    const enum err_code rc = temp_file_open(folder, &fd, err);
    if (rc) {
        mem_free(block);
        return rc;
    }
    *f = (struct run_file){.fd = fd, .block = block, .block_bytes = block_bytes};
    return OK;
}

void run_file_close(struct run_file *f)
{
    if (f->fd >= 0)
        close(f->fd);
    mem_free(f->block);
    *f = (struct run_file){.fd = -1};
}

static enum err_code write_block(struct run_file *f, struct err *err)
{
    for (size_t done = 0; done < f->used_bytes;) {
        const ssize_t n =
            pwrite(f->fd, f->block + done, f->used_bytes - done, (off_t)(f->written_bytes + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(err, IO, "temporary file: %s after %" PRIu64 " bytes",
                           n < 0 ? strerror(errno) : "nothing written", f->written_bytes + done);
        done += (size_t)n;
    }
    f->written_bytes += f->used_bytes;
    f->used_bytes = 0;
    return OK;
}

static enum err_code put_bytes(struct run_file *f, const void *bytes, size_t n_bytes,
                               struct err *err)
{
    const uint8_t *at = bytes;
    while (n_bytes > 0) {
        const size_t left = f->block_bytes - f->used_bytes;
        const size_t n = n_bytes < left ? n_bytes : left;
        memcpy(f->block + f->used_bytes, at, n);
        f->used_bytes += n;
        at += n;
        n_bytes -= n;
        const enum err_code rc = n == left ? write_block(f, err) : OK;
        if (rc)
            return rc;
    }
    return OK;
}

enum err_code run_file_put(struct run_file *f, uint64_t key, struct span body, struct err *err)
{
    uint8_t head[MAX_HEAD_BYTES];
    size_t n = 0;
    for (; n < 8; n++)
        head[n] = (uint8_t)(key >> (8 * n));
    uint64_t len = body.len_bytes;
    for (; len >= 0x80; len >>= 7)
        head[n++] = (uint8_t)(len | 0x80);
    head[n++] = (uint8_t)len;
    const enum err_code rc = put_bytes(f, head, n, err);
    return rc ? rc : put_bytes(f, body.at, body.len_bytes, err);
}

enum err_code run_file_end(struct run_file *f, struct run *out, struct err *err)
{
    const enum err_code rc = write_block(f, err);
    if (rc)
        return rc;
    *out = (struct run){.end = f->written_bytes};
    return OK;
}

void run_file_forget(struct run_file *f, const struct run *runs, size_t n_runs)
{
    for (size_t i = 0; i < n_runs; i++) {
        /* A hint: where it cannot be done, the space comes back with the end of the file. */
        (void)fallocate(f->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)runs[i].at,
                        (off_t)(runs[i].end - runs[i].at));
    }
}

/* One run as it is read: its share of the memory, and the head of the next record. */
struct reader {
    uint64_t file_at; /* what of the run is not in the share yet */
    uint64_t file_end;
    uint8_t *share;
    size_t at, end; /* bytes of the share that are not given out yet */
    uint64_t key;
    uint64_t body_bytes;
};

struct run_merge {
    int fd;
    size_t share_bytes;
    uint8_t *shares;
    struct reader *readers;
    size_t *heap; /* numbers of readers that have a record, the first in order on top */
    size_t n_heap;
    uint8_t *aside; /* a body that does not fit into a share */
    size_t aside_room_bytes;
    size_t lent_bytes; /* of the share on top: given out, to be skipped at the next call */
    bool lent;
};

/* Read on behind what is there, which moves to the share's start. */
static enum err_code fill(const struct run_merge *m, struct reader *r, struct err *err)
{
    memmove(r->share, r->share + r->at, r->end - r->at);
    r->end -= r->at;
    r->at = 0;
    while (r->end < m->share_bytes && r->file_at < r->file_end) {
        size_t wanted = m->share_bytes - r->end;
        if (wanted > r->file_end - r->file_at)
            wanted = (size_t)(r->file_end - r->file_at);
        const ssize_t n = pread(m->fd, r->share + r->end, wanted, (off_t)r->file_at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(err, IO, "temporary file: %s at byte %" PRIu64,
                           n < 0 ? strerror(errno) : "it ends", r->file_at);
        r->end += (size_t)n;
        r->file_at += (uint64_t)n;
    }
    return OK;
}

/* The next record's key and length; `*out_more` false behind the run's last. */
static enum err_code read_head(const struct run_merge *m, struct reader *r, bool *out_more,
                               struct err *err)
{
    enum err_code rc = OK;
    if (r->end - r->at < MAX_HEAD_BYTES)
        rc = fill(m, r, err);
    if (rc)
        return rc;
    *out_more = r->at < r->end;
    if (!*out_more)
        return OK;
    struct bytes head = {r->share + r->at, r->share + r->end};
    const uint8_t *key = NULL;
    rc = bytes_get(&head, 8, &key, err);
    if (!rc)
        rc = bytes_get_varint(&head, &r->body_bytes, err);
    if (rc)
        return err_set(err, IO, "temporary file: it is not what was written");
    r->key = 0;
    for (int i = 0; i < 8; i++)
        r->key |= (uint64_t)key[i] << (8 * i);
    r->at = (size_t)(head.at - r->share);
    return OK;
}

static bool comes_before(const struct run_merge *m, size_t a, size_t b)
{
    const uint64_t key_a = m->readers[a].key, key_b = m->readers[b].key;
    return key_a != key_b ? key_a < key_b : a < b;
}

static void sift_down(struct run_merge *m, size_t at)
{
    for (;;) {
        size_t first = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < m->n_heap; child++) {
            if (comes_before(m, m->heap[child], m->heap[first]))
                first = child;
        }
        if (first == at)
            return;
        const size_t moved = m->heap[at];
        m->heap[at] = m->heap[first];
        m->heap[first] = moved;
        at = first;
    }
}

static enum err_code start_readers(struct run_merge *m, const struct run *runs, size_t n_runs,
                                   struct err *err)
{
    for (size_t i = 0; i < n_runs; i++) {
        struct reader *r = &m->readers[i];
        r->file_at = runs[i].at;
        r->file_end = runs[i].end;
        r->share = m->shares + i * m->share_bytes;
        bool more = false;
        const enum err_code rc = read_head(m, r, &more, err);
        if (rc)
            return rc;
        if (more)
            m->heap[m->n_heap++] = i;
    }
    for (size_t i = m->n_heap / 2; i-- > 0;)
        sift_down(m, i);
    return OK;
}

enum err_code run_merge_new(const struct run_file *f, const struct run *runs, size_t n_runs,
                            size_t memory_bytes, struct run_merge **out, struct err *err)
{
    struct run_merge *m = mem_new(1, sizeof *m);
    if (!m)
        return err_no_memory(err, sizeof *m);
    m->fd = f->fd;
    m->share_bytes = memory_bytes / n_runs;
    if (m->share_bytes > MAX_SHARE_BYTES)
        m->share_bytes = MAX_SHARE_BYTES;
    if (m->share_bytes < 2 * MAX_HEAD_BYTES)
        m->share_bytes = 2 * MAX_HEAD_BYTES;
    m->shares = mem_resize(NULL, n_runs * m->share_bytes);
    m->readers = mem_new(n_runs, sizeof *m->readers);
    m->heap = mem_new(n_runs, sizeof *m->heap);
    enum err_code rc = OK;
    if (!m->shares || !m->readers || !m->heap)
        rc = err_no_memory(err, n_runs * m->share_bytes);
    if (!rc)
        rc = start_readers(m, runs, n_runs, err);
    if (rc) {
        run_merge_free(m);
        return rc;
    }
    *out = m;
    return OK;
}

void run_merge_free(struct run_merge *m)
{
    if (!m)
        return;
    mem_free(m->shares);
    mem_free(m->readers);
    mem_free(m->heap);
    mem_free(m->aside);
    mem_free(m);
}

/* The body of the record on top, from its share when it is all there, else put together aside. */
static enum err_code lend_body(struct run_merge *m, struct reader *r, struct span *out,
                               struct err *err)
{
    const size_t n_bytes = (size_t)r->body_bytes;
    enum err_code rc = OK;
    if (n_bytes > r->end - r->at && n_bytes <= m->share_bytes)
        rc = fill(m, r, err);
    if (!rc && n_bytes <= r->end - r->at) {
        *out = (struct span){(const char *)r->share + r->at, n_bytes};
        m->lent_bytes = n_bytes;
        return OK;
    }
    if (!rc)
        rc = mem_grow((void **)&m->aside, &m->aside_room_bytes, n_bytes, 1, err);
    for (size_t done = 0; !rc && done < n_bytes;) {
        size_t n = r->end - r->at;
        if (n > n_bytes - done)
            n = n_bytes - done;
        memcpy(m->aside + done, r->share + r->at, n);
        r->at += n;
        done += n;
        if (done < n_bytes)
            rc = fill(m, r, err);
        if (!rc && done < n_bytes && r->at == r->end)
            rc = err_set(err, IO, "temporary file: it is not what was written");
    }
    if (rc)
        return rc;
    *out = (struct span){(const char *)m->aside, n_bytes};
    m->lent_bytes = 0;
    return OK;
}

enum err_code run_merge_next(struct run_merge *m, uint64_t *out_key, struct span *out_body,
                             bool *out_more, struct err *err)
{
    if (m->lent) {
        struct reader *last = &m->readers[m->heap[0]];
        last->at += m->lent_bytes;
        m->lent = false;
        bool more = false;
        const enum err_code rc = read_head(m, last, &more, err);
        if (rc)
            return rc;
        if (!more)
            m->heap[0] = m->heap[--m->n_heap];
        sift_down(m, 0);
    }
    if (m->n_heap == 0) {
        *out_more = false;
        return OK;
    }
    struct reader *top = &m->readers[m->heap[0]];
    const enum err_code rc = lend_body(m, top, out_body, err);
    if (rc)
        return rc;
    m->lent = true;
    *out_key = top->key;
    *out_more = true;
    return OK;
}

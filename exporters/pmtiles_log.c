#include "exporters/pmtiles_log.h"

#include "base/mem.h"
#include "base/text.h"
#include "exporters/file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/*
 * The file: blocks, each of its content's length (u64), a hash of the content and of all before it
 * (u64), the content. The first block holds the plan; each other one varints: the state, then of
 * each tile how far its number is above that of the one before, its offset, its bytes.
 */
struct block_head {
    uint64_t n_bytes, hash;
};

struct pmtiles_log {
    int fd;
    uint64_t end;  /* of the last whole block */
    uint64_t hash; /* of the last whole block */
    uint64_t last_number;
    struct buf tiles; /* since the last settled state */
    struct buf block;
};

static enum err_code put_block(struct pmtiles_log *l, const void *bytes, size_t n_bytes,
                               struct err *err)
{
    const struct block_head head = {n_bytes, text_hash(bytes, n_bytes, l->hash)};
    enum err_code rc = file_write_at(l->fd, l->end, &head, sizeof head, err);
    if (!rc)
        rc = file_write_at(l->fd, l->end + sizeof head, bytes, n_bytes, err);
    if (!rc) {
        l->end += sizeof head + n_bytes;
        l->hash = head.hash;
    }
    return rc;
}

/* The next whole block of what was read; false at the end, or where a block was not written whole. */
static bool next_block(struct pmtiles_log *l, const struct buf *file, struct bytes *out)
{
    struct block_head head;
    const uint64_t n_left = file->len_bytes - l->end;
    if (n_left < sizeof head)
        return false;
    memcpy(&head, file->data + l->end, sizeof head);
    const uint8_t *at = file->data + l->end + sizeof head;
    if (head.n_bytes > n_left - sizeof head || text_hash(at, head.n_bytes, l->hash) != head.hash)
        return false;
    *out = (struct bytes){at, at + head.n_bytes};
    l->end += sizeof head + head.n_bytes;
    l->hash = head.hash;
    return true;
}

static enum err_code read_block(struct pmtiles_log *l, struct bytes *r, struct pmtiles_runs *runs,
                                struct pmtiles_state *state, struct err *err)
{
    enum err_code rc = bytes_get_varint(r, &state->next, err);
    if (!rc)
        rc = bytes_get_varint(r, &state->n_bytes, err);
    while (!rc && r->at < r->end) {
        uint64_t step = 0, offset = 0, n_bytes = 0;
        rc = bytes_get_varint(r, &step, err);
        if (!rc)
            rc = bytes_get_varint(r, &offset, err);
        if (!rc)
            rc = bytes_get_varint(r, &n_bytes, err);
        l->last_number += step;
        if (!rc)
            rc = pmtiles_runs_add(runs, l->last_number, offset, (uint32_t)n_bytes, err);
    }
    return rc;
}

static enum err_code read_all(struct pmtiles_log *l, const char *plan, struct pmtiles_runs *runs,
                              struct pmtiles_state *state, struct err *err)
{
    struct buf file;
    struct bytes block;
    buf_init(&file, SIZE_MAX);
    enum err_code rc = file_read_all(l->fd, &file, err);
    if (!rc &&
        !(next_block(l, &file, &block) &&
          span_eq((struct span){(const char *)block.at, (size_t)(block.end - block.at)}, plan)))
        rc = err_set(err, CONFLICT, "it was begun by an export of something else");
    while (!rc && next_block(l, &file, &block))
        rc = read_block(l, &block, runs, state, err);
    buf_clear(&file);
    return rc;
}

enum err_code pmtiles_log_open(const char *path, const char *plan, bool goes_on,
                               struct pmtiles_runs *runs, struct pmtiles_state *out_state,
                               struct pmtiles_log **out, struct err *err)
{
    struct pmtiles_state state = {0};
    struct pmtiles_log *l = mem_new(1, sizeof *l);
    if (!l)
        return err_no_memory(err, sizeof *l);
    buf_init(&l->tiles, SIZE_MAX);
    buf_init(&l->block, SIZE_MAX);
    l->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    enum err_code rc = l->fd < 0 ? err_set(err, IO, "'%s': %s", path, strerror(errno)) : OK;
    if (!rc && goes_on)
        rc = read_all(l, plan, runs, &state, err);
    if (!rc && ftruncate(l->fd, (off_t)l->end) != 0)
        rc = err_set(err, IO, "'%s': %s", path, strerror(errno));
    if (!rc && !goes_on)
        rc = put_block(l, plan, strlen(plan), err);
    if (rc) {
        pmtiles_log_close(l);
        return rc;
    }
    *out_state = state;
    *out = l;
    return OK;
}

void pmtiles_log_close(struct pmtiles_log *l)
{
    if (!l)
        return;
    if (l->fd >= 0)
        close(l->fd);
    buf_clear(&l->tiles);
    buf_clear(&l->block);
    mem_free(l);
}

void pmtiles_log_add(struct pmtiles_log *l, uint64_t number, uint64_t offset, uint32_t n_bytes)
{
    buf_put_varint(&l->tiles, number - l->last_number);
    buf_put_varint(&l->tiles, offset);
    buf_put_varint(&l->tiles, n_bytes);
    l->last_number = number;
}

enum err_code pmtiles_log_settle(struct pmtiles_log *l, const struct pmtiles_state *state,
                                 struct err *err)
{
    buf_reset(&l->block);
    buf_put_varint(&l->block, state->next);
    buf_put_varint(&l->block, state->n_bytes);
    enum err_code rc = buf_status(&l->tiles, err);
    if (!rc) {
        buf_put(&l->block, l->tiles.data, l->tiles.len_bytes);
        rc = buf_status(&l->block, err);
    }
    if (!rc)
        rc = put_block(l, l->block.data, l->block.len_bytes, err);
    if (!rc)
        buf_reset(&l->tiles);
    return rc;
}

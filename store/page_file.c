#include "store/page_file.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES ((size_t)1 << 20)

/* No page may hold this byte: SQLite locks there. Source: file format, 1.5 */
#define LOCK_BYTE ((uint64_t)1 << 30)

/* Source: file format, 1.3 */
enum {
    HEADER_BYTES = 100,
    PAGE_BYTES_AT = 16,
    RESERVED_AT = 20,
    CHANGE_COUNTER_AT = 24,
    N_PAGES_AT = 28,
    AUTO_VACUUM_AT = 52,
    VALID_FOR_AT = 92
};

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void put_u32(uint8_t *at, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(v >> (24 - 8 * i));
}

static enum err_code read_header(int fd, uint8_t head[HEADER_BYTES], struct err *err)
{
    const ssize_t n = pread(fd, head, HEADER_BYTES, 0);
    if (n < 0)
        return err_set(err, IO, "reading the store failed (%s)", strerror(errno));
    return n == HEADER_BYTES ? OK : err_set(err, BAD_DATA, "the store is damaged: no header");
}

/* What goes to the disk while we work need not be waited for at the end. A hint, which may fail. */
static void write_out(const struct page_block *b)
{
    (void)sync_file_range(b->fd, (off_t)b->at, (off_t)b->n_bytes, SYNC_FILE_RANGE_WRITE);
}

static enum err_code write_at(int fd, const uint8_t *bytes, size_t n_bytes, uint64_t at,
                              struct err *err)
{
    for (size_t done = 0; done < n_bytes;) {
        const ssize_t n = pwrite(fd, bytes + done, n_bytes - done, (off_t)(at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(err, IO, "writing the store failed after %" PRIu64 " bytes (%s)",
                           at + done, n < 0 ? strerror(errno) : "nothing was written");
        done += (size_t)n;
    }
    return OK;
}

static enum err_code write_block(void *state, void *block, struct err *err)
{
    const struct page_block *b = block;
    (void)state;
    const enum err_code rc = write_at(b->fd, b->bytes, b->n_bytes, b->at, err);
    if (!rc)
        write_out(b);
    return rc;
}

static enum err_code start_lane(struct page_file *f, struct err *err)
{
    for (int i = 0; i < PAGE_BLOCKS; i++) {
        f->blocks[i] = (struct page_block){.fd = f->fd, .bytes = mem_resize(NULL, BLOCK_BYTES)};
        if (!f->blocks[i].bytes)
            return err_no_memory(err, BLOCK_BYTES);
    }
    return lane_new(f->blocks, PAGE_BLOCKS, sizeof f->blocks[0], write_block, NULL, &f->lane, err);
}

enum err_code page_file_open(struct page_file *f, int fd, struct err *err)
{
    uint8_t head[HEADER_BYTES];
    enum err_code rc = read_header(fd, head, err);
    if (rc)
        return rc;
    const size_t page_bytes = (size_t)head[PAGE_BYTES_AT] << 8 | head[PAGE_BYTES_AT + 1];
    /* 1 stands for 65536. */
    if (page_bytes < 512 || head[RESERVED_AT] != 0 || get_u32(head + AUTO_VACUUM_AT) != 0)
        return err_set(err, UNSUPPORTED, "the store has pages of a kind that is not written here");
    *f = (struct page_file){
        .fd = fd, .page_bytes = page_bytes, .n_pages = get_u32(head + N_PAGES_AT)};
    rc = start_lane(f, err);
    if (rc)
        page_file_close(f);
    return rc;
}

void page_file_close(struct page_file *f)
{
    lane_free(f->lane);
    for (int i = 0; i < PAGE_BLOCKS; i++)
        mem_free(f->blocks[i].bytes);
    *f = (struct page_file){.fd = -1};
}

/* The number of the next page when so many are there: the lock byte's page is none. */
static uint32_t number_after(const struct page_file *f, uint32_t n_pages)
{
    return n_pages + (n_pages == LOCK_BYTE / f->page_bytes ? 2 : 1);
}

uint32_t page_file_after_next(const struct page_file *f)
{
    return number_after(f, number_after(f, f->n_pages));
}

static enum err_code give_block(struct page_file *f, struct err *err)
{
    f->filling = NULL;
    return lane_give(f->lane, err);
}

static enum err_code append(struct page_file *f, const uint8_t *page, struct err *err)
{
    if (f->n_pages >= UINT32_MAX - 2)
        return err_set(err, LIMIT, "the store has as many pages as it can have");
    if (!f->filling) {
        f->filling = lane_batch(f->lane);
        f->filling->at = (uint64_t)f->n_pages * f->page_bytes;
        f->filling->n_bytes = 0;
    }
    struct page_block *b = f->filling;
    memcpy(b->bytes + b->n_bytes, page, f->page_bytes);
    b->n_bytes += f->page_bytes;
    f->n_pages++;
    return b->n_bytes + f->page_bytes > BLOCK_BYTES ? give_block(f, err) : OK;
}

enum err_code page_file_put(struct page_file *f, const uint8_t *page, uint32_t *out_number,
                            struct err *err)
{
    enum err_code rc = OK;
    const uint32_t number = number_after(f, f->n_pages);
    while (!rc && f->n_pages < number) /* what the lock byte's page holds does not matter */
        rc = append(f, page, err);
    if (!rc)
        *out_number = f->n_pages;
    return rc;
}

enum err_code page_file_put_at(struct page_file *f, uint32_t number, const uint8_t *page,
                               struct err *err)
{
    return write_at(f->fd, page, f->page_bytes, (uint64_t)(number - 1) * f->page_bytes, err);
}

enum err_code page_file_end(struct page_file *f, struct err *err)
{
    uint8_t head[HEADER_BYTES];
    enum err_code rc = f->filling ? give_block(f, err) : OK;
    if (!rc)
        rc = lane_wait(f->lane, err);
    if (!rc)
        rc = read_header(f->fd, head, err);
    if (rc)
        return rc;
    const uint32_t change = get_u32(head + CHANGE_COUNTER_AT) + 1;
    put_u32(head + CHANGE_COUNTER_AT, change);
    put_u32(head + VALID_FOR_AT, change);
    put_u32(head + N_PAGES_AT, f->n_pages);
    return write_at(f->fd, head, HEADER_BYTES, 0, err);
}

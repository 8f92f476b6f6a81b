#include "base/spool.h"

#include "base/key_sort.h"
#include "base/mem.h"
#include "base/spool_run.h"

#include <string.h>

#define MAX_BLOCK_BYTES  ((size_t)1 << 20)
#define WANTED_SHARE     ((size_t)64 * 1024) /* of a run in a merge: less makes the disk seek */
#define MIN_MEMORY_BYTES ((size_t)4096)

#define LENGTH_BYTES sizeof(uint32_t)

/*
 * Memory is one piece: items grow from its start, bodies from its end, and between them stays room
 * for a second set of items, which sorting needs. An item's value is where its body stands, with its
 * length in the 4 bytes before.
 */
struct spool {
    char *folder;
    size_t memory_bytes; /* of the piece */
    size_t block_bytes;  /* for writing, taken from what the caller allows */
    uint8_t *memory;
    struct keyed *items;
    size_t n_items;
    size_t bodies_at; /* the lowest body in the memory */
    size_t next_item; /* to be given back, when all fitted */
    uint64_t n_records;
    struct run_file file;
    struct run *runs;
    size_t n_runs, room_runs;
    struct run_merge *merge;
    bool sorted;
};

static void start_memory(struct spool *s)
{
    s->items = (struct keyed *)(void *)s->memory;
    s->n_items = 0;
    s->bodies_at = s->memory_bytes;
}

enum err_code spool_new(const char *folder, size_t memory_bytes, struct spool **out,
                        struct err *err)
{
    struct spool *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    if (memory_bytes < MIN_MEMORY_BYTES)
        memory_bytes = MIN_MEMORY_BYTES;
    if (memory_bytes > UINT32_MAX)
        memory_bytes = UINT32_MAX; /* lengths are 32 bits */
    s->block_bytes = memory_bytes / 8 < MAX_BLOCK_BYTES ? memory_bytes / 8 : MAX_BLOCK_BYTES;
    s->memory_bytes = memory_bytes - s->block_bytes;
    s->file.fd = -1;
    s->folder = mem_strdup(folder);
    /* Pages that are never touched cost nothing. */
    s->memory = mem_resize(NULL, s->memory_bytes);
    if (!s->folder || !s->memory) {
        spool_free(s);
        return err_no_memory(err, memory_bytes);
    }
    mem_prefer_large_pages(s->memory, s->memory_bytes);
    start_memory(s);
    *out = s;
    return OK;
}

void spool_free(struct spool *s)
{
    if (!s)
        return;
    run_merge_free(s->merge);
    run_file_close(&s->file);
    mem_free(s->runs);
    mem_free(s->memory);
    mem_free(s->folder);
    mem_free(s);
}

/* Behind the items stays room for as many. */
static void sort_items(struct spool *s)
{
    key_sort(s->items, s->n_items, s->items + s->n_items);
}

static struct span body_of(const struct spool *s, const struct keyed *item)
{
    const uint8_t *at = s->memory + item->value;
    uint32_t n_bytes;
    memcpy(&n_bytes, at - LENGTH_BYTES, sizeof n_bytes);
    return (struct span){(const char *)at, n_bytes};
}

static enum err_code end_run(struct spool *s, uint64_t start, struct err *err)
{
    enum err_code rc =
        mem_grow((void **)&s->runs, &s->room_runs, s->n_runs + 1, sizeof *s->runs, err);
    if (!rc)
        rc = run_file_end(&s->file, &s->runs[s->n_runs], err);
    if (rc)
        return rc;
    s->runs[s->n_runs++].at = start;
    return OK;
}

static enum err_code open_file(struct spool *s, struct err *err)
{
    return s->file.fd < 0 ? run_file_open(&s->file, s->folder, s->block_bytes, err) : OK;
}

/* Write what is in memory as one more run. */
static enum err_code spill(struct spool *s, struct err *err)
{
    enum err_code rc = open_file(s, err);
    if (rc)
        return rc;
    sort_items(s);
    const uint64_t start = s->file.written_bytes;
    for (size_t i = 0; !rc && i < s->n_items; i++)
        rc = run_file_put(&s->file, s->items[i].key, body_of(s, &s->items[i]), err);
    if (!rc)
        rc = end_run(s, start, err);
    start_memory(s);
    return rc;
}

/* A record that is too long for the memory is a run of its own, behind what came before it. */
static enum err_code put_alone(struct spool *s, uint64_t key, struct span record, struct err *err)
{
    enum err_code rc = s->n_items ? spill(s, err) : open_file(s, err);
    const uint64_t start = s->file.written_bytes;
    if (!rc)
        rc = run_file_put(&s->file, key, record, err);
    if (!rc)
        rc = end_run(s, start, err);
    if (!rc)
        s->n_records++;
    return rc;
}

static bool has_room(const struct spool *s, size_t n_bytes)
{
    const size_t items_bytes = 2 * (s->n_items + 1) * sizeof *s->items;
    return items_bytes <= s->bodies_at && n_bytes <= s->bodies_at - items_bytes;
}

enum err_code spool_put(struct spool *s, uint64_t key, struct span record, struct err *err)
{
    if (s->sorted)
        return err_set(err, INTERNAL, "a record for a spool that is sorted");
    if (record.len_bytes > s->memory_bytes / 2 - LENGTH_BYTES - 2 * sizeof *s->items)
        return put_alone(s, key, record, err);
    const size_t n_bytes = record.len_bytes + LENGTH_BYTES;
    if (!has_room(s, n_bytes)) {
        const enum err_code rc = spill(s, err);
        if (rc)
            return rc;
    }
    const uint32_t len = (uint32_t)record.len_bytes;
    s->bodies_at -= n_bytes;
    memcpy(s->memory + s->bodies_at, &len, sizeof len);
    if (len)
        memcpy(s->memory + s->bodies_at + LENGTH_BYTES, record.at, len);
    s->items[s->n_items++] = (struct keyed){key, s->bodies_at + LENGTH_BYTES};
    s->n_records++;
    return OK;
}

/* Merge the runs from `first` on into one, which goes to the end of the list. */
static enum err_code merge_group(struct spool *s, size_t first, size_t n_runs, size_t memory_bytes,
                                 struct err *err)
{
    struct run_merge *m = NULL;
    enum err_code rc = run_merge_new(&s->file, s->runs + first, n_runs, memory_bytes, &m, err);
    const uint64_t start = s->file.written_bytes;
    for (bool more = true; !rc && more;) {
        uint64_t key = 0;
        struct span body = {0};
        rc = run_merge_next(m, &key, &body, &more, err);
        if (!rc && more)
            rc = run_file_put(&s->file, key, body, err);
    }
    run_merge_free(m);
    if (!rc)
        rc = end_run(s, start, err);
    if (!rc)
        run_file_forget(&s->file, s->runs + first, n_runs);
    return rc;
}

/* Until the runs are few enough for one merge with a fair share of memory for each. */
static enum err_code merge_passes(struct spool *s, size_t memory_bytes, struct err *err)
{
    const size_t fair = memory_bytes / WANTED_SHARE;
    const size_t n_max = fair < 2 ? 2 : fair;
    while (s->n_runs > n_max) {
        /* In groups of neighbours, so that the new runs are in order of arrival, too. */
        const size_t n_old = s->n_runs;
        for (size_t i = 0; i < n_old; i += n_max) {
            const size_t n = n_old - i < n_max ? n_old - i : n_max;
            const enum err_code rc = merge_group(s, i, n, memory_bytes, err);
            if (rc)
                return rc;
        }
        s->n_runs -= n_old;
        memmove(s->runs, s->runs + n_old, s->n_runs * sizeof *s->runs);
    }
    return OK;
}

enum err_code spool_sort(struct spool *s, struct err *err)
{
    if (s->sorted)
        return err_set(err, INTERNAL, "a spool is sorted once");
    if (s->n_runs == 0) {
        sort_items(s);
        s->sorted = true;
        return OK;
    }
    enum err_code rc = spill(s, err);
    if (rc)
        return rc;
    mem_free(s->memory);
    s->memory = NULL;
    /* The other half is for a body longer than a run's share. */
    const size_t memory_bytes = s->memory_bytes / 2;
    rc = merge_passes(s, memory_bytes, err);
    if (!rc)
        rc = run_merge_new(&s->file, s->runs, s->n_runs, memory_bytes, &s->merge, err);
    s->sorted = !rc;
    return rc;
}

enum err_code spool_next(struct spool *s, uint64_t *out_key, struct span *out_record,
                         bool *out_more, struct err *err)
{
    if (!s->sorted)
        return err_set(err, INTERNAL, "a record of a spool that is not sorted");
    if (s->merge)
        return run_merge_next(s->merge, out_key, out_record, out_more, err);
    *out_more = s->next_item < s->n_items;
    if (*out_more) {
        const struct keyed *item = &s->items[s->next_item++];
        *out_key = item->key;
        *out_record = body_of(s, item);
    }
    return OK;
}

uint64_t spool_count(const struct spool *s)
{
    return s->n_records;
}

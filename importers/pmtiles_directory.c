#include "importers/pmtiles_directory.h"

#include "base/mem.h"

void pmtiles_directory_clear(struct pmtiles_directory *d)
{
    mem_free(d->entries);
    *d = (struct pmtiles_directory){0};
}

uint64_t pmtiles_n_tiles(void)
{
    return tile_number_first(ARCHIVE_MAX_ZOOM + 1);
}

static enum err_code read_u32(struct bytes *r, uint32_t *out, struct err *err)
{
    uint64_t v = 0;
    const enum err_code rc = bytes_get_varint(r, &v, err);
    if (!rc && v > UINT32_MAX)
        return err_set(err, BAD_DATA, "a number that is too large");
    if (!rc)
        *out = (uint32_t)v;
    return rc;
}

/* The columns come one after the other: numbers, runs, lengths, offsets. */
static enum err_code read_columns(struct pmtiles_directory *d, struct bytes *r, struct err *err)
{
    const uint64_t n_tiles = pmtiles_n_tiles();
    uint64_t number = 0, step = 0;
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < d->n; i++) {
        rc = bytes_get_varint(r, &step, err);
        if (!rc && (step >= n_tiles - number || (i > 0 && step == 0)))
            rc = err_set(err, BAD_DATA,
                         step ? "a tile beyond zoom %d" : "entries that are not in order",
                         ARCHIVE_MAX_ZOOM);
        number += step;
        d->entries[i].first = number;
    }
    for (size_t i = 0; !rc && i < d->n; i++) {
        rc = read_u32(r, &d->entries[i].n_run, err);
        if (!rc && d->entries[i].n_run > n_tiles - d->entries[i].first)
            rc = err_set(err, BAD_DATA, "a run of tiles beyond zoom %d", ARCHIVE_MAX_ZOOM);
    }
    for (size_t i = 0; !rc && i < d->n; i++) {
        rc = read_u32(r, &d->entries[i].n_bytes, err);
        if (!rc && d->entries[i].n_bytes == 0)
            rc = err_set(err, BAD_DATA, "an entry without bytes");
    }
    for (size_t i = 0; !rc && i < d->n; i++) {
        uint64_t offset = 0;
        rc = bytes_get_varint(r, &offset, err);
        /* 0: right behind the one before. */
        if (!rc && offset == 0 && i == 0)
            rc = err_set(err, BAD_DATA, "a first entry without an offset");
        if (!rc)
            d->entries[i].offset =
                offset ? offset - 1 : d->entries[i - 1].offset + d->entries[i - 1].n_bytes;
    }
    return rc;
}

enum err_code pmtiles_directory_read(struct pmtiles_directory *d, struct span bytes,
                                     struct err *err)
{
    struct bytes r = {(const uint8_t *)bytes.at, (const uint8_t *)bytes.at + bytes.len_bytes};
    uint64_t n = 0;
    enum err_code rc = bytes_get_varint(&r, &n, err);
    /* Each entry has four numbers of one byte at least. */
    if (!rc && (n == 0 || n > bytes.len_bytes / 4))
        rc = err_set(err, BAD_DATA, "%llu entries in %zu bytes", (unsigned long long)n,
                     bytes.len_bytes);
    if (!rc)
        rc = mem_grow((void **)&d->entries, &d->room, (size_t)n, sizeof *d->entries, err);
    if (!rc) {
        d->n = (size_t)n;
        rc = read_columns(d, &r, err);
    }
    if (!rc && r.at != r.end)
        rc = err_set(err, BAD_DATA, "bytes behind its last entry");
    return rc ? err_add(err, "a directory of the archive") : OK;
}

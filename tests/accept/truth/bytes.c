#include "tests/accept/truth/judge.h"

#include <stdio.h>
#include <stdlib.h>

enum { LOW_ZOOM = 6, HIGH_ZOOM = 10, LOW_ZOOM_BYTES = 200000, MOST_BYTES = 500000 };

static int by_size(const void *a, const void *b)
{
    const uint32_t s = *(const uint32_t *)a, t = *(const uint32_t *)b;
    return (s > t) - (s < t);
}

size_t judge_bytes(const struct tile_file *f, const struct judge_options *o)
{
    size_t n_faults = 0;
    (void)o;
    printf("| z | tiles | not empty | bytes | median | largest | tile | over the aim |\n"
           "|---|---|---|---|---|---|---|---|\n");
    for (size_t first = 0, end = 0; first < f->n; first = end) {
        const struct tile_entry *largest = &f->entries[first];
        uint32_t *sizes = make(f->n - first, sizeof *sizes);
        const int z = (int)largest->z;
        const uint32_t aim = z >= LOW_ZOOM && z <= HIGH_ZOOM ? LOW_ZOOM_BYTES : MOST_BYTES;
        size_t n = 0, n_over = 0;
        uint64_t total = 0;
        for (end = first; end < f->n && (int)f->entries[end].z == z; end++) {
            const struct tile_entry *e = &f->entries[end];
            if (e->gzip_bytes > largest->gzip_bytes)
                largest = e;
            if (e->n_bytes)
                sizes[n++] = e->gzip_bytes;
            total += e->gzip_bytes;
            n_over += e->gzip_bytes > aim;
        }
        qsort(sizes, n, sizeof *sizes, by_size);
        printf("| %d | %zu | %zu | %llu | %u | %u | %u/%u/%u | %zu |\n", z, end - first, n,
               (unsigned long long)total, n ? sizes[n / 2] : 0, largest->gzip_bytes, largest->z,
               largest->x, largest->y, n_over);
        n_faults += n_over;
        free(sizes);
    }
    printf("over the aim (z%d to z%d %d bytes, others %d): %zu\n", LOW_ZOOM, HIGH_ZOOM,
           LOW_ZOOM_BYTES, MOST_BYTES, n_faults);
    return n_faults;
}

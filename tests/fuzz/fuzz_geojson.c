/* Hostile bytes as a source: import_info() must read or refuse them, whatever they are. */
#include "importers/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct arena arena;
    struct source_info info;
    struct err err = {0};
    const int fd = memfd_create("source", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const struct import_options o = {
        .source = path,
        .layer = "layer",
        .max_rejects = 1,
        .memory_bytes = 1 << 20,
        .temp_folder = "/tmp",
        .limits = {.feature_bytes = 1 << 20, .vertices = 10000, .depth = 32},
    };
    arena_init(&arena, 64 << 20);
    const enum err_code rc = import_info(&o, 0, &arena, &info, &err);
    /* A failure has words, and a success what it promises. */
    if (rc ? err.code != rc || !err.text[0] : !info.importer || info.n_features < info.n_rejected)
        abort();
    arena_clear(&arena);
    close(fd);
    return 0;
}

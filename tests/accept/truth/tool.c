#include "tests/accept/truth/tool.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

void *make(size_t n, size_t bytes_each)
{
    void *p = calloc(n ? n : 1, bytes_each);
    if (!p)
        die("no memory for %zu x %zu bytes", n, bytes_each);
    return p;
}

void *grow(void *items, size_t n, size_t *room, size_t bytes_each)
{
    if (n < *room)
        return items;
    *room = *room ? 2 * *room : 64;
    items = realloc(items, *room * bytes_each);
    if (!items)
        die("no memory for %zu x %zu bytes", *room, bytes_each);
    return items;
}

/* splitmix64's finisher, by Steele, Lea and Flood (2014). */
uint64_t mix(uint64_t v)
{
    v += 0x9E3779B97F4A7C15u;
    v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9u;
    v = (v ^ (v >> 27)) * 0x94D049BB133111EBu;
    return v ^ (v >> 31);
}

uint64_t mix_bytes(const void *bytes, size_t n)
{
    uint64_t h = n;
    for (const uint8_t *p = bytes; n > 0; n--, p++)
        h = (h ^ *p) * 0x100000001B3u; /* FNV-1a's prime */
    return mix(h);
}

struct file_bytes file_map(const char *path)
{
    struct stat s;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &s) != 0)
        die("%s cannot be read", path);
    struct file_bytes f = {NULL, (size_t)s.st_size};
    if (f.n > 0) {
        f.at = mmap(NULL, f.n, PROT_READ, MAP_PRIVATE, fd, 0);
        if (f.at == MAP_FAILED)
            die("%s cannot be mapped", path);
    }
    close(fd);
    return f;
}

void parse_zooms(const char *text, int *first, int *last)
{
    const int n = sscanf(text, "%d-%d", first, last);
    if (n == 1)
        *last = *first;
    if (n < 1 || *first < 0 || *last > 24 || *first > *last)
        die("'%s' are no zooms", text);
}

#include "importers/shapefile_io.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Read when the file is read in its order, and when it is not. */
enum { WINDOW_BYTES = 256 << 10, JUMP_BYTES = 8 << 10 };

void shapefile_stream_init(struct shapefile_stream *s, int fd, uint64_t n_bytes)
{
    *s = (struct shapefile_stream){.fd = fd, .bytes = n_bytes};
}

void shapefile_stream_clear(struct shapefile_stream *s)
{
    mem_free(s->window);
    s->window = NULL;
    s->window_bytes = 0;
}

static size_t read_file(struct shapefile_stream *s, uint64_t at, void *into, size_t n_bytes)
{
    size_t n_read = 0;
    while (n_read < n_bytes) {
        const ssize_t n =
            pread(s->fd, (char *)into + n_read, n_bytes - n_read, (off_t)(at + n_read));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            s->failed = IO;
        if (n <= 0)
            break;
        n_read += (size_t)n;
    }
    return n_read;
}

static void move_window(struct shapefile_stream *s, uint64_t at, size_t n_bytes)
{
    if (!s->window)
        s->window = mem_new(1, WINDOW_BYTES);
    if (!s->window) {
        s->failed = NO_MEMORY;
        return;
    }
    s->window_at = at;
    s->window_bytes = read_file(s, at, s->window, n_bytes);
}

void shapefile_stream_expect(struct shapefile_stream *s, uint64_t at, uint64_t n_bytes)
{
    if (s->fd >= 0 && !s->failed && n_bytes <= WINDOW_BYTES)
        move_window(s, at, (size_t)n_bytes);
}

size_t shapefile_stream_read(struct shapefile_stream *s, uint64_t at, void *into, size_t n_bytes)
{
    size_t n_done = 0;
    while (n_done < n_bytes && !s->failed) {
        const uint64_t from = at + n_done;
        const bool is_inside = from >= s->window_at && from < s->window_at + s->window_bytes;
        if (!is_inside && n_bytes - n_done >= WINDOW_BYTES)
            return n_done + read_file(s, from, (char *)into + n_done, n_bytes - n_done);
        if (!is_inside) {
            const bool in_order = from == s->window_at + s->window_bytes;
            move_window(s, from, in_order ? WINDOW_BYTES : JUMP_BYTES);
            if (s->window_bytes == 0)
                break;
            continue;
        }
        const size_t skip = (size_t)(from - s->window_at);
        const size_t n_there = s->window_bytes - skip;
        const size_t n = n_there < n_bytes - n_done ? n_there : n_bytes - n_done;
        memcpy((char *)into + n_done, s->window + skip, n);
        n_done += n;
    }
    return n_done;
}

enum err_code shapefile_stream_status(const struct shapefile_stream *s, const char *suffix,
                                      struct err *err)
{
    if (s->failed == NO_MEMORY)
        return err_no_memory(err, WINDOW_BYTES);
    return s->failed ? err_set(err, s->failed, "the %s cannot be read", suffix) : OK;
}

/* ---- hooks -------------------------------------------------------------------------------- */

/* A hook is given nothing but a file's name: so the name is the address of the io. */
void shapefile_io_name(struct shapefile_io *io, char out[SHAPEFILE_IO_NAME_BYTES])
{
    snprintf(out, SHAPEFILE_IO_NAME_BYTES, "%p", (void *)io);
}

static SAFile open_stream(const char *name, const char *access)
{
    void *address = NULL;
    int n_used = 0;
    (void)access;
    if (sscanf(name, "%p%n", &address, &n_used) != 1)
        return NULL;
    struct shapefile_io *io = address;
    struct shapefile_stream *s = text_eq(name + n_used, ".shp")   ? &io->shp
                                 : text_eq(name + n_used, ".shx") ? &io->shx
                                 : text_eq(name + n_used, ".dbf") ? &io->dbf
                                                                  : NULL;
    if (!s || s->fd < 0)
        return NULL;
    s->at = 0;
    return (SAFile)(void *)s;
}

static struct shapefile_stream *stream_of(SAFile file)
{
    return (struct shapefile_stream *)(void *)file;
}

static SAOffset read_items(void *into, SAOffset size, SAOffset n_items, SAFile file)
{
    struct shapefile_stream *s = stream_of(file);
    if (size == 0)
        return 0;
    const size_t n = shapefile_stream_read(s, s->at, into, size * n_items);
    s->at += n;
    return n / size;
}

static SAOffset write_items(void *from, SAOffset size, SAOffset n_items, SAFile file)
{
    (void)from, (void)size, (void)n_items, (void)file;
    return 0;
}

static SAOffset seek(SAFile file, SAOffset offset, int whence)
{
    struct shapefile_stream *s = stream_of(file);
    s->at = whence == SEEK_SET ? offset : whence == SEEK_CUR ? s->at + offset : s->bytes + offset;
    return 0;
}

static SAOffset tell(SAFile file)
{
    return stream_of(file)->at;
}

static int do_nothing(SAFile file)
{
    (void)file;
    return 0;
}

static int refuse_to_remove(const char *name)
{
    (void)name;
    return -1;
}

/* Its words name bytes of structs; who calls it says the same for people. */
static void hush(const char *message)
{
    (void)message;
}

SAHooks shapefile_io_hooks(void)
{
    SAHooks hooks;
    SASetupDefaultHooks(&hooks);
    hooks.FOpen = open_stream;
    hooks.FRead = read_items;
    hooks.FWrite = write_items;
    hooks.FSeek = seek;
    hooks.FTell = tell;
    hooks.FFlush = do_nothing;
    hooks.FClose = do_nothing;
    hooks.Remove = refuse_to_remove;
    hooks.Error = hush;
    return hooks;
}

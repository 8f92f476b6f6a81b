/*
 * The files of a Shapefile as shapelib reads them: out of a window over a descriptor, since it asks
 * for a few bytes at a time. It never sees a file's name.
 */
#ifndef IMPORTERS_SHAPEFILE_IO_H
#define IMPORTERS_SHAPEFILE_IO_H

#include "base/err.h"

#include <shapefil.h>
#include <stddef.h>
#include <stdint.h>

/** One file. Open to be embedded; `fd` is lent. */
struct shapefile_stream {
    int fd;             /* -1: there is no such file */
    uint64_t bytes;     /* of the file */
    uint64_t at;        /* where shapelib reads next */
    uint8_t *window;    /* the file's bytes from window_at; NULL: nothing was read yet */
    uint64_t window_at; /* in the file */
    size_t window_bytes;
    enum err_code
        failed; /* OK, IO, NO_MEMORY: then what shapelib says is no truth about the file */
};

/** The three files. */
struct shapefile_io {
    struct shapefile_stream shp, shx, dbf;
};

void shapefile_stream_init(struct shapefile_stream *s, int fd, uint64_t n_bytes);
void shapefile_stream_clear(struct shapefile_stream *s);
/** Returns how many bytes there are at `at`: fewer than n_bytes at the end of the file, or when it
 * failed. */
size_t shapefile_stream_read(struct shapefile_stream *s, uint64_t at, void *into, size_t n_bytes);
/** The bytes that are read next are those: all at once, and no more, where that is not too much. */
void shapefile_stream_expect(struct shapefile_stream *s, uint64_t at, uint64_t n_bytes);
/** What befell the stream, as an error. */
enum err_code shapefile_stream_status(const struct shapefile_stream *s, const char *suffix,
                                      struct err *err) MUST_USE;

#define SHAPEFILE_IO_NAME_BYTES 40

/** What shapelib is to be given as the file's name, and the hooks that know what it means. The io
 * must stay where it is until all handles are closed. */
void shapefile_io_name(struct shapefile_io *io, char out[SHAPEFILE_IO_NAME_BYTES]);
SAHooks shapefile_io_hooks(void);

#endif

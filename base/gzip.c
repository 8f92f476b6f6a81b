#include "base/gzip.h"

#include "base/mem.h"

#include <libdeflate.h>

struct gzip {
    struct libdeflate_compressor *compressor;
    struct libdeflate_decompressor *decompressor;
};

enum err_code gzip_new(int level, struct gzip **out, struct err *err)
{
    if (level < 1 || level > 12)
        return err_set(err, BAD_ARG, "gzip has no level %d, only 1 to 12", level);
    struct gzip *g = mem_new(1, sizeof *g);
    if (g) {
        g->compressor = libdeflate_alloc_compressor(level);
        g->decompressor = libdeflate_alloc_decompressor();
    }
    if (!g || !g->compressor || !g->decompressor) {
        gzip_free(g);
        return err_no_memory(err, sizeof *g);
    }
    *out = g;
    return OK;
}

void gzip_free(struct gzip *g)
{
    if (!g)
        return;
    libdeflate_free_compressor(g->compressor);
    libdeflate_free_decompressor(g->decompressor);
    mem_free(g);
}

enum err_code gzip_compress(struct gzip *g, struct span in, struct buf *out, struct err *err)
{
    enum err_code rc = buf_status(out, err);
    if (rc)
        return rc;
    /* The bound is for the worst case: where the output's limit is below it, the result may fit
     * still, and is made aside. */
    const size_t room = libdeflate_gzip_compress_bound(g->compressor, in.len_bytes);
    const size_t left = out->limit_bytes - out->len_bytes;
    struct buf aside;
    buf_init(&aside, room);
    struct buf *to = room <= left ? out : &aside;
    uint8_t *at = buf_reserve(to, room);
    rc = buf_status(to, err);
    if (!rc) {
        const size_t n = libdeflate_gzip_compress(g->compressor, in.at, in.len_bytes, at, room);
        if (n > left)
            rc = err_set(err, LIMIT, "%zu bytes after compression where %zu are left", n, left);
        else if (to == out)
            buf_added(out, n);
        else
            buf_put(out, at, n);
    }
    buf_clear(&aside);
    return rc ? rc : buf_status(out, err);
}

/* What the last four bytes say of the length (RFC 1952, ISIZE): a hint only. */
static size_t length_hint(struct span in)
{
    if (in.len_bytes < 18)
        return 0;
    const uint8_t *end = (const uint8_t *)in.at + in.len_bytes;
    return end[-4] | (size_t)end[-3] << 8 | (size_t)end[-2] << 16 | (size_t)end[-1] << 24;
}

/* The two containers of deflate. */
typedef enum libdeflate_result inflate_fn(struct libdeflate_decompressor *, const void *, size_t,
                                          void *, size_t, size_t *, size_t *);
struct container {
    const char *name, *unit;
    inflate_fn *inflate;
};

static enum err_code decompress(struct gzip *g, const struct container *kind, struct span in,
                                size_t room, size_t limit_bytes, struct buf *out, struct err *err)
{
    enum err_code rc = buf_status(out, err);
    if (rc)
        return rc;
    const size_t left = out->limit_bytes - out->len_bytes;
    const size_t limit = limit_bytes < left ? limit_bytes : left;
    for (;;) {
        if (room > limit)
            room = limit;
        uint8_t *at = buf_reserve(out, room);
        if (!at)
            return buf_status(out, err);
        size_t n_in = 0, n_out = 0;
        const enum libdeflate_result found =
            kind->inflate(g->decompressor, in.at, in.len_bytes, at, room, &n_in, &n_out);
        if (found == LIBDEFLATE_SUCCESS && n_in < in.len_bytes)
            return err_set(err, BAD_DATA, "bytes behind the %s %s, at byte %zu", kind->name,
                           kind->unit, n_in);
        if (found == LIBDEFLATE_SUCCESS) {
            buf_added(out, n_out);
            return OK;
        }
        if (found != LIBDEFLATE_INSUFFICIENT_SPACE)
            return err_set(err, BAD_DATA, "damaged %s data", kind->name);
        if (room == limit)
            return err_set(err, LIMIT, "more than %zu bytes inside the %s data", limit, kind->name);
        room = room < 4096 ? 4096 : room * 2;
    }
}

enum err_code gzip_decompress(struct gzip *g, struct span in, size_t limit_bytes, struct buf *out,
                              struct err *err)
{
    static const struct container kind = {"gzip", "member", libdeflate_gzip_decompress_ex};
    /* Deflate makes at most 1032 bytes of one, whatever the hint says. */
    const size_t hint = length_hint(in);
    return decompress(g, &kind, in, hint / 1032 > in.len_bytes ? 0 : hint, limit_bytes, out, err);
}

enum err_code zlib_decompress(struct gzip *g, struct span in, size_t limit_bytes, struct buf *out,
                              struct err *err)
{
    static const struct container kind = {"zlib", "stream", libdeflate_zlib_decompress_ex};
    const size_t room = in.len_bytes < SIZE_MAX / 4 ? 4 * in.len_bytes : in.len_bytes;
    return decompress(g, &kind, in, room, limit_bytes, out, err);
}

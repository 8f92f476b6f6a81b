/* Whole-buffer gzip with libdeflate: for what is sent or kept. Streams are base/source.h's. */
#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

struct gzip; /* compressor and decompressor of one thread */

enum err_code gzip_new(int level, struct gzip **out, struct err *err) MUST_USE; /* level 1..12 */
void gzip_free(struct gzip *g);

/** Append the compressed bytes to `out`. Deterministic: no time, no name. */
enum err_code gzip_compress(struct gzip *g, struct span in, struct buf *out,
                            struct err *err) MUST_USE;
/** One gzip member. Errors BAD_DATA; LIMIT when more than `limit_bytes` come out (a bomb). */
enum err_code gzip_decompress(struct gzip *g, struct span in, size_t limit_bytes, struct buf *out,
                              struct err *err) MUST_USE;
/** Likewise one zlib stream (RFC 1950). */
enum err_code zlib_decompress(struct gzip *g, struct span in, size_t limit_bytes, struct buf *out,
                              struct err *err) MUST_USE;

#endif

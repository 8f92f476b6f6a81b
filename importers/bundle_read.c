/* The bytes of a bundle's files: as streams, by descriptor, by path, as a sum. */
#include "base/mem.h"
#include "base/sha256.h"
#include "base/temp_file.h"
#include "importers/bundle_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES ((size_t)256 * 1024)

static bool is_stdin(const struct bundle_file *f)
{
    return text_eq(f->path, "-");
}

/* The file's bytes as they are, from the start. */
static enum err_code open_origin(struct bundle *b, size_t file, struct source_origin *out,
                                 struct err *err)
{
    const struct bundle_file *f = &b->files[file];
    if (f->failed)
        return err_set(err, f->failed->code, "%s", f->failed->text);
    return f->path ? source_origin_file(f->path, b->limits.cancel, out, err)
                   : bundle_packed_origin(b, file, out, err);
}

static enum err_code open_source(struct bundle *b, size_t file, struct source **out,
                                 struct err *err)
{
    struct source_origin origin;
    enum err_code rc = open_origin(b, file, &origin, err);
    if (!rc)
        rc = source_new(origin, out, err);
    if (!rc)
        source_limit_inflation(*out, b->limits.inflation);
    return rc;
}

enum err_code bundle_source(struct bundle *b, size_t file, struct source **out, struct err *err)
{
    struct bundle_file *f = &b->files[file];
    const enum err_code rc = f->source ? OK : open_source(b, file, &f->source, err);
    if (!rc)
        *out = f->source;
    return rc;
}

enum err_code bundle_read(struct bundle *b, size_t file, struct buf *out, struct err *err)
{
    struct source *source = NULL;
    enum err_code rc = open_source(b, file, &source, err);
    uint8_t piece[4096];
    size_t n = 1;
    while (!rc && n > 0 && !out->failed) {
        rc = source_read(source, piece, sizeof piece, &n, err);
        if (!rc && n > 0)
            buf_put(out, piece, n);
    }
    source_close(source);
    if (!rc)
        rc = buf_status(out, err);
    return rc ? err_add(err, "%s", b->files[file].name) : OK;
}

static enum err_code open_fd(struct bundle *b, size_t file, int *out, struct err *err)
{
    const struct bundle_file *f = &b->files[file];
    if (f->path) {
        *out = open(f->path, O_RDONLY | O_CLOEXEC);
        return *out >= 0 ? OK : err_set(err, IO, "%s: %s", f->path, strerror(errno));
    }
    enum err_code rc = temp_file_open(b->limits.scratch, out, err);
    if (!rc && (rc = bundle_unpack_into(b, file, *out, err))) {
        close(*out);
        *out = -1;
    }
    return rc;
}

enum err_code bundle_fd(struct bundle *b, size_t file, int *out, uint64_t *out_bytes,
                        struct err *err)
{
    struct bundle_file *f = &b->files[file];
    if (is_stdin(f))
        return err_set(err, UNSUPPORTED, "this format cannot be read from standard input");
    const enum err_code rc = f->fd >= 0 ? OK : open_fd(b, file, &f->fd, err);
    if (rc)
        return rc;
    *out = f->fd;
    *out_bytes = f->bytes;
    return OK;
}

enum err_code bundle_local_path(struct bundle *b, size_t file, const char **out, struct err *err)
{
    const struct bundle_file *f = &b->files[file];
    if (is_stdin(f))
        return err_set(err, UNSUPPORTED, "this format cannot be read from standard input");
    const enum err_code rc = f->path ? OK : bundle_unpack_beside(b, file, err);
    if (!rc)
        *out = b->files[file].path;
    return rc;
}

static enum err_code hash_file(struct bundle *b, size_t file, uint8_t *block, struct sha256 *sha256,
                               uint64_t *n_bytes, struct err *err)
{
    struct source_origin origin;
    size_t n = 1;
    enum err_code rc = open_origin(b, file, &origin, err);
    if (rc)
        return rc;
    while (!rc && n > 0) {
        rc = origin.read(origin.state, block, BLOCK_BYTES, &n, err);
        if (!rc && n > 0)
            rc = sha256_add(sha256, block, n, err);
        *n_bytes += rc ? 0 : n;
    }
    origin.close(origin.state);
    return rc;
}

static enum err_code hash_files(struct bundle *b, const size_t *files, size_t n_files,
                                char out_hex[SOURCE_SHA256_BYTES], uint64_t *out_bytes,
                                struct err *err)
{
    struct sha256 *sha256 = NULL;
    uint64_t n_bytes = 0;
    uint8_t *block = mem_new(1, BLOCK_BYTES);
    enum err_code rc = block ? sha256_new(&sha256, err) : err_no_memory(err, BLOCK_BYTES);
    for (size_t i = 0; !rc && i < n_files; i++)
        rc = hash_file(b, files[i], block, sha256, &n_bytes, err);
    if (!rc)
        rc = sha256_hex(sha256, out_hex, err);
    if (!rc)
        *out_bytes = n_bytes;
    sha256_free(sha256);
    mem_free(block);
    return rc;
}

enum err_code bundle_sha256(struct bundle *b, const size_t *files, size_t n_files,
                            char out_hex[SOURCE_SHA256_BYTES], uint64_t *out_bytes, struct err *err)
{
    const struct bundle_file *f = &b->files[files[0]];
    const bool was_read = f->source && source_progress(f->source).plain_bytes > 0;
    if (n_files > 1 || !(was_read || is_stdin(f)))
        return hash_files(b, files, n_files, out_hex, out_bytes, err);
    if (!f->source)
        return err_set(err, UNSUPPORTED, "standard input was not read");
    const enum err_code rc = source_sha256(f->source, out_hex, err);
    if (!rc)
        *out_bytes = source_progress(f->source).raw_bytes;
    return rc;
}

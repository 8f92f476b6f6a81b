#include "base/source.h"

#include "base/lane.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>
#include <zlib.h>

_Static_assert(SOURCE_SHA256_BYTES == SHA256_HEX_BYTES, "one hash, one length");

#define BLOCK_BYTES ((size_t)256 * 1024)
#define READ_BYTES  4096 /* at a time, of a file that is read whole */

enum { N_BLOCKS = 4 };

/* What was read at once. */
struct block {
    size_t at, n_bytes; /* behind bytes that an earlier block had, too */
    uint8_t bytes[BLOCK_BYTES];
};

enum stage { PLAIN, IN_MEMBER, BETWEEN_MEMBERS, AT_END };

struct source {
    struct source_origin origin;
    enum stage stage;
    bool gzip;
    bool inflating; /* the z_stream holds memory */
    bool raw_ended;
    z_stream z; /* its input is what is left of a block, also for plain bytes */
    /* Blocks are hashed on the lane's thread while they are given out on the caller's. A source of
     * one block needs no thread: then there is no lane. */
    struct lane *lane;
    struct sha256 *sha256; /* the lane's, between lane_give() and lane_wait() */
    struct source_progress progress;
    uint64_t n_inflated, max_inflation; /* max_inflation 0: no limit */
    size_t head_at, head_end; /* what source_peek() read and source_read() has not given yet */
    uint8_t head[SOURCE_PEEK_BYTES];
    struct block blocks[N_BLOCKS];
};

static enum err_code hash_block(void *state, void *block, struct err *err)
{
    const struct source *s = state;
    const struct block *b = block;
    return sha256_add(s->sha256, b->bytes + b->at, b->n_bytes, err);
}

static enum err_code start_lane(struct source *s, struct err *err)
{
    return lane_new(s->blocks, N_BLOCKS, sizeof s->blocks[0], hash_block, s, &s->lane, err);
}

/* The next block, behind what is left of the last one. At the end raw_ended is set. */
static enum err_code fill(struct source *s, struct err *err)
{
    enum err_code rc = OK;
    if (!s->lane && s->progress.raw_bytes >= BLOCK_BYTES / 2)
        rc = start_lane(s, err);
    if (rc)
        return rc;
    struct block *b = s->lane ? lane_batch(s->lane) : &s->blocks[0];
    if (s->z.avail_in)
        memmove(b->bytes, s->z.next_in, s->z.avail_in);
    b->at = s->z.avail_in;
    b->n_bytes = 0;
    s->z.next_in = b->bytes;
    rc = s->origin.read(s->origin.state, b->bytes + b->at, BLOCK_BYTES - b->at, &b->n_bytes, err);
    if (rc)
        return rc;
    s->raw_ended = b->n_bytes == 0;
    s->z.avail_in += (uInt)b->n_bytes;
    s->progress.raw_bytes += b->n_bytes;
    return s->lane ? lane_give(s->lane, err) : hash_block(s, b, err);
}

static void *inflate_new(void *opaque, uInt n_items, uInt item_bytes)
{
    (void)opaque;
    return mem_new(n_items, item_bytes);
}

static void inflate_free(void *opaque, void *p)
{
    (void)opaque;
    mem_free(p);
}

/* The first bytes tell what it is. */
static enum err_code recognise(struct source *s, struct err *err)
{
    while (s->z.avail_in < 2 && !s->raw_ended) {
        const enum err_code rc = fill(s, err);
        if (rc)
            return rc;
    }
    /* RFC 1952, 2.3.1: ID1, ID2 */
    s->gzip = s->z.avail_in >= 2 && s->z.next_in[0] == 0x1F && s->z.next_in[1] == 0x8B;
    if (!s->gzip)
        return OK;
    s->z.zalloc = inflate_new;
    s->z.zfree = inflate_free;
    /* 16 more than the largest window: a gzip header and nothing else (zlib.h, inflateInit2) */
    if (inflateInit2(&s->z, MAX_WBITS + 16) != Z_OK)
        return err_no_memory(err, sizeof *s);
    s->inflating = true;
    s->stage = IN_MEMBER;
    return OK;
}

enum err_code source_new(struct source_origin origin, struct source **out, struct err *err)
{
    struct source *s = mem_new(1, sizeof *s);
    if (!s) {
        origin.close(origin.state);
        return err_no_memory(err, sizeof *s);
    }
    s->origin = origin;
    s->progress.raw_total_bytes = origin.n_bytes;
    enum err_code rc = sha256_new(&s->sha256, err);
    if (!rc)
        rc = recognise(s, err);
    if (rc)
        source_close(s);
    else
        *out = s;
    return rc;
}

enum err_code source_open(const char *path, struct source **out, struct err *err)
{
    struct source_origin origin;
    enum err_code rc = source_origin_file(path, NULL, &origin, err);
    if (!rc && (rc = source_new(origin, out, err)))
        err_add(err, "%s", path);
    return rc;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    if (s->inflating)
        inflateEnd(&s->z);
    s->origin.close(s->origin.state);
    lane_free(s->lane);
    sha256_free(s->sha256);
    mem_free(s);
}

void source_limit_inflation(struct source *s, uint64_t times)
{
    s->max_inflation = times;
}

static uint64_t position(const struct source *s)
{
    return s->progress.raw_bytes - s->z.avail_in;
}

static void give_plain(struct source *s, uint8_t *into, size_t n_max, size_t *n_out)
{
    const size_t n = n_max < s->z.avail_in ? n_max : s->z.avail_in;
    memcpy(into, s->z.next_in, n);
    s->z.next_in += n;
    s->z.avail_in -= (uInt)n;
    *n_out = n;
}

/* Of a pipe only what has come so far is known. */
static enum err_code check_inflation(const struct source *s, struct err *err)
{
    const struct source_progress p = s->progress;
    const uint64_t n_raw = p.raw_total_bytes > p.raw_bytes ? p.raw_total_bytes : p.raw_bytes;
    if (s->max_inflation == 0 || s->n_inflated <= SOURCE_INFLATED_BYTES ||
        s->n_inflated / s->max_inflation < n_raw)
        return OK;
    return err_set(err, LIMIT,
                   "this gzip unpacks to more than 1 GB and %" PRIu64 " times its size: say "
                   "--max-inflation if it should",
                   s->max_inflation);
}

static enum err_code inflate_some(struct source *s, uint8_t *into, size_t n_max, size_t *n_out,
                                  struct err *err)
{
    if (s->z.avail_in == 0)
        return err_set(err, BAD_DATA, "truncated gzip, it ends within the data at byte %" PRIu64,
                       position(s));
    const uInt room = n_max < UINT32_MAX ? (uInt)n_max : UINT32_MAX;
    s->z.next_out = into;
    s->z.avail_out = room;
    const int found = inflate(&s->z, Z_NO_FLUSH);
    if (found == Z_STREAM_END)
        s->stage = BETWEEN_MEMBERS;
    else if (found == Z_MEM_ERROR)
        return err_no_memory(err, (unsigned long long)1 << MAX_WBITS);
    else if (found != Z_OK && found != Z_BUF_ERROR)
        return err_set(err, BAD_DATA, "damaged gzip at byte %" PRIu64 " (%s)", position(s),
                       s->z.msg ? s->z.msg : "no reason given");
    s->n_inflated += room - s->z.avail_out;
    const enum err_code rc = check_inflation(s, err);
    if (!rc)
        *n_out = room - s->z.avail_out;
    return rc;
}

/* Zero bytes may pad the end (tapes do); anything else is a further member. */
static void begin_member(struct source *s)
{
    while (s->z.avail_in > 0 && *s->z.next_in == 0) {
        s->z.next_in++;
        s->z.avail_in--;
    }
    if (s->z.avail_in > 0) {
        inflateReset(&s->z);
        s->stage = IN_MEMBER;
    } else if (s->raw_ended) {
        s->stage = AT_END;
    }
}

static enum err_code read_plain(struct source *s, void *into, size_t n_max, size_t *n_out,
                                struct err *err)
{
    size_t n = 0;
    while (n == 0 && n_max > 0 && s->stage != AT_END) {
        enum err_code rc = OK;
        if (s->z.avail_in == 0 && !s->raw_ended)
            rc = fill(s, err);
        if (rc)
            return rc;
        if (s->stage == BETWEEN_MEMBERS)
            begin_member(s);
        else if (s->stage == IN_MEMBER)
            rc = inflate_some(s, into, n_max, &n, err);
        else if (s->z.avail_in > 0)
            give_plain(s, into, n_max, &n);
        else
            s->stage = AT_END;
        if (rc)
            return rc;
    }
    *n_out = n;
    return OK;
}

enum err_code source_peek(struct source *s, struct span *out, struct err *err)
{
    size_t n = 1;
    while (n > 0 && s->head_end < sizeof s->head) {
        const enum err_code rc =
            read_plain(s, s->head + s->head_end, sizeof s->head - s->head_end, &n, err);
        if (rc)
            return rc;
        s->head_end += n;
    }
    *out = (struct span){(const char *)s->head, s->head_end};
    return OK;
}

enum err_code source_read(struct source *s, void *into, size_t n_max, size_t *n_out,
                          struct err *err)
{
    size_t n = s->head_end - s->head_at;
    if (n > 0) {
        if (n > n_max)
            n = n_max;
        memcpy(into, s->head + s->head_at, n);
        s->head_at += n;
    } else {
        const enum err_code rc = read_plain(s, into, n_max, &n, err);
        if (rc)
            return rc;
    }
    s->progress.plain_bytes += n;
    *n_out = n;
    return OK;
}

struct source_progress source_progress(const struct source *s)
{
    return s->progress;
}

bool source_is_gzip(const struct source *s)
{
    return s->gzip;
}

enum err_code source_sha256(struct source *s, char out_hex[SOURCE_SHA256_BYTES], struct err *err)
{
    while (!s->raw_ended) {
        s->stage = AT_END;
        s->z.avail_in = 0;
        s->head_at = s->head_end;
        const enum err_code rc = fill(s, err);
        if (rc)
            return rc;
    }
    const enum err_code rc = s->lane ? lane_wait(s->lane, err) : OK;
    return rc ? rc : sha256_hex(s->sha256, out_hex, err);
}

enum err_code source_read_file(const char *path, struct buf *out, struct err *err)
{
    struct source *source = NULL;
    size_t n = 1;
    enum err_code rc = source_open(path, &source, err);
    if (rc)
        return rc;
    while (!rc && n > 0) {
        uint8_t *room = buf_reserve(out, READ_BYTES);
        if (!room)
            break;
        rc = source_read(source, room, READ_BYTES, &n, err);
        if (!rc)
            buf_added(out, n);
    }
    if (!rc)
        rc = buf_status(out, err);
    source_close(source);
    return rc ? err_add(err, "%s", path) : OK;
}

#include "importers/shapefile_index.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/temp_file.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* ESRI Shapefile Technical Description, July 1998: the main file's and the index's header, and an
 * index record. Lengths and offsets are big-endian and count words of two bytes. */
enum { MAGIC = 9994, LENGTH_AT = 24, TYPE_AT = 32, ENTRY_BYTES = 8, NULL_SHAPE_BYTES = 4 };

enum { PIECE_BYTES = 64 << 10 };

/* How far behind a record that is none the next is looked for. */
#define GAP_BYTES_MAX   ((uint64_t)64 << 20)
#define GAP_RECORDS_MAX 1000

static uint32_t big_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void put_big_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* The length that the header tells, of the whole file. */
static uint64_t told_bytes(const uint8_t *header)
{
    return (uint64_t)big_u32(header + LENGTH_AT) * 2;
}

const char *shapefile_index_fault(struct shapefile_io *io)
{
    uint8_t header[SHAPEFILE_HEADER_BYTES];
    if (io->shx.fd < 0)
        return "there is no .shx";
    if (shapefile_stream_read(&io->shx, 0, header, sizeof header) < sizeof header ||
        big_u32(header) != MAGIC)
        return "the .shx is none";
    const uint64_t told = told_bytes(header);
    if (told < sizeof header || told > io->shx.bytes)
        return "the .shx is not as long as it says";
    const uint64_t n = (told - sizeof header) / ENTRY_BYTES;
    const uint64_t least = SHAPEFILE_RECORD_HEADER_BYTES + NULL_SHAPE_BYTES;
    if (sizeof header + n * least > io->shp.bytes)
        return "the .shx lists more records than the .shp can hold";
    return NULL;
}

/* ---- an index of our own ------------------------------------------------------------------ */

struct index_maker {
    int fd;
    struct buf piece;
    uint64_t n_bytes; /* written */
    struct shapefile_stream *shp;
    uint32_t type;        /* of the file's shapes */
    uint32_t next_number; /* of the record that should come */
    uint64_t skipped_bytes;
};

static enum err_code write_all(struct index_maker *m, const uint8_t *from, size_t n_bytes,
                               uint64_t at, struct err *err)
{
    for (size_t n_done = 0; n_done < n_bytes;) {
        const ssize_t n = pwrite(m->fd, from + n_done, n_bytes - n_done, (off_t)(at + n_done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(err, IO, "writing a temporary index of the .shp: %s", strerror(errno));
        n_done += (size_t)n;
    }
    return OK;
}

static enum err_code flush(struct index_maker *m, struct err *err)
{
    enum err_code rc = buf_status(&m->piece, err);
    if (!rc)
        rc = write_all(m, m->piece.data, m->piece.len_bytes, m->n_bytes, err);
    m->n_bytes += m->piece.len_bytes;
    buf_reset(&m->piece);
    return rc;
}

/* What a record's first bytes say. */
struct record_head {
    uint32_t number;
    uint64_t content_bytes;
    bool is_sound; /* of the file's type, or null, and within the file */
};

static bool read_head(struct index_maker *m, uint64_t at, struct record_head *out)
{
    uint8_t bytes[SHAPEFILE_RECORD_HEADER_BYTES + NULL_SHAPE_BYTES];
    if (at / 2 > UINT32_MAX ||
        shapefile_stream_read(m->shp, at, bytes, sizeof bytes) < sizeof bytes)
        return false;
    const uint8_t *t = bytes + SHAPEFILE_RECORD_HEADER_BYTES;
    const uint32_t type = t[0] | (uint32_t)t[1] << 8 | (uint32_t)t[2] << 16 | (uint32_t)t[3] << 24;
    out->number = big_u32(bytes);
    out->content_bytes = (uint64_t)big_u32(bytes + 4) * 2;
    out->is_sound = (type == 0 || type == m->type) && out->content_bytes >= NULL_SHAPE_BYTES &&
                    at + SHAPEFILE_RECORD_HEADER_BYTES + out->content_bytes <= m->shp->bytes;
    return true;
}

/* The next sound record of the number that should come, or of one soon behind it; false when there
 * is none near. */
static bool find_record(struct index_maker *m, uint64_t *at, uint32_t *out_number)
{
    struct record_head head;
    for (uint64_t i = *at; i < *at + GAP_BYTES_MAX && read_head(m, i, &head); i += 2) {
        if (head.is_sound && head.number - m->next_number < GAP_RECORDS_MAX) {
            *at = i;
            *out_number = head.number;
            return true;
        }
    }
    return false;
}

static enum err_code list_record(struct index_maker *m, uint64_t at, uint64_t content_bytes,
                                 struct err *err)
{
    uint8_t entry[ENTRY_BYTES];
    put_big_u32(entry, (uint32_t)(at / 2));
    put_big_u32(entry + 4, (uint32_t)(content_bytes / 2));
    buf_put(&m->piece, entry, sizeof entry);
    m->next_number++;
    return m->piece.len_bytes >= PIECE_BYTES ? flush(m, err) : OK;
}

/* A record that is damaged, or bytes that are none: what comes next is known by its number. The
 * damaged one is listed, and so are those that got lost before the next: they are rejected when they
 * are read, and what is behind them keeps its place. */
static enum err_code pass_damage(struct index_maker *m, uint64_t *at,
                                 const struct record_head *head, bool *out_more, struct err *err)
{
    const bool is_record = head->number == m->next_number;
    const uint64_t from = *at;
    uint32_t number = 0;
    enum err_code rc = is_record ? list_record(m, from, head->content_bytes, err) : OK;
    *at += SHAPEFILE_RECORD_HEADER_BYTES;
    *out_more = find_record(m, at, &number);
    if (!is_record)
        m->skipped_bytes += (*out_more ? *at : m->shp->bytes) - from;
    while (!rc && *out_more && m->next_number != number)
        rc = list_record(m, from, 0, err);
    return rc;
}

static enum err_code list_records(struct index_maker *m, struct err *err)
{
    struct record_head head;
    uint64_t at = SHAPEFILE_HEADER_BYTES;
    enum err_code rc = OK;
    bool more = true;
    m->next_number = 1;
    while (!rc && more && read_head(m, at, &head)) {
        if (!head.is_sound) {
            rc = pass_damage(m, &at, &head, &more, err);
            continue;
        }
        m->next_number = head.number; /* counted from wherever the program did */
        rc = list_record(m, at, head.content_bytes, err);
        at += SHAPEFILE_RECORD_HEADER_BYTES + head.content_bytes;
    }
    return rc ? rc : flush(m, err);
}

static enum err_code make(struct index_maker *m, struct shapefile_io *io, struct err *err)
{
    uint8_t header[SHAPEFILE_HEADER_BYTES];
    if (shapefile_stream_read(&io->shp, 0, header, sizeof header) < sizeof header)
        return err_set(err, BAD_DATA, "the .shp is too short for one");
    buf_put(&m->piece, header, sizeof header);
    m->shp = &io->shp;
    m->type = header[TYPE_AT];
    enum err_code rc = list_records(m, err);
    if (!rc)
        rc = shapefile_stream_status(&io->shp, ".shp", err);
    if (!rc && m->n_bytes / 2 > UINT32_MAX)
        rc = err_set(err, LIMIT, "the .shp has more records than an index can list");
    if (!rc) {
        put_big_u32(header + LENGTH_AT, (uint32_t)(m->n_bytes / 2));
        rc = write_all(m, header, sizeof header, 0, err);
    }
    return rc;
}

enum err_code shapefile_index_make(struct shapefile_io *io, const char *temp_folder, int *out_fd,
                                   uint64_t *out_skipped_bytes, struct err *err)
{
    struct index_maker m = {.fd = -1};
    enum err_code rc = temp_file_open(temp_folder, &m.fd, err);
    if (rc)
        return rc;
    buf_init(&m.piece, 2 * (size_t)PIECE_BYTES);
    rc = make(&m, io, err);
    buf_clear(&m.piece);
    if (rc) {
        close(m.fd);
        return rc;
    }
    shapefile_stream_clear(&io->shx);
    shapefile_stream_init(&io->shx, m.fd, m.n_bytes);
    *out_fd = m.fd;
    *out_skipped_bytes = m.skipped_bytes;
    return OK;
}

/* ---- reading it --------------------------------------------------------------------------- */

size_t shapefile_index_count(struct shapefile_io *io)
{
    uint8_t header[SHAPEFILE_HEADER_BYTES];
    if (shapefile_stream_read(&io->shx, 0, header, sizeof header) < sizeof header)
        return 0;
    return (size_t)((told_bytes(header) - sizeof header) / ENTRY_BYTES);
}

enum err_code shapefile_index_get(struct shapefile_io *io, size_t i, uint64_t *out_byte,
                                  uint64_t *out_content_bytes, struct err *err)
{
    uint8_t entry[ENTRY_BYTES];
    const uint64_t at = SHAPEFILE_HEADER_BYTES + (uint64_t)i * ENTRY_BYTES;
    if (shapefile_stream_read(&io->shx, at, entry, sizeof entry) < sizeof entry) {
        const enum err_code rc = shapefile_stream_status(&io->shx, ".shx", err);
        return rc ? rc : err_set(err, BAD_DATA, "the .shx ends before the record");
    }
    const uint64_t byte = (uint64_t)big_u32(entry) * 2;
    const uint64_t content_bytes = (uint64_t)big_u32(entry + 4) * 2;
    *out_byte = byte;
    *out_content_bytes = content_bytes;
    /* An index may count the record's header as content, which shapelib forgives. */
    if (byte < SHAPEFILE_HEADER_BYTES || byte + content_bytes > io->shp.bytes)
        return err_set(err, BAD_DATA,
                       "the shape lies at byte %llu and is %llu bytes long, the .shp has %llu",
                       (unsigned long long)byte, (unsigned long long)content_bytes,
                       (unsigned long long)io->shp.bytes);
    return OK;
}

#include "importers/shapefile_table.h"

#include "base/mem.h"
#include "importers/shapefile_value.h"

#include <stdio.h>
#include <string.h>

/* The header of dBASE III: the parts that shapelib does not check. */
enum { HEADER_BYTES = 32, VERSION_MASK = 7, VERSION_DBASE_7 = 4, LDID_AT = 29 };

enum { NAME_BYTES = 11 };

#define PROBE_BYTES ((uint64_t)256 << 20)
#define NOT_DECODED SIZE_MAX

struct table_field {
    enum cell_kind kind;
    size_t at, n_bytes; /* in the record */
    struct span name;   /* in UTF-8, in `names` */
};

struct shapefile_table {
    struct shapefile_io *io;
    DBFHandle handle;
    size_t n_rows, row_bytes, header_bytes;
    struct table_field *fields; /* those that are read */
    size_t n_fields;
    struct source_value *values; /* n_fields */
    size_t row;                  /* that is read */
    size_t *decoded_at;          /* where in `decoded` a value's text begins; NOT_DECODED */
    struct encoding *encoding;
    struct buf names, decoded, raw;
    struct shapefile_table_counts seen;
};

/* ---- opening ------------------------------------------------------------------------------ */

static enum err_code open_handle(struct shapefile_table *t, struct err *err)
{
    uint8_t header[HEADER_BYTES];
    char name[SHAPEFILE_IO_NAME_BYTES];
    SAHooks hooks = shapefile_io_hooks();
    const bool whole =
        shapefile_stream_read(&t->io->dbf, 0, header, sizeof header) == sizeof header;
    enum err_code rc = shapefile_stream_status(&t->io->dbf, ".dbf", err);
    if (rc)
        return rc;
    if (!whole)
        return err_set(err, BAD_DATA, "a .dbf of %llu bytes is too short to be one",
                       (unsigned long long)t->io->dbf.bytes);
    if ((header[0] & VERSION_MASK) == VERSION_DBASE_7)
        return err_set(err, UNSUPPORTED, "the .dbf is one of dBASE 7, which is not read");
    shapefile_io_name(t->io, name);
    t->handle = DBFOpenLL(name, "rb", &hooks);
    rc = shapefile_stream_status(&t->io->dbf, ".dbf", err);
    if (!rc && !t->handle)
        rc = err_set(err, BAD_DATA,
                     "the .dbf's header is damaged: its fields do not fit its lengths");
    return rc;
}

/* How many records there really are. */
static void count_rows(struct shapefile_table *t, struct sink *sink)
{
    const uint64_t told = (uint64_t)t->handle->nRecords;
    const uint64_t bytes = t->io->dbf.bytes;
    t->row_bytes = (size_t)t->handle->nRecordLength;
    t->header_bytes = (size_t)t->handle->nHeaderLength;
    const uint64_t there = bytes > t->header_bytes ? (bytes - t->header_bytes) / t->row_bytes : 0;
    t->n_rows = (size_t)(told < there ? told : there);
    if (told != there)
        sink_note(sink, "the .dbf has room for %llu records, its header says %llu: %llu were read",
                  (unsigned long long)there, (unsigned long long)told,
                  (unsigned long long)t->n_rows);
}

static enum err_code list_fields(struct shapefile_table *t, struct err *err)
{
    const size_t n = (size_t)DBFGetFieldCount(t->handle);
    t->fields = mem_new(n, sizeof *t->fields);
    t->values = mem_new(n, sizeof *t->values);
    t->decoded_at = mem_new(n, sizeof *t->decoded_at);
    if (!t->fields || !t->values || !t->decoded_at)
        return err_no_memory(err, n * sizeof *t->fields);
    size_t at = 1; /* behind the deletion mark */
    for (size_t i = 0; i < n; i++) {
        int width = 0, n_decimals = 0;
        DBFGetFieldInfo(t->handle, (int)i, NULL, &width, &n_decimals);
        const char type = DBFGetNativeFieldType(t->handle, (int)i);
        t->fields[i] = (struct table_field){
            .kind = cell_kind_of(type, width, n_decimals), .at = at, .n_bytes = (size_t)width};
        at += (size_t)width;
    }
    t->n_fields = n;
    return OK;
}

enum err_code shapefile_table_new(struct shapefile_io *io, const struct reader_options *o,
                                  struct sink *sink, struct shapefile_table **out, struct err *err)
{
    struct shapefile_table *t = mem_new(1, sizeof *t);
    if (!t)
        return err_no_memory(err, sizeof *t);
    const size_t feature_bytes =
        o->limits.feature_bytes < SIZE_MAX ? (size_t)o->limits.feature_bytes : SIZE_MAX;
    t->io = io;
    buf_init(&t->names, 1 << 20);
    buf_init(&t->decoded, feature_bytes);
    buf_init(&t->raw, feature_bytes);
    enum err_code rc = open_handle(t, err);
    if (!rc) {
        count_rows(t, sink);
        rc = list_fields(t, err);
    }
    if (rc) {
        shapefile_table_free(t);
        return rc;
    }
    *out = t;
    return OK;
}

void shapefile_table_free(struct shapefile_table *t)
{
    if (!t)
        return;
    DBFClose(t->handle);
    mem_free(t->fields);
    mem_free(t->values);
    mem_free(t->decoded_at);
    buf_clear(&t->names);
    buf_clear(&t->decoded);
    buf_clear(&t->raw);
    mem_free(t);
}

size_t shapefile_table_count(const struct shapefile_table *t)
{
    return t->n_rows;
}

struct shapefile_table_counts shapefile_table_seen(const struct shapefile_table *t)
{
    return t->seen;
}

void shapefile_table_counts_add(struct shapefile_table_counts *to,
                                struct shapefile_table_counts more)
{
    const bool is_earlier = more.n_not_numbers > 0 &&
                            (to->n_not_numbers == 0 || more.not_a_number_at < to->not_a_number_at);
    if (is_earlier) {
        memcpy(to->not_a_number, more.not_a_number, sizeof to->not_a_number);
        to->not_a_number_at = more.not_a_number_at;
    }
    to->n_deleted += more.n_deleted;
    to->n_undecoded += more.n_undecoded;
    to->n_not_numbers += more.n_not_numbers;
}

uint64_t shapefile_table_byte(const struct shapefile_table *t, size_t i)
{
    return t->header_bytes + (uint64_t)i * t->row_bytes;
}

int shapefile_table_ldid(const struct shapefile_table *t)
{
    return t->handle->iLanguageDriver;
}

/* ---- encoding ----------------------------------------------------------------------------- */

/* Eight bytes at a time: every record passes here. */
static bool is_ascii(struct span text)
{
    const uint64_t high = 0x8080808080808080;
    size_t i = 0;
    for (; i + 8 <= text.len_bytes; i += 8) {
        uint64_t bytes;
        memcpy(&bytes, text.at + i, sizeof bytes);
        if (bytes & high)
            return false;
    }
    for (; i < text.len_bytes; i++) {
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    }
    return true;
}

static struct span cell_of(const char *record, const struct table_field *f)
{
    return (struct span){record + f->at, f->n_bytes};
}

/* UTF-8, but for a last character that the field's width cuts. */
static bool is_utf8_cell(struct span cell)
{
    struct span rest = cell_text(cell);
    const bool is_full = rest.len_bytes == cell.len_bytes;
    while (rest.len_bytes > 0) {
        const size_t n = text_utf8_char(rest, NULL);
        if (n == 0)
            return is_full && rest.len_bytes < 4 && (unsigned char)rest.at[0] >= 0xC2;
        rest.at += n;
        rest.len_bytes -= n;
    }
    return true;
}

static struct span header_name(const struct shapefile_table *t, size_t field,
                               char room[NAME_BYTES + 1])
{
    DBFGetFieldInfo(t->handle, (int)field, room, NULL, NULL);
    return cell_text((struct span){room, strlen(room)});
}

bool shapefile_table_is_utf8(struct shapefile_table *t)
{
    char room[NAME_BYTES + 1];
    for (size_t i = 0; i < t->n_fields; i++) {
        if (!is_utf8_cell(header_name(t, i, room)))
            return false;
    }
    const size_t n_probed = (size_t)(PROBE_BYTES / t->row_bytes);
    for (size_t i = 0; i < t->n_rows && i < n_probed; i++) {
        const char *record = DBFReadTuple(t->handle, (int)i);
        if (!record || is_ascii((struct span){record, t->row_bytes}))
            continue;
        for (size_t k = 0; k < t->n_fields; k++) {
            if (t->fields[k].kind == CELL_TEXT && !is_utf8_cell(cell_of(record, &t->fields[k])))
                return false;
        }
    }
    return true;
}

/* ---- fields ------------------------------------------------------------------------------- */

static bool is_taken(const struct shapefile_table *t, size_t n_before, const char *name)
{
    for (size_t i = 0; i < n_before; i++) {
        if (span_eq(t->fields[i].name, name))
            return true;
    }
    return false;
}

/* The name as the header has it, "field_3" where that is none, "NAME_2" where it is taken. */
static enum err_code name_field(struct shapefile_table *t, size_t kept, size_t field,
                                struct err *err)
{
    char room[NAME_BYTES + 1];
    struct buf name;
    buf_init(&name, 1 << 10);
    struct span said = header_name(t, field, room);
    while (said.len_bytes > 0 && *said.at == ' ') {
        said.at++;
        said.len_bytes--;
    }
    encoding_decode(t->encoding, said, true, &name, NULL);
    if (said.len_bytes == 0)
        buf_printf(&name, "field_%zu", field + 1);
    const size_t n_bytes = name.len_bytes;
    for (size_t n = 2; !name.failed && is_taken(t, kept, buf_text(&name)); n++) {
        name.len_bytes = n_bytes;
        buf_printf(&name, "_%zu", n);
    }
    t->fields[kept].name.len_bytes = name.len_bytes;
    t->fields[kept].name.at = (const char *)buf_reserve(&t->names, name.len_bytes);
    buf_put(&t->names, name.data, name.len_bytes);
    enum err_code rc = buf_status(&name, err);
    if (!rc)
        rc = buf_status(&t->names, err);
    buf_clear(&name);
    return rc;
}

enum err_code shapefile_table_declare(struct shapefile_table *t, struct encoding *encoding,
                                      struct sink *sink, struct err *err)
{
    char room[NAME_BYTES + 1];
    size_t n_kept = 0;
    enum err_code rc = OK;
    t->encoding = encoding;
    /* Names are pointed to: all at once, so that they stay where they are. */
    if (!buf_reserve(&t->names, (t->n_fields + 1) * (4 * (size_t)NAME_BYTES + 8)))
        return buf_status(&t->names, err);
    for (size_t i = 0; !rc && i < t->n_fields; i++) {
        if (t->fields[i].kind == CELL_UNREAD) {
            header_name(t, i, room);
            sink_note(sink, "the field '%s' is left out: its type '%c' is not read", room,
                      DBFGetNativeFieldType(t->handle, (int)i));
            continue;
        }
        t->fields[n_kept] = t->fields[i];
        rc = name_field(t, n_kept, i, err);
        if (!rc && sink)
            rc = sink_say_field(sink, t->fields[n_kept].name,
                                cell_field_type(t->fields[n_kept].kind), err);
        n_kept++;
    }
    t->n_fields = n_kept;
    for (size_t i = 0; i < n_kept; i++)
        t->values[i] = (struct source_value){.name = t->fields[i].name, .loose = TYPED};
    return rc;
}

/* ---- rows --------------------------------------------------------------------------------- */

/* Text that lies in `decoded`: where is only known when that has stopped growing. */
static struct value decoded_text(struct shapefile_table *t, size_t i, size_t from)
{
    t->decoded_at[i] = from;
    return value_text((struct span){NULL, t->decoded.len_bytes - from});
}

static struct value text_of(struct shapefile_table *t, size_t i, struct span cell)
{
    const struct span text = cell_text(cell);
    const size_t from = t->decoded.len_bytes;
    if (text.len_bytes == 0)
        return value_null();
    if (encoding_is_ascii_based(t->encoding) && is_ascii(text))
        return value_text(text);
    t->seen.n_undecoded += encoding_decode(t->encoding, text, true, &t->decoded, NULL) > 0;
    return decoded_text(t, i, from);
}

static struct value other_of(struct shapefile_table *t, size_t i, struct span cell)
{
    char room[CELL_BYTES_MAX + 1];
    struct value v;
    bool not_a_number = false;
    const size_t from = t->decoded.len_bytes;
    cell_value(t->fields[i].kind, cell, room, &v, &not_a_number);
    if (not_a_number && t->seen.n_not_numbers++ == 0) {
        t->seen.not_a_number_at = t->row;
        snprintf(t->seen.not_a_number, sizeof t->seen.not_a_number, "%.20s",
                 t->fields[i].kind == CELL_DOUBLE ? "NaN" : room);
    }
    if (v.type != VALUE_TEXT)
        return v;
    encoding_decode(t->encoding, v.text, true, &t->decoded, NULL);
    return decoded_text(t, i, from);
}

static struct span raw_of(struct shapefile_table *t, struct span record)
{
    if (is_ascii(record))
        return record;
    buf_reset(&t->raw);
    encoding_decode(t->encoding, record, true, &t->raw, NULL);
    return (struct span){buf_text(&t->raw), t->raw.len_bytes};
}

static enum err_code read_values(struct shapefile_table *t, const char *record, struct err *err)
{
    buf_reset(&t->decoded);
    for (size_t i = 0; i < t->n_fields; i++) {
        const struct span cell = cell_of(record, &t->fields[i]);
        t->decoded_at[i] = NOT_DECODED;
        t->values[i].value =
            t->fields[i].kind == CELL_TEXT ? text_of(t, i, cell) : other_of(t, i, cell);
    }
    for (size_t i = 0; i < t->n_fields; i++) {
        if (t->decoded_at[i] != NOT_DECODED)
            t->values[i].value.text.at = buf_text(&t->decoded) + t->decoded_at[i];
    }
    return buf_status(&t->decoded, err);
}

enum err_code shapefile_table_read(struct shapefile_table *t, size_t i, struct shapefile_row *out,
                                   struct err *err)
{
    const char *record = DBFReadTuple(t->handle, (int)i);
    t->row = i;
    if (!record) {
        const enum err_code rc = shapefile_stream_status(&t->io->dbf, ".dbf", err);
        return rc ? rc : err_set(err, BAD_DATA, "the .dbf ends before the record");
    }
    *out = (struct shapefile_row){.is_deleted = *record == '*', .values = t->values};
    if (out->is_deleted) {
        t->seen.n_deleted++;
        return OK;
    }
    const enum err_code rc = read_values(t, record, err);
    out->n_values = t->n_fields;
    out->raw = raw_of(t, cell_text((struct span){record + 1, t->row_bytes - 1}));
    return rc;
}

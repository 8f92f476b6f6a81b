/* Records of CSV: rows, whose fields have the names of the first one. */
#include "base/json_write.h"
#include "base/mem.h"
#include "importers/csv_split.h"
#include "importers/record_reader.h"

#include <stdio.h>
#include <string.h>

struct csv_records {
    struct csv_text text;
    struct csv_split *split;
    struct buf names; /* one after the other, a NUL behind each */
    size_t n_names;
    struct buf json;
    char problem[80];
};

static void close_csv(void *state)
{
    struct csv_records *s = state;
    csv_split_free(s->split);
    csv_text_clear(&s->text);
    buf_clear(&s->names);
    buf_clear(&s->json);
    mem_free(s);
}

/* What stands between fields: what was asked for, else what the first line has most of. */
static enum err_code find_delimiter(const char *asked, struct span head, char *out, struct err *err)
{
    static const char KNOWN[] = ",;\t|";
    const char *newline = head.len_bytes ? memchr(head.at, '\n', head.len_bytes) : NULL;
    const size_t n = newline ? (size_t)(newline - head.at) : head.len_bytes;
    size_t most = 0;
    *out = ',';
    if (asked) {
        if (!text_eq(asked, "tab") && strlen(asked) != 1)
            return err_set(err, BAD_ARG, "the delimiter '%s' is neither one character nor tab",
                           asked);
        *out = text_eq(asked, "tab") ? '\t' : asked[0];
        return OK;
    }
    for (const char *c = KNOWN; *c; c++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            count += head.at[i] == *c;
        if (count > most) {
            most = count;
            *out = *c;
        }
    }
    return OK;
}

static enum err_code read_names(struct csv_records *s, struct err *err)
{
    struct csv_record header;
    bool more = false;
    enum err_code rc = csv_split_next(s->split, &header, &more, err);
    if (rc)
        return rc;
    if (!more)
        return err_set(err, BAD_DATA, "this is an empty file, not CSV");
    if (header.problem)
        return err_set(err, BAD_DATA, "the header: %s", header.problem);
    s->n_names = header.n_fields;
    for (size_t i = 0; i < header.n_fields; i++) {
        buf_put(&s->names, header.fields[i].at, header.fields[i].len_bytes);
        buf_put_u8(&s->names, '\0');
    }
    return buf_status(&s->names, err);
}

static enum err_code open_csv(const struct record_setup *setup, void **out_state, struct err *err)
{
    const struct reader_options *o = setup->options;
    const size_t most =
        o->limits.feature_bytes < SIZE_MAX / 8 ? (size_t)o->limits.feature_bytes : SIZE_MAX / 8;
    struct csv_dialect dialect = {0};
    struct span head = {0};
    struct csv_records *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    buf_init(&s->names, most);
    buf_init(&s->json, 8 * most);
    enum err_code rc = source_peek(setup->source, &head, err);
    if (!rc)
        rc = find_delimiter(o->delimiter, head, &dialect.delimiter, err);
    if (!rc)
        rc = csv_text_open(&s->text, setup->source, o->encoding, most, err);
    if (rc) {
        buf_clear(&s->names);
        mem_free(s);
        return rc;
    }
    rc = csv_split_new(&s->text, 1, dialect, NULL, &s->split, err);
    if (!rc)
        rc = read_names(s, err);
    if (rc)
        close_csv(s);
    else
        *out_state = s;
    return rc;
}

static enum err_code make_json(struct csv_records *s, const struct csv_record *row, struct err *err)
{
    const char *name = (const char *)s->names.data;
    struct json_out j = json_out(&s->json);
    buf_reset(&s->json);
    json_object(&j);
    for (size_t i = 0; i < row->n_fields && i < s->n_names; i++) {
        json_key(&j, name);
        json_span(&j, row->fields[i]);
        name += strlen(name) + 1;
    }
    json_object_end(&j);
    return buf_status(&s->json, err);
}

static enum err_code next_csv(void *state, struct record *out, bool *out_more, struct err *err)
{
    struct csv_records *s = state;
    struct csv_record row;
    enum err_code rc = csv_split_next(s->split, &row, out_more, err);
    if (rc || !*out_more)
        return rc;
    if (!row.problem && row.n_fields > s->n_names) {
        snprintf(s->problem, sizeof s->problem, "%zu fields under a header of %zu", row.n_fields,
                 s->n_names);
        row.problem = s->problem;
    }
    if (!row.problem)
        rc = make_json(s, &row, err);
    if (!rc)
        *out = (struct record){
            .json = {(const char *)s->json.data, s->json.len_bytes},
            .raw = row.raw,
            .line = row.line,
            .byte = row.byte,
            .problem = row.problem,
        };
    return rc;
}

const struct record_source record_csv = {open_csv, close_csv, next_csv, NULL};

/* Records of CSV: rows, whose fields have the names of the first one. */
#include "base/json_write.h"
#include "base/mem.h"
#include "importers/csv_guess.h"
#include "importers/csv_header.h"
#include "importers/csv_split.h"
#include "importers/record_reader.h"

#include <stdio.h>
#include <string.h>

enum { HEAD_BYTES = 64 << 10 };

/* What text that is not UTF-8 is in, where nobody says. */
static const char FALLBACK[] = "windows-1252";

struct csv_records {
    struct csv_text text;
    struct encoding *fallback;
    struct csv_split *split;
    struct arena arena; /* the names */
    struct csv_header header;
    struct buf json;
    char problem[80];
};

static void close_csv(void *state)
{
    struct csv_records *s = state;
    csv_split_free(s->split);
    csv_text_clear(&s->text);
    encoding_free(s->fallback);
    arena_clear(&s->arena);
    buf_clear(&s->json);
    mem_free(s);
}

/* What is in memory is taken to be the source's beginning. */
static enum err_code guess_dialect(struct csv_records *s, const char *delimiter,
                                   struct csv_guess *out, struct err *err)
{
    enum err_code rc = OK;
    bool more = true;
    while (!rc && more && csv_text_ready(&s->text).len_bytes < HEAD_BYTES)
        rc = csv_text_more(&s->text, &more, err);
    if (!rc)
        rc = csv_guess(csv_text_ready(&s->text), !more, delimiter, out, err);
    if (!rc)
        csv_text_take(&s->text, out->n_skip_bytes);
    return rc;
}

static enum err_code read_names(struct csv_records *s, const char *columns, struct err *err)
{
    struct csv_record first;
    bool more = false;
    if (columns)
        return csv_header_say(columns, &s->arena, &s->header, err);
    const enum err_code rc = csv_split_next(s->split, &first, &more, err);
    if (rc)
        return rc;
    if (!more)
        return err_set(err, BAD_DATA, "this is an empty file, not CSV");
    if (first.problem)
        return err_set(err, BAD_DATA, "the header: %s", first.problem);
    return csv_header_make(first.fields, first.n_fields, &s->arena, &s->header, err);
}

static enum err_code begin(struct csv_records *s, const struct reader_options *o, struct err *err)
{
    struct csv_guess guess;
    enum err_code rc = OK;
    if (!o->encoding && !csv_text_encoding(&s->text))
        rc = encoding_new(FALLBACK, &s->fallback, err);
    if (!rc)
        rc = guess_dialect(s, o->delimiter, &guess, err);
    if (!rc)
        rc = csv_split_new(&s->text, guess.n_skip_bytes ? 2 : 1, guess.dialect, s->fallback,
                           &s->split, err);
    return rc ? rc : read_names(s, o->columns, err);
}

static enum err_code open_csv(const struct record_setup *setup, void **out_state, struct err *err)
{
    const struct reader_options *o = setup->options;
    const size_t most =
        o->limits.feature_bytes < SIZE_MAX / 8 ? (size_t)o->limits.feature_bytes : SIZE_MAX / 8;
    struct csv_records *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    arena_init(&s->arena, most + 2 * HEAD_BYTES);
    buf_init(&s->json, 8 * most);
    enum err_code rc = csv_text_open(&s->text, setup->source, o->encoding,
                                     most > 2 * HEAD_BYTES ? most : 2 * HEAD_BYTES, err);
    if (rc) { /* then there is no text to clear */
        mem_free(s);
        return rc;
    }
    rc = begin(s, o, err);
    if (rc)
        close_csv(s);
    else
        *out_state = s;
    return rc;
}

static enum err_code make_json(struct csv_records *s, const struct csv_record *row, struct err *err)
{
    buf_reset(&s->json);
    struct json_out j = json_out(&s->json);
    json_object(&j);
    for (size_t i = 0; i < row->n_fields; i++) {
        json_key_span(&j, s->header.names[i]);
        json_span(&j, row->fields[i]);
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
    if (!row.problem && row.n_fields > s->header.n_columns) {
        snprintf(s->problem, sizeof s->problem, "%zu fields under a header of %zu", row.n_fields,
                 s->header.n_columns);
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

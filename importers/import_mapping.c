/* Records of JSON, XML or CSV, as a mapping file says (importers/mapping.h). */
#include "importers/import_mapping.h"
#include "base/crs.h"
#include "base/mem.h"
#include "importers/head_name.h"
#include "importers/mapping_beside.h"
#include "importers/mapping_record.h"

#include <string.h>

enum { PROGRESS_FEATURES = 512, PROGRESS_BYTES = 512 << 10 };

struct mapped {
    struct arena arena; /* the mapping, names of pages */
    struct mapping mapping;
    const char *folder; /* of the mapping file; NULL: a shipped one */
    const struct input *in;
    const struct reader_options *options;
    struct sink *sink;
    struct mapped_record record;
    struct json_reader *json;
    struct source_value *values;
    const char **pages; /* that were read */
    size_t n_pages, room_pages;
    uint64_t n_read, told_at;
};

enum err_code import_mapping_takes(const struct input *in, const char *name, bool *out,
                                   struct err *err)
{
    struct arena a;
    struct mapping m;
    const char *folder = NULL;
    const char *file = bundle_name(in->bundle, in->file);
    const char *slash = strrchr(file, '/');
    arena_init(&a, MAPPING_BYTES);
    const enum err_code rc = mapping_load(name, &a, &m, &folder, err);
    if (!rc)
        *out = bundle_kind(in->bundle) == BUNDLE_FILE || !m.files ||
               mapping_name_fits(slash ? slash + 1 : file, m.files);
    arena_clear(&a);
    return rc;
}

static enum err_code say_crs(struct mapped *m, struct err *err)
{
    struct crs *crs = NULL;
    int32_t epsg = 0;
    if (!m->mapping.crs)
        return OK;
    enum err_code rc = crs_new(&crs, err);
    if (!rc && crs_parse(crs, m->mapping.crs, &epsg, err))
        rc = err_add(err, "the mapping's `crs`");
    crs_free(crs);
    return rc ? rc : sink_say_crs(m->sink, epsg, err);
}

static enum err_code say_fields(struct mapped *m, struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < m->mapping.n_fields; i++) {
        const struct mapping_field *f = &m->mapping.fields[i];
        rc = sink_say_field(m->sink, span_of(f->name), f->has_type ? f->type : FIELD_TEXT, err);
    }
    return rc;
}

/* What the mapping makes of the record; what fails here is this record's own fault. */
static enum err_code make_feature(struct mapped *m, const struct record *record,
                                  struct source_feature *f, struct geom *geom, struct err *err)
{
    struct json_value root;
    enum err_code rc = record->problem ? err_set(err, BAD_DATA, "%s", record->problem)
                                       : json_read(m->json, record->json, &root, err);
    if (!rc && !json_is(root, JSON_OBJECT) && !json_is(root, JSON_ARRAY))
        rc = err_set(err, BAD_DATA, "a record must be an object");
    if (!rc)
        rc = mapped_record_start(&m->record, root, err);
    if (!rc)
        rc = mapped_record_id(&m->record, &f->id, err);
    if (!rc)
        rc = mapped_record_geometry(&m->record, geom, &f->n_heights, err);
    if (!rc)
        rc = mapped_record_values(&m->record, m->values, err);
    if (rc)
        return rc;
    f->values = m->values;
    f->n_values = m->mapping.n_fields;
    return OK;
}

static enum err_code take(struct mapped *m, const struct record *record, struct err *err)
{
    struct err why = {0};
    struct geom geom = {.type = GEOM_NONE};
    struct source_feature f = {.ordinal = ++m->n_read,
                               .line = record->line,
                               .byte = record->byte,
                               .geom = &geom,
                               .raw = record->raw};
    const enum err_code rc = make_feature(m, record, &f, &geom, &why);
    if (rc == BAD_DATA || rc == LIMIT || rc == UNSUPPORTED)
        return sink_reject(m->sink, &f, why.text, err);
    return rc ? err_set(err, rc, "%s", why.text) : sink_take(m->sink, &f, err);
}

static enum err_code tell_progress(struct mapped *m, struct source *source, struct err *err)
{
    const struct source_progress p = source_progress(source);
    if (m->n_read % PROGRESS_FEATURES != 0 && p.plain_bytes < m->told_at + PROGRESS_BYTES)
        return OK;
    m->told_at = p.plain_bytes;
    return sink_progress(m->sink, p, err);
}

/* What the document says of a next page: a name of a file to be read next, in the arena. What is
 * behind an address is told, and left to who imports. */
static enum err_code note_next_page(struct mapped *m, struct span page, const char **out,
                                    struct err *err)
{
    *out = NULL;
    if (page.len_bytes == 0)
        return OK;
    const char *name = arena_strndup(&m->arena, page.at, page.len_bytes, err);
    if (!name)
        return NO_MEMORY;
    if (strstr(name, "://")) {
        sink_note(m->sink, "there is a next page, which was not read: %s", name);
        return OK;
    }
    for (size_t i = 0; i < m->n_pages; i++) {
        if (text_eq(m->pages[i], name))
            return err_set(err, BAD_DATA, "page '%s' comes a second time", name);
    }
    const enum err_code rc =
        mem_grow((void **)&m->pages, &m->room_pages, m->n_pages + 1, sizeof *m->pages, err);
    if (rc)
        return rc;
    if (m->n_pages == m->options->limits.files)
        return err_set(err, LIMIT, "more than %zu pages (--max-files)", m->n_pages);
    m->pages[m->n_pages++] = name;
    *out = name;
    return OK;
}

static enum err_code read_page(struct mapped *m, struct source *source, const char **out_next,
                               struct err *err)
{
    const struct record_setup setup = {.source = source,
                                       .options = m->options,
                                       .path = m->mapping.records,
                                       .next = m->mapping.next};
    struct record_reader *reader = NULL;
    struct record record;
    bool more = true;
    m->told_at = 0;
    enum err_code rc = record_reader_new(m->mapping.format, &setup, &reader, err);
    while (!rc && more) {
        rc = record_reader_next(reader, &record, &more, err);
        if (!rc && more)
            rc = take(m, &record, err);
        if (!rc)
            rc = more ? tell_progress(m, source, err)
                      : sink_progress(m->sink, source_progress(source), err);
    }
    if (!rc)
        rc = note_next_page(m, record_reader_next_page(reader), out_next, err);
    record_reader_free(reader);
    return rc;
}

static enum err_code read_pages(struct mapped *m, struct err *err)
{
    struct source *source = NULL;
    struct bundle *bundle = NULL;
    const char *name = NULL;
    size_t file = 0;
    enum err_code rc = bundle_source(m->in->bundle, m->in->file, &source, err);
    if (!rc)
        rc = read_page(m, source, &name, err);
    while (!rc && name) {
        const char *page = name;
        rc = mapping_open_beside(m->in, m->options, NULL, page, &bundle, &file, err);
        if (rc)
            break;
        rc = bundle_source(bundle, file, &source, err);
        if (!rc)
            rc = read_page(m, source, &name, err);
        if (rc && rc != CANCELED)
            err_add(err, "%s", page);
        bundle_close(bundle);
    }
    return rc;
}

/* What the joins did not find is in no reject. */
static void note_joins(struct mapped *m)
{
    for (size_t i = 0; i < m->mapping.n_joins; i++) {
        const struct join_table *t = m->record.joins[i];
        const unsigned long long missed = join_table_n_missed(t);
        const unsigned long long repeated = join_table_n_repeated(t);
        const char *name = m->mapping.joins[i].name;
        if (missed)
            sink_note(m->sink, "join '%s': nothing was found for %llu records", name, missed);
        if (repeated)
            sink_note(m->sink,
                      "join '%s': %llu records have a key that came before, and are not "
                      "used",
                      name, repeated);
    }
}

static enum err_code check_head(struct mapped *m, struct err *err)
{
    struct source *source = NULL;
    struct span head = {0};
    enum err_code rc = bundle_source(m->in->bundle, m->in->file, &source, err);
    if (!rc)
        rc = source_peek(source, &head, err);
    if (!rc && !record_format_fits(m->mapping.format, head))
        rc = err_set(err, BAD_DATA, "the mapping is for %s, and this is %s",
                     record_format_name(m->mapping.format), head_name(head));
    return rc;
}

static enum err_code read_mapped(const struct input *in, const struct reader_options *o,
                                 struct sink *sink, struct err *err)
{
    const size_t most =
        o->limits.feature_bytes < SIZE_MAX / 8 ? (size_t)o->limits.feature_bytes : SIZE_MAX / 8;
    struct mapped m = {.in = in, .options = o, .sink = sink};
    arena_init(&m.arena, MAPPING_BYTES);
    enum err_code rc = mapping_load(o->mapping, &m.arena, &m.mapping, &m.folder, err);
    if (!rc)
        rc = check_head(&m, err);
    if (!rc)
        rc = json_reader_new(8 * most, o->limits.depth, &m.json, err);
    if (!rc) {
        m.values = arena_new(&m.arena, m.mapping.n_fields, sizeof *m.values, err);
        rc = m.values ? OK : NO_MEMORY;
    }
    if (!rc)
        rc = say_crs(&m, err);
    if (!rc)
        rc = say_fields(&m, err);
    if (!rc) {
        rc = mapped_record_init(&m.record, &m.mapping, in, o, m.folder, err);
        if (!rc)
            rc = read_pages(&m, err);
        if (!rc)
            note_joins(&m);
        mapped_record_clear(&m.record);
    }
    json_reader_free(m.json);
    mem_free(m.pages);
    arena_clear(&m.arena);
    return rc;
}

static enum err_code copy_words(const struct mapping_field *from, struct arena *a, struct field *to,
                                struct err *err)
{
    to->title = arena_strdup(a, from->title, err);
    to->unit = arena_strdup(a, from->unit, err);
    to->iri = arena_strdup(a, from->iri, err);
    return (from->title && !to->title) || (from->unit && !to->unit) || (from->iri && !to->iri)
               ? NO_MEMORY
               : OK;
}

static enum err_code describe(const struct input *in, const struct reader_options *o,
                              struct arena *a, struct field *fields, size_t n_fields,
                              struct err *err)
{
    struct mapping m;
    const char *folder = NULL;
    (void)in;
    enum err_code rc = mapping_load(o->mapping, a, &m, &folder, err);
    for (size_t i = 0; !rc && i < m.n_fields; i++) {
        for (size_t k = 0; !rc && k < n_fields; k++) {
            if (text_eq(m.fields[i].name, fields[k].name))
                rc = copy_words(&m.fields[i], a, &fields[k], err);
        }
    }
    return rc;
}

/* Chosen by --mapping alone. */
static bool recognises(const struct input *in, struct span head)
{
    (void)in, (void)head;
    return false;
}

static const char *const SUFFIXES[] = {NULL};

const struct importer importer_mapping = {
    .name = "mapping",
    .title = "JSON, XML or CSV records, by a mapping file",
    .suffixes = SUFFIXES,
    .default_epsg = 4326,
    .recognises = recognises,
    .read = read_mapped,
    .describe = describe,
};

/*
 * CSV and its cousins: fields between commas, semicolons, tabs or bars. What a source does not say
 * of itself is found from its first lines, and noted; the types of fields follow at the end.
 */
#include "base/geom.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "base/wkt.h"
#include "importers/csv_angle.h"
#include "importers/csv_guess.h"
#include "importers/csv_header.h"
#include "importers/csv_place.h"
#include "importers/csv_split.h"
#include "importers/csv_text.h"
#include "importers/geojson_geometry.h"
#include "importers/head_name.h"
#include "importers/importer.h"

#include <inttypes.h>
#include <string.h>

enum { PROGRESS_ROWS = 1024, PROGRESS_BYTES = 512 << 10, HEAD_BYTES = 64 << 10, WGS84 = 4326 };

/* What text is in that is not UTF-8 and does not say. */
static const char FALLBACK[] = "WINDOWS-1252";

struct csv {
    const struct reader_options *options;
    struct source *source;
    struct sink *sink;
    struct arena arena; /* names */
    struct csv_text text;
    struct encoding *fallback; /* NULL: the source or the user says the encoding */
    struct csv_split *split;
    struct csv_header header;
    struct csv_place place;
    enum loose loose;
    struct json_reader *json;
    struct geom_builder builder;
    struct source_value *values; /* one for each column but that of the geometry */
    bool has_srid;               /* the first geometry was seen */
    int32_t srid;                /* and says this; 0: nothing */
    uint64_t n_read, n_short, n_measures, told_at;
};

/* What is in memory is taken to be the source's beginning. */
static enum err_code read_head(struct csv *c, struct csv_guess *out, struct span *out_head,
                               struct err *err)
{
    enum err_code rc = OK;
    bool more = true;
    while (!rc && more && csv_text_ready(&c->text).len_bytes < HEAD_BYTES)
        rc = csv_text_more(&c->text, &more, err);
    if (rc)
        return rc;
    *out_head = csv_text_ready(&c->text);
    rc = csv_guess(*out_head, !more, c->options->delimiter, out, err);
    csv_text_take(&c->text, rc ? 0 : out->n_skip_bytes);
    *out_head = csv_text_ready(&c->text);
    return rc;
}

/* The first value of each field that is not empty, as far as the head reaches. */
static void note_first_values(struct csv *c, const struct csv_record *r, struct span *first)
{
    for (size_t i = 0; i < r->n_fields && i < c->header.n_columns; i++) {
        if (first[i].len_bytes > 0 || r->fields[i].len_bytes == 0)
            continue;
        char *copy = arena_strndup(&c->arena, r->fields[i].at, r->fields[i].len_bytes, NULL);
        if (copy)
            first[i] = (struct span){copy, r->fields[i].len_bytes};
    }
}

static uint64_t first_line(const struct csv_guess *guess)
{
    return guess->n_skip_bytes ? 2 : 1;
}

/* Names of fields from the head, and where the geometry is. */
static enum err_code look_at_head(struct csv *c, struct span head, const struct csv_guess *guess,
                                  struct err *err)
{
    struct csv_text lent;
    struct csv_split *split = NULL;
    struct csv_record r;
    struct span *first = NULL;
    bool more = false;
    csv_text_lend(&lent, head);
    enum err_code rc =
        csv_split_new(&lent, first_line(guess), guess->dialect, c->fallback, &split, err);
    if (!rc && c->options->columns)
        rc = csv_header_say(c->options->columns, &c->arena, &c->header, err);
    else if (!rc)
        rc = csv_split_next(split, &r, &more, err);
    if (!rc && !c->options->columns) {
        if (!more)
            rc = err_set(err, BAD_DATA, "there is no line with names of fields");
        else if (r.problem)
            rc = err_set(err, BAD_DATA, "line %" PRIu64 ", the names of the fields: %s", r.line,
                         r.problem);
        else
            rc = csv_header_make(r.fields, r.n_fields, &c->arena, &c->header, err);
    }
    if (!rc && !(first = arena_new(&c->arena, c->header.n_columns, sizeof *first, err)))
        rc = NO_MEMORY;
    more = true;
    while (!rc && more) {
        rc = csv_split_next(split, &r, &more, err);
        if (!rc && more)
            note_first_values(c, &r, first);
    }
    csv_split_free(split);
    csv_text_clear(&lent);
    if (!rc && c->header.ends_unnamed && first[c->header.n_columns - 1].len_bytes == 0)
        c->header.n_columns--;
    return rc ? rc : csv_place_find(&c->header, first, c->options, &c->place, err);
}

/* Where the geometry is, in words; and the CRS as far as that says it. */
static enum err_code say_place(struct csv *c, struct err *err)
{
    const struct csv_place *p = &c->place;
    const struct span *names = c->header.names;
    switch (p->kind) {
    case CSV_NOWHERE:
        if (p->is_ambiguous)
            sink_note(c->sink, "no geometry: several pairs of fields may be coordinates, say "
                               "--lon and --lat");
        else if (!c->options->geometry)
            sink_note(c->sink, "no geometry: no fields of coordinates, WKT or GeoJSON were found");
        return sink_say_crs(c->sink, WGS84, err);
    case CSV_XY:
        sink_note(c->sink, "coordinates: fields '%.60s' and '%.60s'%s", names[p->x].at,
                  names[p->y].at,
                  p->is_geographic ? ", by their names longitude and latitude (EPSG:4326)" : "");
        return p->is_geographic ? sink_say_crs(c->sink, WGS84, err) : OK;
    case CSV_GEOMETRY:
        sink_note(c->sink, "geometry: field '%.60s'", names[p->geometry].at);
        break;
    }
    return OK;
}

/* Fields come in the source's order, also those without any value. */
static enum err_code say_fields(struct csv *c, struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < c->header.n_columns; i++) {
        if (c->place.kind != CSV_GEOMETRY || c->place.geometry != i)
            rc = sink_say_field(c->sink, c->header.names[i], FIELD_TEXT, err);
    }
    c->values = rc ? NULL : mem_new(c->header.n_columns, sizeof *c->values);
    return rc || c->values ? rc : err_no_memory(err, c->header.n_columns * sizeof *c->values);
}

static enum err_code read_number_pair(struct csv *c, const struct csv_record *r, struct geom *geom,
                                      struct err *err)
{
    static const struct span empty = {"", 0};
    const size_t fields[] = {[CSV_X] = c->place.x, [CSV_Y] = c->place.y};
    double xy[2];
    size_t n_empty = 0;
    for (int axis = CSV_X; axis <= CSV_Y; axis++) {
        const struct span text = fields[axis] < r->n_fields ? r->fields[fields[axis]] : empty;
        if (text.len_bytes == 0) {
            n_empty++;
        } else if (!csv_angle_read(text, axis, &xy[axis])) {
            const struct span name = c->header.names[fields[axis]];
            return err_set(err, BAD_DATA, "field '%.60s': '%.*s' is not a coordinate", name.at,
                           text.len_bytes < 60 ? (int)text.len_bytes : 60, text.at);
        }
    }
    if (n_empty == 2)
        return OK;
    if (n_empty == 1)
        return err_set(err, BAD_DATA, "one of its two coordinates is empty");
    geom_build_start(&c->builder, GEOM_POINT);
    geom_build_vertex(&c->builder, xy[CSV_X], xy[CSV_Y]);
    return geom_build_end(&c->builder, geom, err);
}

/* What the first geometry says of its CRS is said for all. */
static enum err_code check_srid(struct csv *c, int32_t srid, struct err *err)
{
    if (!srid || srid == c->srid)
        return OK;
    if (!c->srid)
        return err_set(err, BAD_DATA, "its SRID is %d, the first geometry says none", (int)srid);
    return err_set(err, BAD_DATA, "its SRID is %d, that of the first geometry is %d", (int)srid,
                   (int)c->srid);
}

static enum err_code read_geometry(struct csv *c, const struct csv_record *r,
                                   struct source_feature *f, struct geom *geom, struct err *err)
{
    const size_t at = c->place.geometry;
    if (at >= r->n_fields || r->fields[at].len_bytes == 0)
        return OK;
    const struct span text = r->fields[at];
    if (text.at[0] == '{') {
        struct json_value root;
        const enum err_code rc = json_read(c->json, text, &root, err);
        return rc ? rc
                  : geojson_read_geometry(root, c->options->keep_z, &c->builder, geom,
                                          &f->n_heights, err);
    }
    struct wkt wkt;
    enum err_code rc = wkt_read(text, c->options->keep_z, &c->builder, &wkt, err);
    if (!rc)
        rc = check_srid(c, wkt.srid, err);
    if (rc)
        return rc;
    *geom = wkt.geom;
    f->n_heights = wkt.n_heights;
    c->n_measures += wkt.n_measures > 0;
    return OK;
}

static enum err_code read_place(struct csv *c, const struct csv_record *r, struct source_feature *f,
                                struct geom *geom, struct err *err)
{
    switch (c->place.kind) {
    case CSV_NOWHERE:
        break;
    case CSV_XY:
        return read_number_pair(c, r, geom, err);
    case CSV_GEOMETRY:
        return read_geometry(c, r, f, geom, err);
    }
    return OK;
}

/* Too few fields: the others are null. Too many: unless those are empty, nobody knows which is
 * which. */
static enum err_code check_count(struct csv *c, const struct csv_record *r, struct err *err)
{
    for (size_t i = c->header.n_columns; i < r->n_fields; i++) {
        if (r->fields[i].len_bytes > 0)
            return err_set(err, BAD_DATA, "%zu fields instead of %zu", r->n_fields,
                           c->header.n_columns);
    }
    c->n_short += r->n_fields < c->header.n_columns;
    return OK;
}

static void read_values(struct csv *c, const struct csv_record *r, struct source_feature *f)
{
    for (size_t i = 0; i < c->header.n_columns; i++) {
        if (c->place.kind == CSV_GEOMETRY && c->place.geometry == i)
            continue;
        const bool has_value = i < r->n_fields && r->fields[i].len_bytes > 0;
        c->values[f->n_values++] = (struct source_value){
            c->header.names[i], has_value ? value_text(r->fields[i]) : value_null(), c->loose};
    }
    f->values = c->values;
}

/* The sink must know the CRS before the first feature: the first geometry may say it. */
static enum err_code settle_crs(struct csv *c, const struct csv_record *r, struct err *err)
{
    const size_t at = c->place.geometry;
    if (c->has_srid || c->place.kind != CSV_GEOMETRY || r->problem || at >= r->n_fields ||
        r->fields[at].len_bytes == 0)
        return OK;
    struct wkt wkt;
    const struct span text = r->fields[at];
    if (text.at[0] == '{')
        wkt.srid = WGS84; /* RFC 7946, section 4 */
    else if (wkt_read(text, false, &c->builder, &wkt, NULL))
        return OK;
    c->has_srid = true;
    c->srid = wkt.srid;
    return c->srid ? sink_say_crs(c->sink, c->srid, err) : OK;
}

static enum err_code take_record(struct csv *c, const struct csv_record *r, struct err *err)
{
    struct geom geom = {.type = GEOM_NONE};
    struct err why = {0};
    struct source_feature f = {
        .ordinal = ++c->n_read, .line = r->line, .byte = r->byte, .geom = &geom, .raw = r->raw};
    enum err_code rc = settle_crs(c, r, err);
    if (rc)
        return rc;
    if (r->problem)
        return sink_reject(c->sink, &f, r->problem, err);
    rc = check_count(c, r, &why);
    if (!rc)
        rc = read_place(c, r, &f, &geom, &why);
    if (rc == NO_MEMORY)
        return err_set(err, rc, "%s", why.text);
    if (rc)
        return sink_reject(c->sink, &f, why.text, err);
    read_values(c, r, &f);
    return sink_take(c->sink, &f, err);
}

static enum err_code tell_progress(struct csv *c, struct err *err)
{
    const struct source_progress p = source_progress(c->source);
    if (c->n_read % PROGRESS_ROWS != 0 && p.plain_bytes < c->told_at + PROGRESS_BYTES)
        return OK;
    c->told_at = p.plain_bytes;
    return sink_progress(c->sink, p, err);
}

static void say_encoding(struct csv *c)
{
    const struct csv_encoding_report e = csv_split_encoding(c->split);
    const char *said = csv_text_encoding(&c->text);
    if (said)
        sink_note(c->sink, "encoding: %s", said);
    else if (e.n_fallback > 0 && e.n_utf8 == 0)
        sink_note(c->sink, "encoding: Windows-1252, since it is not UTF-8");
    else if (e.n_fallback > 0)
        sink_note(c->sink,
                  "encoding: UTF-8, but %" PRIu64 " values that are not were read as Windows-1252, "
                  "the first at line %" PRIu64,
                  e.n_fallback, e.first_line);
    else if (e.n_utf8 > 0)
        sink_note(c->sink, "encoding: UTF-8");
}

static void say_counts(struct csv *c)
{
    if (c->n_short > 0)
        sink_note(c->sink,
                  "%" PRIu64 " records have fewer fields than the others: the missing are "
                  "null",
                  c->n_short);
    if (c->n_measures > 0)
        sink_note(c->sink, "measures (M) of %" PRIu64 " geometries were left out", c->n_measures);
    if (c->n_read == 0)
        sink_note(c->sink, "there is nothing behind the names of the fields");
}

static enum err_code read_records(struct csv *c, struct err *err)
{
    bool more = true;
    struct csv_record r;
    enum err_code rc = c->options->columns ? OK : csv_split_next(c->split, &r, &more, err);
    while (!rc && more) {
        rc = csv_split_next(c->split, &r, &more, err);
        if (!rc && more)
            rc = take_record(c, &r, err);
        if (!rc)
            rc = tell_progress(c, err);
    }
    say_encoding(c);
    say_counts(c);
    return rc ? rc : sink_progress(c->sink, source_progress(c->source), err);
}

static enum err_code begin(struct csv *c, struct err *err)
{
    const struct importer_limits *limits = &c->options->limits;
    const size_t bytes =
        limits->feature_bytes < SIZE_MAX / 8 ? (size_t)limits->feature_bytes : SIZE_MAX / 8;
    struct csv_guess guess;
    struct span head;
    enum err_code rc = csv_text_open(&c->text, c->source, c->options->encoding,
                                     bytes > 2 * HEAD_BYTES ? bytes : 2 * HEAD_BYTES, err);
    if (!rc && !c->options->encoding && !csv_text_encoding(&c->text))
        rc = encoding_new(FALLBACK, &c->fallback, err);
    if (!rc)
        rc = read_head(c, &guess, &head, err);
    if (!rc)
        rc = look_at_head(c, head, &guess, err);
    if (!rc)
        rc =
            csv_split_new(&c->text, first_line(&guess), guess.dialect, c->fallback, &c->split, err);
    if (!rc)
        rc = json_reader_new(bytes, limits->depth, &c->json, err);
    if (rc)
        return rc;
    /* Where commas stand between fields, "1,234" in quotes is nobody knows what. */
    c->loose = guess.dialect.delimiter == ',' ? LOOSE : LOOSE_COMMA;
    if (c->header.has_numbers && !c->options->columns)
        sink_note(c->sink, "names of fields are taken from the first line; some are numbers: say "
                           "--columns if it is no header");
    rc = say_place(c, err);
    return rc ? rc : say_fields(c, err);
}

static enum err_code read_csv(const struct input *in, const struct reader_options *o,
                              struct sink *sink, struct err *err)
{
    struct csv c = {.options = o, .sink = sink};
    arena_init(&c.arena, (size_t)256 << 20);
    geom_builder_init(&c.builder, (size_t)o->limits.vertices);
    enum err_code rc = bundle_source(in->bundle, in->file, &c.source, err);
    if (!rc)
        rc = begin(&c, err);
    if (!rc)
        rc = read_records(&c, err);
    csv_split_free(c.split);
    csv_text_clear(&c.text);
    encoding_free(c.fallback);
    json_reader_free(c.json);
    geom_builder_clear(&c.builder);
    arena_clear(&c.arena);
    mem_free(c.values);
    return rc;
}

/* Text whose first lines fall into as many fields, each at least into two. */
static bool recognises(const struct input *in, struct span head)
{
    struct csv_guess guess;
    const struct span begun = head_skip_blank(head);
    (void)in;
    if (begun.len_bytes == 0 || strchr("{[<", begun.at[0]))
        return false;
    for (size_t i = 0; i < begun.len_bytes; i++) {
        if ((unsigned char)begun.at[i] < 0x20 && !memchr("\t\r\n", begun.at[i], 3))
            return false;
    }
    return !csv_guess(begun, head.len_bytes < SOURCE_PEEK_BYTES, NULL, &guess, NULL) &&
           guess.n_columns > 1 && guess.n_records > 1 && guess.n_alike == guess.n_records;
}

static const char *const SUFFIXES[] = {".csv", ".tsv", ".tab", NULL};

const struct importer importer_csv = {
    .name = "csv",
    .title = "CSV, TSV: fields between commas, semicolons, tabs or bars",
    .suffixes = SUFFIXES,
    .recognises = recognises,
    .read = read_csv,
};

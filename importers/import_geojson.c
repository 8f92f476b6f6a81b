/*
 * GeoJSON (RFC 7946), features line by line, and RFC 8142 text sequences. Of GeoJSON 2008 the `crs`
 * member is understood.
 */
#include "base/crew.h"
#include "base/crs.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "importers/geojson_geometry.h"
#include "importers/geojson_split.h"
#include "importers/head_name.h"
#include "importers/importer.h"

#include <string.h>

/* Enough that the threads seldom meet, and little enough for the processor's cache. */
enum { CUT_BYTES = 64 << 10, CUT_PIECES = 1024 };

/* What grew beyond this for a large feature is not kept, and only two such are read at a time. */
#define KEPT_BYTES ((size_t)4 << 20)

/* What was cut off at once: the texts of the pieces stand one behind the other. */
struct pieces {
    struct buf text;
    struct geojson_piece *items;
    size_t n, room;
};

/* What one thread reads with. */
struct feature_reader {
    struct json_reader *json;
    struct geom_builder builder;
    struct source_value *values;
    size_t n_values, room_values;
    struct buf nested; /* the JSON of values that are arrays or objects, one after the other */
    struct buf id;
};

struct geojson {
    const struct reader_options *options;
    size_t piece_bytes; /* the longest */
    struct source *source;
    struct sink *sink;
    struct geojson_split *split;
    struct geojson_piece crs; /* was cut off, and is taken next; its text's `at` NULL: none */
    struct feature_reader crs_reader, readers[CREW_MAX];
    uint64_t n_cut;
};

static enum err_code reader_open(struct feature_reader *r, const struct geojson *g, struct err *err)
{
    if (r->json)
        return OK;
    geom_builder_init(&r->builder, (size_t)g->options->limits.vertices);
    buf_init(&r->nested, g->piece_bytes);
    buf_init(&r->id, 4096);
    return json_reader_new(g->piece_bytes, g->options->limits.depth, &r->json, err);
}

static void reader_clear(struct feature_reader *r)
{
    json_reader_free(r->json);
    geom_builder_clear(&r->builder);
    buf_clear(&r->nested);
    buf_clear(&r->id);
    mem_free(r->values);
    *r = (struct feature_reader){0};
}

static enum err_code read_id(struct feature_reader *r, struct json_value v, struct span *out,
                             struct err *err)
{
    *out = (struct span){0};
    switch (json_type(v)) {
    case JSON_NULL:
        return OK;
    case JSON_TEXT:
        if (json_text_of(v).len_bytes > 0)
            *out = json_text_of(v);
        return OK;
    case JSON_INT:
    case JSON_REAL:
        buf_reset(&r->id);
        json_put(&r->id, v);
        if (json_f64_of(v) * json_f64_of(v) >= 0x1p126 && strchr(buf_text(&r->id), 'e'))
            return err_set(err, BAD_DATA,
                           "the feature's id is a number beyond 64 bits: only as text it is kept");
        *out = (struct span){buf_text(&r->id), r->id.len_bytes};
        return buf_status(&r->id, err);
    default:
        return err_set(err, BAD_DATA, "the feature's id is neither text nor a number");
    }
}

static struct value value_of(struct feature_reader *r, struct json_value v)
{
    switch (json_type(v)) {
    case JSON_NULL:
        break;
    case JSON_BOOL:
        return value_bool(json_bool_of(v));
    case JSON_INT:
        return value_int(json_int_of(v));
    case JSON_REAL:
        return value_real(json_f64_of(v));
    case JSON_TEXT:
        return value_text(json_text_of(v));
    case JSON_ARRAY:
    case JSON_OBJECT: {
        const size_t from = r->nested.len_bytes;
        json_put(&r->nested, v);
        /* Where it lies is only known when `nested` has stopped growing. */
        return value_json((struct span){NULL, r->nested.len_bytes - from});
    }
    }
    return value_null();
}

static enum err_code read_properties(struct feature_reader *r, struct json_value properties,
                                     struct err *err)
{
    struct json_walk walk = json_walk(properties);
    struct span name;
    struct json_value v;
    if (json_is(properties, JSON_NULL))
        return OK;
    if (!json_is(properties, JSON_OBJECT))
        return err_set(err, BAD_DATA, "the feature's properties are not an object");
    buf_reset(&r->nested);
    while (json_next(&walk, &name, &v)) {
        const enum err_code rc =
            mem_grow((void **)&r->values, &r->room_values, r->n_values + 1, sizeof *r->values, err);
        if (rc)
            return rc;
        r->values[r->n_values++] = (struct source_value){name, value_of(r, v), false};
    }
    const enum err_code rc = buf_status(&r->nested, err);
    size_t at = 0;
    for (size_t i = 0; !rc && i < r->n_values; i++) {
        struct value *value = &r->values[i].value;
        if (value->type != VALUE_JSON)
            continue;
        value->text.at = (const char *)r->nested.data + at;
        at += value->text.len_bytes;
    }
    return rc;
}

/* A Feature's members, in whatever order. */
static enum err_code read_feature(struct feature_reader *r, bool keep_z, struct json_value object,
                                  struct source_feature *f, struct geom *geom, struct err *err)
{
    struct json_value member;
    enum err_code rc = OK;
    if (json_get(object, "id", &member))
        rc = read_id(r, member, &f->id, err);
    if (!rc && json_get(object, "geometry", &member))
        rc = geojson_read_geometry(member, keep_z, &r->builder, geom, &f->n_heights, err);
    if (!rc && json_get(object, "properties", &member))
        rc = read_properties(r, member, err);
    return rc;
}

/* A feature, or a geometry in its place. `*out_is_geojson` false: it has no type that GeoJSON
 * knows. */
static enum err_code read_item(struct feature_reader *r, bool keep_z, struct span text,
                               struct source_feature *f, struct geom *geom, bool *out_is_geojson,
                               struct err *err)
{
    struct json_value root, type;
    *geom = (struct geom){.type = GEOM_NONE};
    r->n_values = 0;
    *out_is_geojson = false;
    enum err_code rc = json_read(r->json, text, &root, err);
    if (rc)
        return rc;
    if (!json_is(root, JSON_OBJECT))
        return err_set(err, BAD_DATA, "a feature must be an object, not %s", head_name(text));
    if (!json_get(root, "type", &type) || !json_is(type, JSON_TEXT))
        return err_set(err, BAD_DATA, "a JSON object without a GeoJSON type");
    const struct span name = json_text_of(type);
    if (span_eq(name, "Feature")) {
        *out_is_geojson = true;
        rc = read_feature(r, keep_z, root, f, geom, err);
    } else if (geojson_geometry_type(name)) {
        *out_is_geojson = true;
        rc = geojson_read_geometry(root, keep_z, &r->builder, geom, &f->n_heights, err);
    } else if (span_eq(name, "FeatureCollection")) {
        rc = err_set(err, BAD_DATA, "a FeatureCollection in the place of a feature");
    } else {
        rc = err_set(err, BAD_DATA, "'%.*s' is not a type of GeoJSON",
                     name.len_bytes < 64 ? (int)name.len_bytes : 64, name.at);
    }
    f->values = r->values;
    f->n_values = r->n_values;
    return rc;
}

/* A whole source of one piece that is no GeoJSON, and a last line that was cut off, are not a bad
 * feature but a bad source. */
static enum err_code fail_or_reject(struct sink_batch *into, const struct geojson_piece *piece,
                                    const struct source_feature *f, bool is_geojson,
                                    const struct err *why, struct err *err)
{
    if (why->code != BAD_DATA && why->code != LIMIT)
        return err_set(err, why->code, "%s", why->text);
    if (!is_geojson && piece->alone)
        return err_set(err, BAD_DATA, "this is not GeoJSON: %s", why->text);
    if (!is_geojson && piece->unterminated)
        return err_set(err, BAD_DATA,
                       "the source ends inside the feature that begins at line %llu, byte %llu: %s",
                       (unsigned long long)piece->line, (unsigned long long)piece->byte, why->text);
    return sink_batch_reject(into, f, why->text, err);
}

static enum err_code read_piece(struct feature_reader *r, bool keep_z,
                                const struct geojson_piece *piece, struct sink_batch *into,
                                struct err *err)
{
    struct err why = {0};
    struct geom geom;
    bool is_geojson = false;
    struct source_feature f = {.ordinal = piece->number,
                               .line = piece->line,
                               .byte = piece->byte,
                               .geom = &geom,
                               .raw = piece->text};
    if (read_item(r, keep_z, piece->text, &f, &geom, &is_geojson, &why))
        return fail_or_reject(into, piece, &f, is_geojson, &why, err);
    return sink_batch_take(into, &f, err);
}

static enum err_code read_pieces(void *state, size_t worker, void *pieces, struct sink_batch *into,
                                 struct err *err)
{
    struct geojson *g = state;
    const struct pieces *p = pieces;
    struct feature_reader *r = &g->readers[worker];
    enum err_code rc = reader_open(r, g, err);
    for (size_t i = 0; !rc && i < p->n; i++)
        rc = read_piece(r, g->options->keep_z, &p->items[i], into, err);
    if (p->text.len_bytes > KEPT_BYTES)
        reader_clear(r);
    return rc;
}

/* GeoJSON 2008, section 3: {"type": "name", "properties": {"name": "urn:ogc:def:crs:..."}} */
static enum err_code take_crs(struct geojson *g, const struct geojson_piece *piece, struct err *err)
{
    struct json_value root, properties, name;
    struct crs *crs = NULL;
    struct err why = {0};
    int32_t epsg = 0;
    struct feature_reader *r = &g->crs_reader;
    enum err_code rc = reader_open(r, g, err);
    if (!rc)
        rc = json_read(r->json, piece->text, &root, err);
    if (rc)
        return err_add(err, "line %llu: `crs`", (unsigned long long)piece->line);
    if (json_is(root, JSON_NULL))
        return OK;
    rc = crs_new(&crs, err);
    if (rc)
        return rc;
    struct span text = piece->text;
    if (json_get(root, "properties", &properties) && json_get(properties, "name", &name) &&
        json_is(name, JSON_TEXT)) {
        text = json_text_of(name);
        buf_reset(&r->id);
        buf_put(&r->id, text.at, text.len_bytes);
        rc = crs_parse(crs, buf_text(&r->id), &epsg, &why);
    } else {
        rc = BAD_DATA;
    }
    crs_free(crs);
    if (!rc)
        return sink_say_crs(g->sink, epsg, err);
    /* A CRS of nobody's knowledge does no harm when --crs says the right one. */
    if (sink_say_crs(g->sink, 0, err))
        return err_set(err, BAD_DATA, "line %llu: the `crs` is not known: '%.*s': say --crs",
                       (unsigned long long)piece->line,
                       text.len_bytes < 200 ? (int)text.len_bytes : 200, text.at);
    return OK;
}

static enum err_code add_piece(struct geojson *g, struct pieces *p,
                               const struct geojson_piece *piece, struct err *err)
{
    const enum err_code rc =
        mem_grow((void **)&p->items, &p->room, p->n + 1, sizeof *p->items, err);
    if (rc)
        return rc;
    struct geojson_piece *item = &p->items[p->n];
    *item = *piece;
    item->number = ++g->n_cut;
    item->text.at = NULL; /* where it lies is only known when `text` has stopped growing */
    buf_put(&p->text, piece->text.at, piece->text.len_bytes);
    p->n += buf_status(&p->text, err) == OK;
    return buf_status(&p->text, err);
}

/* Where there is no memory for one text there is none of the others any more. */
static void place_texts(struct pieces *p)
{
    const char *at = buf_text(&p->text);
    if (p->text.failed)
        p->n = 0;
    for (size_t i = 0; i < p->n; i++) {
        p->items[i].text.at = at;
        at += p->items[i].text.len_bytes;
    }
}

static enum err_code cut_pieces(struct geojson *g, struct pieces *p, struct err *err)
{
    while (p->text.len_bytes < CUT_BYTES && p->n < CUT_PIECES) {
        struct geojson_piece piece;
        bool more = false;
        const enum err_code rc = geojson_split_next(g->split, &piece, &more, err);
        if (rc || !more)
            return rc;
        if (piece.kind == GEOJSON_CRS && p->n > 0) {
            g->crs = piece;
            return OK;
        }
        const enum err_code failed =
            piece.kind == GEOJSON_CRS ? take_crs(g, &piece, err) : add_piece(g, p, &piece, err);
        if (failed)
            return failed;
    }
    return OK;
}

static void reset_pieces(struct pieces *p)
{
    if (!p->text.limit_bytes)
        buf_init(&p->text, SIZE_MAX);
    buf_reset_within(&p->text, KEPT_BYTES);
    p->n = 0;
}

/* How far the source is behind the last piece, though more of it was read. */
static struct source_progress progress_behind(const struct geojson *g, const struct pieces *p)
{
    struct source_progress progress = source_progress(g->source);
    if (p->n > 0 && progress.plain_bytes > 0) {
        const struct geojson_piece *last = &p->items[p->n - 1];
        const uint64_t behind = last->byte + last->text.len_bytes;
        const double share = (double)behind / (double)progress.plain_bytes;
        progress.raw_bytes = (uint64_t)(share * (double)progress.raw_bytes);
        progress.plain_bytes = behind;
    }
    return progress;
}

/* What is said of the CRS comes between the features before and those behind it. */
static enum err_code cut(void *state, void *pieces, struct source_progress *out, bool *out_more,
                         struct err *err)
{
    struct geojson *g = state;
    struct pieces *p = pieces;
    enum err_code rc = OK;
    reset_pieces(p);
    if (g->crs.text.at)
        rc = take_crs(g, &g->crs, err);
    g->crs = (struct geojson_piece){0};
    if (!rc)
        rc = cut_pieces(g, p, err);
    place_texts(p);
    if (p->text.len_bytes > KEPT_BYTES)
        sink_wait(g->sink, 1);
    *out = progress_behind(g, p);
    *out_more = p->n > 0;
    return rc;
}

static void clear_pieces(void *pieces)
{
    struct pieces *p = pieces;
    buf_clear(&p->text);
    mem_free(p->items);
}

static enum err_code read_geojson(const struct input *in, const struct reader_options *o,
                                  struct sink *sink, struct err *err)
{
    static const struct cut_source SOURCE = {sizeof(struct pieces), true, clear_pieces, cut,
                                             read_pieces};
    const struct importer_limits *limits = &o->limits;
    const size_t piece_bytes =
        limits->feature_bytes < SIZE_MAX ? (size_t)limits->feature_bytes : SIZE_MAX;
    struct geojson g = {.options = o, .piece_bytes = piece_bytes, .sink = sink};
    enum err_code rc = bundle_source(in->bundle, in->file, &g.source, err);
    if (!rc)
        rc = geojson_split_new(g.source, limits->feature_bytes, &g.split, err);
    if (!rc)
        rc = sink_read(sink, &SOURCE, &g, err);
    if (!rc)
        rc = sink_progress(sink, source_progress(g.source), err);
    for (size_t i = 0; i < CREW_MAX; i++)
        reader_clear(&g.readers[i]);
    reader_clear(&g.crs_reader);
    geojson_split_free(g.split);
    return rc;
}

static const char TOPOLOGY[] = "\"Topology\"";

static bool recognises(const struct input *in, struct span head)
{
    (void)in;
    const struct span begun = head_skip_blank(head);
    /* TopoJSON is JSON, too, and says so in its first member. */
    const size_t n = begun.len_bytes < 64 ? begun.len_bytes : 64;
    return begun.len_bytes > 0 && begun.at[0] == '{' &&
           !memmem(begun.at, n, TOPOLOGY, sizeof TOPOLOGY - 1);
}

static const char *const SUFFIXES[] = {
    ".geojson", ".json", ".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl", NULL,
};

const struct importer importer_geojson = {
    .name = "geojson",
    .title = "GeoJSON, newline-delimited GeoJSON, GeoJSON text sequences",
    .suffixes = SUFFIXES,
    .default_epsg = 4326,
    .recognises = recognises,
    .read = read_geojson,
};

/*
 * GeoJSON (RFC 7946), features line by line, and RFC 8142 text sequences. Of GeoJSON 2008 the `crs`
 * member is understood.
 */
#include "base/crs.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "importers/geojson_geometry.h"
#include "importers/geojson_split.h"
#include "importers/head_name.h"
#include "importers/importer.h"

#include <string.h>

enum { PROGRESS_FEATURES = 512, PROGRESS_BYTES = 512 << 10 };

struct geojson {
    struct source *source;
    struct sink *sink;
    struct geojson_split *split;
    struct json_reader *json;
    struct geom_builder builder;
    bool keep_z;
    struct source_value *values;
    size_t n_values, room_values;
    struct buf nested; /* the JSON of values that are arrays or objects, one after the other */
    struct buf id;
    uint64_t n_read, told_at; /* told_at: plain bytes of the last progress */
};

static enum err_code read_id(struct geojson *g, struct json_value v, struct span *out,
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
        buf_reset(&g->id);
        json_put(&g->id, v);
        if (json_f64_of(v) * json_f64_of(v) >= 0x1p126 && strchr(buf_text(&g->id), 'e'))
            return err_set(err, BAD_DATA,
                           "the feature's id is a number beyond 64 bits: only as text it is kept");
        *out = (struct span){buf_text(&g->id), g->id.len_bytes};
        return buf_status(&g->id, err);
    default:
        return err_set(err, BAD_DATA, "the feature's id is neither text nor a number");
    }
}

static struct value value_of(struct geojson *g, struct json_value v)
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
        const size_t from = g->nested.len_bytes;
        json_put(&g->nested, v);
        /* Where it lies is only known when `nested` has stopped growing. */
        return value_json((struct span){NULL, g->nested.len_bytes - from});
    }
    }
    return value_null();
}

static enum err_code read_properties(struct geojson *g, struct json_value properties,
                                     struct err *err)
{
    struct json_walk walk = json_walk(properties);
    struct span name;
    struct json_value v;
    if (json_is(properties, JSON_NULL))
        return OK;
    if (!json_is(properties, JSON_OBJECT))
        return err_set(err, BAD_DATA, "the feature's properties are not an object");
    buf_reset(&g->nested);
    while (json_next(&walk, &name, &v)) {
        const enum err_code rc =
            mem_grow((void **)&g->values, &g->room_values, g->n_values + 1, sizeof *g->values, err);
        if (rc)
            return rc;
        g->values[g->n_values++] = (struct source_value){name, value_of(g, v), false};
    }
    const enum err_code rc = buf_status(&g->nested, err);
    size_t at = 0;
    for (size_t i = 0; !rc && i < g->n_values; i++) {
        struct value *value = &g->values[i].value;
        if (value->type != VALUE_JSON)
            continue;
        value->text.at = (const char *)g->nested.data + at;
        at += value->text.len_bytes;
    }
    return rc;
}

/* A Feature's members, in whatever order. */
static enum err_code read_feature(struct geojson *g, struct json_value object,
                                  struct source_feature *f, struct geom *geom, struct err *err)
{
    struct json_value member;
    enum err_code rc = OK;
    if (json_get(object, "id", &member))
        rc = read_id(g, member, &f->id, err);
    if (!rc && json_get(object, "geometry", &member))
        rc = geojson_read_geometry(member, g->keep_z, &g->builder, geom, &f->n_heights, err);
    if (!rc && json_get(object, "properties", &member))
        rc = read_properties(g, member, err);
    return rc;
}

/* A feature, or a geometry in its place. `*out_is_geojson` false: it has no type that GeoJSON
 * knows. */
static enum err_code read_item(struct geojson *g, struct span text, struct source_feature *f,
                               struct geom *geom, bool *out_is_geojson, struct err *err)
{
    struct json_value root, type;
    *geom = (struct geom){.type = GEOM_NONE};
    g->n_values = 0;
    *out_is_geojson = false;
    enum err_code rc = json_read(g->json, text, &root, err);
    if (rc)
        return rc;
    if (!json_is(root, JSON_OBJECT))
        return err_set(err, BAD_DATA, "a feature must be an object, not %s", head_name(text));
    if (!json_get(root, "type", &type) || !json_is(type, JSON_TEXT))
        return err_set(err, BAD_DATA, "a JSON object without a GeoJSON type");
    const struct span name = json_text_of(type);
    if (span_eq(name, "Feature")) {
        *out_is_geojson = true;
        rc = read_feature(g, root, f, geom, err);
    } else if (geojson_geometry_type(name)) {
        *out_is_geojson = true;
        rc = geojson_read_geometry(root, g->keep_z, &g->builder, geom, &f->n_heights, err);
    } else if (span_eq(name, "FeatureCollection")) {
        rc = err_set(err, BAD_DATA, "a FeatureCollection in the place of a feature");
    } else {
        rc = err_set(err, BAD_DATA, "'%.*s' is not a type of GeoJSON",
                     name.len_bytes < 64 ? (int)name.len_bytes : 64, name.at);
    }
    f->values = g->values;
    f->n_values = g->n_values;
    return rc;
}

/* A whole source of one piece that is no GeoJSON, and a last line that was cut off, are not a bad
 * feature but a bad source. */
static enum err_code fail_or_reject(struct geojson *g, const struct geojson_piece *piece,
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
    return sink_reject(g->sink, f, why->text, err);
}

static enum err_code take_item(struct geojson *g, const struct geojson_piece *piece,
                               struct err *err)
{
    struct err why = {0};
    struct geom geom;
    bool is_geojson = false;
    struct source_feature f = {.ordinal = ++g->n_read,
                               .line = piece->line,
                               .byte = piece->byte,
                               .geom = &geom,
                               .raw = piece->text};
    if (read_item(g, piece->text, &f, &geom, &is_geojson, &why))
        return fail_or_reject(g, piece, &f, is_geojson, &why, err);
    return sink_take(g->sink, &f, err);
}

/* GeoJSON 2008, section 3: {"type": "name", "properties": {"name": "urn:ogc:def:crs:..."}} */
static enum err_code take_crs(struct geojson *g, const struct geojson_piece *piece, struct err *err)
{
    struct json_value root, properties, name;
    struct crs *crs = NULL;
    struct err why = {0};
    int32_t epsg = 0;
    enum err_code rc = json_read(g->json, piece->text, &root, err);
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
        buf_reset(&g->id);
        buf_put(&g->id, text.at, text.len_bytes);
        rc = crs_parse(crs, buf_text(&g->id), &epsg, &why);
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

static enum err_code tell_progress(struct geojson *g, struct err *err)
{
    const struct source_progress p = source_progress(g->source);
    if (g->n_read % PROGRESS_FEATURES != 0 && p.plain_bytes < g->told_at + PROGRESS_BYTES)
        return OK;
    g->told_at = p.plain_bytes;
    return sink_progress(g->sink, p, err);
}

static enum err_code read_all(struct geojson *g, struct err *err)
{
    for (;;) {
        struct geojson_piece piece;
        bool more = false;
        enum err_code rc = geojson_split_next(g->split, &piece, &more, err);
        if (!rc && !more)
            rc = sink_progress(g->sink, source_progress(g->source), err);
        if (rc || !more)
            return rc;
        rc = piece.kind == GEOJSON_CRS ? take_crs(g, &piece, err) : take_item(g, &piece, err);
        if (!rc)
            rc = tell_progress(g, err);
        if (rc)
            return rc;
    }
}

static enum err_code read_geojson(const struct input *in, const struct reader_options *o,
                                  struct sink *sink, struct err *err)
{
    const struct importer_limits *limits = &o->limits;
    struct geojson g = {.sink = sink, .keep_z = o->keep_z};
    const size_t piece_bytes =
        limits->feature_bytes < SIZE_MAX ? (size_t)limits->feature_bytes : SIZE_MAX;
    geom_builder_init(&g.builder, (size_t)limits->vertices);
    buf_init(&g.nested, piece_bytes);
    buf_init(&g.id, 4096);
    enum err_code rc = bundle_source(in->bundle, in->file, &g.source, err);
    if (!rc)
        rc = geojson_split_new(g.source, limits->feature_bytes, &g.split, err);
    if (!rc)
        rc = json_reader_new(piece_bytes, limits->depth, &g.json, err);
    if (!rc)
        rc = read_all(&g, err);
    json_reader_free(g.json);
    geojson_split_free(g.split);
    geom_builder_clear(&g.builder);
    buf_clear(&g.nested);
    buf_clear(&g.id);
    mem_free(g.values);
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

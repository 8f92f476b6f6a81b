/*
 * Hostile bytes as a file that GDAL reads: its layers are listed and read, or refused with words;
 * values are UTF-8 and JSON where they say so, and every geometry keeps what base/geom.h promises.
 * GDAL itself is not watched by the fuzzer: what is looked for is what of it gets through to us.
 *
 * Input: a byte that chooses the suffix, then the file.
 */
#include "base/geom.h"
#include "base/json_read.h"
#include "importers/importer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct importer importer_gdal;

struct sink {
    struct json_reader *json;
    size_t n_taken;
};

enum { N_READ_MAX = 200 };

static void check(bool promise)
{
    if (!promise)
        abort();
}

static void check_geom(const struct geom *g, bool keep_z)
{
    size_t ring = 0, vertex = 0;
    for (size_t i = 0; i < g->n_parts; i++) {
        check(g->part_end[i] > ring && g->part_end[i] <= g->n_rings);
        check(g->type == GEOM_COLLECTION || g->part_kind[i] == geom_kind_of(g->type));
        check(g->part_kind[i] == GEOM_KIND_POLYGON || g->part_end[i] == ring + 1);
        ring = g->part_end[i];
    }
    for (size_t i = 0; i < g->n_rings; i++) {
        check(g->ring_end[i] > vertex);
        vertex = g->ring_end[i];
    }
    check(ring == g->n_rings && vertex == g->n_vertices);
    check((g->n_vertices == 0) == (g->type == GEOM_NONE));
    check(keep_z || !g->z);
}

static enum err_code enough(struct sink *s, struct err *err)
{
    return ++s->n_taken < N_READ_MAX ? OK : err_set(err, CANCELED, "enough");
}

enum err_code sink_say_field(struct sink *s, struct span name, enum field_type type,
                             struct err *err)
{
    (void)s, (void)name, (void)type, (void)err;
    return OK;
}

enum err_code sink_say_crs(struct sink *s, int32_t epsg, struct err *err)
{
    (void)s, (void)epsg, (void)err; /* as if --crs were said */
    return OK;
}

void sink_note(struct sink *s, const char *format, ...)
{
    (void)s;
    check(format[0]);
}

enum err_code sink_progress(struct sink *s, struct source_progress p, struct err *err)
{
    (void)s, (void)err;
    check(p.raw_bytes <= p.raw_total_bytes || p.raw_total_bytes == 0);
    return OK;
}

enum err_code sink_take(struct sink *s, const struct source_feature *f, struct err *err)
{
    struct json_value root;
    for (size_t i = 0; i < f->n_values; i++) {
        const struct value *v = &f->values[i].value;
        check(v->type != VALUE_TEXT || text_is_utf8(v->text.at, v->text.len_bytes));
        check(v->type != VALUE_JSON || json_read(s->json, v->text, &root, err) == OK);
    }
    check_geom(f->geom, true);
    return enough(s, err);
}

enum err_code sink_reject(struct sink *s, const struct source_feature *f, const char *reason,
                          struct err *err)
{
    check(f->ordinal > 0 && reason[0]);
    return enough(s, err);
}

static void read_layers(struct input *in, const struct reader_options *o, struct sink *sink)
{
    struct inner_layers layers = {0};
    struct arena a;
    struct err err = {0};
    arena_init(&a, 1 << 20);
    if (importer_gdal.list(in, o, &a, &layers, &err))
        check(err.code && err.text[0]);
    for (size_t i = 0; i < layers.n; i++) {
        struct err why = {0};
        in->inner = layers.names[i];
        sink->n_taken = 0;
        if (importer_gdal.read(in, o, sink, &why))
            check(why.text[0] && why.code != INTERNAL);
    }
    arena_clear(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const SUFFIXES[] = {"gml", "kml",      "gpx", "dxf",
                                           "mif", "topojson", "jml", "fgb"};
    const struct reader_options o = {
        .limits =
            {.feature_bytes = 1 << 16, .vertices = 1000, .depth = 16, .files = 10, .inflation = 10},
        .temp_folder = "/tmp",
        .keep_z = size > 0 && (data[0] & 0x80),
    };
    const struct bundle_limits limits = {.files = 10, .inflation = 10, .scratch = "/tmp"};
    if (size == 0)
        return 0;
    char path[64];
    snprintf(path, sizeof path, "/tmp/fuzz_gdal_%d.%s", (int)getpid(), SUFFIXES[data[0] & 7]);
    FILE *f = fopen(path, "wb");
    if (!f)
        return 0;
    check(fwrite(data + 1, 1, size - 1, f) == size - 1 && fclose(f) == 0);
    struct sink sink = {0};
    struct bundle *bundle = NULL;
    struct err err = {0};
    check(json_reader_new(1 << 20, 64, &sink.json, &err) == OK);
    if (bundle_open(path, &limits, &bundle, &err) == OK) {
        struct input in = {.bundle = bundle, .importer = &importer_gdal};
        if (bundle_kind(bundle) == BUNDLE_FILE &&
            importer_gdal.recognises(&in, (struct span){(const char *)data + 1, size - 1}))
            read_layers(&in, &o, &sink);
        bundle_close(bundle);
    }
    json_reader_free(sink.json);
    (void)unlink(path);
    return 0;
}

/*
 * Every other vector format, as GDAL reads it: local files, by the drivers that gdal_source.c
 * allows. Only built where there is GDAL (CASSINI_GDAL).
 */
#include "base/crs.h"
#include "base/json_write.h"
#include "importers/gdal_fields.h"
#include "importers/gdal_geom.h"
#include "importers/gdal_source.h"
#include "importers/importer.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <inttypes.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <string.h>

enum { PROGRESS_FEATURES = 512 };

struct reading {
    struct gdal_source source;
    OGRLayerH layer;
    struct sink *sink;
    struct gdal_fields fields;
    struct gdal_geom geom;
    struct buf raw;           /* a feature's properties as JSON, for a reject */
    OGRSpatialReferenceH crs; /* the last that was looked at; NULL: none was */
    bool fid_is_id;           /* the format keeps the features' numbers, and there is no `id` */
    uint64_t n_read, n_total; /* n_total: 0 while not known */
    uint64_t source_bytes;
};

/* ---- layers ------------------------------------------------------------------------------- */

/* Which one of the layers before this has its name; `index` itself when none has. */
static int first_of_name(GDALDatasetH dataset, int index)
{
    const char *name = OGR_L_GetName(GDALDatasetGetLayer(dataset, index));
    int i = 0;
    while (i < index && !text_eq(OGR_L_GetName(GDALDatasetGetLayer(dataset, i)), name))
        i++;
    return i;
}

/* Two layers of one name are told apart by their places. */
static char *layer_name(GDALDatasetH dataset, int index, struct arena *a, struct err *err)
{
    const char *name = OGR_L_GetName(GDALDatasetGetLayer(dataset, index));
    return first_of_name(dataset, index) == index ? arena_strdup(a, name, err)
                                                  : arena_printf(a, err, "%s-%d", name, index + 1);
}

static enum err_code list_layers(const struct input *in, const struct reader_options *o,
                                 struct arena *a, struct inner_layers *out, struct err *err)
{
    struct gdal_source source = {0};
    (void)o;
    enum err_code rc = gdal_source_open(&source, in, err);
    if (rc)
        return rc;
    const int n = GDALDatasetGetLayerCount(source.dataset);
    struct inner_layers layers = {.n = (size_t)n};
    layers.names = arena_new(a, layers.n, sizeof *layers.names, err);
    rc = layers.names ? OK : NO_MEMORY;
    /* A file of one layer is that layer, and named as the file is. */
    for (int i = 0; !rc && n > 1 && i < n; i++) {
        layers.names[i] = layer_name(source.dataset, i, a, err);
        rc = layers.names[i] ? OK : NO_MEMORY;
    }
    gdal_source_close(&source);
    if (!rc)
        *out = layers;
    return rc;
}

static enum err_code find_layer(struct reading *r, const char *inner, struct err *err)
{
    GDALDatasetH dataset = r->source.dataset;
    const int n = GDALDatasetGetLayerCount(dataset);
    struct arena a;
    arena_init(&a, 1 << 20);
    enum err_code rc = OK;
    if (!inner && n > 0)
        r->layer = GDALDatasetGetLayer(dataset, 0);
    for (int i = 0; !rc && inner && !r->layer && i < n; i++) {
        const char *name = layer_name(dataset, i, &a, err);
        rc = name ? OK : NO_MEMORY;
        if (!rc && text_eq(name, inner))
            r->layer = GDALDatasetGetLayer(dataset, i);
        arena_reset(&a);
    }
    arena_clear(&a);
    if (!rc && !r->layer)
        rc = err_set(err, BAD_DATA, "there is no layer in it%s%s", inner ? " called " : "",
                     inner ? inner : "");
    return rc;
}

/* ---- CRS ---------------------------------------------------------------------------------- */

static enum err_code code_of(OGRSpatialReferenceH crs, int32_t *out_epsg, struct err *err)
{
    static const char *const AS_WKT2[] = {"FORMAT=WKT2_2018", NULL};
    char *wkt = NULL;
    if (text_eq(OSRGetAuthorityCode(crs, NULL), "CRS84")) {
        *out_epsg = 4326; /* the same but for its axes, and ours are east first */
        return OK;
    }
    if (OSRExportToWktEx(crs, &wkt, AS_WKT2) != OGRERR_NONE || !wkt) {
        CPLFree(wkt);
        return err_set(err, UNSUPPORTED, "the source's CRS cannot be told");
    }
    const enum err_code rc = crs_from_wkt(span_of(wkt), out_epsg, err);
    CPLFree(wkt);
    return rc;
}

/* Whether the data's first axis points north: the CRS's own order, as the driver maps it. */
static bool is_swapped(OGRSpatialReferenceH crs)
{
    int n = 0;
    OGRAxisOrientation first = OAO_Other, second = OAO_Other;
    const int *mapping = OSRGetDataAxisToSRSAxisMapping(crs, &n);
    OSRGetAxis(crs, NULL, 0, &first);
    OSRGetAxis(crs, NULL, 1, &second);
    const bool north_first = (first == OAO_North || first == OAO_South) && first != second;
    return n >= 2 && north_first == (mapping[0] == 1);
}

/* What layer or geometry says; a CRS that is not EPSG's does no harm when --crs says the right one. */
static enum err_code take_crs(struct reading *r, OGRSpatialReferenceH crs, struct err *err)
{
    int32_t epsg = 0;
    struct err why = {0};
    r->crs = crs;
    r->geom.swap = is_swapped(crs);
    const enum err_code rc = code_of(crs, &epsg, &why);
    if (rc && rc != UNSUPPORTED && rc != BAD_DATA)
        return err_set(err, rc, "%s", why.text);
    const enum err_code said = sink_say_crs(r->sink, rc ? 0 : epsg, err);
    return said && rc ? err_add(err, "%s", why.text) : said;
}

/* ---- features ----------------------------------------------------------------------------- */

static enum err_code put_raw(struct reading *r, struct source_feature *f, struct err *err)
{
    struct json_out j = json_out(&r->raw);
    buf_reset(&r->raw);
    json_object(&j);
    for (size_t i = 0; i < r->fields.n; i++) {
        json_key_span(&j, r->fields.values[i].name);
        value_put_json(&j, &r->fields.values[i].value);
    }
    json_object_end(&j);
    f->raw = (struct span){(const char *)r->raw.data, r->raw.len_bytes};
    return buf_status(&r->raw, err);
}

static enum err_code read_geometry(struct reading *r, OGRFeatureH feature, struct source_feature *f,
                                   struct geom *geom, struct err *err)
{
    OGRGeometryH g = OGR_F_GetGeometryRef(feature);
    OGRSpatialReferenceH crs = g ? OGR_G_GetSpatialReference(g) : NULL;
    if (crs && crs != r->crs && (!r->crs || !OSRIsSame(crs, r->crs))) {
        const enum err_code rc = take_crs(r, crs, err);
        if (rc)
            return rc;
    }
    return gdal_geom_read(&r->geom, g, geom, &f->n_heights, err);
}

static enum err_code take_feature(struct reading *r, OGRFeatureH feature, struct err *err)
{
    char id[24];
    struct err why = {0};
    struct geom geom = {.type = GEOM_NONE};
    struct source_feature f = {.ordinal = ++r->n_read, .geom = &geom};
    enum err_code rc = gdal_fields_read(&r->fields, feature, &why);
    if (!rc && r->source.words.failure[0]) /* it came, but not whole */
        rc = err_set(&why, BAD_DATA, "GDAL: %s", r->source.words.failure);
    if (!rc) {
        f.values = r->fields.values;
        f.n_values = r->fields.n;
        rc = put_raw(r, &f, &why);
    }
    if (!rc)
        rc = read_geometry(r, feature, &f, &geom, &why);
    if (r->fid_is_id) {
        snprintf(id, sizeof id, "%" PRId64, (int64_t)OGR_F_GetFID(feature));
        f.id = span_of(id);
    }
    if (rc == BAD_DATA || rc == LIMIT || rc == UNSUPPORTED)
        return sink_reject(r->sink, &f, why.text, err);
    return rc ? err_set(err, rc, "%s", why.text) : sink_take(r->sink, &f, err);
}

/* GDAL does not tell how far it is in the file: the part of the features is that of the bytes. */
static enum err_code tell_progress(struct reading *r, bool at_end, struct err *err)
{
    if (!at_end && r->n_read % PROGRESS_FEATURES != 0)
        return OK;
    const double part = at_end                   ? 1
                        : r->n_total > r->n_read ? (double)r->n_read / (double)r->n_total
                                                 : 0;
    const uint64_t bytes = at_end ? r->source_bytes : (uint64_t)(part * (double)r->source_bytes);
    const struct source_progress p = {
        .raw_bytes = bytes, .raw_total_bytes = r->source_bytes, .plain_bytes = bytes};
    return sink_progress(r->sink, p, err);
}

static enum err_code read_all(struct reading *r, struct err *err)
{
    enum err_code rc = OK;
    while (!rc) {
        r->source.words.failure[0] = '\0';
        OGRFeatureH feature = OGR_L_GetNextFeature(r->layer);
        if (!feature)
            break;
        rc = take_feature(r, feature, err);
        OGR_F_Destroy(feature);
        if (!rc)
            rc = tell_progress(r, false, err);
    }
    if (!rc && r->source.words.failure[0])
        return err_set(err, BAD_DATA, "reading ends after feature %" PRIu64 ": %s", r->n_read,
                       gdal_source_why(&r->source));
    return rc ? rc : tell_progress(r, true, err);
}

static void put_notes(const struct reading *r, const struct reader_options *o)
{
    const struct gdal_words *words = &r->source.words;
    if (r->geom.saw_curves)
        sink_note(r->sink, "curves were turned into lines, a vertex every 4 degrees");
    if (r->geom.saw_surfaces)
        sink_note(r->sink, "triangles and surfaces were turned into polygons");
    if (r->fields.saw_other_encoding)
        sink_note(r->sink, "texts that are not UTF-8 were taken for %s%s",
                  encoding_name(r->fields.encoding),
                  o->encoding ? "" : ": say --encoding if they are not");
    for (size_t i = 0; i < words->n_warnings; i++)
        sink_note(r->sink, "GDAL: %s", words->warnings[i]);
}

static enum err_code begin(struct reading *r, const struct input *in,
                           const struct reader_options *o, struct err *err)
{
    enum err_code rc = gdal_source_open(&r->source, in, err);
    if (!rc)
        rc = find_layer(r, in->inner, err);
    if (rc)
        return rc;
    OGRFeatureDefnH defn = OGR_L_GetLayerDefn(r->layer);
    OGRSpatialReferenceH crs = OGR_L_GetSpatialRef(r->layer);
    const GIntBig n_features = OGR_L_GetFeatureCount(r->layer, FALSE);
    r->n_total = n_features > 0 ? (uint64_t)n_features : 0;
    r->source_bytes = bundle_bytes(in->bundle, in->file);
    if (OGR_FD_GetGeomFieldCount(defn) > 1)
        sink_note(r->sink, "there are %d geometries for each feature: the first is read",
                  OGR_FD_GetGeomFieldCount(defn));
    if (crs)
        rc = take_crs(r, crs, err);
    if (!rc)
        rc = gdal_fields_open(&r->fields, r->layer, o, r->sink, err);
    r->fid_is_id = r->fields.has_fid && OGR_FD_GetFieldIndex(defn, "id") < 0;
    return rc;
}

static enum err_code read_gdal(const struct input *in, const struct reader_options *o,
                               struct sink *sink, struct err *err)
{
    struct reading r = {.sink = sink};
    const uint64_t limit = o->limits.feature_bytes;
    gdal_geom_init(&r.geom, (size_t)o->limits.vertices, o->keep_z);
    /* A text doubles at most, and its name comes before it. */
    buf_init(&r.raw, limit < SIZE_MAX / 8 ? (size_t)limit * 8 : SIZE_MAX);
    enum err_code rc = begin(&r, in, o, err);
    if (!rc)
        rc = read_all(&r, err);
    put_notes(&r, o);
    gdal_fields_clear(&r.fields);
    gdal_geom_clear(&r.geom);
    buf_clear(&r.raw);
    gdal_source_close(&r.source);
    return rc;
}

static bool recognises(const struct input *in, struct span head)
{
    (void)head;
    return gdal_source_recognises(in);
}

const struct importer importer_gdal = {
    .name = "gdal",
    .title = "GeoPackage, GML, KML, GPX, DXF and what else GDAL reads",
    .suffixes = gdal_suffixes,
    .companions = gdal_companions,
    .recognises = recognises,
    .owns = gdal_source_is_part,
    .list = list_layers,
    .read = read_gdal,
};

#include "importers/gdal_fields.h"

#include "base/json_write.h"
#include "base/mem.h"

#include <math.h>
#include <ogr_api.h>
#include <string.h>

/* What most tools of Windows write when they do not say. */
#define USUAL_ENCODING "WINDOWS-1252"

static enum field_type type_of(OGRFieldDefnH field)
{
    const OGRFieldSubType subtype = OGR_Fld_GetSubType(field);
    switch (OGR_Fld_GetType(field)) {
    case OFTInteger:
        return subtype == OFSTBoolean ? FIELD_BOOLEAN : FIELD_INTEGER;
    case OFTInteger64:
        return FIELD_INTEGER;
    case OFTReal:
        return FIELD_REAL;
    case OFTDate:
        return FIELD_DATE;
    case OFTDateTime:
        return FIELD_DATETIME;
    case OFTIntegerList:
    case OFTInteger64List:
    case OFTRealList:
    case OFTStringList:
        return FIELD_JSON;
    default:
        return subtype == OFSTJSON ? FIELD_JSON : FIELD_TEXT;
    }
}

/* The name of the features' numbers, where the format keeps them: "fid", "OBJECTID"; else NULL. */
static const char *fid_name(OGRLayerH layer)
{
    const char *name = OGR_L_GetFIDColumn(layer);
    return name && *name && OGR_FD_GetFieldIndex(OGR_L_GetLayerDefn(layer), name) < 0 ? name : NULL;
}

enum err_code gdal_fields_open(struct gdal_fields *f, void *layer, const struct reader_options *o,
                               struct sink *sink, struct err *err)
{
    const uint64_t limit = o->limits.feature_bytes;
    const char *fid = fid_name(layer);
    f->of = OGR_L_GetLayerDefn(layer);
    f->has_fid = fid != NULL;
    f->n = (size_t)OGR_FD_GetFieldCount(f->of) + f->has_fid;
    buf_init(&f->text, limit < SIZE_MAX ? (size_t)limit : SIZE_MAX);
    enum err_code rc = encoding_new(o->encoding ? o->encoding : USUAL_ENCODING, &f->encoding, err);
    if (!rc)
        rc = json_reader_new(f->text.limit_bytes, o->limits.depth, &f->json, err);
    if (!rc && !(f->values = mem_new(f->n, sizeof *f->values)))
        rc = err_no_memory(err, f->n * sizeof *f->values);
    if (!rc && fid) {
        f->values[0].name = span_of(fid);
        rc = sink_say_field(sink, f->values[0].name, FIELD_INTEGER, err);
    }
    for (size_t i = f->has_fid; !rc && i < f->n; i++) {
        OGRFieldDefnH field = OGR_FD_GetFieldDefn(f->of, (int)(i - f->has_fid));
        const char *name = OGR_Fld_GetNameRef(field);
        f->values[i].name = span_of(name);
        rc = sink_say_field(sink, f->values[i].name, type_of(field), err);
        if (!rc && OGR_Fld_GetType(field) == OFTBinary)
            sink_note(sink, "field '%s' holds binary data, which is left out", name);
    }
    return rc;
}

void gdal_fields_clear(struct gdal_fields *f)
{
    encoding_free(f->encoding);
    json_reader_free(f->json);
    buf_clear(&f->text);
    mem_free(f->values);
}

/* A value whose text stands in `text`, behind that of the one before: the buffer may still move, so
 * values get their text once all are written. */
static struct value pending(enum value_type type, size_t start, size_t end)
{
    const struct span text = {NULL, end - start};
    return type == VALUE_JSON ? value_json(text) : value_text(text);
}

static void put_two(struct buf *b, char before, int number)
{
    buf_printf(b, "%c%02d", before, number);
}

/* A zone is 100 for UTC and one more or less for each quarter of an hour east; 0 and 1 are not known
 * (ogr_core.h, OGRField). */
static void put_zone(struct buf *b, int zone)
{
    enum { UTC = 100, MINUTES = 15 };
    if (zone <= 1)
        return;
    const int minutes = (zone - UTC) * MINUTES, size = minutes < 0 ? -minutes : minutes;
    if (minutes == 0) {
        buf_put_u8(b, 'Z');
        return;
    }
    put_two(b, minutes < 0 ? '-' : '+', size / 60);
    put_two(b, ':', size % 60);
}

static void put_when(struct buf *b, OGRFeatureH feature, int field, OGRFieldType type)
{
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, zone = 0;
    float second = 0; /* GDAL's own */
    OGR_F_GetFieldAsDateTimeEx(feature, field, &year, &month, &day, &hour, &minute, &second, &zone);
    if (type != OFTTime) {
        buf_printf(b, "%04d", year);
        put_two(b, '-', month);
        put_two(b, '-', day);
    }
    if (type == OFTDate)
        return;
    const int ms = (int)lround((double)second * 1000);
    if (type == OFTDateTime)
        buf_put_u8(b, 'T');
    buf_printf(b, "%02d:%02d:%02d", hour, minute, ms / 1000);
    if (ms % 1000)
        buf_printf(b, ".%03d", ms % 1000);
    put_zone(b, zone);
}

static void put_list(struct gdal_fields *f, OGRFeatureH feature, int field, OGRFieldType type)
{
    struct json_out j = json_out(&f->text);
    int n = 0;
    json_array(&j);
    if (type == OFTIntegerList) {
        const int *list = OGR_F_GetFieldAsIntegerList(feature, field, &n);
        for (int i = 0; i < n; i++)
            json_int(&j, list[i]);
    } else if (type == OFTInteger64List) {
        const GIntBig *list = OGR_F_GetFieldAsInteger64List(feature, field, &n);
        for (int i = 0; i < n; i++)
            json_int(&j, list[i]);
    } else if (type == OFTRealList) {
        const double *list = OGR_F_GetFieldAsDoubleList(feature, field, &n);
        for (int i = 0; i < n; i++)
            json_f64(&j, list[i]);
    } else {
        char **list = OGR_F_GetFieldAsStringList(feature, field);
        for (int i = 0; list && list[i]; i++)
            json_text(&j, list[i]);
    }
    json_array_end(&j);
}

/* GDAL promises UTF-8, and not every driver keeps it. */
static struct value text_value(struct gdal_fields *f, struct span text)
{
    if (text_is_utf8(text.at, text.len_bytes))
        return value_text(text);
    const size_t start = f->text.len_bytes;
    f->saw_other_encoding = true;
    encoding_decode(f->encoding, text, true, &f->text, NULL);
    return pending(VALUE_TEXT, start, f->text.len_bytes);
}

/* What is not JSON after all is a text. */
static struct value json_value_of(struct gdal_fields *f, struct span text)
{
    struct json_value root;
    struct err ignored = {0};
    const size_t start = f->text.len_bytes;
    if (json_read(f->json, text, &root, &ignored))
        return text_value(f, text);
    json_put(&f->text, root);
    return pending(VALUE_JSON, start, f->text.len_bytes);
}

static struct value value_of(struct gdal_fields *f, OGRFeatureH feature, int field)
{
    OGRFieldDefnH defn = OGR_FD_GetFieldDefn(f->of, field);
    const OGRFieldType type = OGR_Fld_GetType(defn);
    const OGRFieldSubType subtype = OGR_Fld_GetSubType(defn);
    const size_t start = f->text.len_bytes;
    if (!OGR_F_IsFieldSetAndNotNull(feature, field) || type == OFTBinary)
        return value_null();
    switch (type) {
    case OFTInteger:
    case OFTInteger64: {
        const int64_t number = OGR_F_GetFieldAsInteger64(feature, field);
        return subtype == OFSTBoolean ? value_bool(number != 0) : value_int(number);
    }
    case OFTReal: {
        const double number = OGR_F_GetFieldAsDouble(feature, field);
        return isfinite(number) ? value_real(number) : value_null();
    }
    case OFTDate:
    case OFTTime:
    case OFTDateTime:
        put_when(&f->text, feature, field, type);
        return pending(VALUE_TEXT, start, f->text.len_bytes);
    case OFTIntegerList:
    case OFTInteger64List:
    case OFTRealList:
    case OFTStringList:
        put_list(f, feature, field, type);
        return pending(VALUE_JSON, start, f->text.len_bytes);
    default: {
        const struct span text = span_of(OGR_F_GetFieldAsString(feature, field));
        return subtype == OFSTJSON ? json_value_of(f, text) : text_value(f, text);
    }
    }
}

enum err_code gdal_fields_read(struct gdal_fields *f, void *feature, struct err *err)
{
    buf_reset(&f->text);
    if (f->has_fid)
        f->values[0].value = value_int(OGR_F_GetFID(feature));
    for (size_t i = f->has_fid; i < f->n; i++)
        f->values[i].value = value_of(f, feature, (int)(i - f->has_fid));
    const char *at = (const char *)f->text.data;
    for (size_t i = 0; i < f->n; i++) {
        struct value *v = &f->values[i].value;
        const bool has_text = v->type == VALUE_TEXT || v->type == VALUE_JSON;
        if (!has_text || v->text.at)
            continue;
        v->text.at = at;
        at += v->text.len_bytes;
    }
    return buf_status(&f->text, err);
}

/* "/collections/{collectionId}/schema": what a feature of the collection looks like. */
#include "server/ogc/schema.h"

#include "server/ogc/describe.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"

/* How JSON Schema says each type of field. */
static const struct {
    const char *type, *format;
} TYPES[] = {
    [FIELD_TEXT] = {"string", NULL},   [FIELD_INTEGER] = {"integer", NULL},
    [FIELD_REAL] = {"number", NULL},   [FIELD_BOOLEAN] = {"boolean", NULL},
    [FIELD_DATE] = {"string", "date"}, [FIELD_DATETIME] = {"string", "date-time"},
    [FIELD_JSON] = {NULL, NULL},
};

/* OGC 23-058r1: geometries have a format and no type. */
static const char *const GEOMETRY_FORMATS[] = {
    [GEOM_POINT] = "geometry-point",
    [GEOM_LINESTRING] = "geometry-linestring",
    [GEOM_POLYGON] = "geometry-polygon",
    [GEOM_MULTIPOINT] = "geometry-multipoint",
    [GEOM_MULTILINESTRING] = "geometry-multilinestring",
    [GEOM_MULTIPOLYGON] = "geometry-multipolygon",
    [GEOM_COLLECTION] = "geometry-any",
};

void schema_put_field(struct doc *properties, const struct layer *layer, size_t field)
{
    const struct field *f = &layer->fields[field];
    struct doc *p = doc_object(properties, f->name);
    doc_text(p, "title", f->title ? f->title : f->name);
    doc_text(p, "type", TYPES[f->type].type);
    doc_text(p, "format", TYPES[f->type].format);
    if ((int)field == layer->id_field)
        doc_text(p, "x-ogc-role", "id");
    else if ((int)field == layer->time_field)
        doc_text(p, "x-ogc-role", "primary-instant");
    doc_text(p, "x-ogc-definition", f->iri);
    doc_text(p, "x-ogc-unit", f->unit);
    doc_text(p, "x-ogc-unitLang", f->unit ? "UCUM" : NULL);
    doc_int(p, "x-ogc-propertySeq", (int64_t)field + 1);
}

void schema_put_attribute(struct doc *properties, const char *name, enum field_type type)
{
    struct doc *p = doc_object(properties, name);
    doc_text(p, "title", name);
    doc_text(p, "type", TYPES[type].type);
    doc_text(p, "format", TYPES[type].format);
}

static void put_geometry(struct doc *properties, const struct layer *layer)
{
    if (layer->geom_type == GEOM_NONE || layer_field_index(layer, "geometry") >= 0)
        return;
    struct doc *p = doc_object(properties, "geometry");
    doc_text(p, "title", "geometry");
    doc_text(p, "format", GEOMETRY_FORMATS[layer->geom_type]);
    doc_text(p, "x-ogc-role", "primary-geometry");
}

static enum err_code handle(const struct request *r, struct response *out, struct err *err)
{
    const struct layer *layer = NULL;
    const enum err_code rc = world_path_features(r, &layer, err);
    if (rc)
        return rc;
    struct doc *d = doc_new(r->arena);
    doc_text(d, "$schema", "https://json-schema.org/draft/2020-12/schema");
    doc_text(d, "$id",
             arena_printf(r->arena, err, "%s/collections/%s/schema", r->base_url, layer->name));
    doc_text(d, "type", "object");
    doc_text(d, "title", layer->title);
    doc_text(d, "description", layer->description);
    struct doc *properties = doc_object(d, "properties");
    for (size_t i = 0; i < layer->n_fields; i++)
        schema_put_field(properties, layer, i);
    put_geometry(properties, layer);
    const struct page page = {.title = "Schema",
                              .intro = "What each feature of this collection holds.",
                              .crumbs = layer_crumbs(r, layer)};
    return doc_respond(d, &page, r, out, err);
}

static const enum media MEDIA[] = {MEDIA_SCHEMA, MEDIA_HTML, MEDIA_END};

static const char *const CLASSES[] = {
    "http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/schemas",
    NULL,
};

const struct route schema_route = {
    .pattern = "/collections/{collectionId}/schema",
    .operation_id = "getSchema",
    .tag = "Features",
    .summary = "Schema of a collection",
    .description = "The properties of the features as a JSON Schema.",
    .media = MEDIA,
    .params = collection_params,
    .conformance = CLASSES,
    .light = true,
    .handle = handle,
};

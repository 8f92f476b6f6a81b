#include "server/ogc/openapi.h"

#include "base/text.h"
#include "server/ogc/openapi_schemas.h"
#include "server/ogc/world.h"

size_t openapi_types(const struct route *route, const char **types)
{
    size_t n = 0;
    for (const enum media *m = route->media; *m != MEDIA_END; m++) {
        const char *type = *m == MEDIA_HTML ? "text/html" : media_type(*m);
        bool is_new = true;
        for (size_t i = 0; i < n; i++)
            is_new = is_new && !text_eq(types[i], type);
        if (is_new)
            types[n++] = type;
    }
    return n;
}

bool openapi_has_f(const struct route *route)
{
    return route->media[0] != MEDIA_END && route->media[1] != MEDIA_END;
}

static void put_array_schema(struct doc *d, const struct param_spec *p, const char *item_type)
{
    doc_text(d, "type", "array");
    if (p->min_items)
        doc_int(d, "minItems", (int64_t)p->min_items);
    doc_int(d, "maxItems", (int64_t)(p->max_items ? p->max_items : PARAM_LIST_MAX));
    doc_text(doc_object(d, "items"), "type", item_type);
}

static void put_param_schema(struct doc *to, const struct param_spec *p)
{
    if (p->schema_json) {
        doc_json(to, "schema", span_of(p->schema_json));
        return;
    }
    struct doc *d = doc_object(to, "schema");
    switch (p->kind) {
    case PARAM_TEXT:
        doc_text(d, "type", "string");
        break;
    case PARAM_INTEGER:
        doc_text(d, "type", "integer");
        if (p->minimum != p->maximum) {
            doc_int(d, "minimum", p->minimum);
            doc_int(d, "maximum", p->maximum);
        }
        break;
    case PARAM_CHOICE: {
        doc_text(d, "type", "string");
        struct doc *choices = doc_array(d, "enum");
        for (const char *const *c = p->choices; *c; c++)
            doc_add_text(choices, *c);
        break;
    }
    case PARAM_TEXT_LIST:
        put_array_schema(d, p, "string");
        break;
    case PARAM_NUMBER_LIST:
        put_array_schema(d, p, "number");
        break;
    }
    if (p->has_default)
        doc_int(d, "default", p->default_integer);
}

static void put_param(struct doc *array, const struct param_spec *p)
{
    const bool in_path = p->place == PARAM_IN_PATH;
    struct doc *d = doc_add_object(array);
    doc_text(d, "name", p->name);
    doc_text(d, "in", in_path ? "path" : "query");
    doc_text(d, "description", p->description);
    doc_bool(d, "required", in_path);
    doc_text(d, "style", in_path ? "simple" : "form");
    doc_bool(d, "explode", false);
    put_param_schema(d, p);
}

static void put_f(struct doc *array, const struct route *route)
{
    struct doc *d = doc_add_object(array);
    doc_text(d, "name", "f");
    doc_text(d, "in", "query");
    doc_text(d, "description", "The format of the answer; without it the Accept header decides.");
    doc_bool(d, "required", false);
    doc_text(d, "style", "form");
    doc_bool(d, "explode", false);
    struct doc *schema = doc_object(d, "schema");
    doc_text(schema, "type", "string");
    struct doc *formats = doc_array(schema, "enum");
    for (const enum media *m = route->media; *m != MEDIA_END; m++) {
        bool is_new = true;
        for (const enum media *before = route->media; before != m; before++)
            is_new = is_new && !text_eq(media_f(*before), media_f(*m));
        if (is_new)
            doc_add_text(formats, media_f(*m));
    }
}

static void put_headers(struct doc *ok, const struct route *route)
{
    if (!text_eq(route->tag, "Features") || route->media[0] != MEDIA_GEOJSON)
        return;
    struct doc *header = doc_object(doc_object(ok, "headers"), "Content-Crs");
    doc_text(header, "description", "The CRS of the coordinates, in angle brackets.");
    doc_json(header, "schema", span_of("{\"type\":\"string\"}"));
}

static void put_responses(struct doc *operation, const struct route *route)
{
    const char *types[MEDIA_END];
    const size_t n = openapi_types(route, types);
    struct doc *responses = doc_object(operation, "responses");
    struct doc *ok = doc_object(responses, "200");
    doc_text(ok, "description", route->summary);
    put_headers(ok, route);
    struct doc *content = doc_object(ok, "content");
    for (size_t i = 0; i < n; i++)
        doc_json(doc_object(content, types[i]), "schema",
                 text_eq(types[i], "text/html") ? span_of("{\"type\":\"string\"}")
                 : route->response_schema       ? span_of(route->response_schema)
                                                : span_of("{\"type\":\"object\"}"));
    static const char *const problems[] = {"400", "404", "406", "500", "503"};
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
        doc_text(doc_object(responses, problems[i]), "$ref", "#/components/responses/problem");
}

static void put_operation(struct doc *paths, const struct route *route)
{
    struct doc *d = doc_object(doc_object(paths, route->pattern), "get");
    doc_add_text(doc_array(d, "tags"), route->tag);
    doc_text(d, "summary", route->summary);
    doc_text(d, "description", route->description);
    doc_text(d, "operationId", route->operation_id);
    struct doc *params = doc_array(d, "parameters");
    for (const struct param_spec *const *p = route->params; *p; p++)
        put_param(params, *p);
    if (openapi_has_f(route))
        put_f(params, route);
    put_responses(d, route);
}

static void put_components(struct doc *d)
{
    struct doc *components = doc_object(d, "components");
    struct doc *problem = doc_object(doc_object(components, "responses"), "problem");
    doc_text(problem, "description", "What went wrong (RFC 9457).");
    struct doc *content = doc_object(problem, "content");
    doc_json(doc_object(content, media_type(MEDIA_PROBLEM)), "schema",
             span_of("{\"$ref\":\"#/components/schemas/problem\"}"));
    struct doc *schemas = doc_object(components, "schemas");
    for (size_t i = 0; i < n_openapi_schemas; i++)
        doc_json(schemas, openapi_schemas[i].name, span_of(openapi_schemas[i].json));
}

void openapi_describe(struct doc *d, const struct request *r)
{
    const struct world *w = world_of(r);
    doc_text(d, "openapi", "3.0.3");
    struct doc *info = doc_object(d, "info");
    doc_text(info, "title", w->title);
    doc_text(info, "description", w->description);
    doc_text(info, "version", CASSINI_VERSION);
    doc_text(doc_add_object(doc_array(d, "servers")), "url", r->base_url);
    struct doc *paths = doc_object(d, "paths");
    for (const struct route *const *route = w->routes; *route; route++)
        if (!(*route)->hidden)
            put_operation(paths, *route);
    put_components(d);
}

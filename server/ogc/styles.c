/* "/styles" and "/styles/{styleId}": MapLibre styles for the collections that are there. */
#include "base/text.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/params.h"
#include "server/ogc/style_template.h"
#include "server/ogc/world.h"

#include <string.h>

/* "default.json" is the style "default". */
static const char *id_of(const struct request *r, const struct embedded_file *file)
{
    return arena_strndup(r->arena, file->path, strcspn(file->path, "."), NULL);
}

static const char *text_of(const struct request *r, struct span text)
{
    return text.len_bytes ? arena_strndup(r->arena, text.at, text.len_bytes, NULL) : NULL;
}

static void put_style(struct doc *list, const struct request *r, const char *id,
                      const struct style_template *t)
{
    struct doc *item = doc_add_object(list);
    doc_text(item, "id", id);
    doc_text(item, "title", text_of(r, style_template_text(t, "title")));
    doc_text(item, "description", text_of(r, style_template_text(t, "description")));
    link_to(item, r, "stylesheet", MEDIA_STYLE, "MapLibre style", "/styles/%s?f=mbs", id);
    link_to(item, r, "preview", MEDIA_HTML, "Map", "/map#style=%s", id);
}

static enum err_code handle_list(const struct request *r, struct response *out, struct err *err)
{
    struct doc *d = doc_new(r->arena);
    doc_link_self(d, r);
    struct doc *list = doc_array(d, "styles");
    const char *best = NULL;
    for (const struct embedded_file *file = style_files; file->path; file++) {
        struct style_template t;
        const enum err_code rc = style_template_open(file, &t, err);
        if (rc)
            return rc;
        const char *id = id_of(r, file);
        put_style(list, r, id, &t);
        /* A style that knows a collection by name suits better than one that suits all. */
        if (file == style_files || style_template_knows(&t, world_catalog(r)))
            best = id;
        style_template_close(&t);
    }
    doc_text(d, "default", best);
    static const char *const crumbs[] = {"Home", "/", NULL};
    const struct page page = {.title = "Styles",
                              .intro = "How the vector tiles can be drawn, for MapLibre and QGIS.",
                              .crumbs = crumbs,
                              .map_href = "/map"};
    return doc_respond(d, &page, r, out, err);
}

static enum err_code handle_one(const struct request *r, struct response *out, struct err *err)
{
    const char *id = request_text(r, style_id_param.name);
    const char *path = arena_printf(r->arena, err, "%s.json", id);
    if (!path)
        return err_add(err, "style '%s'", id);
    const struct embedded_file *file = embedded_find(style_files, path);
    if (!file)
        return err_set(err, NOT_FOUND, "there is no style '%s'", id);
    struct style_template t;
    enum err_code rc = style_template_open(file, &t, err);
    if (rc)
        return rc;
    rc = style_template_fill(&t, world_catalog(r), r->base_url, &out->body, err);
    style_template_close(&t);
    return rc;
}

const struct route styles_route = {
    .pattern = "/styles",
    .operation_id = "getStyles",
    .tag = "Styles",
    .summary = "The styles",
    .description = "How the vector tiles can be drawn.",
    .media = json_and_html,
    .params = no_params,
    .response_schema = "{\"type\":\"object\",\"required\":[\"styles\"],\"properties\":{"
                       "\"styles\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},"
                       "\"default\":{\"type\":\"string\"}}}",
    .handle = handle_list,
};

static const enum media MEDIA[] = {MEDIA_STYLE, MEDIA_END};
static const struct param_spec *const PARAMS[] = {&style_id_param, NULL};

const struct route style_route = {
    .pattern = "/styles/{styleId}",
    .operation_id = "getStyle",
    .tag = "Styles",
    .summary = "A style",
    .description = "A MapLibre style of the collections that are there; it works as it is.",
    .media = MEDIA,
    .params = PARAMS,
    .handle = handle_one,
};

/* "/collections/{collectionId}": one layer, and where it comes from. */
#include "server/ogc/describe.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/ogc_worker.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"

#include <string.h>

/* The source's name without its folder: where it lay is nobody's business on the web. */
static const char *name_of(const char *source)
{
    const char *slash = source ? strrchr(source, '/') : NULL;
    return slash && slash[1] && !strstr(source, "://") ? slash + 1 : source;
}

static enum err_code put_provenance(struct doc *d, const struct request *r,
                                    const struct layer *layer, struct err *err)
{
    struct import_record *imports = NULL;
    size_t n = 0;
    const enum err_code rc =
        store_read_imports(ogc_worker_of(r)->store, layer->name, r->arena, &imports, &n, err);
    if (rc)
        return rc;
    struct doc *list = doc_array(d, "provenance");
    for (size_t i = 0; i < n; i++) {
        struct doc *item = doc_add_object(list);
        doc_text(item, "source", name_of(imports[i].source));
        doc_text(item, "sha256", imports[i].sha256);
        doc_int(item, "bytes", (int64_t)imports[i].source_bytes);
        doc_text(item, "mode", imports[i].mode);
        describe_time(item, r, "started", imports[i].started_us);
        describe_time(item, r, "ended", imports[i].ended_us);
        doc_int(item, "featuresRead", (int64_t)imports[i].n_read);
        doc_int(item, "featuresWritten", (int64_t)imports[i].n_written);
        doc_int(item, "featuresRepaired", (int64_t)imports[i].n_repaired);
        doc_int(item, "featuresRejected", (int64_t)imports[i].n_rejected);
        doc_text(item, "software", imports[i].software);
    }
    return OK;
}

static enum err_code handle(const struct request *r, struct response *out, struct err *err)
{
    const struct layer *layer = NULL;
    enum err_code rc = world_path_layer(r, &layer, err);
    if (rc)
        return rc;
    struct doc *d = doc_new(r->arena);
    describe_layer(d, r, layer);
    doc_link_self(d, r);
    rc = put_provenance(d, r, layer, err);
    if (rc)
        return rc;
    static const char *const crumbs[] = {"Home", "/", "Collections", "/collections", NULL};
    const struct page page = {.title = layer->title,
                              .intro = layer->description,
                              .crumbs = crumbs,
                              .map_href = layer_map_href(r, layer)};
    return doc_respond(d, &page, r, out, err);
}

const struct route collection_route = {
    .pattern = "/collections/{collectionId}",
    .operation_id = "getCollection",
    .tag = "Capabilities",
    .summary = "One collection",
    .description = "What the collection is, where and when it is, and where it comes from.",
    .media = json_and_html,
    .params = collection_params,
    .response_schema = "{\"$ref\":\"#/components/schemas/collection\"}",
    .handle = handle,
};

/* "/health": for whoever watches over the service. */
#include "server/http/document.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/ogc_worker.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"

/* Asks the store on a worker: so it tells that workers answer, not only that the port does. */
static enum err_code handle(const struct request *r, struct response *out, struct err *err)
{
    int64_t change_number = 0;
    const enum err_code rc = store_change_number(ogc_worker_of(r)->store, &change_number, err);
    if (rc)
        return rc;
    struct doc *d = doc_new(r->arena);
    doc_text(d, "status", "ok");
    doc_text(d, "version", CASSINI_VERSION);
    doc_int(d, "collections", (int64_t)catalog_n_layers(world_catalog(r)));
    return doc_respond(d, &(struct page){.title = "Health"}, r, out, err);
}

static const enum media MEDIA[] = {MEDIA_JSON, MEDIA_END};

const struct route health_route = {
    .pattern = "/health",
    .operation_id = "getHealth",
    .tag = "Capabilities",
    .summary = "Health",
    .description = "200 as long as the server answers and can read its store.",
    .media = MEDIA,
    .params = no_params,
    .response_schema = "{\"type\":\"object\",\"required\":[\"status\"],\"properties\":{"
                       "\"status\":{\"type\":\"string\"},\"version\":{\"type\":\"string\"},"
                       "\"collections\":{\"type\":\"integer\"}}}",
    .handle = handle,
};

/* "/collections/{collectionId}": one layer, and where it comes from. */
#include "server/ogc/describe.h"
#include "server/ogc/links.h"
#include "server/ogc/ogc_routes.h"
#include "server/ogc/ogc_worker.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"

#include <string.h>

/* The source's name without its folder: where it lay is nobody's business on the web. Of a URL what
 * follows the '?' is not either: it may hold a key. */
static const char *name_of(struct arena *a, const char *source)
{
    const char *slash = source ? strrchr(source, '/') : NULL;
    if (!slash || !slash[1])
        return source;
    return strstr(source, "://") ? arena_strndup(a, source, strcspn(source, "?"), NULL) : slash + 1;
}

/* The kinds that were met, besides those above, which are told of every import. */
static void put_other_counts(struct doc *d, const struct import_record *record)
{
    for (const struct import_count *k = import_count_table; k->name; k++) {
        const uint64_t n = import_count_in(&record->counts, k);
        if (n > 0 && !text_eq(k->name, "repaired") && !text_eq(k->name, "rejected"))
            doc_int(d, k->name, (int64_t)n);
    }
}

static void put_counts(struct doc *d, const struct import_record *record)
{
    doc_int(d, "featuresRead", (int64_t)record->n_read);
    doc_int(d, "featuresWritten", (int64_t)record->n_written);
    doc_int(d, "featuresRepaired", (int64_t)record->n_repaired);
    doc_int(d, "featuresRejected", (int64_t)record->n_rejected);
    put_other_counts(d, record);
}

static void put_import(struct doc *d, const struct request *r, const struct layer *layer,
                       const struct import_record *record)
{
    doc_text(d, "source", name_of(r->arena, record->source));
    doc_text(d, "sha256", record->sha256);
    doc_int(d, "bytes", (int64_t)record->source_bytes);
    doc_text(d, "mode", record->mode);
    describe_time(d, r, "started", record->started_us);
    describe_time(d, r, "ended", record->ended_us);
    if (layer->kept)
        doc_int(d, "tilesWritten", (int64_t)record->n_written);
    else
        put_counts(d, record);
    doc_text(d, "software", record->software);
}

/* Newest first. On a page one import reads better as a list than as a table of one wide row. */
static enum err_code put_provenance(struct doc *d, const struct request *r,
                                    const struct layer *layer, struct err *err)
{
    struct import_record *imports = NULL;
    size_t n = 0;
    const enum err_code rc =
        store_read_imports(ogc_worker_of(r)->store, layer->name, r->arena, &imports, &n, err);
    if (rc)
        return rc;
    if (r->media == MEDIA_HTML && n == 1) {
        put_import(doc_object(d, "provenance"), r, layer, &imports[0]);
        return OK;
    }
    struct doc *list = doc_array(d, "provenance");
    for (size_t i = 0; i < n; i++)
        put_import(doc_add_object(list), r, layer, &imports[i]);
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

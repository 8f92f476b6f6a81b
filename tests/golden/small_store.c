#include "tests/golden/small_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum err_code small_store_open(struct small_store *s, struct err *err)
{
    *s = (struct small_store){.folder = "/tmp/cassini-test-XXXXXX", .geom_type = GEOM_COLLECTION};
    geom_builder_init(&s->builder, 1000000);
    if (!mkdtemp(s->folder))
        return err_set(err, IO, "no folder for a test");
    snprintf(s->path, sizeof s->path, "%s/s.sqlite", s->folder);
    return store_open(s->path, STORE_CREATE, &s->store, err);
}

void small_store_close(struct small_store *s)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    layer_writer_abort(s->writer);
    deriver_free(s->deriver);
    catalog_unref(s->catalog);
    store_close(s->store);
    geom_builder_clear(&s->builder);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", s->path, suffixes[i]);
        unlink(path);
    }
    rmdir(s->folder);
}

enum err_code small_store_layer(struct small_store *s, const char *name, int32_t epsg,
                                size_t memory_bytes, struct err *err)
{
    struct field fields[] = {{.name = "name", .type = FIELD_TEXT}};
    const struct layer_spec spec = {.name = name,
                                    .fields = fields,
                                    .n_fields = 1,
                                    .id_field = -1,
                                    .time_field = -1,
                                    .geom_type = s->geom_type,
                                    .epsg = epsg,
                                    .may_replace = true};
    const struct derive_options options = {.temp_folder = s->folder, .memory_bytes = memory_bytes};
    deriver_free(s->deriver);
    s->deriver = NULL;
    s->n_features = 0;
    enum err_code rc = deriver_new(&options, &s->deriver, err);
    if (!rc)
        rc = layer_writer_open(s->store, &spec, &s->writer, err);
    return rc ? rc : s->deriver->begin(s->deriver->state, &spec, err);
}

enum err_code small_store_put(struct small_store *s, const struct geom *g, const char *name,
                              struct err *err)
{
    char id[24];
    snprintf(id, sizeof id, "%llu", (unsigned long long)++s->n_features);
    const struct value values[] = {name ? value_text(span_of(name)) : value_null()};
    struct feature f = {.id = span_of(id), .geom = *g, .values = values, .n_values = 1};
    const enum err_code rc = layer_writer_put(s->writer, &f, err);
    return rc ? rc : s->deriver->feature(s->deriver->state, &f, err);
}

enum err_code small_store_put_box(struct small_store *s, double min_x, double min_y, double max_x,
                                  double max_y, struct err *err)
{
    struct geom g;
    geom_build_start(&s->builder, GEOM_POLYGON);
    geom_build_part(&s->builder, GEOM_KIND_POLYGON);
    geom_build_ring(&s->builder);
    geom_build_vertex(&s->builder, min_x, min_y);
    geom_build_vertex(&s->builder, max_x, min_y);
    geom_build_vertex(&s->builder, max_x, max_y);
    geom_build_vertex(&s->builder, min_x, max_y);
    geom_build_vertex(&s->builder, min_x, min_y);
    const enum err_code rc = geom_build_end(&s->builder, &g, err);
    return rc ? rc : small_store_put(s, &g, "box", err);
}

enum err_code small_store_put_point(struct small_store *s, double x, double y, struct err *err)
{
    struct geom g;
    geom_build_start(&s->builder, GEOM_POINT);
    geom_build_part(&s->builder, GEOM_KIND_POINT);
    geom_build_ring(&s->builder);
    geom_build_vertex(&s->builder, x, y);
    const enum err_code rc = geom_build_end(&s->builder, &g, err);
    return rc ? rc : small_store_put(s, &g, "point", err);
}

enum err_code small_store_commit(struct small_store *s, struct err *err)
{
    const struct import_record record = {.source = "a test",
                                         .sha256 = "",
                                         .mode = "create",
                                         .options = "{}",
                                         .software = "tests",
                                         .n_read = s->n_features};
    enum err_code rc = s->deriver->finish(s->deriver->state, s->writer, err);
    if (!rc) {
        rc = layer_writer_commit(s->writer, &record, err);
        s->writer = NULL;
    }
    if (rc)
        return rc;
    catalog_unref(s->catalog);
    s->catalog = NULL;
    return store_read_catalog(s->store, &s->catalog, err);
}

const struct layer *small_store_find(const struct small_store *s, const char *name)
{
    return s->catalog ? catalog_find(s->catalog, span_of(name)) : NULL;
}

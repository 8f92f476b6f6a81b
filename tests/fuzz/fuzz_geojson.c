/* Hostile bytes as a GeoJSON source, into a sink that repairs, packs and counts: whatever they are,
 * they are read or refused with words, and every feature keeps what base/geom.h promises. */
#include "importers/feature_pack.h"
#include "importers/geom_repair.h"
#include "importers/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sink {
    struct geom_repair *repair;
    struct arena arena;
    uint64_t n_features, n_rejects;
};

static void check(bool promise)
{
    if (!promise)
        abort();
}

static void check_geom(const struct geom *g)
{
    size_t ring = 0;
    for (size_t i = 0; i < g->n_parts; i++) {
        check(g->part_end[i] > ring && g->part_end[i] <= g->n_rings);
        check(g->type == GEOM_COLLECTION || g->part_kind[i] == geom_kind_of(g->type));
        ring = g->part_end[i];
    }
    check(ring == g->n_rings);
    check(g->n_rings == 0 || g->ring_end[g->n_rings - 1] == g->n_vertices);
    check((g->n_vertices == 0) == (g->type == GEOM_NONE));
}

static void check_packing(struct sink *s, const struct source_feature *f, const struct geom *geom)
{
    struct err err = {0};
    struct buf b;
    struct packed_feature back;
    const struct packed_feature p = {
        .number = 1, .position = f->ordinal, .id = f->id, .geom = *geom};
    buf_init(&b, (size_t)64 << 20);
    feature_pack(&b, &p);
    const struct span record = {(const char *)b.data, b.len_bytes};
    check(!feature_unpack(record, &s->arena, &s->arena, &back, &err));
    check(back.position == f->ordinal && back.geom.n_vertices == geom->n_vertices);
    buf_clear(&b);
}

struct sink_batch {
    struct sink *sink;
};

enum err_code sink_batch_take(struct sink_batch *b, const struct source_feature *f, struct err *err)
{
    struct sink *s = b->sink;
    struct geom_repair_report report;
    struct geom geom;
    struct err why = {0};
    (void)err;
    s->n_features++;
    check(f->ordinal == s->n_features + s->n_rejects);
    check_geom(f->geom);
    size_t n_bytes = 0;
    for (size_t i = 0; i < f->n_values; i++) {
        const struct value *v = &f->values[i].value;
        const bool has_text = v->type == VALUE_TEXT || v->type == VALUE_JSON;
        n_bytes += f->values[i].name.len_bytes + (has_text ? v->text.len_bytes : 0);
    }
    check(n_bytes <= 8 * f->raw.len_bytes);
    if (!geom_repair_run(s->repair, f->geom, true, &s->arena, &geom, &report, &why)) {
        check_geom(&geom);
        check_packing(s, f, &geom);
    } else {
        check(why.text[0]);
    }
    arena_reset(&s->arena);
    return OK;
}

enum err_code sink_batch_reject(struct sink_batch *b, const struct source_feature *f,
                                const char *reason, struct err *err)
{
    struct sink *s = b->sink;
    (void)err;
    s->n_rejects++;
    check(f->ordinal == s->n_features + s->n_rejects && reason[0]);
    return OK;
}

enum err_code sink_read(struct sink *s, const struct cut_source *source, void *state,
                        struct err *err)
{
    _Alignas(max_align_t) char pieces[256] = {0};
    struct sink_batch batch = {s};
    enum err_code rc = OK;
    bool more = true;
    check(source->pieces_bytes <= sizeof pieces);
    while (!rc && more) {
        struct source_progress progress;
        struct err why = {0};
        more = false;
        rc = source->cut(state, pieces, &progress, &more, &why);
        enum err_code failed = more || rc ? source->read(state, 0, pieces, &batch, err) : OK;
        if (rc && !failed)
            (void)err_set(err, rc, "%s", why.text);
        rc = failed ? failed : rc;
    }
    source->clear(pieces);
    return rc;
}

void sink_wait(struct sink *s, size_t n)
{
    (void)s, (void)n;
}

/* What other importers of the list call. */
enum err_code sink_take(struct sink *s, const struct source_feature *f, struct err *err)
{
    (void)s, (void)f, (void)err;
    abort();
}

enum err_code sink_reject(struct sink *s, const struct source_feature *f, const char *reason,
                          struct err *err)
{
    (void)s, (void)f, (void)reason, (void)err;
    abort();
}

enum err_code sink_say_crs(struct sink *s, int32_t epsg, struct err *err)
{
    return epsg || s->n_features == 0 ? OK : err_set(err, BAD_DATA, "no such CRS");
}

enum err_code sink_say_field(struct sink *s, struct span name, enum field_type type,
                             struct err *err)
{
    (void)s, (void)name, (void)type, (void)err;
    return OK;
}

void sink_note(struct sink *s, const char *format, ...)
{
    (void)s, (void)format;
}

enum err_code sink_progress(struct sink *s, struct source_progress p, struct err *err)
{
    (void)s, (void)p, (void)err;
    return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct input in = {.importer = importer_list[0]};
    struct err err = {0};
    struct sink sink = {0};
    const struct reader_options options = {
        .limits = {.feature_bytes = 1 << 20, .vertices = 10000, .depth = 32}};
    const struct bundle_limits limits = {.files = 1, .inflation = 200};
    const int fd = memfd_create("source", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    check(!geom_repair_new(NULL, &sink.repair, &err));
    arena_init(&sink.arena, (size_t)256 << 20);
    enum err_code rc = bundle_open(path, &limits, &in.bundle, &err);
    /* An archive is another target's matter. */
    if (!rc && bundle_kind(in.bundle) == BUNDLE_FILE)
        rc = in.importer->read(&in, &options, &sink, &err);
    check(err.code == rc && (rc == OK) == (err.text[0] == '\0'));
    bundle_close(in.bundle);
    arena_clear(&sink.arena);
    geom_repair_free(sink.repair);
    close(fd);
    return 0;
}

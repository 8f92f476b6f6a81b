/* Hostile records by fixed mappings: JSON, XML or CSV, as the first byte says, with a join to the
 * same document. Whatever they are, they are read or refused with words, and values are of the
 * types that the mapping declares. */
#include "importers/importer.h"
#include "importers/mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct importer importer_mapping;

#define FIELDS                                                                                     \
    "\"fields\":{\"t\":{\"from\":\"t\",\"type\":\"text\"},"                                        \
    "\"i\":{\"from\":\"i\",\"type\":\"integer\"},\"r\":{\"from\":\"r\",\"type\":\"real\"},"        \
    "\"b\":{\"from\":\"b\",\"type\":\"boolean\"},\"d\":{\"from\":\"d\",\"type\":\"date\"},"        \
    "\"s\":{\"from\":\"s\",\"type\":\"datetime\"},\"j\":{\"from\":\"j\",\"type\":\"json\"},"       \
    "\"a\":{\"from\":\"@a/0\",\"values\":{\"x\":null,\"y\":2}},\"o\":\"o/t\"}}"

static const char *const MAPPINGS[] = {
    "{\"version\":1,\"format\":\"json\",\"records\":\"v\",\"next\":\"n\",\"id\":\"{t}-{o/i}\","
    "\"geometry\":{\"geojson\":\"g\"},\"joins\":[{\"name\":\"o\",\"records\":\"*/*\","
    "\"on\":{\"local\":\"i\",\"last\":2,\"key\":\"t\"}}]," FIELDS,
    "{\"version\":1,\"format\":\"xml\",\"records\":\"m/*/s\",\"geometry\":{\"wkt\":\"g\"},"
    "\"joins\":[{\"name\":\"o\",\"records\":\"m/"
    "s\",\"on\":{\"local\":\"i\",\"key\":\"t\"}}]," FIELDS,
    "{\"version\":1,\"format\":\"csv\",\"id\":\"{t}\",\"geometry\":{\"lon\":\"r\",\"lat\":\"i\"},"
    "\"joins\":[{\"name\":\"o\",\"on\":{\"local\":\"i\",\"without_last\":1,\"key\":\"t\"}}]"
    "," FIELDS,
};

struct sink {
    uint64_t n_features, n_rejects;
};

static void check(bool promise)
{
    if (!promise)
        abort();
}

enum err_code sink_take(struct sink *s, const struct source_feature *f, struct err *err)
{
    static const enum value_type TYPES[] = {VALUE_TEXT, VALUE_INT,  VALUE_REAL, VALUE_BOOL,
                                            VALUE_TEXT, VALUE_TEXT, VALUE_JSON};
    (void)err;
    s->n_features++;
    check(f->ordinal == s->n_features + s->n_rejects && f->line > 0 && f->raw.len_bytes > 0);
    check(f->n_values == 9 && f->geom->n_vertices <= 10000);
    for (size_t i = 0; i < f->n_values; i++) {
        const struct value *v = &f->values[i].value;
        check(i >= 7 || v->type == VALUE_NULL || v->type == TYPES[i]);
        if (v->type == VALUE_TEXT || v->type == VALUE_JSON)
            check(text_is_utf8(v->text.at, v->text.len_bytes));
    }
    return OK;
}

enum err_code sink_reject(struct sink *s, const struct source_feature *f, const char *reason,
                          struct err *err)
{
    (void)err;
    s->n_rejects++;
    check(f->ordinal == s->n_features + s->n_rejects && reason[0]);
    return OK;
}

enum err_code sink_say_crs(struct sink *s, int32_t epsg, struct err *err)
{
    (void)s, (void)err;
    check(epsg != 0);
    return OK;
}

enum err_code sink_say_field(struct sink *s, struct span name, enum field_type type,
                             struct err *err)
{
    (void)s, (void)type, (void)err;
    check(name.len_bytes > 0);
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

static int make_file(const void *bytes, size_t n_bytes, char *path, size_t room_bytes)
{
    const int fd = memfd_create("source", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, bytes, n_bytes) == (ssize_t)n_bytes);
    snprintf(path, room_bytes, "/proc/self/fd/%d", fd);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char source_path[64], mapping_path[64];
    struct input in = {.importer = &importer_mapping};
    struct err err = {0};
    struct sink sink = {0};
    if (size == 0)
        return 0;
    const char *mapping = MAPPINGS[data[0] % (sizeof MAPPINGS / sizeof MAPPINGS[0])];
    const struct reader_options options = {.limits = {.feature_bytes = 1 << 18,
                                                      .vertices = 10000,
                                                      .depth = 32,
                                                      .files = 4,
                                                      .inflation = 200,
                                                      .join_bytes = 1 << 18},
                                           .mapping = mapping_path};
    const struct bundle_limits limits = {.files = 4, .inflation = 200};
    const int source = make_file(data + 1, size - 1, source_path, sizeof source_path);
    const int file = make_file(mapping, strlen(mapping), mapping_path, sizeof mapping_path);
    enum err_code rc = bundle_open(source_path, &limits, &in.bundle, &err);
    /* An archive is another target's matter. */
    if (!rc && bundle_kind(in.bundle) == BUNDLE_FILE)
        rc = in.importer->read(&in, &options, &sink, &err);
    check(err.code == rc && (rc == OK) == (err.text[0] == '\0'));
    bundle_close(in.bundle);
    close(source);
    close(file);
    return 0;
}

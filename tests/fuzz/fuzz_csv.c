/* Hostile bytes as a CSV source: whatever they are, they are read or refused with words, records
 * come in order with their places, and what is said to be text is. */
#include "importers/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct importer importer_csv;

struct sink {
    uint64_t n_features, n_rejects, line, byte;
    size_t n_fields;
};

static void check(bool promise)
{
    if (!promise)
        abort();
}

static void check_place(struct sink *s, const struct source_feature *f)
{
    check(f->ordinal == s->n_features + s->n_rejects && f->line > s->line && f->byte >= s->byte);
    s->line = f->line;
    s->byte = f->byte;
}

enum err_code sink_take(struct sink *s, const struct source_feature *f, struct err *err)
{
    (void)err;
    s->n_features++;
    check_place(s, f);
    check(f->n_values == s->n_fields && f->geom->n_vertices <= 10000);
    for (size_t i = 0; i < f->n_values; i++) {
        const struct source_value *v = &f->values[i];
        check(text_is_utf8(v->name.at, v->name.len_bytes) && v->name.len_bytes > 0);
        check(v->value.type == VALUE_NULL ||
              (v->value.type == VALUE_TEXT && v->value.text.len_bytes > 0 &&
               text_is_utf8(v->value.text.at, v->value.text.len_bytes)));
        if (v->value.type == VALUE_TEXT)
            (void)loose_value_of(v->value.text, v->loose);
    }
    return OK;
}

enum err_code sink_reject(struct sink *s, const struct source_feature *f, const char *reason,
                          struct err *err)
{
    (void)err;
    s->n_rejects++;
    check_place(s, f);
    check(reason[0]);
    return OK;
}

enum err_code sink_say_crs(struct sink *s, int32_t epsg, struct err *err)
{
    (void)s;
    return epsg ? OK : err_set(err, BAD_DATA, "no such CRS");
}

enum err_code sink_say_field(struct sink *s, struct span name, enum field_type type,
                             struct err *err)
{
    (void)name, (void)type, (void)err;
    s->n_fields++;
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

static const char *const ENCODINGS[] = {NULL, "UTF-8", "ISO-8859-1", "Shift_JIS", "UTF-16"};

static void read_as(const char *path, const char *encoding)
{
    struct input in = {.importer = &importer_csv};
    struct err err = {0};
    struct sink sink = {0};
    const struct reader_options options = {
        .limits = {.feature_bytes = 1 << 20, .vertices = 10000, .depth = 32}, .encoding = encoding};
    const struct bundle_limits limits = {.files = 1, .inflation = 200};
    enum err_code rc = bundle_open(path, &limits, &in.bundle, &err);
    /* An archive is another target's matter. */
    if (!rc && bundle_kind(in.bundle) == BUNDLE_FILE)
        rc = in.importer->read(&in, &options, &sink, &err);
    check(err.code == rc && (rc == OK) == (err.text[0] == '\0'));
    bundle_close(in.bundle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    const struct span head = {(const char *)data, size};
    const int fd = memfd_create("source", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    (void)importer_csv.recognises(&(struct input){0}, head);
    for (size_t i = 0; i < sizeof ENCODINGS / sizeof ENCODINGS[0]; i++)
        read_as(path, ENCODINGS[i]);
    close(fd);
    return 0;
}

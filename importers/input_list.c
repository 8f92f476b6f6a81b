/* From a source to the layers in it (importers/import.h). */
#include "base/mem.h"
#include "importers/archive.h"
#include "importers/import.h"
#include "importers/registry.h"
#include "importers/source_url.h"

#include <string.h>

#define NAMES_TOLD 5 /* of files that nobody reads */

/* What is found, while it grows. */
struct listing {
    struct bundle *bundle;
    const struct reader_options *options;
    struct arena *arena;
    struct input *inputs;
    size_t n_inputs, room_inputs;
    const char **skipped;
    size_t n_skipped, room_skipped;
    struct input_failure *failures;
    size_t n_failures, room_failures;
};

static enum err_code add_layers(struct listing *l, const struct input *one, struct err *err)
{
    struct inner_layers inner = {0};
    const struct importer *importer = one->importer;
    enum err_code rc = importer->list ? importer->list(one, l->options, l->arena, &inner, err) : OK;
    const size_t n = importer->list ? inner.n : 1;
    if (!rc)
        rc =
            mem_grow((void **)&l->inputs, &l->room_inputs, l->n_inputs + n, sizeof *l->inputs, err);
    for (size_t i = 0; !rc && i < n; i++) {
        struct input *in = &l->inputs[l->n_inputs++];
        *in = *one;
        in->inner = inner.n ? inner.names[i] : NULL;
    }
    return rc;
}

/* `*out_read` false: no importer reads it, and `err` says what it is. */
static enum err_code look_at_file(struct listing *l, size_t file, bool *out_read, struct err *err)
{
    struct source *source = NULL;
    struct span head;
    struct input in = {.bundle = l->bundle, .file = file};
    *out_read = true;
    enum err_code rc = bundle_source(l->bundle, file, &source, err);
    if (!rc)
        rc = source_peek(source, &head, err);
    if (rc)
        return rc;
    if (archive_recognises(head) && text_eq(bundle_path(l->bundle), "-"))
        return err_set(
            err, UNSUPPORTED,
            "a ZIP archive cannot be read from a pipe, since its directory stands at its "
            "end: save it first");
    rc = registry_choose(&in, l->options, head, &in.importer, err);
    if (rc == BAD_DATA) {
        *out_read = false;
        return OK;
    }
    return rc ? rc : add_layers(l, &in, err);
}

static enum err_code add_skipped(struct listing *l, size_t file, struct err *err)
{
    const enum err_code rc =
        mem_grow((void **)&l->skipped, &l->room_skipped, l->n_skipped + 1, sizeof *l->skipped, err);
    if (!rc)
        l->skipped[l->n_skipped++] = bundle_name(l->bundle, file);
    return rc;
}

static enum err_code add_failure(struct listing *l, size_t file, const struct err *why,
                                 struct err *err)
{
    const enum err_code rc = mem_grow((void **)&l->failures, &l->room_failures, l->n_failures + 1,
                                      sizeof *l->failures, err);
    if (!rc)
        l->failures[l->n_failures++] = (struct input_failure){bundle_name(l->bundle, file), *why};
    return rc;
}

/* One of many: what is wrong with it is not the others' concern, and nothing of it stays open. */
static enum err_code look_at_one_of(struct listing *l, size_t file, struct err *err)
{
    struct err why = {0};
    bool read = false;
    if (registry_is_companion(l->bundle, file))
        return OK;
    if (!bundle_is_regular(l->bundle, file))
        return add_skipped(l, file, err);
    const enum err_code rc = look_at_file(l, file, &read, &why);
    bundle_release(l->bundle, file);
    if (rc == NO_MEMORY)
        return err_set(err, rc, "%s", why.text);
    if (rc)
        return add_failure(l, file, &why, err);
    return read ? OK : add_skipped(l, file, err);
}

static enum err_code nothing_found(const struct listing *l, struct err *err)
{
    if (l->n_failures)
        return err_set(err, l->failures[0].why.code, "%s: %s", l->failures[0].name,
                       l->failures[0].why.text);
    if (l->n_skipped == 0)
        return err_set(err, BAD_DATA, "there is no file in this %s",
                       bundle_kind(l->bundle) == BUNDLE_FOLDER ? "directory" : "archive");
    struct buf names;
    buf_init(&names, 1 << 20);
    for (size_t i = 0; i < l->n_skipped && i < NAMES_TOLD; i++)
        buf_printf(&names, "%s %s", i ? "," : ":", l->skipped[i]);
    err_set(err, BAD_DATA, "no importer reads any of its files%s%s", buf_text(&names),
            l->n_skipped > NAMES_TOLD ? ", ..." : "");
    buf_clear(&names);
    return BAD_DATA;
}

static enum err_code look_at_all(struct listing *l, struct err *err)
{
    enum err_code rc = OK;
    bool read = false;
    if (bundle_is_unchanged(l->bundle))
        return OK;
    if (bundle_kind(l->bundle) == BUNDLE_FILE) {
        rc = look_at_file(l, 0, &read, err);
        if (!rc && !read)
            return err->code;
        return rc || l->n_inputs ? rc : err_set(err, BAD_DATA, "there is no layer in it");
    }
    for (size_t i = 0; !rc && i < bundle_n_files(l->bundle); i++)
        rc = look_at_one_of(l, i, err);
    if (!rc && l->n_inputs == 0)
        rc = nothing_found(l, err);
    return rc;
}

/* The lists move to the arena. */
static enum err_code give(struct listing *l, struct input_list *out, struct err *err)
{
    struct input_list list = {.bundle = l->bundle,
                              .n_inputs = l->n_inputs,
                              .n_skipped = l->n_skipped,
                              .n_failures = l->n_failures};
    struct input *inputs = arena_new(l->arena, l->n_inputs, sizeof *inputs, err);
    const char **skipped = arena_new(l->arena, l->n_skipped, sizeof *skipped, err);
    struct input_failure *failures = arena_new(l->arena, l->n_failures, sizeof *failures, err);
    if (!inputs || !skipped || !failures)
        return NO_MEMORY;
    if (l->n_inputs)
        memcpy(inputs, l->inputs, l->n_inputs * sizeof *inputs);
    if (l->n_skipped)
        memcpy(skipped, l->skipped, l->n_skipped * sizeof *skipped);
    if (l->n_failures)
        memcpy(failures, l->failures, l->n_failures * sizeof *failures);
    list.inputs = inputs;
    list.skipped = skipped;
    list.failures = failures;
    *out = list;
    return OK;
}

enum err_code input_list_open(const char *source, const struct reader_options *o, struct arena *a,
                              struct input_list *out, struct err *err)
{
    const struct bundle_limits limits = {.files = o->limits.files,
                                         .inflation = o->limits.inflation,
                                         .scratch = o->temp_folder,
                                         .fetch = o->fetch,
                                         .cancel = o->cancel};
    struct listing l = {.options = o, .arena = a};
    enum err_code rc = bundle_open(source, &limits, &l.bundle, err);
    if (!rc)
        rc = look_at_all(&l, err);
    if (!rc)
        rc = give(&l, out, err);
    mem_free(l.inputs);
    mem_free(l.skipped);
    mem_free(l.failures);
    if (!rc)
        return OK;
    bundle_close(l.bundle);
    struct buf name;
    buf_init(&name, 4096);
    url_put_shown(source, &name);
    err_add(err, "%s", buf_text(&name));
    buf_clear(&name);
    return rc;
}

void input_list_close(struct input_list *l)
{
    bundle_close(l->bundle);
    *l = (struct input_list){0};
}

void input_put_name(struct buf *b, const struct input *in)
{
    const char *path = bundle_path(in->bundle);
    buf_put_text(b, text_eq(path, "-") ? "standard input" : path);
    if (bundle_kind(in->bundle) != BUNDLE_FILE)
        buf_printf(b, "/%s", bundle_name(in->bundle, in->file));
    if (in->inner)
        buf_printf(b, "#%s", in->inner);
}

enum { COMPANIONS_MAX = 32 };

enum err_code input_sha256(const struct input *in, char out_hex[SOURCE_SHA256_BYTES],
                           uint64_t *out_bytes, struct err *err)
{
    size_t files[1 + COMPANIONS_MAX] = {in->file}, n = 1;
    const char *const *suffix = in->importer->companions;
    for (; suffix && *suffix && n <= COMPANIONS_MAX; suffix++)
        n += bundle_sibling(in->bundle, in->file, *suffix, &files[n]);
    return bundle_sha256(in->bundle, files, n, out_hex, out_bytes, err);
}

/* From a path to the layers in it (importers/import.h). */
#include "importers/import.h"
#include "importers/registry.h"

#include <string.h>

static enum err_code add_layers(struct bundle *b, size_t file, const struct importer *importer,
                                const struct reader_options *o, struct arena *a,
                                struct input_list *out, struct err *err)
{
    struct inner_layers inner = {0};
    const struct input one = {.bundle = b, .file = file, .importer = importer};
    enum err_code rc = importer->list ? importer->list(&one, o, a, &inner, err) : OK;
    if (rc)
        return rc;
    const size_t n = importer->list ? inner.n : 1;
    struct input *inputs = arena_new(a, out->n_inputs + n, sizeof *inputs, err);
    if (!inputs)
        return NO_MEMORY;
    if (out->n_inputs)
        memcpy(inputs, out->inputs, out->n_inputs * sizeof *inputs);
    for (size_t i = 0; i < n; i++) {
        inputs[out->n_inputs + i] = one;
        inputs[out->n_inputs + i].inner = inner.n ? inner.names[i] : NULL;
    }
    out->inputs = inputs;
    out->n_inputs += n;
    return OK;
}

static enum err_code look_at_file(struct bundle *b, size_t file, const struct reader_options *o,
                                  struct arena *a, struct input_list *out, struct err *err)
{
    struct source *source = NULL;
    struct span head;
    struct input in = {.bundle = b, .file = file};
    enum err_code rc = bundle_source(b, file, &source, err);
    if (!rc)
        rc = source_peek(source, &head, err);
    if (!rc)
        rc = registry_choose(&in, o, head, &in.importer, err);
    return rc ? rc : add_layers(b, file, in.importer, o, a, out, err);
}

enum err_code input_list_open(const char *path, const struct reader_options *o, struct arena *a,
                              struct input_list *out, struct err *err)
{
    const struct bundle_limits limits = {
        .files = o->limits.files, .inflation = o->limits.inflation, .scratch = o->temp_folder};
    struct input_list list = {0};
    enum err_code rc = bundle_open(path, &limits, &list.bundle, err);
    if (rc)
        return rc;
    rc = look_at_file(list.bundle, 0, o, a, &list, err);
    if (rc) {
        bundle_close(list.bundle);
        return err_add(err, "%s", text_eq(path, "-") ? "standard input" : path);
    }
    *out = list;
    return OK;
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

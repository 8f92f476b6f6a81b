#include "cli/import_plan.h"

#include "cli/command.h"
#include "cli/import_options.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "importers/scratch.h"
#include "importers/source_url.h"
#include "store/source_version.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ARENA_MAX_BYTES (256u << 20)
#define NAME_MAX_BYTES  (1u << 16)

struct planning {
    const struct options *o;
    struct import_options import;
    struct store *store; /* what there is already, for --if-changed; NULL: nothing */
    struct catalog *catalog;
    struct import_plan *plan;
};

/* Why a source, or a file in it, is left out. */
static void tell(struct planning *p, struct planned_source *s, const struct err *why)
{
    s->failed = command_failed(p->o, why) != EXIT_DONE;
}

/* --- --if-changed --------------------------------------------------------------------------- */

static enum err_code open_known(struct planning *p, struct err *err)
{
    struct err why = {0};
    if (!options_flag(p->o, "if-changed"))
        return OK;
    const enum err_code rc = store_open(options_text(p->o, "store"), STORE_READ, &p->store, &why);
    if (rc)
        return rc == NOT_FOUND ? OK : err_set(err, rc, "%s", why.text);
    return store_read_catalog(p->store, &p->catalog, err);
}

/* What the layer was last made of. An addition does not undo what others added since. */
static enum err_code find_import(struct planning *p, const char *layer, const char *source,
                                 const struct import_record **out, struct err *err)
{
    struct import_record *records = NULL;
    size_t n = 0;
    const bool adds = p->import.mode == IMPORT_APPEND || p->import.mode == IMPORT_UPSERT;
    *out = NULL;
    if (!p->catalog || !catalog_find(p->catalog, span_of(layer)))
        return OK;
    const enum err_code rc =
        store_read_imports(p->store, layer, &p->plan->arena, &records, &n, err);
    for (size_t i = 0; !rc && i < (adds ? n : n > 0); i++) {
        if (text_eq(records[i].source, source)) {
            *out = &records[i];
            break;
        }
    }
    return rc;
}

/* Inputs that cannot be summed up are read in any case: then it shows what is wrong with them. */
static enum err_code compare(struct planning *p, struct planned_layer *l, struct err *err)
{
    const struct import_record *record = NULL;
    char sha256[SOURCE_SHA256_BYTES];
    uint64_t n_bytes = 0;
    struct buf source;
    buf_init(&source, NAME_MAX_BYTES);
    input_put_name(&source, l->input);
    const enum err_code rc = find_import(p, l->name, buf_text(&source), &record, err);
    buf_clear(&source);
    /* What a pipe gave once would be gone. */
    if (bundle_bytes(l->input->bundle, l->input->file) == 0)
        return rc;
    if (!rc && record)
        l->unchanged =
            input_sha256(l->input, sha256, &n_bytes, NULL) == OK && text_eq(sha256, record->sha256);
    return rc;
}

static enum err_code known_version(struct planning *p, const char *source, const char **out,
                                   struct err *err)
{
    struct buf url;
    *out = NULL;
    if (!p->store || url_kind(source) != URL_REMOTE)
        return OK;
    buf_init(&url, NAME_MAX_BYTES);
    url_put_public(source, &url);
    enum err_code rc = buf_status(&url, err);
    if (!rc)
        rc = store_read_source_version(p->store, buf_text(&url), &p->plan->arena, out, err);
    buf_clear(&url);
    return rc;
}

/* --- sources and names ---------------------------------------------------------------------- */

static enum err_code name_layer(struct planning *p, struct planned_layer *l, struct err *err)
{
    struct buf name;
    buf_init(&name, NAME_MAX_BYTES);
    const char *asked = p->import.layer;
    enum err_code rc = OK;
    if (asked)
        buf_put_text(&name, asked);
    else
        rc = input_layer_name(l->input, options_text(p->o, "layer-template"), &name, err);
    if (!rc)
        rc = buf_status(&name, err);
    if (!rc && !(l->name = arena_strdup(&p->plan->arena, buf_text(&name), err)))
        rc = NO_MEMORY;
    buf_clear(&name);
    if (!rc && p->store)
        rc = compare(p, l, err);
    return rc;
}

static enum err_code plan_layers(struct planning *p, struct planned_source *s, struct err *err)
{
    const struct input_list *list = &s->list;
    if (p->import.layer && p->plan->n_layers + list->n_inputs > 1)
        return err_set(err, BAD_ARG,
                       "--layer names one layer, but %s holds %zu: say --layer-template", s->shown,
                       list->n_inputs);
    s->layers = arena_new(&p->plan->arena, list->n_inputs, sizeof *s->layers, err);
    enum err_code rc = s->layers ? OK : NO_MEMORY;
    for (size_t i = 0; !rc && i < list->n_inputs; i++) {
        s->layers[i].input = &list->inputs[i];
        rc = name_layer(p, &s->layers[i], err);
    }
    s->n_layers = list->n_inputs;
    p->plan->n_layers += list->n_inputs;
    return rc;
}

static enum err_code show(struct planning *p, struct planned_source *s, struct err *err)
{
    struct buf shown;
    buf_init(&shown, NAME_MAX_BYTES);
    url_put_shown(s->argument, &shown);
    enum err_code rc = buf_status(&shown, err);
    if (!rc && !(s->shown = arena_strdup(&p->plan->arena, buf_text(&shown), err)))
        rc = NO_MEMORY;
    buf_clear(&shown);
    return rc;
}

/* Hundreds of sources shall not be open at one time; but a pipe must stay open. */
static void release_files(struct bundle *b)
{
    for (size_t i = 0; bundle_kind(b) == BUNDLE_FILE && i < bundle_n_files(b); i++) {
        if (bundle_bytes(b, i) > 0)
            bundle_release(b, i);
    }
}

static enum err_code open_one(struct planning *p, struct planned_source *s, struct err *err)
{
    struct err why = {0};
    struct reader_options reader = p->import.reader;
    enum err_code rc = known_version(p, s->argument, &reader.fetch.version, err);
    if (!rc)
        rc = show(p, s, err);
    if (rc)
        return rc;
    struct progress progress = progress_start(s->shown, options_flag(p->o, "quiet"));
    reader.fetch.state = &progress;
    reader.fetch.progress = progress_fetched;
    rc = input_list_open(s->argument, &reader, &p->plan->arena, &s->list, &why);
    progress_end(&progress);
    if (rc == CANCELED || rc == NO_MEMORY)
        return err_set(err, rc, "%s", why.text);
    if (rc) {
        tell(p, s, &why);
        return OK;
    }
    release_files(s->list.bundle);
    for (size_t i = 0; i < s->list.n_failures; i++) {
        why = s->list.failures[i].why;
        err_add(&why, "%s/%s", bundle_path(s->list.bundle), s->list.failures[i].name);
        tell(p, s, &why);
    }
    return plan_layers(p, s, err);
}

static int compare_names(const void *a, const void *b)
{
    return strcasecmp((*(const struct planned_layer *const *)a)->name,
                      (*(const struct planned_layer *const *)b)->name);
}

static enum err_code refuse_pair(const struct planned_layer *a, const struct planned_layer *b,
                                 struct err *err)
{
    struct buf words;
    buf_init(&words, NAME_MAX_BYTES);
    input_put_name(&words, a->input);
    buf_put_text(&words, "' and '");
    input_put_name(&words, b->input);
    err_set(err, CONFLICT,
            "'%s' would both be layer '%s': say --layer-template, such as '{folder}_{name}'",
            buf_text(&words), a->name);
    buf_clear(&words);
    return CONFLICT;
}

/* Names of layers differ in more than upper and lower case. Additions may share one. */
static enum err_code check_names(struct planning *p, struct err *err)
{
    struct import_plan *plan = p->plan;
    size_t n = 0;
    if (p->import.mode == IMPORT_APPEND || p->import.mode == IMPORT_UPSERT)
        return OK;
    const struct planned_layer **all = arena_new(&plan->arena, plan->n_layers, sizeof *all, err);
    if (!all)
        return NO_MEMORY;
    for (size_t i = 0; i < plan->n_sources; i++) {
        for (size_t j = 0; j < plan->sources[i].n_layers; j++)
            all[n++] = &plan->sources[i].layers[j];
    }
    qsort(all, n, sizeof *all, compare_names);
    for (size_t i = 1; i < n; i++) {
        if (compare_names(&all[i - 1], &all[i]) == 0)
            return refuse_pair(all[i - 1], all[i], err);
    }
    return OK;
}

enum err_code import_plan_open(const struct options *o, struct import_plan *out, struct err *err)
{
    struct planning p = {.o = o, .import = import_options_of(o), .plan = out};
    *out = (struct import_plan){.n_sources = o->n_arguments};
    arena_init(&out->arena, ARENA_MAX_BYTES);
    scratch_sweep(p.import.reader.temp_folder);
    out->sources = arena_new(&out->arena, out->n_sources, sizeof *out->sources, err);
    enum err_code rc = out->sources ? open_known(&p, err) : NO_MEMORY;
    for (size_t i = 0; !rc && i < out->n_sources; i++) {
        out->sources[i].argument = o->arguments[i];
        rc = interrupt_asked() ? err_set(err, CANCELED, "the import was canceled")
                               : open_one(&p, &out->sources[i], err);
    }
    if (!rc)
        rc = check_names(&p, err);
    catalog_unref(p.catalog);
    store_close(p.store);
    if (rc)
        import_plan_close(out);
    return rc;
}

void import_plan_close(struct import_plan *p)
{
    for (size_t i = 0; p->sources && i < p->n_sources; i++)
        input_list_close(&p->sources[i].list);
    arena_clear(&p->arena);
    *p = (struct import_plan){0};
}

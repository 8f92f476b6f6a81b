/* cassini import: each source becomes one layer. */
#include "base/text.h"
#include "base/when.h"
#include "cli/command.h"
#include "cli/import_options.h"
#include "cli/import_plan.h"
#include "cli/import_report.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/reject_file.h"
#include "importers/source_url.h"
#include "store/source_version.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ARENA_MAX_BYTES  (64u << 20)
#define RECORD_MAX_BYTES (1u << 20)

struct import_job {
    const struct options *o;
    struct import_plan plan;
    struct store *store; /* NULL: a dry run, and there is none */
    struct arena arena;
    struct buf record; /* the options as JSON */
    struct import_report report;
    struct reject_file rejects;
};

static enum err_code import_one(struct import_job *job, const struct planned_layer *l,
                                struct err *err)
{
    const bool quiet = options_flag(job->o, "quiet");
    const struct bundle *bundle = l->input->bundle;
    const char *source = bundle_name(bundle, l->input->file);
    struct progress progress = progress_start(source, quiet);
    progress.json = job->report.json;
    struct import_options o = import_options_of(job->o);
    o.layer = l->name;
    o.options_json = buf_text(&job->record);
    o.progress = progress_show;
    o.progress_state = &progress;
    o.reject = job->rejects.file ? reject_file_put : NULL;
    o.reject_state = &job->rejects;
    struct derive_options derive = derive_options_of(job->o);
    struct import_summary summary = {0};
    derive.cancel = o.reader.cancel;
    const int64_t start_us = when_monotonic_us();
    arena_reset(&job->arena);
    enum err_code rc = deriver_new(&derive, &o.deriver, err);
    if (!rc)
        rc = import_run(job->store, l->input, &o, &job->arena, &summary, err);
    deriver_free(o.deriver);
    progress_end(&progress);
    if (rc)
        return rc;
    import_report_layer(&job->report, source, &summary,
                        (double)(when_monotonic_us() - start_us) / 1e6);
    return OK;
}

/* A mistyped name is found before anything is read, and leaves no empty store behind. */
static enum err_code check_sources(const struct options *o, struct err *err)
{
    for (size_t i = 0; i < o->n_arguments; i++) {
        const char *source = o->arguments[i];
        if (url_kind(source) == URL_NONE && !text_eq(source, "-") && access(source, R_OK) != 0)
            return err_set(err, errno == ENOENT ? NOT_FOUND : IO, "%s: %s", source,
                           strerror(errno));
    }
    return OK;
}

/* A dry run neither makes nor changes a store. */
static enum err_code open_store(struct import_job *job, struct err *err)
{
    const char *path = options_text(job->o, "store");
    struct err why = {0};
    if (!options_flag(job->o, "dry-run"))
        return store_open(path, STORE_BUILD, &job->store, err);
    const enum err_code rc = store_open(path, STORE_READ, &job->store, &why);
    return rc && rc != NOT_FOUND ? err_set(err, rc, "%s", why.text) : OK;
}

/* Only when all of it is in the store need it not be fetched again. */
static enum err_code remember_version(struct import_job *job, const struct planned_source *s,
                                      struct err *err)
{
    const char *version = s->list.bundle ? bundle_version(s->list.bundle) : "";
    if (s->failed || !*version || options_flag(job->o, "dry-run"))
        return OK;
    return store_write_source_version(job->store, bundle_path(s->list.bundle), version, err);
}

/* Each layer is a transaction of its own: what is wrong with one is told, and the others come. */
static enum err_code import_source(struct import_job *job, struct planned_source *s,
                                   struct err *err)
{
    struct err why = {0};
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < s->n_layers; i++) {
        if (s->layers[i].unchanged) {
            import_report_unchanged(&job->report, s->layers[i].name);
            continue;
        }
        rc = import_one(job, &s->layers[i], &why);
        if (!rc)
            continue;
        if (rc == CANCELED || rc == NO_MEMORY)
            return err_set(err, rc, "%s", why.text);
        import_report_failed(&job->report, s->shown, &why);
        s->failed = true;
        rc = OK;
    }
    rc = remember_version(job, s, err);
    import_report_skipped(&job->report, &s->list);
    if (s->list.bundle && bundle_is_unchanged(s->list.bundle))
        import_report_unchanged(&job->report, s->shown);
    input_list_close(&s->list);
    return rc;
}

static enum err_code import_all(struct import_job *job, struct err *err)
{
    enum err_code rc = check_sources(job->o, err);
    if (!rc)
        rc = import_plan_open(job->o, &job->plan, err);
    if (!rc && job->plan.n_layers > 0)
        rc = open_store(job, err);
    for (size_t i = 0; !rc && i < job->plan.n_sources; i++) {
        job->report.totals.n_failed += job->plan.sources[i].failed;
        rc = import_source(job, &job->plan.sources[i], err);
    }
    return rc;
}

static enum exit_code run(const struct options *o)
{
    if (options_text(o, "layer") && o->n_arguments > 1)
        return command_misused(o, "--layer names one layer, but there are %zu sources",
                               o->n_arguments);
    interrupt_listen();
    struct import_job job = {.o = o};
    arena_init(&job.arena, ARENA_MAX_BYTES);
    buf_init(&job.record, RECORD_MAX_BYTES);
    import_report_init(&job.report, o);
    struct json_out json = json_out(&job.record);
    options_put_json(o, &json);

    struct err err = {0};
    enum err_code rc = reject_file_open(options_text(o, "rejects"), &job.rejects, &err);
    if (!rc)
        rc = import_all(&job, &err);
    if (reject_file_close(&job.rejects, rc ? NULL : &err) && !rc)
        rc = err.code;
    if (rc)
        import_report_failed(&job.report, NULL, &err);
    /* What was imported before a failure is in the store, so it is told. */
    const enum exit_code code = import_report_print(&job.report);
    import_plan_close(&job.plan);
    store_close(job.store);
    import_report_clear(&job.report);
    buf_clear(&job.record);
    arena_clear(&job.arena);
    return code;
}

const struct command command_import = {
    .name = "import",
    .arguments = "SOURCE...",
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .summary = "Make a layer of the store from each source",
    .description =
        "Read each SOURCE and make it a layer of the store, which is created when it is not "
        "there. A source is a file, plain or compressed with gzip; a folder, in which every file "
        "that can be read becomes a layer; a ZIP archive, which is like a folder; an http or https "
        "URL of any of these; or - for standard input. What a file is shows in its content.\n\n"
        "A layer is there in whole or not at all: an import that fails or is killed leaves the "
        "store as it was, and of several layers the others come all the same. Polygons that are "
        "not valid are repaired and counted. A feature that cannot be taken is rejected, with its "
        "position and the reason, and kept in the store's table cassini_rejects.",
    .run = run,
};

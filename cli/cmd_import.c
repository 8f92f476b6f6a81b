/* cassini import: each source becomes one layer. */
#include "base/text.h"
#include "base/when.h"
#include "cli/command.h"
#include "cli/import_options.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/summary.h"
#include "store/store.h"
#include "tiler/derive.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ARENA_MAX_BYTES   (64u << 20)
#define SUMMARY_MAX_BYTES (1u << 20)

struct import_job {
    const struct options *o;
    struct store *store;
    struct arena arena;
    struct buf record; /* the options as JSON */
    struct buf result; /* what goes to stdout */
    bool rejected;     /* any feature of any source */
};

static void say_rejects(const struct import_summary *s)
{
    struct buf words;
    buf_init(&words, SUMMARY_MAX_BYTES);
    summary_put_rejects(&words, s);
    fputs(buf_text(&words), stderr);
    buf_clear(&words);
}

static enum err_code import_one(struct import_job *job, const struct input *in, struct err *err)
{
    const bool quiet = options_flag(job->o, "quiet");
    struct progress progress = progress_start(bundle_name(in->bundle, in->file), quiet);
    struct import_options o = import_options_of(job->o);
    o.options_json = buf_text(&job->record);
    o.progress = progress_show;
    o.progress_state = &progress;
    const struct derive_options derive = {.temp_folder = o.reader.temp_folder,
                                          .memory_bytes = o.memory_bytes};
    struct import_summary summary = {0};
    const int64_t start_us = when_monotonic_us();
    enum err_code rc = deriver_new(&derive, &o.deriver, err);
    if (!rc)
        rc = import_run(job->store, in, &o, &job->arena, &summary, err);
    deriver_free(o.deriver);
    progress_end(&progress);
    if (rc)
        return rc;
    say_rejects(&summary);
    if (!quiet)
        summary_put(&job->result, &summary, (double)(when_monotonic_us() - start_us) / 1e6);
    job->rejected |= summary.n_rejected > 0;
    return OK;
}

/* A mistyped name is found before anything is read, and leaves no empty store behind. */
static enum err_code check_sources(const struct options *o, struct err *err)
{
    for (size_t i = 0; i < o->n_arguments; i++) {
        const char *source = o->arguments[i];
        if (!text_eq(source, "-") && access(source, R_OK) != 0)
            return err_set(err, errno == ENOENT ? NOT_FOUND : IO, "%s: %s", source,
                           strerror(errno));
    }
    return OK;
}

static enum err_code import_argument(struct import_job *job, const char *path, struct err *err)
{
    const struct reader_options reader = import_options_of(job->o).reader;
    struct input_list list = {0};
    arena_reset(&job->arena);
    enum err_code rc = input_list_open(path, &reader, &job->arena, &list, err);
    for (size_t i = 0; !rc && i < list.n_inputs; i++)
        rc = import_one(job, &list.inputs[i], err);
    input_list_close(&list);
    return rc;
}

static enum err_code import_all(struct import_job *job, struct err *err)
{
    enum err_code rc = check_sources(job->o, err);
    if (!rc)
        rc = store_open(options_text(job->o, "store"), STORE_BUILD, &job->store, err);
    for (size_t i = 0; !rc && i < job->o->n_arguments; i++)
        rc = import_argument(job, job->o->arguments[i], err);
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
    buf_init(&job.record, SUMMARY_MAX_BYTES);
    buf_init(&job.result, SUMMARY_MAX_BYTES);
    struct json_out json = json_out(&job.record);
    options_put_json(o, &json);

    struct err err = {0};
    const enum err_code rc = import_all(&job, &err);
    /* What was imported before a failure is in the store, so it is told. */
    enum exit_code code = command_print(o, &job.result);
    if (rc)
        code = command_failed(o, &err);
    else if (code == EXIT_DONE && job.rejected)
        code = EXIT_REJECTED;
    store_close(job.store);
    buf_clear(&job.result);
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
        "there. A source is a file, plain or compressed with gzip, or - for standard input. What "
        "it is shows in its content: GeoJSON as a FeatureCollection, a single Feature, or one "
        "Feature a line.\n\n"
        "A layer is there in whole or not at all: an import that fails or is killed leaves the "
        "store as it was. Polygons that are not valid are repaired and counted. A feature that "
        "cannot be taken is rejected, with its position and the reason, and kept in the store's "
        "table cassini_rejects.",
    .run = run,
};

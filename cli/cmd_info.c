/* cassini info: what is in a source, before importing it. */
#include "cli/command.h"
#include "cli/import_options.h"
#include "cli/info_text.h"
#include "cli/interrupt.h"
#include "cli/progress.h"

#define ARENA_MAX_BYTES  (64u << 20)
#define RESULT_MAX_BYTES (64u << 20)

struct info_job {
    const struct options *o;
    struct import_options import;
    struct input_list list;
    struct arena plan; /* the list */
    struct arena work; /* one layer */
    struct buf result;
    size_t n_told;
    enum exit_code code;
};

static bool is_several(const struct input_list *l)
{
    return l->n_inputs > 1 || l->n_skipped > 0;
}

/* A source of one layer and nothing else is told as that layer; of several, each with its place. */
static enum err_code tell(struct info_job *job, struct json_out *j, const struct input *in,
                          const struct source_info *info, struct err *err)
{
    struct buf source;
    const bool alone = !is_several(&job->list);
    enum err_code rc = OK;
    buf_init(&source, 1 << 16);
    if (!alone)
        input_put_name(&source, in);
    if (j) {
        info_put_json(j, info, alone ? NULL : buf_text(&source));
    } else {
        if (job->n_told > 0)
            buf_put_text(&job->result, "\n");
        if (!alone)
            buf_printf(&job->result, "source      %s\n", buf_text(&source));
        rc = info_put_text(&job->result, info, &job->work, err);
    }
    job->n_told++;
    buf_clear(&source);
    return rc;
}

/* What is wrong with one of several layers does not hide the others. */
static enum err_code tell_all(struct info_job *job, struct json_out *j, struct err *err)
{
    const uint64_t n_max = (uint64_t)options_integer(job->o, "max-features");
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < job->list.n_inputs; i++) {
        const struct input *in = &job->list.inputs[i];
        struct source_info info = {0};
        struct err why = {0};
        arena_reset(&job->work);
        rc = import_info(in, &job->import, n_max, &job->work, &info, &why);
        if (!rc)
            rc = tell(job, j, in, &info, &why);
        bundle_release(in->bundle, in->file);
        if (!rc)
            continue;
        if (job->list.n_inputs == 1 || rc == CANCELED || rc == NO_MEMORY)
            return err_set(err, rc, "%s", why.text);
        job->code = command_failed(job->o, &why);
        rc = OK;
    }
    return rc;
}

static void tell_failures(struct info_job *job)
{
    const struct input_list *l = &job->list;
    for (size_t i = 0; i < l->n_failures; i++) {
        struct err why = l->failures[i].why;
        err_add(&why, "%s/%s", bundle_path(l->bundle), l->failures[i].name);
        job->code = command_failed(job->o, &why);
    }
}

static enum err_code put_text(struct info_job *job, struct err *err)
{
    const struct input_list *l = &job->list;
    const enum err_code rc = tell_all(job, NULL, err);
    for (size_t i = 0; !rc && i < l->n_skipped; i++)
        buf_printf(&job->result, "%s%s %s\n", i ? "" : "\n", i ? "           " : "skipped    ",
                   l->skipped[i]);
    return rc;
}

static enum err_code put_json(struct info_job *job, struct err *err)
{
    const struct input_list *l = &job->list;
    struct json_out json = json_out(&job->result);
    const bool several = is_several(l);
    if (several) {
        json_object(&json);
        json_key(&json, "layers");
        json_array(&json);
    }
    const enum err_code rc = tell_all(job, &json, err);
    if (several) {
        json_array_end(&json);
        json_key(&json, "skipped");
        json_array(&json);
        for (size_t i = 0; i < l->n_skipped; i++)
            json_text(&json, l->skipped[i]);
        json_array_end(&json);
        json_object_end(&json);
    }
    buf_put_text(&job->result, "\n");
    return rc;
}

static enum err_code look(struct info_job *job, struct err *err)
{
    const char *source = job->o->arguments[0];
    struct progress progress = progress_start(source, true);
    struct import_options *import = &job->import;
    import->max_rejects = 1; /* info tells of all of them */
    import->progress = progress_show;
    import->progress_state = &progress;
    import->reader.fetch.progress = progress_fetched;
    import->reader.fetch.state = &progress;
    enum err_code rc = input_list_open(source, &import->reader, &job->plan, &job->list, err);
    if (rc)
        return rc;
    tell_failures(job);
    return options_flag(job->o, "json") ? put_json(job, err) : put_text(job, err);
}

static enum exit_code run(const struct options *o)
{
    struct info_job job = {.o = o, .import = import_options_of(o)};
    struct err err = {0};
    arena_init(&job.plan, ARENA_MAX_BYTES);
    arena_init(&job.work, ARENA_MAX_BYTES);
    buf_init(&job.result, RESULT_MAX_BYTES);
    interrupt_listen();
    if (look(&job, &err))
        job.code = command_failed(o, &err);
    else if (command_print(o, &job.result) != EXIT_DONE)
        job.code = EXIT_FAILED;
    input_list_close(&job.list);
    buf_clear(&job.result);
    arena_clear(&job.work);
    arena_clear(&job.plan);
    return job.code;
}

const struct command command_info = {
    .name = "info",
    .arguments = "SOURCE",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "Tell what is in a source, before importing it",
    .description = "Read SOURCE as an import would and tell what would become of it: layers, "
                   "geometry, coordinate reference system, fields with their types and examples, "
                   "and what would be rejected or repaired. Nothing is written.\n\n"
                   "Of a large source only a sample is read, so that the answer comes at once, and "
                   "is said to be of a sample: types, box and number are then those of its "
                   "beginning. With --max-features 0 all of it is read.",
    .run = run,
};

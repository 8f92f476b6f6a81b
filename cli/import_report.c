#include "cli/import_report.h"

#include <stdio.h>

#define RESULT_MAX_BYTES (64u << 20)

void import_report_init(struct import_report *r, const struct options *o)
{
    *r = (struct import_report){.options = o, .json = options_flag(o, "json")};
    buf_init(&r->result, RESULT_MAX_BYTES);
    r->out = json_out(&r->result);
    if (!r->json)
        return;
    json_object(&r->out);
    json_member_bool(&r->out, "dryRun", options_flag(o, "dry-run"));
    json_key(&r->out, "results");
    json_array(&r->out);
}

void import_report_clear(struct import_report *r)
{
    buf_clear(&r->result);
}

/* One line of `results` that has no more to say than a name. */
static void put_name(struct import_report *r, const char *status, const char *name)
{
    json_object(&r->out);
    json_member_text(&r->out, "status", status);
    json_member_text(&r->out, "source", name);
    json_object_end(&r->out);
}

static void say_rejects(const struct import_summary *s)
{
    struct buf words;
    buf_init(&words, RESULT_MAX_BYTES);
    summary_put_rejects(&words, s);
    fputs(buf_text(&words), stderr);
    buf_clear(&words);
}

void import_report_layer(struct import_report *r, const char *source,
                         const struct import_summary *s, double seconds)
{
    summary_add(&r->totals, s);
    if (r->json) {
        progress_event(source, "done", NULL);
        summary_put_json(&r->out, source, s, seconds);
        return;
    }
    say_rejects(s);
    summary_put(&r->result, s, seconds);
}

void import_report_unchanged(struct import_report *r, const char *name)
{
    r->totals.n_unchanged++;
    if (r->json)
        put_name(r, "unchanged", name);
    else
        summary_put_unchanged(&r->result, name);
}

void import_report_skipped(struct import_report *r, const struct input_list *l)
{
    for (size_t i = 0; r->json && i < l->n_skipped; i++)
        put_name(r, "skipped", l->skipped[i]);
    if (!r->json)
        summary_put_skipped(&r->result, l);
}

void import_report_failed(struct import_report *r, const char *source, const struct err *why)
{
    if (!r->json) {
        r->totals.n_failed += command_failed(r->options, why) != EXIT_DONE;
        return;
    }
    r->totals.n_failed++;
    progress_event(source, "failed", why->text);
    json_object(&r->out);
    json_member_text(&r->out, "status", "failed");
    json_member_text(&r->out, "source", source);
    json_member_text(&r->out, "error", why->text);
    json_object_end(&r->out);
}

enum exit_code import_report_print(struct import_report *r)
{
    const struct import_totals *t = &r->totals;
    enum exit_code code = EXIT_DONE;
    if (r->json) {
        json_array_end(&r->out);
        json_object_end(&r->out);
        buf_put_text(&r->result, "\n");
    } else if (t->n_layers + t->n_unchanged + t->n_failed > 1) {
        summary_put_totals(&r->result, t);
    }
    if (!options_flag(r->options, "quiet"))
        code = command_print(r->options, &r->result);
    if (t->n_failed > 0)
        return EXIT_FAILED;
    return code == EXIT_DONE && t->n_rejected > 0 ? EXIT_REJECTED : code;
}

/*
 * What a run of `cassini import` tells: words or one JSON document for standard output, and what
 * went wrong for standard error, where --json makes events of it (see cli/progress.h).
 */
#ifndef CLI_IMPORT_REPORT_H
#define CLI_IMPORT_REPORT_H

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/summary.h"

/** Starts with import_report_init(). */
struct import_report {
    const struct options *options;
    bool json;
    struct buf result; /* for standard output */
    struct json_out out;
    struct import_totals totals;
};

void import_report_init(struct import_report *r, const struct options *o);
void import_report_clear(struct import_report *r);

/** A layer is there, or would be. Its first rejects are told at once. */
void import_report_layer(struct import_report *r, const char *source,
                         const struct import_summary *s, double seconds);
/** A layer or a source was left as it is. */
void import_report_unchanged(struct import_report *r, const char *name);
/** Files that no importer reads. */
void import_report_skipped(struct import_report *r, const struct input_list *l);
/** A layer or a source failed: told at once. */
void import_report_failed(struct import_report *r, const char *source, const struct err *why);

/** Write the result, unless --quiet; what the program ends with. */
enum exit_code import_report_print(struct import_report *r) MUST_USE;

#endif

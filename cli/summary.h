/* What an import did, in a few lines for people. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "base/json_write.h"
#include "importers/import.h"

/** The layer, its features, and what is worth knowing of them. */
void summary_put(struct buf *b, const struct import_summary *s, double seconds);
/** The first rejects and how many there are in all; nothing when there are none. */
void summary_put_rejects(struct buf *b, const struct import_summary *s);

/** The same as a JSON object, with its first rejects. */
void summary_put_json(struct json_out *j, const char *source, const struct import_summary *s,
                      double seconds);

/** Of several layers together. A plain value, zeroed at first. */
struct import_totals {
    size_t n_layers, n_unchanged, n_failed;
    uint64_t n_written, n_rejected, source_bytes;
};

void summary_add(struct import_totals *t, const struct import_summary *s);
void summary_put_totals(struct buf *b, const struct import_totals *t);
/** A layer or a source that was left as it is. */
void summary_put_unchanged(struct buf *b, const char *name);
/** Files of a folder or an archive that nobody reads; nothing when there are none. */
void summary_put_skipped(struct buf *b, const struct input_list *l);

#endif

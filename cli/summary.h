/* What an import did, in a few lines for people. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "base/buf.h"
#include "importers/import.h"

/** The layer, its features, and what is worth knowing of them. */
void summary_put(struct buf *b, const struct import_summary *s, double seconds);
/** The first rejects and how many there are in all; nothing when there are none. */
void summary_put_rejects(struct buf *b, const struct import_summary *s);

#endif

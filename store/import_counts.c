#include "store/import_counts.h"

#define ROW(member, name, words) {#member, name, words, offsetof(struct import_counts, member)},

const struct import_count import_count_table[] = {IMPORT_COUNTS(ROW){NULL, NULL, NULL, 0}};

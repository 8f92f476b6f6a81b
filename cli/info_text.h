/* What is in a source, for people and for programs. */
#ifndef CLI_INFO_TEXT_H
#define CLI_INFO_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json_write.h"
#include "importers/import.h"

/** Lines of words, then a table of the fields. Errors NO_MEMORY */
enum err_code info_put_text(struct buf *b, const struct source_info *s, struct arena *a,
                            struct err *err) MUST_USE;
/** One object; `source`: where the layer is found, NULL when that is the whole source. */
void info_put_json(struct json_out *j, const struct source_info *s, const char *source);

#endif

#include "cli/import_options.h"

#include "base/text.h"
#include "cli/command.h"

#include <stdlib.h>

static enum import_mode mode_of(const char *word)
{
    static const struct {
        const char *word;
        enum import_mode mode;
    } modes[] = {{"create", IMPORT_CREATE},
                 {"replace", IMPORT_REPLACE},
                 {"append", IMPORT_APPEND},
                 {"upsert", IMPORT_UPSERT}};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (text_eq(modes[i].word, word))
            return modes[i].mode;
    }
    return IMPORT_CREATE;
}

static const char *temp_folder_of(const struct options *o)
{
    const char *folder = options_text(o, "temp-dir");
    if (!folder)
        folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

struct import_options import_options_of(const struct options *o, const char *source)
{
    return (struct import_options){
        .source = source,
        .layer = options_text(o, "layer"),
        .mode = mode_of(options_text(o, "mode")),
        .crs = options_text(o, "crs"),
        .id_field = options_text(o, "id"),
        .time_field = options_text(o, "time"),
        .title = options_text(o, "title"),
        .description = options_text(o, "description"),
        .license = options_text(o, "license"),
        .attribution = options_text(o, "attribution"),
        .keywords = options_text(o, "keywords"),
        .max_rejects = options_number(o, "max-rejects"),
        .memory_bytes = (uint64_t)options_integer(o, "memory") / 2, /* the deriver has as much */
        .temp_folder = temp_folder_of(o),
        .limits =
            {
                .feature_bytes = (uint64_t)options_integer(o, "max-feature-size"),
                .vertices = (uint64_t)options_integer(o, "max-vertices"),
                .depth = (int)options_integer(o, "max-depth"),
            },
    };
}

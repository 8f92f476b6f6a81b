#include "cli/import_options.h"

#include "base/text.h"
#include "cli/command.h"
#include "cli/interrupt.h"

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

static struct reader_options reader_options_of(const struct options *o)
{
    return (struct reader_options){
        .cancel = interrupt_flag(),
        .limits =
            {
                .feature_bytes = (uint64_t)options_integer(o, "max-feature-size"),
                .vertices = (uint64_t)options_integer(o, "max-vertices"),
                .files = (uint64_t)options_integer(o, "max-files"),
                .tiles = (uint64_t)options_integer(o, "max-tiles"),
                .inflation = (uint64_t)options_integer(o, "max-inflation"),
                .join_bytes = (uint64_t)options_integer(o, "max-join-size"),
                .depth = (int)options_integer(o, "max-depth"),
            },
        .fetch = {.max_bytes = (uint64_t)options_integer(o, "max-download"),
                  .timeout_s = (uint32_t)options_integer(o, "fetch-timeout")},
        .temp_folder = temp_folder_of(o),
        .encoding = options_text(o, "encoding"),
        .keep_z = options_flag(o, "keep-z"),
        .lon = options_text(o, "lon"),
        .lat = options_text(o, "lat"),
        .geometry = options_text(o, "geometry"),
        .columns = options_text(o, "columns"),
        .delimiter = options_text(o, "delimiter"),
        .mapping = options_text(o, "mapping"),
        .as_features = options_flag(o, "as-features"),
        .zoom = options_given(o, "zoom") ? (int)options_integer(o, "zoom") : -1,
    };
}

struct derive_options derive_options_of(const struct options *o)
{
    return (struct derive_options){
        .temp_folder = temp_folder_of(o),
        .memory_bytes = (size_t)options_integer(o, "memory") / 2, /* the importer has as much */
    };
}

struct drawing_words drawing_words_of(const struct options *o)
{
    return (struct drawing_words){
        .group_by = options_text(o, "group-by"),
        .aggregate = options_text(o, "aggregate"),
        .label = options_text(o, "label"),
        .tile_fields = options_text(o, "tile-fields"),
    };
}

struct import_options import_options_of(const struct options *o)
{
    return (struct import_options){
        .layer = options_text(o, "layer"),
        .mode = mode_of(options_text(o, "mode")),
        .delete_missing = options_flag(o, "delete-missing"),
        .rebuild = options_flag(o, "rebuild"),
        .dry_run = options_flag(o, "dry-run"),
        .crs = options_text(o, "crs"),
        .to_crs = options_text(o, "to-crs"),
        .field_types = options_text(o, "type"),
        .id_field = options_text(o, "id"),
        .time_field = options_text(o, "time"),
        .title = options_text(o, "title"),
        .description = options_text(o, "description"),
        .license = options_text(o, "license"),
        .attribution = options_text(o, "attribution"),
        .keywords = options_text(o, "keywords"),
        .drawing = drawing_words_of(o),
        .max_rejects = options_number(o, "max-rejects"),
        .max_rejects_is_count = options_integer(o, "max-rejects") != 0,
        .memory_bytes = (uint64_t)options_integer(o, "memory") / 2, /* the deriver has as much */
        .reader = reader_options_of(o),
    };
}

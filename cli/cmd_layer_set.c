/* cassini layer set: what is said of a layer, and how it is drawn. */
#include "cli/command.h"
#include "cli/import_options.h"
#include "store/layer_edit.h"

/* The options that say something; without any there is nothing to do. */
static bool says_something(const struct options *o)
{
    static const char *const names[] = {
        "title",    "description", "license",          "attribution",
        "keywords", "min-zoom",    "group-by",         "aggregate",
        "label",    "tile-fields", "tile-limit-bytes", "tile-limit-features",
    };
    bool any = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        any |= options_given(o, names[i]);
    return any;
}

static enum err_code set(const struct options *o, const struct layer_words *words, struct err *err)
{
    struct store *store = NULL;
    struct deriver *deriver = NULL;
    const struct derive_options derive = derive_options_of(o);
    enum err_code rc = store_open(options_text(o, "store"), STORE_WRITE, &store, err);
    if (!rc)
        rc = deriver_new(&derive, &deriver, err);
    if (!rc)
        rc = store_set_layer(store, o->arguments[0], words, deriver, err);
    deriver_free(deriver);
    store_close(store);
    return rc;
}

static enum exit_code run(const struct options *o)
{
    struct err err = {0};
    if (!says_something(o))
        return command_misused(o, "nothing is said: --title, --min-zoom, --label or another of the "
                                  "options that --help names");
    const struct layer_words words = {
        .title = options_text(o, "title"),
        .description = options_text(o, "description"),
        .license = options_text(o, "license"),
        .attribution = options_text(o, "attribution"),
        .keywords = options_text(o, "keywords"),
        .min_zoom = options_given(o, "min-zoom") ? (int)options_integer(o, "min-zoom") : -1,
        .tile_limit_bytes = (uint64_t)options_integer(o, "tile-limit-bytes"),
        .tile_limit_features = (uint64_t)options_integer(o, "tile-limit-features"),
        .drawing = drawing_words_of(o),
    };
    return set(o, &words, &err) ? command_failed(o, &err) : EXIT_DONE;
}

const struct command command_layer_set = {
    .name = "layer set",
    .arguments = "NAME",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "Say what a layer is, and how it is drawn",
    .description =
        "Set title, description, licence, attribution or keywords of a layer, its lowest zoom, the "
        "limits of its tiles, and what is drawn: groups, what clusters tell, label points, "
        "attributes in tiles. What is not named stays as it is, and an empty text takes away what "
        "was said. Groups, clusters and label points are worked out at once, from the features in "
        "the store, which takes as long as that part of an import. A running server shows the "
        "change at once; a later import of the layer keeps it, but for what the import says "
        "itself.",
    .run = run,
};

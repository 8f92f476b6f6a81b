/* cassini layer set: what is said of a layer. */
#include "cli/command.h"
#include "store/layer_edit.h"

/* The options that say something; without any there is nothing to do. */
static bool says_something(const struct options *o)
{
    static const char *const names[] = {"title",       "description", "license",
                                        "attribution", "keywords",    "min-zoom"};
    bool any = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        any |= options_given(o, names[i]);
    return any;
}

static enum exit_code run(const struct options *o)
{
    struct store *store = NULL;
    struct err err = {0};
    if (!says_something(o))
        return command_misused(o, "nothing is said: --title, --description, --license, "
                                  "--attribution, --keywords or --min-zoom");
    const struct layer_words words = {
        .title = options_text(o, "title"),
        .description = options_text(o, "description"),
        .license = options_text(o, "license"),
        .attribution = options_text(o, "attribution"),
        .keywords = options_text(o, "keywords"),
        .min_zoom = options_given(o, "min-zoom") ? (int)options_integer(o, "min-zoom") : -1,
    };
    enum err_code rc = store_open(options_text(o, "store"), STORE_WRITE, &store, &err);
    if (!rc)
        rc = store_set_layer(store, o->arguments[0], &words, &err);
    store_close(store);
    return rc ? command_failed(o, &err) : EXIT_DONE;
}

const struct command command_layer_set = {
    .name = "layer set",
    .arguments = "NAME",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "Say what a layer is, and from which zoom it is drawn",
    .description =
        "Set title, description, licence, attribution, keywords or lowest zoom of a layer. What is "
        "not named stays as it is, and an empty text takes away what was said. A running server "
        "shows the change at once; a later import of the layer keeps it, but for what the import "
        "says itself.",
    .run = run,
};

/* cassini layer drop: a layer goes. */
#include "cli/command.h"
#include "store/layer_edit.h"

static enum exit_code run(const struct options *o)
{
    struct store *store = NULL;
    struct err err = {0};
    enum err_code rc = store_open(options_text(o, "store"), STORE_WRITE, &store, &err);
    if (!rc)
        rc = store_drop_layer(store, o->arguments[0], &err);
    store_close(store);
    return rc ? command_failed(o, &err) : EXIT_DONE;
}

const struct command command_layer_drop = {
    .name = "layer drop",
    .arguments = "NAME",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "Remove a layer from the store",
    .description = "Remove a layer with its features or its tiles, its rejects and the history of "
                   "its imports. "
                   "The file keeps its size: the room is used by what comes next.",
    .run = run,
};

/* cassini layer rename: another name for a layer. */
#include "cli/command.h"
#include "store/layer_edit.h"

static enum exit_code run(const struct options *o)
{
    struct store *store = NULL;
    struct err err = {0};
    enum err_code rc = store_open(options_text(o, "store"), STORE_WRITE, &store, &err);
    if (!rc)
        rc = store_rename_layer(store, o->arguments[0], o->arguments[1], &err);
    store_close(store);
    return rc ? command_failed(o, &err) : EXIT_DONE;
}

const struct command command_layer_rename = {
    .name = "layer rename",
    .arguments = "OLD NEW",
    .min_arguments = 2,
    .max_arguments = 2,
    .summary = "Give a layer another name",
    .description =
        "Rename a layer, with its tables, its indexes and its history. Its URLs change with it: "
        "those of the old name are not found any more.",
    .run = run,
};

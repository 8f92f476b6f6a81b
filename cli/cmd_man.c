/* cassini man: the man page, for the build. */
#include "cli/command.h"
#include "cli/help.h"

static enum exit_code run(const struct options *o)
{
    struct buf page;
    buf_init(&page, 1 << 20);
    help_put_man(&page);
    const enum exit_code code = command_print(o, &page);
    buf_clear(&page);
    return code;
}

const struct command command_man = {
    .name = "man",
    .arguments = "",
    .summary = "Print the man page",
    .description = "Print the man page in roff.",
    .hidden = true,
    .run = run,
};

/* cassini COMMAND ...: finds the command, reads its options, runs it. */
#include "base/text.h"
#include "cli/command.h"
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#define HELP_MAX_BYTES (1 << 20)

/* Help goes to stdout when it was asked for, to stderr when it answers a mistake. */
static enum exit_code put_help(void (*put)(struct buf *b), FILE *to)
{
    struct buf text;
    buf_init(&text, HELP_MAX_BYTES);
    put(&text);
    const bool written = fputs(buf_text(&text), to) >= 0 && fflush(to) == 0;
    buf_clear(&text);
    return written ? EXIT_DONE : EXIT_FAILED;
}

static enum exit_code put_command_help(const struct options *o)
{
    struct buf text;
    buf_init(&text, HELP_MAX_BYTES);
    help_put_command(&text, o->command);
    const enum exit_code code = command_print(o, &text);
    buf_clear(&text);
    return code;
}

static enum exit_code run_command(const struct command *command, int argc, char **argv)
{
    struct options o = {.command = command};
    struct err err = {0};
    if (options_parse(command, argc, argv, &o, &err))
        return command_misused(&o, "%s", err.text);
    return o.help ? put_command_help(&o) : command->run(&o);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        (void)put_help(help_put_program, stderr);
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (text_eq(word, "--help") || text_eq(word, "-h") || text_eq(word, "help"))
        return put_help(help_put_program, stdout);
    if (text_eq(word, "--version") || text_eq(word, "-V"))
        return put_help(help_put_version, stdout);
    int n_used = 0;
    const struct command *command = command_find(argc - 1, argv + 1, &n_used);
    return command ? run_command(command, argc - 1 - n_used, argv + 1 + n_used)
                   : command_not_found(argc - 1, argv + 1);
}

#include "cli/command.h"

#include "base/nearest.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

extern const struct command command_import, command_serve, command_layers, command_tile,
    command_info, command_man;

const struct command *const command_list[] = {
    &command_import, &command_serve, &command_layers, &command_tile, &command_info,
    &command_man,    NULL,
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; command_list[i]; i++) {
        if (text_eq(command_list[i]->name, name))
            return command_list[i];
    }
    return NULL;
}

const char *command_nearest(const char *name)
{
    struct nearest n = nearest_to(name);
    for (size_t i = 0; command_list[i]; i++) {
        if (!command_list[i]->hidden)
            nearest_offer(&n, command_list[i]->name);
    }
    return n.best;
}

enum exit_code command_failed(const struct options *o, const struct err *err)
{
    fprintf(stderr, "cassini: %s: %s\n", o->command->name, err->text);
    return EXIT_FAILED;
}

enum exit_code command_misused(const struct options *o, const char *format, ...)
{
    char words[512];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    fprintf(stderr, "cassini: %s: %s (cassini %s --help)\n", o->command->name, words,
            o->command->name);
    return EXIT_USAGE;
}

enum exit_code command_print(const struct options *o, struct buf *result)
{
    struct err err = {0};
    if (buf_status(result, &err))
        return command_failed(o, &err);
    if ((result->len_bytes && fwrite(result->data, 1, result->len_bytes, stdout) == 0) ||
        fflush(stdout) != 0 || ferror(stdout)) {
        err_set(&err, IO, "cannot write to standard output: %s", strerror(errno));
        return command_failed(o, &err);
    }
    return EXIT_DONE;
}

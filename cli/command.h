/* What a command is. One file, ending in one `const struct command`, and one line in commands.c. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/buf.h"
#include "base/err.h"
#include "cli/options.h"

#include <stdbool.h>
#include <stddef.h>

/** What the program ends with: scripts rely on these numbers. */
enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_REJECTED = 3 };

struct command {
    const char *name;      /* one word or two: "import", "layer set" */
    const char *arguments; /* as --help shows them: "SOURCE...", "" for none */
    size_t min_arguments, max_arguments;
    const char *summary;     /* one line, no full stop */
    const char *description; /* paragraphs with an empty line between them */
    bool hidden;             /* neither in --help nor in the man page */
    enum exit_code (*run)(const struct options *o);
};

/** All commands in the order of --help, NULL at the end. */
extern const struct command *const command_list[];

/** The command that these words begin with, and how many of them are its name; NULL when there is
 * none. */
const struct command *command_find(int n_words, char **words, int *out_n_used);
/** Say what is wrong with words that are no command, and what was perhaps meant; EXIT_USAGE. */
enum exit_code command_not_found(int n_words, char **words) MUST_USE;

/** Say on stderr why the command failed; EXIT_FAILED. */
enum exit_code command_failed(const struct options *o, const struct err *err) MUST_USE;

/** Say on stderr what is wrong with the command line; EXIT_USAGE. */
enum exit_code command_misused(const struct options *o, const char *format, ...)
    PRINTF_LIKE(2, 3) MUST_USE;

/** Write the result, words or bytes, to stdout: EXIT_DONE, or EXIT_FAILED when the buffer failed or
 * stdout does. Words may come from sources: they give a terminal no commands. */
enum exit_code command_print(const struct options *o, struct buf *words) MUST_USE;
enum exit_code command_print_bytes(const struct options *o, const struct buf *bytes) MUST_USE;

#endif

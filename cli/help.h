/* What --help, --version and the man page say, written from the tables of commands and options. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/buf.h"
#include "cli/command.h"

void help_put_program(struct buf *b);
void help_put_command(struct buf *b, const struct command *command);
/** "cassini 0.1.0" and the versions of the libraries that decide on results. */
void help_put_version(struct buf *b);
/** The man page cassini(1) in roff. */
void help_put_man(struct buf *b);

#endif

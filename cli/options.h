/*
 * The options of all commands: one table (options.c) from which come the command line, the
 * environment (CASSINI_STORE for --store), --help and the man page.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/err.h"
#include "base/json_write.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct command;

enum option_kind {
    OPTION_FLAG,
    OPTION_TEXT,
    OPTION_CHOICE, /* one of the words of `value`: "create|replace" */
    OPTION_COUNT,  /* a whole number */
    OPTION_NUMBER,
    OPTION_SHARE, /* 0.001 and 0.1% are shares, 50 is a count */
    OPTION_BYTES  /* 256M */
};

struct option {
    const char *name; /* without "--" */
    char letter;      /* of the short form; 0: none */
    enum option_kind kind;
    const char *value;       /* as --help shows it: "FILE"; NULL for a flag */
    const char *standard;    /* what holds when it is not given; NULL: nothing */
    double minimum, maximum; /* of counts, numbers and bytes; equal: any that is not negative */
    const char *commands;    /* words with a space between them; "layer-set" is "layer set" */
    bool needed;             /* the command does not run without it */
    const char *help;        /* one sentence, without the default */
};

/** All options, `name` NULL at the end. */
extern const struct option option_table[];

#define OPTIONS_MAX 128

/** A checked value. */
struct option_value {
    const char *text; /* NULL: neither given nor with a default */
    int64_t integer; /* counts and bytes; 1 for a flag that is given, and a share that is a count */
    double number;
    bool given; /* on the command line or in the environment */
};

/** What a command is run with. A plain value; texts are argv's and the environment's. */
struct options {
    const struct command *command;
    struct option_value values[OPTIONS_MAX]; /* in the order of the table */
    const char **arguments;
    size_t n_arguments;
    bool help; /* --help was among them: then nothing is missing */
};

bool option_belongs(const struct option *option, const struct command *command);
/** "CASSINI_CACHE_SIZE". Cut to the room there is. */
void option_env_name(const struct option *option, char *out, size_t room_bytes);

/**
 * Read what follows the command's name, then the environment, then the defaults.
 *
 * In/out  argv: the arguments that are no options are moved to its front and lent to `out`
 * Errors  BAD_ARG: words name the option or the variable and say what it wants
 */
enum err_code options_parse(const struct command *command, int argc, char **argv,
                            struct options *out, struct err *err) MUST_USE;

/* The value of an option by its name, which must stand in the table. */
const char *options_text(const struct options *o, const char *name);
int64_t options_integer(const struct options *o, const char *name);
double options_number(const struct options *o, const char *name);
bool options_flag(const struct options *o, const char *name);
bool options_given(const struct options *o, const char *name);

/** The options that were given, as one JSON object: the record of an import. */
void options_put_json(const struct options *o, struct json_out *j);

#endif

#include "cli/help.h"

#include "base/crs.h"
#include "base/geos.h"
#include "base/text.h"
#include "store/store.h"

#include <string.h>

#define LINE_WIDTH  96
#define HELP_COLUMN 6

#define EXIT_CODES "0 done; 1 failed; 2 wrong usage; 3 done, but some features were rejected."

/* Text broken between words; an empty line in it starts a paragraph. */
static void put_wrapped(struct buf *b, const char *text, size_t indent)
{
    size_t column = 0;
    for (const char *p = text; *p;) {
        if (*p == '\n') {
            buf_put_text(b, column ? "\n" : "");
            buf_put_text(b, text_starts_with(p, "\n\n") ? "\n" : "");
            p += strspn(p, "\n");
            column = 0;
            continue;
        }
        if (*p == ' ') {
            p++;
            continue;
        }
        const size_t n = strcspn(p, " \n");
        if (column && column + 1 + n > LINE_WIDTH) {
            buf_put_text(b, "\n");
            column = 0;
        }
        buf_printf(b, "%*s", (int)(column ? 1 : indent), "");
        column += (column ? 1 : indent) + n;
        buf_put(b, p, n);
        p += n;
    }
    buf_put_text(b, "\n");
}

static void put_usage(struct buf *b, const struct command *command)
{
    buf_printf(b, "cassini %s", command->name);
    if (*command->arguments)
        buf_printf(b, " %s", command->arguments);
    for (const struct option *o = option_table; o->name; o++) {
        if (o->needed && option_belongs(o, command))
            buf_printf(b, " --%s %s", o->name, o->value);
    }
    buf_put_text(b, " [OPTION...]");
}

static void put_option_name(struct buf *b, const struct option *o)
{
    if (o->letter)
        buf_printf(b, "-%c, ", o->letter);
    buf_printf(b, "--%s", o->name);
    if (o->value)
        buf_printf(b, " %s", o->value);
}

static void put_option_help(struct buf *b, const struct option *o)
{
    buf_put_text(b, o->help);
    if (o->standard)
        buf_printf(b, " (default: %s)", o->standard);
    buf_put_text(b, ".");
}

void help_put_program(struct buf *b)
{
    buf_put_text(b,
                 "Cassini publishes geographic data: any source becomes a layer of one file, and "
                 "the\nlayers become vector tiles, OGC APIs and a map.\n\n");
    for (size_t i = 0; command_list[i]; i++) {
        if (command_list[i]->hidden)
            continue;
        buf_put_text(b, "  ");
        put_usage(b, command_list[i]);
        buf_printf(b, "\n      %s\n", command_list[i]->summary);
    }
    buf_put_text(b, "\n  cassini COMMAND --help    what a command does, and its options\n"
                    "  cassini --version\n\n"
                    "Exit codes: " EXIT_CODES "\n");
}

void help_put_command(struct buf *b, const struct command *command)
{
    put_usage(b, command);
    buf_put_text(b, "\n\n");
    put_wrapped(b, command->description, 0);
    buf_put_text(b, "\nOptions\n");
    for (const struct option *o = option_table; o->name; o++) {
        if (!option_belongs(o, command))
            continue;
        struct buf words;
        buf_init(&words, 4096);
        put_option_help(&words, o);
        buf_put_text(b, "  ");
        put_option_name(b, o);
        buf_put_text(b, "\n");
        put_wrapped(b, buf_text(&words), HELP_COLUMN);
        buf_clear(&words);
    }
    buf_put_text(b, "  -h, --help\n      This text.\n\n");
    put_wrapped(b,
                "Each option can also be set in the environment: --store as CASSINI_STORE, "
                "--cache-size as CASSINI_CACHE_SIZE. The command line wins.\n\n"
                "Exit codes: " EXIT_CODES,
                0);
}

void help_put_version(struct buf *b)
{
    buf_printf(b, "cassini %s\nGEOS %s, PROJ %s, SQLite %s, SpatiaLite %s\n", CASSINI_VERSION,
               geos_version(), crs_proj_version(), store_sqlite_version(),
               store_spatialite_version());
}

/* Text for roff: a hyphen is a minus there, and a dot or quote at the start of a line an order. */
static void put_roff(struct buf *b, const char *text)
{
    bool line_start = true;
    for (const char *p = text; *p; p++) {
        if (text_starts_with(p, "\n\n")) {
            buf_put_text(b, "\n.PP\n");
            p++;
            line_start = true;
            continue;
        }
        if (line_start && (*p == '.' || *p == '\''))
            buf_put_text(b, "\\&");
        if (*p == '-' || *p == '\\')
            buf_put_text(b, *p == '-' ? "\\-" : "\\e");
        else
            buf_put_u8(b, (uint8_t)*p);
        line_start = *p == '\n';
    }
    buf_put_text(b, "\n");
}

static void put_man_option(struct buf *b, const struct option *o)
{
    struct buf words;
    buf_init(&words, 4096);
    char variable[64];
    option_env_name(o, variable, sizeof variable);
    buf_put_text(b, ".TP\n.B ");
    put_option_name(&words, o);
    put_roff(b, buf_text(&words));
    buf_reset(&words);
    put_option_help(&words, o);
    buf_printf(&words, " Environment: %s.", variable);
    put_roff(b, buf_text(&words));
    buf_clear(&words);
}

void help_put_man(struct buf *b)
{
    buf_printf(b, ".TH CASSINI 1 \"\" \"cassini %s\" \"User commands\"\n", CASSINI_VERSION);
    buf_put_text(b, ".SH NAME\ncassini \\- publishes geographic data: vector tiles and OGC APIs "
                    "from one SpatiaLite file\n.SH SYNOPSIS\n");
    for (size_t i = 0; command_list[i]; i++) {
        if (command_list[i]->hidden)
            continue;
        struct buf usage;
        buf_init(&usage, 4096);
        put_usage(&usage, command_list[i]);
        buf_put_text(b, i ? ".br\n" : "");
        put_roff(b, buf_text(&usage));
        buf_clear(&usage);
    }
    buf_put_text(b, ".SH COMMANDS\n");
    for (size_t i = 0; command_list[i]; i++) {
        if (command_list[i]->hidden)
            continue;
        buf_printf(b, ".SS cassini %s\n", command_list[i]->name);
        put_roff(b, command_list[i]->description);
        for (const struct option *o = option_table; o->name; o++) {
            if (option_belongs(o, command_list[i]))
                put_man_option(b, o);
        }
    }
    buf_put_text(b, ".SH EXIT STATUS\n" EXIT_CODES "\n");
}

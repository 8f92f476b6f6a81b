#include "cli/command.h"

#include "base/nearest.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

extern const struct command command_import, command_serve, command_layers, command_layer_set,
    command_layer_rename, command_layer_drop, command_check, command_tile, command_info,
    command_man, command_export;

const struct command *const command_list[] = {
    &command_import,       &command_serve,      &command_layers, &command_layer_set,
    &command_layer_rename, &command_layer_drop, &command_check,  &command_tile,
    &command_export,       &command_info,       &command_man,    NULL,
};

/* How many of the words are this name; 0: they are not. */
static int n_words_of(const char *name, int n_words, char **words)
{
    int n = 0;
    for (;;) {
        const size_t n_bytes = strcspn(name, " ");
        if (n == n_words || !span_eq((struct span){name, n_bytes}, words[n]))
            return 0;
        n++;
        if (!name[n_bytes])
            return n;
        name += n_bytes + 1;
    }
}

const struct command *command_find(int n_words, char **words, int *out_n_used)
{
    for (size_t i = 0; command_list[i]; i++) {
        const int n = n_words_of(command_list[i]->name, n_words, words);
        if (n > 0) {
            *out_n_used = n;
            return command_list[i];
        }
    }
    return NULL;
}

/* Whether the word begins the names of commands of two words, which then are told. */
static bool put_second_words(struct buf *b, const char *word)
{
    const size_t n = strlen(word);
    bool any = false;
    for (size_t i = 0; command_list[i]; i++) {
        const char *name = command_list[i]->name;
        if (!text_starts_with(name, word) || name[n] != ' ')
            continue;
        buf_printf(b, "%s%s", any ? ", " : "", name + n + 1);
        any = true;
    }
    return any;
}

enum exit_code command_not_found(int n_words, char **words)
{
    struct buf second;
    struct nearest n = nearest_to(words[0]);
    buf_init(&second, 4096);
    for (size_t i = 0; command_list[i]; i++) {
        if (!command_list[i]->hidden)
            nearest_offer(&n, command_list[i]->name);
    }
    if (put_second_words(&second, words[0]))
        fprintf(stderr, "cassini: %s %s: it is one of %s (cassini --help)\n", words[0],
                n_words > 1 ? words[1] : "what?", buf_text(&second));
    else
        fprintf(stderr, "cassini: there is no command '%s'%s%s%s (cassini --help)\n", words[0],
                n.best ? "; did you mean '" : "", n.best ? n.best : "", n.best ? "'?" : "");
    buf_clear(&second);
    return EXIT_USAGE;
}

enum exit_code command_failed(const struct options *o, const struct err *err)
{
    struct err plain = *err;
    text_blank_controls(plain.text, strlen(plain.text), false);
    fprintf(stderr, "cassini: %s: %s\n", o->command->name, plain.text);
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

enum exit_code command_print_bytes(const struct options *o, const struct buf *bytes)
{
    struct err err = {0};
    if (buf_status(bytes, &err))
        return command_failed(o, &err);
    if ((bytes->len_bytes && fwrite(bytes->data, 1, bytes->len_bytes, stdout) == 0) ||
        fflush(stdout) != 0 || ferror(stdout)) {
        err_set(&err, IO, "cannot write to standard output: %s", strerror(errno));
        return command_failed(o, &err);
    }
    return EXIT_DONE;
}

enum exit_code command_print(const struct options *o, struct buf *words)
{
    text_blank_controls((char *)words->data, words->len_bytes, true);
    return command_print_bytes(o, words);
}

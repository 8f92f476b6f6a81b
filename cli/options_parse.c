#include "cli/options.h"

#include "base/nearest.h"
#include "base/text.h"
#include "cli/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void option_env_name(const struct option *option, char *out, size_t room_bytes)
{
    static const char prefix[] = "CASSINI_";
    size_t n = 0;
    for (const char *p = prefix; *p && n + 1 < room_bytes; p++)
        out[n++] = *p;
    for (const char *p = option->name; *p && n + 1 < room_bytes; p++)
        out[n++] = (char)(*p == '-' ? '_' : toupper((unsigned char)*p));
    if (room_bytes)
        out[n] = '\0';
}

/* The option of that name or letter among those of the command. */
static const struct option *find_option(const struct command *command, struct span name,
                                        char letter)
{
    for (const struct option *o = option_table; o->name; o++) {
        if ((letter ? o->letter == letter : span_eq(name, o->name)) && option_belongs(o, command))
            return o;
    }
    return NULL;
}

static enum err_code unknown_option(const struct command *command, struct span name,
                                    struct err *err)
{
    char word[64];
    const size_t n = name.len_bytes < sizeof word - 1 ? name.len_bytes : sizeof word - 1;
    memcpy(word, name.at, n);
    word[n] = '\0';
    struct nearest near = nearest_to(word);
    for (const struct option *o = option_table; o->name; o++) {
        if (option_belongs(o, command))
            nearest_offer(&near, o->name);
    }
    nearest_offer(&near, "help");
    if (near.best)
        return err_set(err, BAD_ARG, "there is no option --%s; did you mean --%s?", word,
                       near.best);
    return err_set(err, BAD_ARG, "there is no option --%s", word);
}

static bool is_choice(const char *choices, const char *text)
{
    const size_t n = strlen(text);
    for (const char *word = choices; word; word = strchr(word, '|')) {
        word += *word == '|';
        if (n && strncmp(word, text, n) == 0 && (word[n] == '|' || word[n] == '\0'))
            return true;
    }
    return false;
}

static enum err_code parse_flag(const char *text, int64_t *out, struct err *err)
{
    static const struct {
        const char *word;
        int64_t value;
    } words[] = {{"1", 1}, {"true", 1}, {"yes", 1}, {"0", 0}, {"false", 0}, {"no", 0}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (text_eq_ignoring_case(words[i].word, text)) {
            *out = words[i].value;
            return OK;
        }
    }
    return err_set(err, BAD_ARG, "'%s' is neither 1 nor 0", text);
}

/* "0.001" and "0.1%" are shares of a whole, "50" is so many. */
static enum err_code parse_share(const char *text, struct option_value *out, struct err *err)
{
    char number[64];
    const size_t n = strcspn(text, "%");
    const bool is_percent = text_eq(text + n, "%");
    if (n >= sizeof number || (text[n] && !is_percent))
        return err_set(err, BAD_ARG, "'%s' is neither a share nor a number", text);
    memcpy(number, text, n);
    number[n] = '\0';
    const enum err_code rc = text_parse_f64(number, &out->number, err);
    if (rc)
        return rc;
    out->integer = !is_percent && !strpbrk(number, ".eE");
    if (is_percent)
        out->number /= 100;
    if (out->number < 0)
        return err_set(err, BAD_ARG, "'%s' is less than 0", text);
    if (out->number > 1 && !out->integer)
        return err_set(err, BAD_ARG, "'%s' is more than all of them", text);
    return OK;
}

static enum err_code parse_number(const struct option *option, const char *text,
                                  struct option_value *out, struct err *err)
{
    uint64_t bytes = 0;
    enum err_code rc = OK;
    if (option->kind == OPTION_NUMBER) {
        rc = text_parse_f64(text, &out->number, err);
    } else if (option->kind == OPTION_COUNT) {
        rc = text_parse_i64(text, &out->integer, err);
        out->number = (double)out->integer;
    } else {
        rc = text_parse_bytes(text, &bytes, err);
        if (!rc && bytes > INT64_MAX)
            rc = err_set(err, LIMIT, "'%s' is too large", text);
        out->integer = rc ? 0 : (int64_t)bytes;
        out->number = (double)bytes;
    }
    if (rc)
        return rc;
    const bool any = option->minimum >= option->maximum;
    if (out->number < option->minimum)
        return err_set(err, BAD_ARG, "'%s' is less than %.15g", text, option->minimum);
    if (!any && out->number > option->maximum)
        return err_set(err, BAD_ARG, "'%s' is more than %.15g", text, option->maximum);
    return OK;
}

static enum err_code parse_value(const struct option *option, const char *text,
                                 struct option_value *out, struct err *err)
{
    struct option_value value = {.text = text};
    enum err_code rc = OK;
    switch (option->kind) {
    case OPTION_TEXT:
        break;
    case OPTION_FLAG:
        rc = parse_flag(text, &value.integer, err);
        break;
    case OPTION_CHOICE:
        if (!is_choice(option->value, text))
            rc = err_set(err, BAD_ARG, "'%s' is none of %s", text, option->value);
        break;
    case OPTION_SHARE:
        rc = parse_share(text, &value, err);
        break;
    case OPTION_COUNT:
    case OPTION_NUMBER:
    case OPTION_BYTES:
        rc = parse_number(option, text, &value, err);
        break;
    }
    if (!rc)
        *out = value;
    return rc;
}

/* One "--name", "--name=value", "-n" or "-n value"; `*i` is moved over a value of its own. */
static enum err_code parse_option(struct options *o, int argc, char **argv, int *i, struct err *err)
{
    const char *given = argv[*i];
    const bool is_long = given[1] == '-';
    const char *equals = is_long ? strchr(given, '=') : NULL;
    const char *name = given + (is_long ? 2 : 1);
    const struct span word = {name, equals ? (size_t)(equals - name) : strlen(name)};
    if (span_eq(word, is_long ? "help" : "h")) {
        o->help = true;
        return OK;
    }
    if (!is_long && word.len_bytes != 1)
        return err_set(err, BAD_ARG, "'%s': a short option is one letter", given);
    const struct option *option = find_option(o->command, word, is_long ? '\0' : *name);
    if (!option)
        return is_long ? unknown_option(o->command, word, err)
                       : err_set(err, BAD_ARG, "there is no option %s", given);
    const char *value = equals ? equals + 1 : NULL;
    if (option->kind == OPTION_FLAG) {
        if (value)
            return err_set(err, BAD_ARG, "--%s takes no value", option->name);
        value = "1";
    } else if (!value) {
        if (*i + 1 >= argc)
            return err_set(err, BAD_ARG, "--%s needs a value: %s", option->name, option->value);
        value = argv[++*i];
    }
    struct option_value *to = &o->values[option - option_table];
    if (parse_value(option, value, to, err))
        return err_add(err, "--%s", option->name);
    to->given = true;
    return OK;
}

/* What the command line does not say: the environment, then the default. */
static enum err_code parse_rest(struct options *o, struct err *err)
{
    for (const struct option *option = option_table; option->name; option++) {
        struct option_value *to = &o->values[option - option_table];
        if (to->given || !option_belongs(option, o->command))
            continue;
        char variable[64];
        option_env_name(option, variable, sizeof variable);
        const char *text = getenv(variable);
        if (text && *text) {
            if (parse_value(option, text, to, err))
                return err_add(err, "%s", variable);
            to->given = true;
        } else if (option->standard) {
            if (parse_value(option, option->standard, to, err))
                return err_add(err, "--%s", option->name);
        } else if (option->needed && !o->help) {
            return err_set(err, BAD_ARG, "--%s %s is missing", option->name, option->value);
        }
    }
    return OK;
}

enum err_code options_parse(const struct command *command, int argc, char **argv,
                            struct options *out, struct err *err)
{
    struct options o = {.command = command, .arguments = (const char **)argv};
    bool only_arguments = false;
    for (int i = 0; i < argc; i++) {
        if (!only_arguments && text_eq(argv[i], "--")) {
            only_arguments = true;
        } else if (!only_arguments && argv[i][0] == '-' && argv[i][1] != '\0') {
            const enum err_code rc = parse_option(&o, argc, argv, &i, err);
            if (rc)
                return rc;
        } else {
            argv[o.n_arguments++] = argv[i]; /* "-" alone is standard input */
        }
    }
    if (!o.help && o.n_arguments < command->min_arguments)
        return err_set(err, BAD_ARG, "%s is missing", command->arguments);
    if (o.n_arguments > command->max_arguments)
        return err_set(err, BAD_ARG, "'%s' is one argument too many",
                       o.arguments[command->max_arguments]);
    const enum err_code rc = parse_rest(&o, err);
    if (!rc)
        *out = o;
    return rc;
}

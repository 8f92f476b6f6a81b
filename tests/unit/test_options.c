#include "base/text.h"
#include "cli/command.h"
#include "cli/listen.h"
#include "server/http/http_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define WORDS(...)                                                                                 \
    (char *[])                                                                                     \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static const struct command *find(const char *name)
{
    char word[32];
    char *words[] = {word};
    int n_used = 0;
    snprintf(word, sizeof word, "%s", name);
    return command_find(1, words, &n_used);
}

static struct options parsed(const char *command, int argc, char **argv)
{
    struct options o = {0};
    struct err err = {0};
    if (options_parse(find(command), argc, argv, &o, &err))
        fail_msg("%s", err.text);
    return o;
}

static void assert_refused(const char *command, int argc, char **argv, const char *words)
{
    struct options o = {0};
    struct err err = {0};
    assert_int_equal(options_parse(find(command), argc, argv, &o, &err), BAD_ARG);
    assert_string_equal(err.text, words);
    assert_null(o.command); /* untouched */
}

static void a_value_stands_behind_its_option_or_behind_an_equals_sign(void **state)
{
    (void)state;
    struct options o = parsed("import", 5, WORDS("a.json", "--store", "s", "--layer=x=y", "b"));
    assert_string_equal(options_text(&o, "store"), "s");
    assert_string_equal(options_text(&o, "layer"), "x=y");
    assert_int_equal(o.n_arguments, 2);
    assert_string_equal(o.arguments[0], "a.json");
    assert_string_equal(o.arguments[1], "b");
}

static void short_forms_and_a_lone_minus_are_understood(void **state)
{
    (void)state;
    struct options o = parsed("import", 4, WORDS("-s", "s", "-q", "-"));
    assert_string_equal(options_text(&o, "store"), "s");
    assert_true(options_flag(&o, "quiet"));
    assert_string_equal(o.arguments[0], "-");
}

static void an_empty_value_is_a_value(void **state)
{
    (void)state;
    struct options o = parsed("import", 3, WORDS("a", "--store=s", "--title="));
    assert_string_equal(options_text(&o, "title"), "");
}

static void the_last_of_several_wins(void **state)
{
    (void)state;
    struct options o = parsed("import", 3, WORDS("a", "--store=s", "--store=t"));
    assert_string_equal(options_text(&o, "store"), "t");
}

static void sizes_counts_and_numbers_are_parsed(void **state)
{
    (void)state;
    struct options o = parsed(
        "serve", 4, WORDS("--store=s", "--cache-size=3M", "--workers=7", "--request-timeout=2.5"));
    assert_int_equal(options_integer(&o, "cache-size"), 3 << 20);
    assert_int_equal(options_integer(&o, "workers"), 7);
    assert_true(options_number(&o, "request-timeout") == 2.5);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    assert_refused("serve", 2, WORDS("--store=s", "--workers=1.5"),
                   "--workers: '1.5' is not a whole number");
    assert_refused("serve", 2, WORDS("--store=s", "--workers=300"),
                   "--workers: '300' is more than 256");
    assert_refused("serve", 2, WORDS("--store=s", "--gzip-level=0"),
                   "--gzip-level: '0' is less than 1");
    assert_refused("serve", 2, WORDS("--store=s", "--listn=x"),
                   "there is no option --listn; did you mean --listen?");
    assert_refused("serve", 2, WORDS("--store=s", "x"), "'x' is one argument too many");
}

static void the_environment_speaks_where_the_command_line_is_silent(void **state)
{
    (void)state;
    setenv("CASSINI_WORKERS", "3", 1);
    setenv("CASSINI_GZIP_LEVEL", "9", 1);
    struct options o = parsed("serve", 2, WORDS("--store=s", "--gzip-level=2"));
    assert_int_equal(options_integer(&o, "workers"), 3);
    assert_int_equal(options_integer(&o, "gzip-level"), 2);
    setenv("CASSINI_WORKERS", "many", 1);
    assert_refused("serve", 1, WORDS("--store=s"), "CASSINI_WORKERS: 'many' is not a whole number");
    setenv("CASSINI_WORKERS", "", 1);
    o = parsed("serve", 1, WORDS("--store=s"));
    assert_int_equal(options_integer(&o, "workers"), 0);
    unsetenv("CASSINI_WORKERS");
    unsetenv("CASSINI_GZIP_LEVEL");
}

static void help_needs_nothing_else(void **state)
{
    (void)state;
    struct options o = parsed("import", 1, WORDS("--help"));
    assert_true(o.help);
}

static void what_was_given_is_recorded_as_json(void **state)
{
    (void)state;
    struct options o =
        parsed("import", 5, WORDS("a", "--store=s", "--memory=64M", "--max-rejects=0.5", "-q"));
    struct buf text;
    buf_init(&text, 4096);
    struct json_out json = json_out(&text);
    options_put_json(&o, &json);
    assert_string_equal(
        buf_text(&text),
        "{\"store\":\"s\",\"max-rejects\":\"0.5\",\"memory\":67108864,\"quiet\":true}");
    buf_clear(&text);
}

static void the_defaults_of_the_table_are_those_of_the_server(void **state)
{
    (void)state;
    const struct http_config c = http_config_default();
    struct options o = parsed("serve", 1, WORDS("--store=s"));
    assert_int_equal(options_integer(&o, "workers"), c.n_workers);
    assert_int_equal(options_integer(&o, "cache-size"), c.cache_bytes);
    assert_int_equal(options_integer(&o, "tile-cache-size"), c.answer_file_bytes);
    assert_int_equal(options_integer(&o, "max-connections"), c.max_connections);
    assert_int_equal(options_integer(&o, "max-header"), c.max_header_bytes);
    assert_int_equal(options_integer(&o, "max-body"), c.max_body_bytes);
    assert_int_equal(options_integer(&o, "max-response"), c.max_response_bytes);
    assert_int_equal(options_integer(&o, "max-queue"), c.max_queue);
    assert_int_equal(options_number(&o, "request-timeout") * 1000, c.request_ms);
    assert_int_equal(options_number(&o, "idle-timeout") * 1000, c.idle_ms);
    assert_int_equal(options_integer(&o, "worker-memory"), c.arena_bytes);
    assert_int_equal(options_integer(&o, "gzip-level"), c.gzip_level);
}

static void every_option_belongs_to_commands_that_exist(void **state)
{
    (void)state;
    for (const struct option *o = option_table; o->name; o++) {
        size_t n_commands = 0, n_words = 1;
        for (size_t i = 0; command_list[i]; i++)
            n_commands += option_belongs(o, command_list[i]);
        for (const char *p = o->commands; *p; p++)
            n_words += *p == ' ';
        if (n_commands != n_words)
            fail_msg("--%s: '%s'", o->name, o->commands);
        assert_true((o->kind == OPTION_FLAG) == (o->value == NULL));
        assert_false(text_ends_with(o->help, "."));
    }
}

static void a_place_to_listen_has_an_address_and_a_port(void **state)
{
    (void)state;
    static const struct {
        const char *text, *address;
        uint16_t port;
    } good[] = {{"127.0.0.1:8080", "127.0.0.1", 8080},
                {"[::1]:80", "::1", 80},
                {":8080", "0.0.0.0", 8080},
                {"localhost:0", "127.0.0.1", 0},
                {"0.0.0.0:65535", "0.0.0.0", 65535}};
    static const char *const bad[] = {"",           "8080",         "127.0.0.1",
                                      "127.0.0.1:", "127.0.0.1:-1", "127.0.0.1:65536",
                                      "::1:80",     "[::1]"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct listen_address a;
        assert_int_equal(listen_parse(good[i].text, &a, NULL), OK);
        assert_string_equal(a.address, good[i].address);
        assert_int_equal(a.port, good[i].port);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct listen_address a;
        assert_int_equal(listen_parse(bad[i], &a, NULL), BAD_ARG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_stands_behind_its_option_or_behind_an_equals_sign),
        cmocka_unit_test(short_forms_and_a_lone_minus_are_understood),
        cmocka_unit_test(an_empty_value_is_a_value),
        cmocka_unit_test(the_last_of_several_wins),
        cmocka_unit_test(sizes_counts_and_numbers_are_parsed),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(the_environment_speaks_where_the_command_line_is_silent),
        cmocka_unit_test(help_needs_nothing_else),
        cmocka_unit_test(what_was_given_is_recorded_as_json),
        cmocka_unit_test(the_defaults_of_the_table_are_those_of_the_server),
        cmocka_unit_test(every_option_belongs_to_commands_that_exist),
        cmocka_unit_test(a_place_to_listen_has_an_address_and_a_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

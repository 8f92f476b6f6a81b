#include "server/http/document.h"
#include "tests/unit/unit.h"

#include <string.h>

static const enum media DOCS[] = {MEDIA_JSON, MEDIA_HTML, MEDIA_TILEJSON, MEDIA_END};
static const struct route ROUTE = {.pattern = "/c", .media = DOCS};

struct fixture {
    struct arena arena;
    struct buf out;
    struct request request;
};

static int start(void **state)
{
    static struct fixture f;
    f = (struct fixture){.request = {.route = &ROUTE,
                                     .media = MEDIA_JSON,
                                     .base_url = "http://h",
                                     .path = "/c",
                                     .query = "a=1&f=json&b=%22"}};
    arena_init(&f.arena, 1 << 20);
    buf_init(&f.out, 1 << 20);
    f.request.arena = &f.arena;
    *state = &f;
    return 0;
}

static int stop(void **state)
{
    struct fixture *f = *state;
    arena_clear(&f->arena);
    buf_clear(&f->out);
    return 0;
}

static struct doc *every_kind(struct arena *a)
{
    struct doc *d = doc_new(a);
    doc_text(d, "text", "a \"b\" <c>");
    doc_text(d, "absent", NULL);
    doc_int(d, "int", -7);
    doc_f64(d, "real", 2.5);
    doc_bool(d, "bool", true);
    doc_null(d, "null");
    doc_json(d, "json", span_of("{\"x\":[1]}"));
    struct doc *o = doc_object(d, "object");
    doc_int(o, "inner", 1);
    struct doc *list = doc_array(d, "array");
    doc_add_text(list, "t");
    doc_add_int(list, 1);
    doc_add_f64(list, 0.5);
    doc_add_json(list, span_of("null"));
    doc_add_object(list);
    doc_add_array(list);
    return d;
}

static void json_has_every_member_in_order(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    assert_ok(doc_put_json(every_kind(&f->arena), &f->out, &err));
    assert_string_equal(buf_text(&f->out),
                        "{\"text\":\"a \\\"b\\\" <c>\",\"int\":-7,\"real\":2.5,\"bool\":true,"
                        "\"null\":null,\"json\":{\"x\":[1]},\"object\":{\"inner\":1},"
                        "\"array\":[\"t\",1,0.5,null,{},[]]}");
}

static void links_lead_to_itself_and_its_other_faces(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct doc *d = doc_new(&f->arena);
    doc_link_self(d, &f->request);
    doc_link(d, &(struct doc_link){
                    .rel = "item", .href = "http://h/{z}", .templated = true, .hreflang = "fr"});
    assert_ok(doc_put_json(d, &f->out, &err));
    assert_string_equal(
        buf_text(&f->out),
        "{\"links\":[{\"href\":\"http://h/c?a=1&f=json&b=%22\",\"rel\":\"self\","
        "\"type\":\"application/json\"},"
        "{\"href\":\"http://h/c?a=1&b=%22&f=html\",\"rel\":\"alternate\",\"type\":\"text/html\","
        "\"title\":\"This as a page\"},"
        "{\"href\":\"http://h/c?a=1&b=%22&f=tilejson\",\"rel\":\"alternate\","
        "\"type\":\"application/json\"},"
        "{\"href\":\"http://h/{z}\",\"rel\":\"item\",\"hreflang\":\"fr\",\"templated\":true}]}");
}

static void has(struct fixture *f, const char *words)
{
    if (!strstr(buf_text(&f->out), words))
        fail_msg("no '%s' in %s", words, buf_text(&f->out));
}

static void has_not(struct fixture *f, const char *words)
{
    if (strstr(buf_text(&f->out), words))
        fail_msg("'%s' in %s", words, buf_text(&f->out));
}

static void a_page_has_one_line_for_a_resource_and_its_other_media(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct doc *d = doc_new(&f->arena);
    doc_link_self(d, &f->request);
    doc_link(d, &(struct doc_link){"http://h/rel/styles", "application/json", "Styles", "/s?f=json",
                                   false, NULL});
    doc_link(d, &(struct doc_link){"http://h/rel/styles", "text/html", "Styles", "/s?f=html", false,
                                   NULL});
    const struct page page = {.title = "T"};
    assert_ok(doc_put_html(d, &page, &f->request, &f->out, &err));
    has(f, "<ul class=\"links\">\n<li><a href=\"/s?f=html\">Styles</a> <small>styles · "
           "<a href=\"/s?f=json\">application/json</a> · text/html</small></li>\n</ul>");
}

static void pages_escape_everything_and_link_only_what_is_safe(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct doc *d = every_kind(&f->arena);
    doc_text(d, "<key>", "'&'");
    doc_text(d, "url", "https://h/?a=1&b=\"");
    doc_link(d, &(struct doc_link){.rel = "x", .href = "javascript:alert(1)", .title = "bad"});
    doc_link(d, &(struct doc_link){.rel = "x", .href = "//evil", .title = "worse"});
    doc_link(d, &(struct doc_link){.rel = "y", .href = "/c", .title = "<good>"});
    const char *const crumbs[] = {"Ho<me", "http://h/", "No", "data:x", NULL};
    const struct page page = {
        .title = "<T>", .intro = "a & b", .crumbs = crumbs, .map_href = "/map?x=\""};
    assert_ok(doc_put_html(d, &page, &f->request, &f->out, &err));
    has(f, "<html lang=\"en\">");
    has(f, "<title>&lt;T&gt; · Cassini</title>");
    has(f, "<h1>&lt;T&gt;</h1>");
    has(f, "a &amp; b");
    has(f, "a &quot;b&quot; &lt;c&gt;");
    has(f, "<dt>&lt;key&gt;</dt><dd>&#39;&amp;&#39;</dd>");
    has(f, "<a href=\"https://h/?a=1&amp;b=&quot;\">");
    has(f, "<li>bad");
    has(f, "<li>worse");
    has(f, "<a href=\"/c\">&lt;good&gt;</a>");
    has(f, "<a href=\"http://h/\">Ho&lt;me</a>");
    has(f, "src=\"http://h/map?x=&quot;\"");
    has_not(f, "href=\"javascript");
    has_not(f, "href=\"//");
    has_not(f, "href=\"data:x");
    has_not(f, "<c>");
}

static void arrays_of_objects_are_tables_with_all_their_keys(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct doc *d = doc_new(&f->arena);
    struct doc *rows = doc_array(d, "rows");
    for (int i = 0; i < 3; i++) {
        struct doc *row = doc_add_object(rows);
        doc_text(row, "type", "Feature");
        doc_text(row, "id", i ? "b" : "a");
        struct doc *inner = doc_object(row, "properties");
        doc_int(inner, "area", i);
        if (i == 1)
            doc_text(inner, "only", "here");
        doc_link(row, &(struct doc_link){.rel = "self", .href = "http://h/item"});
    }
    assert_ok(doc_put_html(d, &(struct page){.title = "T"}, &f->request, &f->out, &err));
    has(f, "<th scope=\"col\">type</th><th scope=\"col\">id</th><th scope=\"col\">area</th><th "
           "scope=\"col\">links</th>"
           "<th scope=\"col\">only</th>");
    has(f, "<td>Feature</td><td><a href=\"http://h/item\">a</a></td><td class=\"number\">0</td>");
    has(f, "<td>here</td>");
    has_not(f, "More");
}

static void wide_tables_fold_what_is_more(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    static const char *const KEYS[] = {"k01", "k02", "k03", "k04", "k05", "k06", "k07",
                                       "k08", "k09", "k10", "k11", "k12", "k13", "k14"};
    struct doc *d = doc_new(&f->arena);
    struct doc *row = doc_add_object(doc_array(d, "rows"));
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        doc_text(row, KEYS[i], KEYS[i]);
    assert_ok(doc_put_html(d, &(struct page){.title = "T"}, &f->request, &f->out, &err));
    has(f, "<th scope=\"col\">k12</th><th scope=\"col\">more</th>");
    has(f, "<dt>k13</dt><dd>k13</dd><dt>k14</dt><dd>k14</dd>");
}

static void long_json_is_folded(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct doc *d = doc_new(&f->arena);
    struct doc *outer = doc_array(d, "geometry");
    for (int i = 0; i < 100; i++)
        doc_add_int(doc_add_array(outer), i);
    assert_ok(doc_put_html(d, &(struct page){.title = "T"}, &f->request, &f->out, &err));
    has(f, "<details><summary>List of ");
}

static void missing_memory_is_told_by_the_writers(void **state)
{
    struct fixture *f = *state;
    struct err err;
    assert_fails(doc_put_json(NULL, &f->out, &err), NO_MEMORY, "");
    struct doc *none = NULL;
    doc_text(none, "a", "b");
    doc_link_self(none, &f->request);
    assert_null(doc_add_object(doc_array(none, "a")));
    struct arena tiny;
    arena_init(&tiny, 4096);
    struct doc *d = doc_new(&tiny);
    for (int i = 0; i < 1000; i++)
        doc_int(d, "n", i);
    assert_fails(doc_put_json(d, &f->out, &err), NO_MEMORY, "");
    assert_fails(doc_put_html(d, &(struct page){.title = "T"}, &f->request, &f->out, &err),
                 NO_MEMORY, "");
    arena_clear(&tiny);
    struct buf small;
    buf_init(&small, 100);
    assert_fails(doc_put_html(every_kind(&f->arena), &(struct page){.title = "T"}, &f->request,
                              &small, &err),
                 LIMIT, "");
    buf_clear(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(json_has_every_member_in_order, start, stop),
        cmocka_unit_test_setup_teardown(links_lead_to_itself_and_its_other_faces, start, stop),
        cmocka_unit_test_setup_teardown(a_page_has_one_line_for_a_resource_and_its_other_media,
                                        start, stop),
        cmocka_unit_test_setup_teardown(pages_escape_everything_and_link_only_what_is_safe, start,
                                        stop),
        cmocka_unit_test_setup_teardown(arrays_of_objects_are_tables_with_all_their_keys, start,
                                        stop),
        cmocka_unit_test_setup_teardown(wide_tables_fold_what_is_more, start, stop),
        cmocka_unit_test_setup_teardown(long_json_is_folded, start, stop),
        cmocka_unit_test_setup_teardown(missing_memory_is_told_by_the_writers, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

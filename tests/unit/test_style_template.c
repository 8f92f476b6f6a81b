#include "server/ogc/style_template.h"
#include "store/catalog.h"
#include "tests/unit/unit.h"

#include <string.h>

/* In the order of a catalog: by name. */
static const struct layer LAYERS[] = {
    {.name = "anything", .geom_type = GEOM_COLLECTION, .bbox_deg = {0, 0, 1, 1}},
    {.name = "notes", .geom_type = GEOM_NONE},
    {.name = "parcels", .geom_type = GEOM_MULTIPOLYGON, .bbox_deg = {2, 48, 3, 49}},
    {.name = "roads", .geom_type = GEOM_LINESTRING, .bbox_deg = {2, 48, 3, 49}},
};

static const char TEMPLATE[] =
    "{\"title\":\"T\",\"style\":{\"version\":8,\"glyphs\":\"{server}/fonts/{fontstack}.pbf\"},"
    "\"palette\":[\"#111111\",\"#222222\",\"#333333\"],"
    "\"base\":[{\"id\":\"background\",\"type\":\"background\"}],"
    "\"roles\":["
    "{\"names\":[\"parcels\"],\"geometry\":\"polygon\","
    " \"layers\":[{\"id\":\"{layer}-named\"}],\"labels\":[{\"id\":\"{layer}-label\"}]},"
    "{\"geometry\":\"polygon\",\"layers\":[{\"id\":\"{layer}-fill\",\"c\":\"{color}\"}]},"
    "{\"geometry\":\"line\",\"layers\":[{\"id\":\"{layer}-line\",\"c\":\"{color}\"}]}]}";

static struct catalog *catalog_of(const struct layer *layers, size_t n)
{
    struct catalog *c = NULL;
    struct err err = {0};
    assert_ok(catalog_new(&c, &err));
    c->layers = arena_new(&c->arena, n, sizeof *layers, NULL);
    memcpy(c->layers, layers, n * sizeof *layers);
    c->n_layers = n;
    return c;
}

static void fill(const struct catalog *c, struct buf *out)
{
    struct err err = {0};
    const struct embedded_file file = {"t.json", (const uint8_t *)TEMPLATE, sizeof TEMPLATE - 1};
    struct style_template t;
    assert_ok(style_template_open(&file, &t, &err));
    assert_ok(style_template_fill(&t, c, "http://h", out, &err));
    style_template_close(&t);
}

static void the_first_fitting_role_takes_each_collection(void **state)
{
    (void)state;
    struct catalog *c = catalog_of(LAYERS, 4);
    struct buf out;
    buf_init(&out, 1 << 20);
    fill(c, &out);
    const char *layers = strstr(buf_text(&out), "\"layers\":");
    assert_non_null(layers);
    assert_string_equal(layers, "\"layers\":[{\"id\":\"background\",\"type\":\"background\"},"
                                "{\"id\":\"parcels-named\"},"
                                "{\"id\":\"anything-fill\",\"c\":\"#111111\"},"
                                "{\"id\":\"anything-line\",\"c\":\"#111111\"},"
                                "{\"id\":\"roads-line\",\"c\":\"#111111\"},"
                                "{\"id\":\"parcels-label\"}]}");
    buf_clear(&out);
    catalog_unref(c);
}

static void only_what_is_drawn_has_a_source(void **state)
{
    (void)state;
    struct catalog *c = catalog_of(LAYERS, 4);
    struct buf out;
    buf_init(&out, 1 << 20);
    fill(c, &out);
    const char *text = buf_text(&out);
    assert_non_null(strstr(text, "\"parcels\":{\"type\":\"vector\","
                                 "\"url\":\"http://h/xyz/parcels.json\"}"));
    assert_null(strstr(text, "xyz/notes"));
    assert_non_null(strstr(text, "\"glyphs\":\"http://h/fonts/{fontstack}.pbf\""));
    assert_non_null(strstr(text, "\"center\":[1.5,24.5]"));
    buf_clear(&out);
    catalog_unref(c);
}

static void an_empty_store_has_a_style_too(void **state)
{
    (void)state;
    struct catalog *c = catalog_of(LAYERS, 0);
    struct buf out;
    buf_init(&out, 1 << 20);
    fill(c, &out);
    assert_string_equal(buf_text(&out),
                        "{\"version\":8,\"glyphs\":\"http://h/fonts/{fontstack}.pbf\","
                        "\"name\":\"T\",\"sources\":{},\"layers\":[{\"id\":\"background\","
                        "\"type\":\"background\"}]}");
    buf_clear(&out);
    catalog_unref(c);
}

static void the_cadastre_knows_parcels_by_name(void **state)
{
    (void)state;
    struct err err = {0};
    struct style_template t;
    struct catalog *with = catalog_of(LAYERS, 4), *without = catalog_of(LAYERS, 2);
    assert_ok(style_template_open(embedded_find(style_files, "cadastre.json"), &t, &err));
    assert_true(style_template_knows(&t, with));
    assert_false(style_template_knows(&t, without));
    style_template_close(&t);
    catalog_unref(with);
    catalog_unref(without);
}

static void a_template_that_is_no_json_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct style_template t;
    const struct embedded_file file = {"bad.json", (const uint8_t *)"{", 1};
    assert_fails(style_template_open(&file, &t, &err), BAD_DATA, "bad.json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_fitting_role_takes_each_collection),
        cmocka_unit_test(only_what_is_drawn_has_a_source),
        cmocka_unit_test(an_empty_store_has_a_style_too),
        cmocka_unit_test(the_cadastre_knows_parcels_by_name),
        cmocka_unit_test(a_template_that_is_no_json_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

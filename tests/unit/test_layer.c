#include "store/catalog.h"
#include "store/layer.h"
#include "tests/unit/unit.h"

#include <string.h>

static void field_types_have_names_and_columns(void **state)
{
    (void)state;
    for (int i = FIELD_TEXT; i <= FIELD_JSON; i++) {
        enum field_type type = FIELD_TEXT;
        assert_true(field_type_parse(field_type_name((enum field_type)i), &type));
        assert_int_equal(type, i);
        assert_true(strlen(field_type_sql((enum field_type)i)) > 0);
    }
    enum field_type type = FIELD_REAL;
    assert_false(field_type_parse("INTEGER", &type));
    assert_false(field_type_parse(NULL, &type));
    assert_int_equal(type, FIELD_REAL);
}

static void layer_names_are_slugs_that_nobody_else_uses(void **state)
{
    (void)state;
    static const char *const good[] = {"parcelles", "Rues-1.b",       "_x",        "a_drawables",
                                       "drawable",  "batiments_2024", "networks_2"};
    static const char *const bad[] = {
        "",
        "a b",
        "é",
        "-a",
        ".a",
        "a/b",
        "a\"b",
        "a'b",
        "cassini_meta",
        "CASSINI_x",
        "sqlite_x",
        "idx_a_geom",
        "a_drawable",
        "A_Drawable",
        "a_drawable_index",
        "a_drawable_index_node",
        "spatial_ref_sys",
        "geometry_columns_time",
        "SpatialIndex",
        "knn2",
        "networks",
        "se_fonts",
        "a123456789012345678901234567890123456789012345678901234567890123",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!layer_name_is_ok(good[i]))
            fail_msg("'%s' is no layer's name", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (layer_name_is_ok(bad[i]))
            fail_msg("'%s' is a layer's name", bad[i]);
    }
    assert_false(layer_name_is_ok(NULL));
    for (int c = 1; c < 256; c++) {
        const char name[] = {'x', (char)c, 0};
        struct buf slug;
        buf_init(&slug, 64);
        text_put_slug(&slug, span_of(name));
        assert_int_equal(layer_name_is_ok(name), text_eq(name, buf_text(&slug)));
        buf_clear(&slug);
    }
}

static void layers_and_fields_are_found_by_name(void **state)
{
    (void)state;
    struct err err = {0};
    struct catalog *c = NULL;
    const struct field fields[] = {{.name = "a", .column = "a", .type = FIELD_TEXT},
                                   {.name = "B", .column = "B", .type = FIELD_TEXT}};
    struct layer layers[] = {
        {.name = "A"}, {.name = "a"}, {.name = "a.b"}, {.name = "ab"}, {.name = "b"}};
    layers[1].fields = fields;
    layers[1].n_fields = 2;
    assert_ok(catalog_new(&c, &err));
    assert_null(catalog_find(c, span_of("a")));
    c->layers = layers;
    c->n_layers = 5;
    for (size_t i = 0; i < 5; i++)
        assert_ptr_equal(catalog_find(c, span_of(layers[i].name)), catalog_layer(c, i));
    assert_null(catalog_find(c, span_of("aa")));
    assert_null(catalog_find(c, span_of("c")));
    assert_null(catalog_find(c, (struct span){0}));
    assert_int_equal(layer_field_index(&layers[1], "B"), 1);
    assert_int_equal(layer_field_index(&layers[1], "b"), -1);
    catalog_unref(catalog_ref(c));
    catalog_unref(c);
    catalog_unref(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(field_types_have_names_and_columns),
        cmocka_unit_test(layer_names_are_slugs_that_nobody_else_uses),
        cmocka_unit_test(layers_and_fields_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "store/columns.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

static void columns_are_the_names_unless_taken(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    struct field fields[] = {
        {.name = "name", .type = FIELD_TEXT},   {.name = "NAME", .type = FIELD_TEXT},
        {.name = "name", .type = FIELD_TEXT},   {.name = "FID", .type = FIELD_TEXT},
        {.name = "geom", .type = FIELD_TEXT},   {.name = "", .type = FIELD_TEXT},
        {.name = "RowId", .type = FIELD_TEXT},  {.name = "Höhe", .type = FIELD_TEXT},
        {.name = "a \"b'", .type = FIELD_TEXT}, {.name = "x", .column = "y", .type = FIELD_TEXT},
        {.name = "y", .type = FIELD_TEXT},
    };
    const char *const expected[] = {"name",    "NAME_2", "name_3", "FID_2", "geom_2", "field",
                                    "RowId_2", "Höhe",   "a \"b'", "y",     "y_2"};
    const char *id = NULL;
    arena_init(&a, 1 << 20);
    assert_ok(columns_choose(fields, 11, -1, &a, &id, &err));
    for (int i = 0; i < 11; i++)
        assert_string_equal(fields[i].column, expected[i]);
    assert_string_equal(id, "id");
    arena_clear(&a);
}

static void the_id_column_is_the_id_field_or_a_free_name(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    struct field fields[] = {{.name = "Id", .type = FIELD_TEXT},
                             {.name = "feature_id", .type = FIELD_TEXT}};
    const char *id = NULL;
    arena_init(&a, 1 << 20);
    assert_ok(columns_choose(fields, 1, 0, &a, &id, &err));
    assert_string_equal(id, "Id");
    assert_ok(columns_choose(fields, 1, -1, &a, &id, &err));
    assert_string_equal(id, "feature_id");
    assert_ok(columns_choose(fields, 2, -1, &a, &id, &err));
    assert_string_equal(id, "feature_id_2");
    arena_clear(&a);
}

static void more_fields_than_a_table_can_have_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena a;
    static struct field fields[2000];
    const char *id = NULL;
    for (int i = 0; i < 2000; i++)
        fields[i] = (struct field){.name = "a", .type = FIELD_TEXT};
    arena_init(&a, 1 << 24);
    assert_fails(columns_choose(fields, 2000, -1, &a, &id, &err), LIMIT, "2000 fields");
    assert_null(id);
    arena_clear(&a);
    arena_init(&a, 1);
    assert_fails(columns_choose(fields, 1, -1, &a, &id, &err), LIMIT, "");
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_the_names_unless_taken),
        cmocka_unit_test(the_id_column_is_the_id_field_or_a_free_name),
        cmocka_unit_test(more_fields_than_a_table_can_have_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What features in tiles tell, by kinds of geometry and by what was said. */
#include "tests/unit/unit.h"
#include "tiler/tile_attributes.h"

#include <string.h>

static const struct field FIELDS[] = {
    {.name = "id", .type = FIELD_TEXT},
    {.name = "bikes", .type = FIELD_INTEGER},
    {.name = "share", .type = FIELD_REAL},
    {.name = "commune", .type = FIELD_TEXT},
};

static struct layer layer_of(enum geom_type type, const struct layer_drawing *d)
{
    return (struct layer){.name = "l",
                          .fields = FIELDS,
                          .n_fields = sizeof FIELDS / sizeof *FIELDS,
                          .id_field = 0,
                          .time_field = -1,
                          .geom_type = type,
                          .drawing = d};
}

/* "name:type " of each; those of no field with a star. */
static void take(void *state, const char *name, enum field_type type, const struct field *field)
{
    buf_printf(state, "%s%s:%s ", field ? "" : "*", name, field_type_name(type));
}

static void check(const struct layer *l, const char *wanted)
{
    struct err err = {0};
    struct buf b;
    buf_init(&b, 1 << 16);
    assert_ok(tile_attributes_walk(l, take, &b, &err));
    assert_string_equal(buf_text(&b), wanted);
    buf_clear(&b);
}

static void all_fields_and_those_of_groups_are_told(void **state)
{
    (void)state;
#define ALL "id:text bikes:integer share:real commune:text "
    struct layer l = layer_of(GEOM_NONE, NULL);
    check(&l, ALL);
    l.geom_type = GEOM_MULTIPOLYGON;
    check(&l, ALL "*feature_count:integer ");
    l.geom_type = GEOM_LINESTRING;
    check(&l, ALL "*feature_count:integer ");
    l.geom_type = GEOM_POINT;
    check(&l, ALL "*point_count:integer ");
    l.geom_type = GEOM_COLLECTION;
    check(&l, ALL "*feature_count:integer *point_count:integer ");
}

static void what_was_said_is_told(void **state)
{
    (void)state;
    static const struct aggregate aggregates[] = {
        {1, AGGREGATE_SUM}, {1, AGGREGATE_MEAN}, {2, AGGREGATE_MIN}, {2, AGGREGATE_MAX}};
    static const int tile_fields[] = {2};
    const struct layer_drawing points = {-1, -1, aggregates, 4, tile_fields, 1};
    struct layer l = layer_of(GEOM_POINT, &points);
    check(&l, "id:text share:real *point_count:integer *bikes_sum:integer *bikes_mean:real "
              "*share_min:real *share_max:real ");
    const struct layer_drawing blocks = {3, 1, NULL, 0, tile_fields, 1};
    l = layer_of(GEOM_POLYGON, &blocks);
    check(&l, "id:text share:real *commune:text *feature_count:integer ");
    assert_true(layer_has_labels(&l));
    struct buf b;
    buf_init(&b, 1000);
    label_attributes_walk(&l, take, &b);
    assert_string_equal(buf_text(&b), "*label:integer id:text ");
    l.id_field = -1; /* ids are positions */
    buf_reset(&b);
    label_attributes_walk(&l, take, &b);
    assert_string_equal(buf_text(&b), "*label:integer ");
    check(&l, "share:real *commune:text *feature_count:integer ");
    buf_clear(&b);
}

static void a_name_is_told_once(void **state)
{
    (void)state;
    static const struct field fields[] = {{.name = "point_count", .type = FIELD_TEXT},
                                          {.name = "n", .type = FIELD_INTEGER},
                                          {.name = "n_sum", .type = FIELD_TEXT}};
    static const struct aggregate aggregates[] = {{1, AGGREGATE_SUM}};
    const struct layer_drawing d = {-1, -1, aggregates, 1, NULL, 0};
    struct layer l = layer_of(GEOM_POINT, &d);
    l.fields = fields;
    l.n_fields = 3;
    check(&l, "point_count:text n:integer n_sum:text ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_fields_and_those_of_groups_are_told),
        cmocka_unit_test(what_was_said_is_told),
        cmocka_unit_test(a_name_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

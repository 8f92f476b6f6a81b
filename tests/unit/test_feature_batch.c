#include "importers/feature_batch.h"
#include "tests/unit/unit.h"

#include <string.h>

static char raw[] = "12;Rue;x";

static struct source_feature feature_of(const struct source_value *values, size_t n_values)
{
    return (struct source_feature){
        .ordinal = 7, .values = values, .n_values = n_values, .raw = {raw, strlen(raw)}};
}

static void assert_text(struct span text, const char *wanted)
{
    assert_true(span_eq(text, wanted));
}

static void all_of_a_feature_is_copied(void **state)
{
    (void)state;
    struct err err = {0};
    struct feature_batch b;
    struct batch_item *item = NULL;
    char name[] = "street", other[] = "elsewhere", id[] = "a1";
    double xy[] = {3, 4};
    uint32_t end[] = {1};
    uint8_t kind[] = {GEOM_KIND_POINT};
    struct geom geom = {GEOM_POINT, 1, 1, 1, xy, end, end, kind, NULL};
    struct source_value values[] = {
        {span_of(name), value_text((struct span){raw + 3, 3}), LOOSE},
        {span_of("other"), value_text(span_of(other)), TYPED},
        {span_of("n"), value_int(5), TYPED},
    };
    struct source_feature f = feature_of(values, 3);
    f.id = span_of(id);
    f.geom = &geom;
    feature_batch_init(&b);
    assert_ok(feature_batch_add(&b, &f, NULL, &item, &err));
    assert_ok(feature_batch_add(&b, &f, "why", &item, &err));
    memset(name, 'x', strlen(name));
    memset(other, 'x', strlen(other));
    memset(id, 'x', strlen(id));
    memset(raw, 'x', strlen(raw));
    xy[0] = 0;
    for (size_t i = 0; i < 2; i++) {
        item = &b.items[i];
        assert_int_equal(item->feature.ordinal, 7);
        assert_text(item->feature.id, "a1");
        assert_text(item->feature.raw, "12;Rue;x");
        assert_text(item->fields[0].name, "street");
        assert_int_equal(item->fields[0].loose, LOOSE);
        assert_text(item->values[0].text, "Rue");
        assert_text(item->values[1].text, "elsewhere");
        assert_true(item->values[2].integer == 5);
        assert_true(item->feature.geom->xy[0] == 3 && item->feature.geom->xy[1] == 4);
    }
    assert_null(b.items[0].reject_reason);
    assert_string_equal(b.items[1].reject_reason, "why");
    feature_batch_clear(&b);
    memcpy(raw, "12;Rue;x", strlen(raw));
}

static void a_raw_text_that_stays_is_lent(void **state)
{
    (void)state;
    struct err err = {0};
    struct feature_batch b;
    struct batch_item *item = NULL;
    const struct source_value values[] = {
        {span_of("n"), value_text((struct span){raw + 3, 3}), TYPED}};
    const struct source_feature f = feature_of(values, 1);
    feature_batch_init(&b);
    b.raw_stays = true;
    assert_ok(feature_batch_add(&b, &f, NULL, &item, &err));
    assert_ptr_equal(item->feature.raw.at, raw);
    assert_ptr_equal(item->values[0].text.at, raw + 3);
    feature_batch_clear(&b);
}

static void fields_are_kept_once_as_long_as_they_are_the_same(void **state)
{
    (void)state;
    struct err err = {0};
    struct feature_batch b;
    struct batch_item *item = NULL;
    const struct source_value one[] = {{span_of("a"), value_int(1), TYPED},
                                       {span_of("b"), value_null(), TYPED}};
    const struct source_value loose[] = {{span_of("a"), value_int(1), LOOSE_COMMA},
                                         {span_of("b"), value_null(), TYPED}};
    const struct source_feature same = feature_of(one, 2), fewer = feature_of(one, 1),
                                none = feature_of(NULL, 0), other = feature_of(loose, 2);
    const struct source_feature *const features[] = {&same, &same, &fewer, &none,
                                                     &none, &same, &other};
    feature_batch_init(&b);
    for (size_t i = 0; i < 7; i++)
        assert_ok(feature_batch_add(&b, features[i], NULL, &item, &err));
    assert_ptr_equal(b.items[0].fields, b.items[1].fields);
    assert_ptr_not_equal(b.items[1].fields, b.items[2].fields);
    assert_int_equal(b.items[3].feature.n_values, 0);
    assert_text(b.items[5].fields[1].name, "b");
    assert_ptr_not_equal(b.items[5].fields, b.items[6].fields);
    assert_int_equal(b.items[6].fields[0].loose, LOOSE_COMMA);
    feature_batch_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_a_feature_is_copied),
        cmocka_unit_test(a_raw_text_that_stays_is_lent),
        cmocka_unit_test(fields_are_kept_once_as_long_as_they_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

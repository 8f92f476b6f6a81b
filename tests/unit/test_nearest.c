#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *nearest(const char *word)
{
    static const char *const known[] = {"import", "layer", "layers", "max-rejects", "store"};
    struct nearest n = nearest_to(word);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        nearest_offer(&n, known[i]);
    return n.best;
}

static void a_slip_of_a_letter_is_recognised(void **state)
{
    (void)state;
    assert_string_equal(nearest("improt"), "import");
    assert_string_equal(nearest("stroe"), "store");
    assert_string_equal(nearest("layrs"), "layers");
    assert_string_equal(nearest("max-reject"), "max-rejects");
}

static void a_beginning_is_recognised(void **state)
{
    (void)state;
    assert_string_equal(nearest("max"), "max-rejects");
    assert_string_equal(nearest("imp"), "import");
}

static void the_word_itself_is_nearer_than_its_neighbours(void **state)
{
    (void)state;
    assert_string_equal(nearest("layers"), "layers");
    assert_string_equal(nearest("layer"), "layer");
}

static void another_word_is_not_taken_for_a_slip(void **state)
{
    (void)state;
    assert_null(nearest("frobnicate"));
    assert_null(nearest("xx"));
    assert_null(nearest("a-word-much-longer-than-any-word-that-is-known-here"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_of_a_letter_is_recognised),
        cmocka_unit_test(a_beginning_is_recognised),
        cmocka_unit_test(the_word_itself_is_nearer_than_its_neighbours),
        cmocka_unit_test(another_word_is_not_taken_for_a_slip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

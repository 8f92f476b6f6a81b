#include "base/key_sort.h"
#include "tests/unit/unit.h"

enum { N = 3000 };

static void items_come_by_key_and_equal_keys_as_they_came(void **state)
{
    (void)state;
    static const uint64_t SCALES[] = {1, UINT64_C(1) << 20, UINT64_C(0x0101010101010101)};
    static struct keyed items[N], room[N];
    for (size_t k = 0; k < sizeof SCALES / sizeof SCALES[0]; k++) {
        for (uint64_t i = 0; i < N; i++)
            items[i] = (struct keyed){i * 2654435761u % 251 * SCALES[k], i};
        key_sort(items, N, room);
        for (size_t i = 1; i < N; i++) {
            const struct keyed *a = &items[i - 1], *b = &items[i];
            assert_true(a->key < b->key || (a->key == b->key && a->value < b->value));
        }
    }
}

static void nothing_and_one_are_sorted(void **state)
{
    (void)state;
    struct keyed one = {7, 8}, room;
    key_sort(NULL, 0, NULL);
    key_sort(&one, 1, &room);
    assert_true(one.key == 7 && one.value == 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_by_key_and_equal_keys_as_they_came),
        cmocka_unit_test(nothing_and_one_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

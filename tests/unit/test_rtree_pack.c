#include "store/rtree_pack.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What SQLite keeps of a tree: nodes by number, and for rows and nodes the node above. */
enum { NODE_BYTES = 4 + 24 * 51, MAX_NODES = 4096, MAX_ROWS = 200000 };
struct shadow {
    uint8_t node[MAX_NODES][NODE_BYTES];
    int64_t parent[MAX_NODES];
    int32_t leaf_of[MAX_ROWS];
    int64_t n_nodes, n_rows, last_given;
    enum err_code fails;
};

static enum err_code keep_node(void *state, const struct rtree_node *node, struct err *err)
{
    struct shadow *s = state;
    if (s->fails)
        return err_set(err, s->fails, "as the test wants");
    assert_true(node->number >= 1 && node->number < MAX_NODES && node->n_bytes == NODE_BYTES);
    memcpy(s->node[node->number], node->data, NODE_BYTES);
    s->n_nodes++;
    s->last_given = node->number;
    for (size_t i = 0; i < node->n_ids; i++) {
        if (node->leaf) {
            s->leaf_of[node->ids[i]] = (int32_t)node->number;
            s->n_rows++;
        } else {
            s->parent[node->ids[i]] = node->number;
        }
    }
    return OK;
}

static uint64_t big_endian(const uint8_t *at, int n_bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < n_bytes; i++)
        value = value << 8 | at[i];
    return value;
}

static float float_at(const uint8_t *at)
{
    const uint32_t bits = (uint32_t)big_endian(at, 4);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Checks the tree below a node against its box; counts rows and nodes. */
static void check_node(const struct shadow *s, int64_t number, int depth, const float *box,
                       int64_t *n_rows, int64_t *n_nodes)
{
    const uint8_t *node = s->node[number];
    const int n_cells = (int)big_endian(node + 2, 2);
    assert_true(n_cells > 0 && n_cells <= 51);
    if (number != 1)
        assert_int_equal(big_endian(node, 2), 0);
    (*n_nodes)++;
    for (int i = 0; i < n_cells; i++) {
        const uint8_t *cell = node + 4 + 24 * i;
        const int64_t id = (int64_t)big_endian(cell, 8);
        float c[4];
        for (int k = 0; k < 4; k++)
            c[k] = float_at(cell + 8 + 4 * k);
        assert_true(c[0] <= c[1] && c[2] <= c[3]);
        if (box)
            assert_true(c[0] >= box[0] && c[1] <= box[1] && c[2] >= box[2] && c[3] <= box[3]);
        if (depth == 0) {
            assert_int_equal(s->leaf_of[id], number);
            (*n_rows)++;
        } else {
            assert_int_equal(s->parent[id], number);
            check_node(s, id, depth - 1, c, n_rows, n_nodes);
        }
    }
}

static void trees_of_any_size_are_whole(void **state)
{
    (void)state;
    struct err err = {0};
    static const int sizes[] = {1,    2,    51,   52,           53,     102,   2601,
                                2602, 2652, 2653, 51 * 51 + 51, 132651, 132652};
    struct shadow *s = calloc(1, sizeof *s);
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct rtree_pack *p = NULL;
        memset(s, 0, sizeof *s);
        assert_ok(rtree_pack_new(2, NODE_BYTES, true, keep_node, s, &p, &err));
        for (int i = 0; i < sizes[k]; i++) {
            const double x = -500.3 + i % 1000, y = 48.1 + i / 1000;
            const int32_t coords[] = {rtree_key_down(x), rtree_key_up(x + 0.7), rtree_key_down(y),
                                      rtree_key_up(y + 0.7)};
            assert_ok(rtree_pack_put(p, i + 1, coords, &err));
        }
        assert_ok(rtree_pack_finish(p, &err));
        rtree_pack_free(p);
        int64_t n_rows = 0, n_nodes = 0;
        assert_int_equal(s->last_given, 1);
        check_node(s, 1, (int)big_endian(s->node[1], 2), NULL, &n_rows, &n_nodes);
        assert_int_equal(n_rows, sizes[k]);
        assert_int_equal(n_rows, s->n_rows);
        assert_int_equal(n_nodes, s->n_nodes);
        assert_true(n_nodes <= sizes[k] / 51 + sizes[k] / 2601 + 8); /* nodes are full */
    }
    free(s);
}

static void nothing_put_gives_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct rtree_pack *p = NULL;
    assert_ok(rtree_pack_new(3, 4 + 32 * 51, false, keep_node, NULL, &p, &err));
    assert_ok(rtree_pack_finish(p, &err)); /* the sink would not survive a call */
    rtree_pack_free(p);
    rtree_pack_free(NULL);
    assert_fails(rtree_pack_new(2, 30, true, keep_node, NULL, &p, &err), BAD_DATA, "30 bytes");
}

static void what_the_sink_says_comes_back(void **state)
{
    (void)state;
    struct err err = {0};
    struct rtree_pack *p = NULL;
    struct shadow *s = calloc(1, sizeof *s);
    const int32_t coords[4] = {0};
    s->fails = IO;
    assert_ok(rtree_pack_new(2, NODE_BYTES, true, keep_node, s, &p, &err));
    for (int i = 0; i < 51; i++)
        assert_ok(rtree_pack_put(p, i, coords, &err));
    assert_fails(rtree_pack_put(p, 51, coords, &err), IO, "as the test wants");
    assert_fails(rtree_pack_finish(p, &err), IO, "as the test wants");
    rtree_pack_free(p);
    free(s);
}

static void keys_round_outwards_and_sort(void **state)
{
    (void)state;
    static const double values[] = {-1e300, -1e9, -650000.123, -1,          -1e-30,   0,
                                    1e-30,  0.1,  2.3488,      650000.4567, 16777217, 1e300};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const int32_t down = rtree_key_down(values[i]), up = rtree_key_up(values[i]);
        assert_true(down <= up && (double)up - (double)down <= 4);
        if (i > 0)
            assert_true(rtree_key_down(values[i - 1]) <= down && rtree_key_up(values[i - 1]) <= up);
    }
    assert_int_equal(rtree_key_down(1), rtree_key_up(1));
    assert_true(rtree_key_down(-1) < rtree_key_down(-0.5) && rtree_key_down(-0.5) < 0);
    static const uint32_t numbers[] = {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(rtree_key_to_u32(rtree_key_of_u32(numbers[i])), numbers[i]);
        if (i > 0)
            assert_true(rtree_key_of_u32(numbers[i - 1]) < rtree_key_of_u32(numbers[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_of_any_size_are_whole),
        cmocka_unit_test(nothing_put_gives_nothing),
        cmocka_unit_test(what_the_sink_says_comes_back),
        cmocka_unit_test(keys_round_outwards_and_sort),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

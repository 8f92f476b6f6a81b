#include "tests/unit/unit.h"
#include "tiler/tiler.h"

static void a_report_says_what_became_of_every_drawable(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 4096);
    struct json_out j = json_out(&b);
    const struct tile_report r = {.n_layers = 1,
                                  .layers = {{.layer = "parcelles",
                                              .drawn_zoom = 13,
                                              .n_found = 10,
                                              .n_written = 6,
                                              .n_features = 7,
                                              .n_outside = 1,
                                              .n_collapsed = 3,
                                              .n_enlarged = 2,
                                              .n_repaired = 4,
                                              .n_left_out = 90,
                                              .n_without_attributes = 5,
                                              .n_vertices = 55,
                                              .n_bytes = 1234}}};
    const struct tile_request request = {{14, 8299, 5635}, NULL, 0, 64, 4096, NULL};
    tile_report_put_json(&j, &request, &r);
    assert_string_equal(buf_text(&b),
                        "{\"z\":14,\"x\":8299,\"y\":5635,\"extent\":4096,\"buffer\":64,"
                        "\"layers\":[{\"layer\":\"parcelles\","
                        "\"drawnZoom\":13,\"found\":10,\"written\":6,\"features\":7,\"outside\":1,"
                        "\"collapsed\":3,\"enlarged\":2,\"repaired\":4,\"leftOut\":90,"
                        "\"withoutAttributes\":5,\"vertices\":55,\"bytes\":1234}]}");
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_says_what_became_of_every_drawable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

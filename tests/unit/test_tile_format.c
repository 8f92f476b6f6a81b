#include "base/tile_format.h"
#include "tests/unit/unit.h"

/* The first bytes of images, written as their formats say. */
#define PNG        "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0\0\0\x01\0\x08\x02\0\0\0"
#define JPEG       "\xFF\xD8\xFF\xE0\0\x04xx\xFF\xC0\0\x11\x08\x01\0\x02\x80\x03"
#define WEBP_LO    "RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\x01\0\x9d\x01\x2a\0\x01\0\x01\0\0\0\0"
#define WEBP_LL    "RIFF\x24\0\0\0WEBPVP8L\x18\0\0\0\x2f\xff\x01\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define WEBP_X     "RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\xff\x01\0\xff\x01\0\0\0\0\0"
#define SPAN(text) ((struct span){text, sizeof(text) - 1})

static void images_are_known_by_their_beginning(void **state)
{
    (void)state;
    enum tile_format f = TILE_MVT;
    assert_true(tile_format_of_image(SPAN(PNG), &f) && f == TILE_PNG);
    assert_true(tile_format_of_image(SPAN(JPEG), &f) && f == TILE_JPEG);
    assert_true(tile_format_of_image(SPAN(WEBP_LL), &f) && f == TILE_WEBP);
    assert_false(tile_format_of_image(SPAN("\x1A\x05roads"), &f));
    assert_false(tile_format_of_image(SPAN("RIFF\x24\0\0\0WAVE"), &f));
    assert_false(tile_format_of_image(SPAN(""), &f));
}

static void images_say_how_wide_they_are(void **state)
{
    (void)state;
    assert_int_equal(tile_image_width_px(SPAN(PNG)), 512);
    assert_int_equal(tile_image_width_px(SPAN(JPEG)), 640);
    assert_int_equal(tile_image_width_px(SPAN(WEBP_LO)), 256);
    assert_int_equal(tile_image_width_px(SPAN(WEBP_LL)), 512);
    assert_int_equal(tile_image_width_px(SPAN(WEBP_X)), 512);
    assert_int_equal(tile_image_width_px(SPAN("hello")), 0);
}

static void a_header_that_is_cut_says_nothing(void **state)
{
    (void)state;
    const struct span all[] = {SPAN(PNG), SPAN(JPEG), SPAN(WEBP_LO), SPAN(WEBP_LL), SPAN(WEBP_X)};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        for (size_t n = 0; n <= all[i].len_bytes; n++) {
            const int px = tile_image_width_px((struct span){all[i].at, n});
            assert_true(px == 0 || px == tile_image_width_px(all[i]));
        }
    }
}

static void formats_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < N_TILE_FORMATS; i++) {
        enum tile_format f;
        assert_true(tile_format_parse(tile_format_name((enum tile_format)i), &f) && (int)f == i);
    }
    enum tile_format f;
    assert_false(tile_format_parse("gif", &f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_are_known_by_their_beginning),
        cmocka_unit_test(images_say_how_wide_they_are),
        cmocka_unit_test(a_header_that_is_cut_says_nothing),
        cmocka_unit_test(formats_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Text of strangers: numbers, times, intervals, escapes, names. */
#include "base/text.h"
#include "base/when.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void read_numbers(const char *text)
{
    int64_t whole = 0, again_whole = 0;
    uint64_t n_bytes = 0;
    double value = 0, again = 0;
    struct buf b;
    buf_init(&b, 1000);
    (void)!text_parse_bytes(text, &n_bytes, NULL);
    if (text_parse_i64(text, &whole, NULL) == OK) {
        buf_printf(&b, "%lld", (long long)whole);
        if (text_parse_i64(buf_text(&b), &again_whole, NULL) || again_whole != whole)
            abort();
    }
    if (text_parse_f64(text, &value, NULL) == OK) {
        buf_reset(&b);
        text_put_f64(&b, value);
        if (text_parse_f64(buf_text(&b), &again, NULL) || again != value)
            abort();
        buf_reset(&b);
        text_put_fixed(&b, value, 7);
        const double tolerance = 1e-7 + fabs(value) * 1e-15;
        if (text_parse_f64(buf_text(&b), &again, NULL) || fabs(again - value) > tolerance)
            abort();
    }
    buf_clear(&b);
}

static void read_times(const char *text)
{
    struct when_interval interval;
    int64_t us = 0, again = 0;
    enum when_kind kind = WHEN_NONE;
    struct buf b;
    buf_init(&b, 1000);
    if (when_parse_interval(text, &interval, NULL) == OK && interval.has_start &&
        interval.has_end && interval.end_us < interval.start_us)
        abort();
    const bool is_time = when_parse(span_of(text), &us, &kind, NULL) == OK;
    if (is_time != (when_kind_of(span_of(text)) != WHEN_NONE))
        abort();
    if (is_time) {
        when_put_rfc3339(&b, us);
        if (when_parse(span_of(buf_text(&b)), &again, NULL, NULL) || again != us)
            abort();
        when_put_http(&b, us);
    }
    buf_clear(&b);
}

static void read_escapes(const char *text)
{
    struct buf decoded, encoded, again;
    buf_init(&decoded, SIZE_MAX);
    buf_init(&encoded, SIZE_MAX);
    buf_init(&again, SIZE_MAX);
    (void)!text_percent_decode(span_of(text), true, &decoded, NULL);
    buf_reset(&decoded);
    if (text_percent_decode(span_of(text), false, &decoded, NULL) == OK) {
        text_put_percent(&encoded, buf_text(&decoded));
        if (text_percent_decode(span_of(buf_text(&encoded)), false, &again, NULL) ||
            strcmp(buf_text(&again), buf_text(&decoded)) != 0)
            abort();
    }
    buf_reset(&encoded);
    text_put_slug(&encoded, span_of(text));
    if (encoded.len_bytes == 0 || encoded.len_bytes > 63 || strchr("-.", buf_text(&encoded)[0]))
        abort();
    buf_clear(&decoded);
    buf_clear(&encoded);
    buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    read_numbers(text);
    read_times(text);
    read_escapes(text);
    free(text);
    return 0;
}

/* JSON of strangers: read, walked all through, written back; what is written must read again. */
#include "base/json_read.h"

#include <stdlib.h>

#define LIMIT_BYTES (1 << 20)
#define LIMIT_DEPTH 30

/* Every way to look at every value. */
static void look_at(struct json_value v)
{
    double numbers[3];
    size_t n = 0, n_items = 0;
    if (json_numbers(v, numbers, 3, &n) && n != json_count(v))
        abort();
    const struct span text = json_text_of(v);
    if (json_is(v, JSON_TEXT) && !text_is_utf8(text.at, text.len_bytes))
        abort();
    (void)json_bool_of(v);
    (void)json_int_of(v);
    (void)json_f64_of(v);
    struct json_value item;
    (void)json_get(v, "type", &item);
    struct span key;
    for (struct json_walk w = json_walk(v); json_next(&w, &key, &item); n_items++)
        look_at(item);
    if (n_items != json_count(v))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_reader *r = NULL;
    struct json_value root;
    struct err err = {0};
    if (json_reader_new(LIMIT_BYTES, LIMIT_DEPTH, &r, &err))
        return 0;
    if (json_read(r, (struct span){(const char *)data, size}, &root, &err) == OK) {
        look_at(root);
        struct buf first, second;
        buf_init(&first, SIZE_MAX);
        buf_init(&second, SIZE_MAX);
        json_put(&first, root);
        const struct span written = {(const char *)first.data, first.len_bytes};
        if (written.len_bytes <= LIMIT_BYTES) {
            if (json_read(r, written, &root, &err))
                abort();
            json_put(&second, root);
            if (!span_eq(written, buf_text(&second)))
                abort();
        }
        buf_clear(&first);
        buf_clear(&second);
    } else if (err.code == OK) {
        abort();
    }
    json_reader_free(r);
    return 0;
}

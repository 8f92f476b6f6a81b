#include "server/http/key.h"

#include <string.h>

static void put_text(struct buf *b, const char *text)
{
    const size_t n = strlen(text);
    buf_put_varint(b, n);
    buf_put(b, text, n);
}

/* Numbers are put as values: limit=010 is limit=10, and a clamped one is the maximum. */
static void put_param(struct buf *b, const struct param *p)
{
    const bool present = p->text || p->spec->has_default;
    buf_put_u8(b, present);
    if (!present)
        return;
    switch (p->spec->kind) {
    case PARAM_INTEGER:
    case PARAM_CHOICE:
        buf_put_svarint(b, p->integer);
        break;
    case PARAM_NUMBER_LIST:
        buf_put_varint(b, p->n_items);
        for (size_t i = 0; i < p->n_items; i++)
            buf_put_f64(b, p->numbers[i]);
        break;
    case PARAM_TEXT:
    case PARAM_TEXT_LIST:
        put_text(b, p->text ? p->text : "");
        break;
    }
}

void key_put(struct buf *b, const struct request *r, bool gzip)
{
    put_text(b, r->route->pattern);
    for (size_t i = 0; i < r->n_params; i++)
        put_param(b, &r->params[i]);
    buf_put_u8(b, (uint8_t)r->media);
    buf_put_u8(b, gzip);
    put_text(b, r->route->lasting ? "" : r->base_url);
}

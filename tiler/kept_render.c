#include "tiler/kept_render.h"

/* Fields of the message (Vector Tile Specification 2.1), and how protobuf writes them. */
enum { LAYERS_FIELD = 3, NAME_FIELD = 1 };
enum wire { WIRE_VARINT = 0, WIRE_8_BYTES = 1, WIRE_BYTES = 2, WIRE_4_BYTES = 5 };

#define PLAIN_TILE_MAX_BYTES ((size_t)64 << 20)

/* One field of a message, with all its bytes; `content` of those that have a length. */
struct piece {
    uint64_t number;
    struct bytes all, content;
};

static enum err_code next_piece(struct bytes *r, struct piece *p, struct err *err)
{
    uint64_t key = 0, n_bytes = 0;
    p->all.at = r->at;
    enum err_code rc = bytes_get_varint(r, &key, err);
    const enum wire wire = (enum wire)(key & 7);
    if (rc)
        return rc;
    if (wire == WIRE_VARINT) {
        rc = bytes_get_varint(r, &n_bytes, err);
        n_bytes = 0;
    } else if (wire == WIRE_BYTES) {
        rc = bytes_get_varint(r, &n_bytes, err);
    } else if (wire == WIRE_8_BYTES || wire == WIRE_4_BYTES) {
        n_bytes = wire == WIRE_8_BYTES ? 8 : 4;
    } else {
        rc = err_set(err, BAD_DATA, "a field of an unknown kind");
    }
    if (!rc)
        rc = bytes_get(r, n_bytes, &p->content.at, err);
    p->content.end = p->all.end = r->at;
    p->number = wire == WIRE_BYTES ? key >> 3 : 0;
    return rc;
}

static void put_field(struct buf *b, uint64_t number, const void *bytes, size_t n_bytes)
{
    buf_put_varint(b, number << 3 | WIRE_BYTES);
    buf_put_varint(b, n_bytes);
    buf_put(b, bytes, n_bytes);
}

/* The layer's message into `out`, under the new name. */
static enum err_code rename_layer(struct bytes layer, const char *collection, struct buf *name,
                                  struct buf *out, struct err *err)
{
    enum err_code rc = OK;
    while (!rc && layer.at < layer.end) {
        struct piece p;
        rc = next_piece(&layer, &p, err);
        if (rc)
            break;
        if (p.number != NAME_FIELD) {
            buf_put(out, p.all.at, (size_t)(p.all.end - p.all.at));
            continue;
        }
        buf_reset(name);
        buf_printf(name, "%s/", collection);
        buf_put(name, p.content.at, (size_t)(p.content.end - p.content.at));
        put_field(out, NAME_FIELD, name->data, name->len_bytes);
    }
    return rc ? rc : buf_status(out, err);
}

static enum err_code append_layers(const struct buf *tile, const char *collection, struct buf *out,
                                   struct err *err)
{
    struct bytes r = {tile->data, tile->data + tile->len_bytes};
    struct buf name, layer;
    buf_init(&name, PLAIN_TILE_MAX_BYTES);
    buf_init(&layer, 2 * PLAIN_TILE_MAX_BYTES);
    enum err_code rc = OK;
    while (!rc && r.at < r.end) {
        struct piece p;
        rc = next_piece(&r, &p, err);
        if (rc || p.number != LAYERS_FIELD)
            continue;
        buf_reset(&layer);
        rc = rename_layer(p.content, collection, &name, &layer, err);
        put_field(out, LAYERS_FIELD, layer.data, layer.len_bytes);
    }
    buf_clear(&name);
    buf_clear(&layer);
    return rc ? rc : buf_status(out, err);
}

enum err_code kept_render(struct kept_zoomer *k, struct store *s, const struct layer *layer,
                          struct tile_address at, struct buf *out, struct kept_report *report,
                          struct err *err)
{
    struct buf tile;
    buf_init(&tile, PLAIN_TILE_MAX_BYTES);
    enum err_code rc = kept_zoom_render(k, s, layer, at, &tile, report, err);
    if (!rc && tile.len_bytes)
        rc = append_layers(&tile, layer->name, out, err);
    buf_clear(&tile);
    return rc;
}

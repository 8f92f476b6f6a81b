#include "importers/tile_archive.h"

#include <math.h>
#include <string.h>

/* A message takes some times the tile's bytes. */
#define MESSAGE_MAX_BYTES ((size_t)256 << 20)
#define GZIP_LEVEL        6

enum err_code tile_opener_init(struct tile_opener *t, const struct importer_limits *limits,
                               struct err *err)
{
    *t = (struct tile_opener){.limit_bytes = limits->feature_bytes};
    arena_init(&t->arena, MESSAGE_MAX_BYTES);
    buf_init(&t->plain, limits->feature_bytes);
    return gzip_new(GZIP_LEVEL, &t->gzip, err);
}

void tile_opener_clear(struct tile_opener *t)
{
    gzip_free(t->gzip);
    buf_clear(&t->plain);
    arena_clear(&t->arena);
    t->gzip = NULL;
}

bool tile_is_gzip(struct span data)
{
    return data.len_bytes > 2 && memcmp(data.at, "\x1F\x8B", 2) == 0;
}

/* RFC 1950, 2.2. A vector tile begins with 0x1A, a layer. */
static bool is_zlib(struct span data)
{
    const uint8_t *at = (const uint8_t *)data.at;
    return data.len_bytes > 2 && (at[0] & 0x0F) == 8 && (at[0] << 8 | at[1]) % 31 == 0;
}

enum err_code tile_opener_inflate(struct tile_opener *t, struct span data, struct span *out,
                                  struct err *err)
{
    buf_reset(&t->plain);
    enum err_code rc = OK;
    if (tile_is_gzip(data)) {
        rc = gzip_decompress(t->gzip, data, t->limit_bytes, &t->plain, err);
    } else if (is_zlib(data)) {
        rc = zlib_decompress(t->gzip, data, t->limit_bytes, &t->plain, err);
    } else {
        *out = data;
        return OK;
    }
    if (!rc)
        *out = (struct span){buf_text(&t->plain), t->plain.len_bytes};
    return rc ? rc : buf_status(&t->plain, err);
}

static enum err_code copy_member(struct json_value object, const char *key, struct arena *a,
                                 const char **out, struct err *err)
{
    struct json_value v;
    if (*out || !json_get(object, key, &v) || !json_is(v, JSON_TEXT))
        return OK;
    const struct span text = json_text_of(v);
    if (text.len_bytes == 0)
        return OK;
    *out = arena_strndup(a, text.at, text.len_bytes, err);
    return *out ? OK : NO_MEMORY;
}

static enum err_code copy_vector_layers(struct archive_face *face, struct json_value metadata,
                                        struct arena *a, struct err *err)
{
    struct json_value layers;
    if (face->vector_layers || !json_get(metadata, "vector_layers", &layers) ||
        !json_is(layers, JSON_ARRAY))
        return OK;
    struct buf text;
    buf_init(&text, SIZE_MAX);
    json_put(&text, layers);
    enum err_code rc = buf_status(&text, err);
    if (!rc)
        face->vector_layers = arena_strdup(a, buf_text(&text), err);
    buf_clear(&text);
    return rc || face->vector_layers ? rc : NO_MEMORY;
}

enum err_code archive_face_read(struct archive_face *face, struct json_value metadata,
                                struct arena *a, struct err *err)
{
    enum err_code rc = copy_member(metadata, "name", a, &face->name, err);
    if (!rc)
        rc = copy_member(metadata, "description", a, &face->description, err);
    if (!rc)
        rc = copy_member(metadata, "attribution", a, &face->attribution, err);
    return rc ? rc : copy_vector_layers(face, metadata, a, err);
}

bool bounds_are_ok(const struct bbox *b)
{
    return isfinite(b->min_x) && isfinite(b->min_y) && isfinite(b->max_x) && isfinite(b->max_y) &&
           b->min_x >= -180 && b->max_x <= 180 && b->min_y >= -90 && b->max_y <= 90 &&
           b->min_x < b->max_x && b->min_y < b->max_y;
}

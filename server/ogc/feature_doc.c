#include "server/ogc/feature_doc.h"

#include "base/text.h"
#include "server/ogc/arena_text.h"

static void put_value(struct doc *d, struct arena *a, const char *key, const struct value *v)
{
    switch (v->type) {
    case VALUE_NULL:
        doc_null(d, key);
        return;
    case VALUE_BOOL:
        doc_bool(d, key, v->boolean);
        return;
    case VALUE_INT:
        doc_int(d, key, v->integer);
        return;
    case VALUE_REAL:
        doc_f64(d, key, v->real);
        return;
    case VALUE_TEXT:
    case VALUE_JSON:
        doc_text(d, key, arena_strndup(a, v->text.at, v->text.len_bytes, NULL));
        return;
    }
}

void feature_doc_properties(struct doc *d, struct arena *a, const struct layer *layer,
                            const struct feature *f)
{
    for (size_t i = 0; i < f->n_values && i < layer->n_fields; i++)
        put_value(d, a, layer->fields[i].name, &f->values[i]);
}

const char *feature_path(struct arena *a, const struct layer *layer, struct span id)
{
    struct buf path;
    buf_init(&path, ARENA_TEXT_MAX_BYTES);
    buf_printf(&path, "/collections/%s/items/", layer->name);
    const char *text = arena_strndup(a, id.at, id.len_bytes, NULL);
    text_put_percent(&path, text ? text : "");
    return arena_take_text(a, &path);
}

/* What a layer is: its fields, its CRS, its box, its words. Plain values, lent from a catalog. */
#ifndef STORE_LAYER_H
#define STORE_LAYER_H

#include "base/geom.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How a field's values are stored and said: the SQLite column type and the JSON Schema stand in
 * one table in layer.c. Dates and times are kept as the source spelt them. */
enum field_type {
    FIELD_TEXT,
    FIELD_INTEGER,
    FIELD_REAL,
    FIELD_BOOLEAN,
    FIELD_DATE,
    FIELD_DATETIME,
    FIELD_JSON /* arrays and objects, as compact JSON text */
};

struct field {
    const char *name;   /* the property, as the source spells it */
    const char *column; /* the column, which differs where SQL cannot tell two names apart */
    enum field_type type;
    const char *title; /* for people; these three NULL: not said */
    const char *unit;  /* of measure, a UCUM code: "ug/m3", "Cel" */
    const char *iri;   /* what the field means, in a vocabulary */
};

const char *field_type_name(enum field_type type); /* "text", "integer", ... */
const char *
field_type_sql(enum field_type type); /* "TEXT", "DOUBLE", ... as OGR and QGIS read them */
bool field_type_parse(const char *name, enum field_type *out);

#define LAYER_NAME_MAX_BYTES 63
#define ZOOM_MAX             30

struct kept_tiles;
struct layer_drawing;

struct layer {
    const char *name;
    const char *title; /* never NULL: the name when nothing else was said */
    const char *description, *license, *attribution, *keywords; /* NULL when not said */
    const struct field *fields;
    size_t n_fields;
    const char *id_column; /* holds the public id as text or whole number, unique */
    int id_field;   /* the field that is the id column; -1: ids are positions in the source */
    int time_field; /* -1: none */
    enum geom_type geom_type; /* GEOM_NONE: a table; GEOM_COLLECTION: any */
    bool has_z;               /* its vertices have heights */
    int32_t epsg;
    uint64_t n_features;
    uint64_t n_without_geometry;
    struct bbox bbox;     /* in the layer's CRS; empty without features */
    struct bbox bbox_deg; /* longitude, latitude */
    int min_zoom,
        max_zoom; /* from min_zoom something is drawn; at max_zoom all of it, in full detail */
    uint64_t tile_limit_bytes, tile_limit_features;
    const struct layer_drawing *drawing; /* store/layer_drawing.h; never NULL in a catalog */
    int64_t revision;       /* grows with every change of the layer, also when it is replaced */
    int64_t whole_revision; /* of its last change as a whole: later ones are of areas, and
                               store/change_log.h tells which */
    int64_t updated_us;
    bool has_time_extent;
    int64_t time_start_us, time_end_us;
    const struct kept_tiles *kept; /* store/tileset.h: its tiles came ready-made; NULL: are made */
};

/** Index of the field of that property name, -1 when there is none. */
int layer_field_index(const struct layer *l, const char *name);

/** Whether a text can be a layer's name: what text_put_slug() makes, and not a name the store
 * itself needs. */
bool layer_name_is_ok(const char *name);

/** All layers at one moment, ordered by name; ref-counted, never changes. */
struct catalog;

struct catalog *catalog_ref(struct catalog *c);
void catalog_unref(struct catalog *c); /* accepts NULL */
size_t catalog_n_layers(const struct catalog *c);
const struct layer *catalog_layer(const struct catalog *c, size_t index);
/** NULL when there is no such layer. */
const struct layer *catalog_find(const struct catalog *c, struct span name);

#endif

#include "store/layer.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/catalog.h"

#include <string.h>

#define CATALOG_LIMIT_BYTES ((size_t)256 << 20)

/* The SQL types are those by which OGR and QGIS tell the types apart: plain INTEGER is read as 32
 * bits by OGR, and its SpatiaLite side knows no JSON. */
static const struct {
    const char *name, *sql;
} TYPES[] = {
    [FIELD_TEXT] = {"text", "TEXT"},   [FIELD_INTEGER] = {"integer", "BIGINT"},
    [FIELD_REAL] = {"real", "DOUBLE"}, [FIELD_BOOLEAN] = {"boolean", "BOOLEAN"},
    [FIELD_DATE] = {"date", "DATE"},   [FIELD_DATETIME] = {"datetime", "TIMESTAMP"},
    [FIELD_JSON] = {"json", "TEXT"},
};
#define N_TYPES (sizeof TYPES / sizeof *TYPES)

const char *field_type_name(enum field_type type)
{
    return TYPES[type].name;
}

const char *field_type_sql(enum field_type type)
{
    return TYPES[type].sql;
}

bool field_type_parse(const char *name, enum field_type *out)
{
    for (size_t i = 0; i < N_TYPES; i++) {
        if (text_eq(name, TYPES[i].name)) {
            *out = (enum field_type)i;
            return true;
        }
    }
    return false;
}

int layer_field_index(const struct layer *l, const char *name)
{
    for (size_t i = 0; i < l->n_fields; i++) {
        if (text_eq(l->fields[i].name, name))
            return (int)i;
    }
    return -1;
}

/* Names that SQLite, SpatiaLite or the store itself have or may make. */
static const char *const RESERVED_PREFIXES[] = {
    "cassini_",          "sqlite_",           "idx_",
    "geometry_columns",  "geom_cols_ref_sys", "spatial_ref_sys",
    "spatialite_",       "views_geometry_",   "virts_geometry_",
    "vector_layers",     "vector_coverages",  "raster_coverages",
    "iso_metadata",      "se_external_",      "se_fonts",
    "se_vector_style",   "se_raster_style",   "rl2map_",
    "wms_getcapab",      "wms_getmap",        "wms_settings",
    "wms_ref_sys",       "stored_",           "sql_statements_log",
    "elementarygeometr",
};
static const char *const RESERVED_NAMES[] = {
    "spatialindex", "knn", "knn2", "data_licenses", "topologies", "networks",
};
/* The tables next to each layer. */
static const char *const RESERVED_SUFFIXES[] = {
    "_drawable",
    "_drawable_index",
    "_drawable_index_node",
    "_drawable_index_rowid",
    "_drawable_index_parent",
};

/* Of a slug. SQL does not tell cases apart. */
static bool is_reserved(const char *name)
{
    char lower[LAYER_NAME_MAX_BYTES + 1] = {0};
    for (size_t i = 0; name[i]; i++)
        lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + ('a' - 'A') : name[i]);
    for (size_t i = 0; i < sizeof RESERVED_PREFIXES / sizeof *RESERVED_PREFIXES; i++) {
        if (text_starts_with(lower, RESERVED_PREFIXES[i]))
            return true;
    }
    for (size_t i = 0; i < sizeof RESERVED_NAMES / sizeof *RESERVED_NAMES; i++) {
        if (text_eq(lower, RESERVED_NAMES[i]))
            return true;
    }
    for (size_t i = 0; i < sizeof RESERVED_SUFFIXES / sizeof *RESERVED_SUFFIXES; i++) {
        if (text_ends_with(lower, RESERVED_SUFFIXES[i]))
            return true;
    }
    return false;
}

/* What text_put_slug() leaves as it is. */
static bool is_slug(const char *name)
{
    const size_t n =
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");
    return n > 0 && n <= LAYER_NAME_MAX_BYTES && !name[n] && name[0] != '-' && name[0] != '.';
}

bool layer_name_is_ok(const char *name)
{
    return name && is_slug(name) && !is_reserved(name);
}

enum err_code catalog_new(struct catalog **out, struct err *err)
{
    struct catalog *c = mem_new(1, sizeof *c);
    if (!c)
        return err_no_memory(err, sizeof *c);
    atomic_init(&c->n_refs, 1);
    arena_init(&c->arena, CATALOG_LIMIT_BYTES);
    *out = c;
    return OK;
}

struct catalog *catalog_ref(struct catalog *c)
{
    atomic_fetch_add_explicit(&c->n_refs, 1, memory_order_relaxed);
    return c;
}

void catalog_unref(struct catalog *c)
{
    /* Release this thread's reads, acquire the others', before the free. */
    if (!c || atomic_fetch_sub_explicit(&c->n_refs, 1, memory_order_acq_rel) != 1)
        return;
    arena_clear(&c->arena);
    mem_free(c);
}

size_t catalog_n_layers(const struct catalog *c)
{
    return c->n_layers;
}

const struct layer *catalog_layer(const struct catalog *c, size_t index)
{
    return &c->layers[index];
}

static int compare(struct span a, struct span b)
{
    const size_t n = a.len_bytes < b.len_bytes ? a.len_bytes : b.len_bytes;
    const int order = n ? memcmp(a.at, b.at, n) : 0;
    return order ? order : (a.len_bytes > b.len_bytes) - (a.len_bytes < b.len_bytes);
}

const struct layer *catalog_find(const struct catalog *c, struct span name)
{
    size_t low = 0, high = c->n_layers;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(span_of(c->layers[middle].name), name);
        if (order == 0)
            return &c->layers[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

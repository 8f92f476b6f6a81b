#include "base/wkt.h"

#include <string.h>

enum { NESTED_MAX = 16, NAME_BYTES = 24, NUMBERS_MAX = 4 };

/* Types by name; how many brackets stand around a list of positions. */
static const struct shape {
    const char *name;
    enum geom_type type;
    int depth;
} SHAPES[] = {
    {"POINT", GEOM_POINT, 1},
    {"LINESTRING", GEOM_LINESTRING, 1},
    {"POLYGON", GEOM_POLYGON, 2},
    {"MULTIPOINT", GEOM_MULTIPOINT, 1},
    {"MULTILINESTRING", GEOM_MULTILINESTRING, 2},
    {"MULTIPOLYGON", GEOM_MULTIPOLYGON, 3},
    {"GEOMETRYCOLLECTION", GEOM_COLLECTION, 0},
    {"TRIANGLE", GEOM_POLYGON, 2},
    {"TIN", GEOM_MULTIPOLYGON, 3},
    {"POLYHEDRALSURFACE", GEOM_MULTIPOLYGON, 3},
    {"CIRCULARSTRING", GEOM_NONE, 0},
    {"COMPOUNDCURVE", GEOM_NONE, 0},
    {"CURVEPOLYGON", GEOM_NONE, 0},
    {"MULTICURVE", GEOM_NONE, 0},
    {"MULTISURFACE", GEOM_NONE, 0},
};
#define N_SHAPES (sizeof SHAPES / sizeof SHAPES[0])

/* What may follow a type's name. */
enum { HAS_Z = 1, HAS_M = 2 };
static const struct {
    const char *name;
    unsigned has;
} DIMENSIONS[] = {{"ZM", HAS_Z | HAS_M}, {"Z", HAS_Z}, {"M", HAS_M}};
#define N_DIMENSIONS (sizeof DIMENSIONS / sizeof DIMENSIONS[0])

struct reading {
    struct span rest;
    struct geom_builder *b;
    bool keep_z;
    const struct shape *shape; /* of what is being read */
    bool is_tagged;            /* its dimensions are said */
    unsigned has;
    size_t n_numbers; /* of each position; 0: the first will tell */
    struct wkt found;
    struct err *err;
};

static void skip(struct reading *r, size_t n_bytes)
{
    r->rest.at += n_bytes;
    r->rest.len_bytes -= n_bytes;
}

static void skip_blanks(struct reading *r)
{
    while (r->rest.len_bytes > 0 && memchr(" \t\r\n", r->rest.at[0], 4))
        skip(r, 1);
}

static bool take(struct reading *r, char c)
{
    skip_blanks(r);
    if (r->rest.len_bytes == 0 || r->rest.at[0] != c)
        return false;
    skip(r, 1);
    return true;
}

/* The word of letters that comes next, in capitals; how many bytes it takes, 0 when it is none or
 * too long for any of ours. */
static size_t peek_word(struct reading *r, char out[NAME_BYTES])
{
    size_t n = 0;
    skip_blanks(r);
    while (n < r->rest.len_bytes) {
        const char c = (char)(r->rest.at[n] & ~0x20);
        if (c < 'A' || c > 'Z')
            break;
        if (n + 1 == NAME_BYTES)
            return 0;
        out[n++] = c;
    }
    out[n] = '\0';
    return n;
}

static bool take_word(struct reading *r, const char *wanted)
{
    char word[NAME_BYTES];
    const size_t n = peek_word(r, word);
    if (n == 0 || !text_eq(word, wanted))
        return false;
    skip(r, n);
    return true;
}

static enum err_code expected(struct reading *r, const char *what)
{
    const size_t n = r->rest.len_bytes;
    if (n == 0)
        return err_set(r->err, BAD_DATA, "the %s ends where %s should be", r->shape->name, what);
    return err_set(r->err, BAD_DATA, "in the %s, '%.*s' where %s should be", r->shape->name,
                   n < 20 ? (int)n : 20, r->rest.at, what);
}

/* "POINT", "POINTZ", "Point ZM". */
static enum err_code read_type(struct reading *r)
{
    char word[NAME_BYTES];
    const size_t n = peek_word(r, word);
    r->shape = NULL;
    r->is_tagged = false;
    r->has = 0;
    r->n_numbers = 0;
    for (size_t i = 0; i < N_SHAPES && !r->shape; i++) {
        const size_t n_name = strlen(SHAPES[i].name);
        if (n < n_name || memcmp(word, SHAPES[i].name, n_name) != 0)
            continue;
        bool fits = n == n_name;
        for (size_t d = 0; !fits && d < N_DIMENSIONS; d++) {
            if (!text_eq(word + n_name, DIMENSIONS[d].name))
                continue;
            r->has = DIMENSIONS[d].has;
            r->is_tagged = fits = true;
        }
        if (fits)
            r->shape = &SHAPES[i];
    }
    if (!r->shape)
        return err_set(r->err, BAD_DATA, "'%.*s' is not a geometry in WKT",
                       r->rest.len_bytes < 40 ? (int)r->rest.len_bytes : 40, r->rest.at);
    skip(r, n);
    for (size_t d = 0; !r->is_tagged && d < N_DIMENSIONS; d++) {
        if (!take_word(r, DIMENSIONS[d].name))
            continue;
        r->has = DIMENSIONS[d].has;
        r->is_tagged = true;
    }
    if (r->is_tagged)
        r->n_numbers = 2 + ((r->has & HAS_Z) != 0) + ((r->has & HAS_M) != 0);
    if (r->shape->type == GEOM_NONE)
        return err_set(r->err, UNSUPPORTED, "a %s: curves are not supported", r->shape->name);
    return OK;
}

static enum err_code read_position(struct reading *r)
{
    double v[NUMBERS_MAX];
    size_t n = 0;
    skip_blanks(r);
    while (n < NUMBERS_MAX) {
        const size_t n_bytes = text_read_f64(r->rest, &v[n]);
        if (n_bytes == 0)
            break;
        skip(r, n_bytes);
        skip_blanks(r);
        n++;
    }
    if (n < 2)
        return expected(r, n ? "a second number" : "a number");
    if (r->n_numbers && n != r->n_numbers)
        return err_set(r->err, BAD_DATA, "position %zu of the %s has %zu numbers instead of %zu",
                       r->b->g.n_vertices + 1, r->shape->name, n, r->n_numbers);
    r->n_numbers = n;
    const bool has_z = r->is_tagged ? (r->has & HAS_Z) != 0 : n > 2;
    r->found.n_measures += n == NUMBERS_MAX || (n == 3 && !has_z);
    r->found.n_heights += has_z && !r->keep_z;
    if (has_z && r->keep_z)
        geom_build_vertex_z(r->b, v[0], v[1], v[2]);
    else
        geom_build_vertex(r->b, v[0], v[1]);
    return OK;
}

/* "(0 0, 1 1)" as one ring; of points, each is a part of its own: "(0 0, (1 1))". */
static enum err_code read_positions(struct reading *r, enum geom_kind kind)
{
    enum err_code rc = OK;
    if (take_word(r, "EMPTY"))
        return OK;
    if (!take(r, '('))
        return expected(r, "a bracket");
    if (kind != GEOM_KIND_POINT)
        geom_build_ring(r->b);
    do {
        bool inner = false;
        if (kind == GEOM_KIND_POINT) {
            if (take_word(r, "EMPTY"))
                continue;
            inner = r->shape->type == GEOM_MULTIPOINT && take(r, '(');
            geom_build_part(r->b, kind);
        }
        rc = read_position(r);
        if (!rc && inner && !take(r, ')'))
            rc = expected(r, "a closing bracket");
    } while (!rc && !(r->shape->type == GEOM_POINT) && take(r, ','));
    if (!rc && !take(r, ')'))
        rc = expected(r, "a comma or a closing bracket");
    return rc;
}

static enum err_code read_lines(struct reading *r, enum geom_kind kind)
{
    enum err_code rc = OK;
    if (take_word(r, "EMPTY"))
        return OK;
    if (!take(r, '('))
        return expected(r, "a bracket");
    do {
        if (kind == GEOM_KIND_LINE)
            geom_build_part(r->b, kind);
        rc = read_positions(r, kind);
    } while (!rc && take(r, ','));
    if (!rc && !take(r, ')'))
        rc = expected(r, "a comma or a closing bracket");
    return rc;
}

static enum err_code read_polygons(struct reading *r)
{
    enum err_code rc = OK;
    if (take_word(r, "EMPTY"))
        return OK;
    if (!take(r, '('))
        return expected(r, "a bracket");
    do {
        geom_build_part(r->b, GEOM_KIND_POLYGON);
        rc = read_lines(r, GEOM_KIND_POLYGON);
    } while (!rc && take(r, ','));
    if (!rc && !take(r, ')'))
        rc = expected(r, "a comma or a closing bracket");
    return rc;
}

/* A geometry other than a collection, added to what is in the builder. */
static enum err_code read_simple(struct reading *r)
{
    const enum geom_kind kind = geom_kind_of(r->shape->type);
    switch (r->shape->depth) {
    case 1:
        if (kind == GEOM_KIND_LINE)
            geom_build_part(r->b, kind);
        return read_positions(r, kind);
    case 2:
        if (kind == GEOM_KIND_POLYGON)
            geom_build_part(r->b, kind);
        return read_lines(r, kind);
    default:
        return read_polygons(r);
    }
}

/* One geometry, and if it is a collection all that is in it. */
static enum err_code read_geometry(struct reading *r)
{
    int depth = 0;
    enum err_code rc = read_type(r);
    if (!rc)
        geom_build_start(r->b, r->shape->type);
    while (!rc) {
        const bool opens = r->shape->depth == 0 && !take_word(r, "EMPTY");
        if (opens && !take(r, '('))
            return expected(r, "a bracket");
        if (opens && ++depth > NESTED_MAX)
            return err_set(r->err, LIMIT, "collections nested more than %d deep", NESTED_MAX);
        if (r->shape->depth > 0)
            rc = read_simple(r);
        while (!rc && !opens && depth > 0 && take(r, ')'))
            depth--;
        if (rc || depth == 0)
            break;
        if (!opens && !take(r, ','))
            return expected(r, "a comma or a closing bracket");
        rc = read_type(r);
    }
    return rc;
}

/* "SRID=4326;" */
static enum err_code read_srid(struct reading *r)
{
    char digits[12] = "";
    int64_t srid = 0;
    if (!take_word(r, "SRID"))
        return OK;
    if (r->rest.len_bytes > 0 && r->rest.at[0] == '=') {
        const char *end = memchr(r->rest.at, ';', r->rest.len_bytes);
        const size_t n = end ? (size_t)(end - r->rest.at) - 1 : 0;
        if (n > 0 && n < sizeof digits) {
            memcpy(digits, r->rest.at + 1, n);
            skip(r, n + 2);
        }
    }
    if (text_parse_i64(digits, &srid, NULL) || srid < 0 || srid > INT32_MAX)
        return err_set(r->err, BAD_DATA, "an SRID that is not SRID=number;");
    r->found.srid = (int32_t)srid;
    return OK;
}

bool wkt_begins(struct span text)
{
    struct err err = {0};
    struct reading r = {.rest = text, .err = &err};
    if (read_srid(&r))
        return false;
    const enum err_code rc = read_type(&r);
    skip_blanks(&r);
    return rc == UNSUPPORTED ||
           (!rc && r.rest.len_bytes > 0 && (r.rest.at[0] == '(' || take_word(&r, "EMPTY")));
}

enum err_code wkt_read(struct span text, bool keep_z, struct geom_builder *b, struct wkt *out,
                       struct err *err)
{
    struct reading r = {.rest = text, .b = b, .keep_z = keep_z, .err = err};
    enum err_code rc = read_srid(&r);
    if (!rc)
        rc = read_geometry(&r);
    skip_blanks(&r);
    if (!rc && r.rest.len_bytes > 0)
        rc = expected(&r, "the end");
    if (!rc)
        rc = geom_build_end(b, &r.found.geom, err);
    if (rc)
        return rc;
    if (r.found.geom.n_vertices == 0)
        r.found.geom = (struct geom){.type = GEOM_NONE};
    *out = r.found;
    return OK;
}

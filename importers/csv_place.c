#include "importers/csv_place.h"

#include "base/wkt.h"

#include <string.h>

/* Parts of names that belong together. The first kind that is found is taken. Names in Romance
 * languages end differently: longitude, longitud, longitudine. */
static const struct pair {
    const char *x, *y;
    bool is_word; /* it must stand alone, between other signs than letters */
    bool is_geographic;
} PAIRS[] = {
    {"longitud", "latitud", false, true},
    {"lon", "lat", true, true},
    {"lng", "lat", true, true},
    {"long", "lat", true, true},
    {"easting", "northing", false, false},
    {"x", "y", true, false},
};
#define N_PAIRS (sizeof PAIRS / sizeof PAIRS[0])

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_same_ignoring_case(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

/* Where the part stands in the name; false: it does not. */
static bool find_part(struct span name, const char *part, bool is_word, size_t *out)
{
    const size_t n = strlen(part);
    for (size_t at = 0; at + n <= name.len_bytes; at++) {
        if (!is_same_ignoring_case(name.at + at, part, n))
            continue;
        const bool alone = (at == 0 || !is_letter(name.at[at - 1])) &&
                           (at + n == name.len_bytes || !is_letter(name.at[at + n]));
        if (is_word && !alone)
            continue;
        *out = at;
        return true;
    }
    return false;
}

/* The field that is named as x is, but for the part. */
static bool find_partner(const struct csv_header *h, struct span x, size_t at,
                         const struct pair *pair, size_t *out)
{
    const size_t n_x = strlen(pair->x), n_y = strlen(pair->y);
    const size_t n_behind = x.len_bytes - at - n_x;
    for (size_t i = 0; i < h->n_columns; i++) {
        const struct span y = h->names[i];
        if (y.len_bytes == at + n_y + n_behind && is_same_ignoring_case(y.at, x.at, at) &&
            is_same_ignoring_case(y.at + at, pair->y, n_y) &&
            is_same_ignoring_case(y.at + at + n_y, x.at + at + n_x, n_behind)) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool says_wgs84(struct span name)
{
    size_t at;
    return find_part(name, "wgs84", false, &at);
}

/* "lon", "longitude", "longitudine": the part, and no more than its ending. */
static bool is_plain(struct span name, const struct pair *pair)
{
    const size_t n = strlen(pair->x), n_ending = pair->is_word ? 0 : 3;
    size_t at;
    return name.len_bytes <= n + n_ending && find_part(name, pair->x, pair->is_word, &at) &&
           at == 0;
}

/* A pair of this kind; several of them are none. A name that is nothing but the part goes before
 * one that has more. */
static void find_pair(const struct csv_header *h, const struct pair *pair, struct csv_place *p)
{
    size_t n_found = 0, y = 0, at = 0;
    bool found_plain = false;
    for (size_t i = 0; i < h->n_columns && !found_plain; i++) {
        const struct span name = h->names[i];
        if (!find_part(name, pair->x, pair->is_word, &at) || !find_partner(h, name, at, pair, &y))
            continue;
        n_found++;
        found_plain = is_plain(name, pair);
        *p = (struct csv_place){.kind = CSV_XY,
                                .x = i,
                                .y = y,
                                .is_geographic = pair->is_geographic || says_wgs84(name)};
    }
    if (n_found > 1 && !found_plain)
        *p = (struct csv_place){.kind = CSV_NOWHERE, .is_ambiguous = true};
}

static void find_by_names(const struct csv_header *h, struct csv_place *p)
{
    for (size_t i = 0; i < N_PAIRS && p->kind == CSV_NOWHERE && !p->is_ambiguous; i++)
        find_pair(h, &PAIRS[i], p);
}

/* Whether the name is one of a longitude or a latitude: fields that were said may be swapped. */
static bool is_geographic(struct span name)
{
    size_t at;
    for (size_t i = 0; i < N_PAIRS; i++) {
        const struct pair *p = &PAIRS[i];
        if (p->is_geographic &&
            (find_part(name, p->x, p->is_word, &at) || find_part(name, p->y, p->is_word, &at)))
            return true;
    }
    return says_wgs84(name);
}

bool csv_place_is_geometry(struct span text)
{
    static const char *const MEMBERS[] = {"\"coordinates\"", "\"geometries\""};
    if (text.len_bytes == 0 || text.at[0] != '{')
        return wkt_begins(text);
    for (size_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0]; i++) {
        if (memmem(text.at, text.len_bytes, MEMBERS[i], strlen(MEMBERS[i])))
            return true;
    }
    return false;
}

static enum err_code find_named(const struct csv_header *h, const char *option, const char *name,
                                size_t *out, struct err *err)
{
    if (csv_header_find(h, span_of(name), out))
        return OK;
    return err_set(err, BAD_ARG, "--%s: the source has no field '%s'", option, name);
}

enum err_code csv_place_find(const struct csv_header *h, const struct span *first_values,
                             const struct reader_options *o, struct csv_place *out, struct err *err)
{
    struct csv_place p = {.kind = CSV_NOWHERE};
    enum err_code rc = OK;
    if (!o->lon != !o->lat)
        return err_set(err, BAD_ARG, "--%s needs --%s too", o->lon ? "lon" : "lat",
                       o->lon ? "lat" : "lon");
    if (o->lon) {
        p.kind = CSV_XY;
        rc = find_named(h, "lon", o->lon, &p.x, err);
        if (!rc)
            rc = find_named(h, "lat", o->lat, &p.y, err);
        p.is_geographic = !rc && is_geographic(h->names[p.x]);
    } else if (o->geometry && !text_eq(o->geometry, "none")) {
        p.kind = CSV_GEOMETRY;
        rc = find_named(h, "geometry", o->geometry, &p.geometry, err);
    } else if (!o->geometry) {
        while (p.geometry < h->n_columns && !csv_place_is_geometry(first_values[p.geometry]))
            p.geometry++;
        p.kind = p.geometry < h->n_columns ? CSV_GEOMETRY : CSV_NOWHERE;
        find_by_names(h, &p);
    }
    if (!rc)
        *out = p;
    return rc;
}

/*
 * Real parcels through floor 0: inflated, read as JSON, built as geometry, checked. The check must
 * say yes to every parcel that GEOS calls valid, which are all of them.
 */
#include "base/geos.h"
#include "base/json_read.h"
#include "base/ring_check.h"
#include "base/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SKIPPED   77
#define N_PARCELS 4241 /* what the data's own description counts */
#define N_HOLED   30

static enum err_code read_all(const char *path, struct buf *out, struct err *err)
{
    struct source *s = NULL;
    enum err_code rc = source_open(path, &s, err);
    for (size_t n = 1; !rc && n > 0;) {
        uint8_t *at = buf_reserve(out, 1 << 16);
        rc = at ? source_read(s, at, 1 << 16, &n, err) : buf_status(out, err);
        if (!rc)
            buf_added(out, n);
    }
    source_close(s);
    return rc;
}

static void build_polygon(struct geom_builder *b, struct json_value coordinates)
{
    struct json_value ring, position;
    struct span key;
    geom_build_start(b, GEOM_POLYGON);
    geom_build_part(b, GEOM_KIND_POLYGON);
    for (struct json_walk w = json_walk(coordinates); json_next(&w, &key, &ring);) {
        geom_build_ring(b);
        for (struct json_walk v = json_walk(ring); json_next(&v, &key, &position);) {
            double xy[2] = {0};
            size_t n = 0;
            if (json_numbers(position, xy, 2, &n))
                geom_build_vertex(b, xy[0], xy[1]);
        }
    }
}

struct tally {
    size_t n_parcels, n_holed, n_yes, n_valid;
};

static enum err_code check_all(struct json_value features, struct tally *t, struct err *err)
{
    struct geom_builder builder;
    struct geos *geos = NULL;
    struct arena a;
    struct ring_check *check = ring_check_new();
    struct json_value feature, geometry, coordinates;
    struct span key;
    geom_builder_init(&builder, 1000000);
    arena_init(&a, 1 << 20);
    enum err_code rc = check ? geos_new(&geos, err) : err_no_memory(err, 0);
    for (struct json_walk w = json_walk(features); !rc && json_next(&w, &key, &feature);) {
        if (!json_get(feature, "geometry", &geometry) ||
            !json_get(geometry, "coordinates", &coordinates))
            continue;
        struct geom g = {0};
        bool valid = false;
        build_polygon(&builder, coordinates);
        rc = geom_build_end(&builder, &g, err);
        if (!rc)
            rc = geos_is_valid(geos, &g, &a, &valid, NULL, err);
        t->n_parcels++;
        t->n_holed += g.n_rings > 1;
        t->n_valid += valid;
        t->n_yes += !rc && ring_check_polygon(check, g.xy, g.ring_end, g.n_rings);
    }
    ring_check_free(check);
    geos_free(geos);
    geom_builder_clear(&builder);
    arena_clear(&a);
    return rc;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    char path[4096];
    snprintf(path, sizeof path, "%s/data/cadastre/cadastre-91216-parcelles.json.gz", argv[1]);
    if (access(path, R_OK) != 0) {
        printf("%s is missing\n", path);
        return getenv("CI") ? 1 : SKIPPED;
    }
    struct err err = {0};
    struct tally t = {0};
    struct buf text;
    struct json_reader *reader = NULL;
    struct json_value root, features;
    buf_init(&text, 1 << 28);
    enum err_code rc = read_all(path, &text, &err);
    if (!rc)
        rc = json_reader_new(1 << 28, 20, &reader, &err);
    if (!rc)
        rc = json_read(reader, (struct span){(const char *)text.data, text.len_bytes}, &root, &err);
    if (!rc && json_get(root, "features", &features))
        rc = check_all(features, &t, &err);
    json_reader_free(reader);
    buf_clear(&text);
    printf("%s%zu parcels, %zu with holes, %zu valid, %zu surely simple\n", err.text, t.n_parcels,
           t.n_holed, t.n_valid, t.n_yes);
    return rc || t.n_parcels != N_PARCELS || t.n_holed != N_HOLED || t.n_valid != N_PARCELS ||
           t.n_yes != N_PARCELS;
}

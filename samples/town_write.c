/* Plane to degrees, and GeoJSON as the French cadastre writes it: seven decimals, made of integers.
 */
#include "samples/town.h"

#include "base/buf.h"
#include "base/json_write.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The church stands in the fields of Berry, where there is no town. The commune's number is
 * nobody's: the department has not so many communes. */
#define COMMUNE      "18999"
#define COMMUNE_NAME "Saint-Aubin-des-Essais"
#define POSTCODE     "18999"
#define CHURCH_LON   23000000 /* 1e-7 degrees */
#define CHURCH_LAT   469800000
/* 1e-7 degrees a metre at that latitude, on WGS84's ellipsoid */
#define LON_PER_M 131.51
#define LAT_PER_M 89.956

enum { FILE_MAX_BYTES = 64 << 20, SECTIONS = 9 };

struct layer_file {
    struct buf buf;
    struct json_out json;
    uint64_t random; /* of dates and the like */
};

static void put_degrees(struct buf *b, double metres, double per_m, int64_t origin)
{
    const int64_t v = origin + (int64_t)floor(metres * per_m + 0.5);
    buf_printf(b, "%lld.%07lld", (long long)(v / 10000000), (long long)(v % 10000000));
}

/* Both coordinates are positive, so that no sign has to be thought of. */
static void put_point(struct layer_file *f, struct pt at)
{
    struct buf text;
    buf_init(&text, 128);
    buf_put_u8(&text, '[');
    put_degrees(&text, at.x, LON_PER_M, CHURCH_LON);
    buf_put_u8(&text, ',');
    put_degrees(&text, at.y, LAT_PER_M, CHURCH_LAT);
    buf_put_u8(&text, ']');
    json_raw(&f->json, (struct span){(const char *)text.data, text.len_bytes});
    buf_clear(&text);
}

static void begin_feature(struct layer_file *f, const char *geometry_type)
{
    /* One feature a line, the comma at the end of it. */
    buf_put_text(&f->buf, f->json.need_comma ? ",\n" : "\n");
    f->json.need_comma = false;
    json_object(&f->json);
    json_member_text(&f->json, "type", "Feature");
    json_key(&f->json, "geometry");
    json_object(&f->json);
    json_member_text(&f->json, "type", geometry_type);
    json_key(&f->json, "coordinates");
}

static void begin_properties(struct layer_file *f)
{
    json_object_end(&f->json);
    json_key(&f->json, "properties");
    json_object(&f->json);
}

static void end_feature(struct layer_file *f)
{
    json_object_end(&f->json);
    json_object_end(&f->json);
}

static void put_polygon(struct layer_file *f, const struct poly *p)
{
    begin_feature(f, "Polygon");
    json_array(&f->json);
    json_array(&f->json);
    for (int k = 0; k <= p->n; k++)
        put_point(f, p->at[k % p->n]);
    json_array_end(&f->json);
    json_array_end(&f->json);
    begin_properties(f);
}

static void put_date(struct layer_file *f, const char *key, int from_year, int to_year)
{
    char date[32];
    const int year = from_year + (int)(draw(&f->random) % (uint64_t)(to_year - from_year + 1));
    const int month = 1 + (int)(draw(&f->random) % 12), day = 1 + (int)(draw(&f->random) % 28);
    snprintf(date, sizeof date, "%04d-%02d-%02d", year, month, day);
    json_member_text(&f->json, key, date);
}

static void put_dates(struct layer_file *f)
{
    put_date(f, "created", 1998, 2012);
    put_date(f, "updated", 2013, 2025);
}

/* Town sections by quarter, with the middle for itself; ZA to ZD are the fields around it. */
static int section_of(const struct cell *c)
{
    const int quarter = (c->seed.x < 0 ? 2 : 0) + (c->seed.y < 0 ? 1 : 0);
    if (c->land == LAND_FIELD)
        return 5 + quarter;
    return pt_length(c->seed) < 200 ? 0 : 1 + quarter;
}

static void put_parcels(struct layer_file *f, const struct town *t)
{
    static const char *const NAMES[SECTIONS] = {"AB", "AC", "AD", "AE", "AH",
                                                "ZA", "ZB", "ZC", "ZD"};
    int n_in_section[SECTIONS] = {0};
    for (int i = 0; i < t->n_parcels; i++) {
        const struct parcel *p = &t->parcels[i];
        const int section = section_of(&t->plan.cells[p->cell]);
        const int number = ++n_in_section[section];
        char id[32], numero[16];
        snprintf(id, sizeof id, COMMUNE "000%s%04d", NAMES[section], number);
        snprintf(numero, sizeof numero, "%d", number);
        put_polygon(f, &p->p);
        json_member_text(&f->json, "id", id);
        json_member_text(&f->json, "commune", COMMUNE);
        json_member_text(&f->json, "prefixe", "000");
        json_member_text(&f->json, "section", NAMES[section]);
        json_member_text(&f->json, "numero", numero);
        /* The register knows no area for one parcel in five hundred. */
        if (i % 500 != 499)
            json_member_int(&f->json, "contenance", (int64_t)floor(poly_area(&p->p) + 0.5));
        json_member_bool(&f->json, "arpente", draw_chance(&f->random, 40));
        put_dates(f);
        end_feature(f);
    }
}

static void put_buildings(struct layer_file *f, const struct town *t)
{
    for (int i = 0; i < t->n_buildings; i++) {
        const struct building *b = &t->buildings[i];
        put_polygon(f, &b->p);
        json_member_text(&f->json, "type", b->light ? "02" : "01");
        json_key(&f->json, "nom");
        json_text(&f->json, b->name);
        json_member_text(&f->json, "commune", COMMUNE);
        put_dates(f);
        end_feature(f);
    }
}

static void put_streets(struct layer_file *f, const struct town *t)
{
    static const char *const CLASSES[N_WAYS] = {
        [WAY_RIVER] = "quay", [WAY_MAIN] = "main",     [WAY_CROSS] = "main",
        [WAY_RING] = "ring",  [WAY_STREET] = "street", [WAY_TRACK] = "track",
    };
    for (int i = 0; i < t->n_streets; i++) {
        const struct street *s = &t->streets[i];
        begin_feature(f, "LineString");
        json_array(&f->json);
        for (int k = 0; k < s->n; k++)
            put_point(f, s->at[k]);
        json_array_end(&f->json);
        begin_properties(f);
        json_member_int(&f->json, "id", i + 1);
        json_member_text(&f->json, "name", s->name);
        json_member_text(&f->json, "class", s->outside ? "road" : CLASSES[s->way]);
        end_feature(f);
    }
}

static void put_addresses(struct layer_file *f, const struct town *t)
{
    for (int i = 0; i < t->n_addresses; i++) {
        const struct address *a = &t->addresses[i];
        char id[32];
        snprintf(id, sizeof id, COMMUNE "_%04d_%05d", a->street + 1, a->number);
        begin_feature(f, "Point");
        put_point(f, a->at);
        begin_properties(f);
        json_member_text(&f->json, "id", id);
        json_member_int(&f->json, "numero", a->number);
        json_member_text(&f->json, "nom_voie", t->streets[a->street].name);
        json_member_text(&f->json, "code_postal", POSTCODE);
        json_member_text(&f->json, "nom_commune", COMMUNE_NAME);
        end_feature(f);
    }
}

static enum err_code save(const struct buf *b, const char *folder, const char *name,
                          struct err *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.geojson", folder, name);
    FILE *file = fopen(path, "wb");
    bool ok = file && fwrite(b->data, 1, b->len_bytes, file) == b->len_bytes;
    if (file && fclose(file))
        ok = false;
    return ok ? OK : err_set(err, IO, "%s: %s", path, strerror(errno));
}

static const struct {
    const char *name;
    void (*put)(struct layer_file *f, const struct town *t);
} LAYERS[] = {
    {"parcels", put_parcels},
    {"buildings", put_buildings},
    {"streets", put_streets},
    {"addresses", put_addresses},
};

enum err_code town_write(const struct town *t, const char *folder, struct err *err)
{
    enum err_code rc = OK;
    for (size_t i = 0; !rc && i < sizeof LAYERS / sizeof LAYERS[0]; i++) {
        struct layer_file f = {.random = i + 1};
        buf_init(&f.buf, FILE_MAX_BYTES);
        f.json = json_out(&f.buf);
        json_object(&f.json);
        json_member_text(&f.json, "type", "FeatureCollection");
        json_key(&f.json, "features");
        json_array(&f.json);
        LAYERS[i].put(&f, t);
        json_array_end(&f.json);
        json_object_end(&f.json);
        buf_put_u8(&f.buf, '\n');
        rc = buf_status(&f.buf, err);
        if (!rc)
            rc = save(&f.buf, folder, LAYERS[i].name, err);
        buf_clear(&f.buf);
    }
    return rc;
}

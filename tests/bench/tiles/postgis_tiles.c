/*
 * The same tiles out of PostGIS: a prepared ST_AsMVT with a binary result, and the same compression.
 * Milliseconds are of processor time: of the server process that does the work, as Linux counts it, and
 * of ours for the compression.
 *
 *   postgis_tiles SQL_FILE SECONDS <ADDRESSES      "z x y", one a line; connects as PGHOST etc. say
 *
 * No zoom takes longer than so many seconds: tiles beyond are passed over. Prints rows: tile_times.h.
 */
#include "base/gzip.h"
#include "base/text.h"
#include "base/when.h"
#include "tests/bench/tiles/tile_times.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { GZIP_LEVEL = 4, MAX_BYTES = 256 << 20, SQL_BYTES = 65536 };

struct client {
    PGconn *connection;
    struct gzip *gzip;
    struct buf packed;
};

static double our_cpu_ms(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

/* Nanoseconds on a processor are the first number of /proc/PID/schedstat. */
static double their_cpu_ms(const struct client *c)
{
    char path[64];
    uint64_t ns = 0;
    snprintf(path, sizeof path, "/proc/%d/schedstat", PQbackendPID(c->connection));
    FILE *f = fopen(path, "r");
    if (!f || fscanf(f, "%" SCNu64, &ns) != 1)
        fprintf(stderr, "%s cannot be read\n", path);
    if (f)
        fclose(f);
    return (double)ns / 1e6;
}

static enum err_code client_open(struct client *c, const char *sql_path, struct err *err)
{
    buf_init(&c->packed, MAX_BYTES);
    char *sql = calloc(SQL_BYTES, 1);
    FILE *f = fopen(sql_path, "r");
    if (!sql || !f || fread(sql, 1, SQL_BYTES - 1, f) == 0)
        return err_set(err, IO, "%s cannot be read", sql_path);
    fclose(f);
    c->connection = PQconnectdb("");
    PGresult *r = PQprepare(c->connection, "tile", sql, 3, NULL);
    const bool is_ready = PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    free(sql);
    if (!is_ready)
        return err_set(err, IO, "%s", PQerrorMessage(c->connection));
    return gzip_new(GZIP_LEVEL, &c->gzip, err);
}

static enum err_code measure(struct client *c, unsigned z, uint32_t x, uint32_t y,
                             struct tile_time *t, struct err *err)
{
    char numbers[3][16];
    const char *const values[] = {numbers[0], numbers[1], numbers[2]};
    snprintf(numbers[0], sizeof numbers[0], "%u", z);
    snprintf(numbers[1], sizeof numbers[1], "%" PRIu32, x);
    snprintf(numbers[2], sizeof numbers[2], "%" PRIu32, y);
    const int64_t start_us = when_monotonic_us();
    const double before_ms = their_cpu_ms(c);
    PGresult *r = PQexecPrepared(c->connection, "tile", 3, values, NULL, NULL, 1);
    const double make_ms = their_cpu_ms(c) - before_ms, packing_ms = our_cpu_ms();
    enum err_code rc = OK;
    buf_reset(&c->packed);
    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1)
        rc = err_set(err, IO, "%s", PQerrorMessage(c->connection));
    else if (PQgetlength(r, 0, 0) > 0)
        rc =
            gzip_compress(c->gzip, (struct span){PQgetvalue(r, 0, 0), (size_t)PQgetlength(r, 0, 0)},
                          &c->packed, err);
    *t = (struct tile_time){.z = z,
                            .make_ms = make_ms,
                            .gzip_ms = our_cpu_ms() - packing_ms,
                            .wall_ms = (double)(when_monotonic_us() - start_us) / 1000,
                            .gzip_bytes = (double)c->packed.len_bytes};
    PQclear(r);
    return rc;
}

int main(int argc, char **argv)
{
    int64_t seconds = 0;
    struct err err = {0};
    if (argc != 3 || text_parse_i64(argv[2], &seconds, &err)) {
        fprintf(stderr, "usage: %s SQL_FILE SECONDS <ADDRESSES\n", argv[0]);
        return 2;
    }
    struct client c = {0};
    struct tile_times times = {0};
    unsigned z, last_z = UINT32_MAX;
    uint32_t x, y;
    int64_t begun_us = 0;
    enum err_code rc = client_open(&c, argv[1], &err);
    while (!rc && scanf("%u %" SCNu32 " %" SCNu32, &z, &x, &y) == 3) {
        struct tile_time one;
        if (z != last_z)
            begun_us = when_monotonic_us();
        last_z = z;
        if (when_monotonic_us() - begun_us > seconds * 1000000)
            continue;
        rc = measure(&c, z, x, y, &one, &err);
        if (!rc)
            tile_times_add(&times, one);
    }
    if (rc)
        fprintf(stderr, "%s\n", err.text);
    tile_times_print(&times);
    buf_clear(&c.packed);
    gzip_free(c.gzip);
    PQfinish(c.connection);
    return rc ? 1 : 0;
}

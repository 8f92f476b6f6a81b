/*
 * The store: one SpatiaLite file. Many readers, one writer (WAL); a connection a thread.
 *
 * A reader is read-only, defensive, with trusted_schema off and an authorizer that lets it read
 * and nothing else. What SQL or SpatiaLite is stays behind this door.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "store/feature.h"
#include "store/import_counts.h"
#include "store/layer.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct store;

enum store_mode {
    STORE_READ,   /* must exist */
    STORE_WRITE,  /* must exist */
    STORE_CREATE, /* made when it does not exist */
    STORE_BUILD   /* the same; but a new store is built beside its place, and there is none until
                     the first layer or tileset is whole: see store_publish() */
};

/**
 * Errors NOT_FOUND no such file; BAD_DATA not a store of ours, or damaged (words say which);
 *        UNSUPPORTED made by a newer Cassini; BUSY another writer holds it; IO
 */
enum err_code store_open(const char *path, enum store_mode mode, struct store **out,
                         struct err *err) MUST_USE;
/** A new store that was not published is gone then. */
void store_close(struct store *s);

/**
 * What was committed comes to its place: a store that is being built is made durable and put there,
 * in any other the log is emptied. Whoever commits a layer or a tileset calls it, with no statement
 * left open.
 * Errors   CONFLICT another store has come to be there; IO. The store is of no use after a failure
 */
enum err_code store_publish(struct store *s, struct err *err) MUST_USE;

/** Queries of this store end with CANCELED once `*cancel` is true (checked every few thousand
 * SQLite steps), or with LIMIT when the deadline (when_monotonic_us() scale, 0: none) has passed.
 * NULL: no flag. */
void store_set_interrupt(struct store *s, const atomic_bool *cancel, int64_t deadline_us);

/** Changes whenever another connection has committed something: cheap enough to ask every second.
 */
enum err_code store_change_number(struct store *s, int64_t *out, struct err *err) MUST_USE;
enum err_code store_read_catalog(struct store *s, struct catalog **out, struct err *err) MUST_USE;

/** Which features; a zeroed query is all of them. Conditions are joined with AND. */
struct feature_query {
    const struct layer *layer;
    struct bbox boxes[2]; /* in the layer's CRS; a feature whose own box meets one of them, or that
                             has no geometry, is a candidate: the exact test is the caller's */
    size_t n_boxes;       /* 0: everywhere; 2: across the antimeridian */
    const struct when_interval *when; /* NULL: any; features without a time match */
    int64_t after_fid;                /* keyset paging: rows behind this one, in row order */
    const char *id;                   /* NULL: any; the one feature of this public id */
};

/** Walks the features of a query in row order (which is Hilbert order). At most one cursor of each
 *  layer is open at a time on one store. */
struct feature_cursor;

enum err_code store_query_features(struct store *s, const struct feature_query *q,
                                   struct feature_cursor **out, struct err *err) MUST_USE;
/** The next feature in the arena; `*out_more` false at the end. Errors CANCELED, LIMIT, IO,
 * NO_MEMORY, BAD_DATA a damaged geometry. */
enum err_code feature_cursor_next(struct feature_cursor *c, struct arena *a, struct feature *out,
                                  bool *out_more, struct err *err) MUST_USE;
void feature_cursor_close(struct feature_cursor *c); /* accepts NULL */

/** The highest id of a layer whose ids are positions; 0 without features. */
enum err_code store_read_max_position(struct store *s, const struct layer *l, uint64_t *out,
                                      struct err *err) MUST_USE;

/** One import as it is remembered, newest first. */
struct import_record {
    const char *layer;
    const char *source; /* path or URL as it was given */
    const char *sha256; /* hex */
    uint64_t source_bytes;
    int64_t started_us, ended_us;
    const char *mode;     /* "create", "replace", ... */
    const char *options;  /* the command line's options as JSON */
    const char *software; /* "cassini 0.1.0; GEOS 3.11.1; ..." */
    uint64_t n_read, n_written;
    IMPORT_COUNTS_HERE;
};

enum err_code store_read_imports(struct store *s, const char *layer, struct arena *a,
                                 struct import_record **out, size_t *n_out,
                                 struct err *err) MUST_USE;

const char *store_sqlite_version(void);
const char *store_spatialite_version(void);

#endif

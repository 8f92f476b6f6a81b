/* What an import did, counted by kind: one list for the record, the summary and every document. */
#ifndef STORE_IMPORT_COUNTS_H
#define STORE_IMPORT_COUNTS_H

#include <stddef.h>
#include <stdint.h>

/* Member and column; name in JSON; words behind the number. */
#define IMPORT_COUNTS(X)                                                                           \
    X(n_inserted, "inserted", "added")                                                             \
    X(n_updated, "updated", "put in the place of older ones")                                      \
    X(n_deleted, "deleted", "deleted, for the source does not have them")                          \
    X(n_without_geometry, "withoutGeometry", "without geometry")                                   \
    X(n_repaired, "repaired", "invalid geometries repaired")                                       \
    X(n_rings_closed, "ringsClosed", "rings closed")                                               \
    X(n_rings_turned, "ringsTurned", "rings wound against RFC 7946, left as they are")             \
    X(n_duplicate_vertices, "repeatedVertices", "repeated vertices left out")                      \
    X(n_heights, "heights", "heights left out")                                                    \
    X(n_outside_area, "outsideArea", "outside the area that their CRS is made for")                \
    X(n_rejected, "rejected", "rejected")

#define IMPORT_COUNT_MEMBER(member, name, words) uint64_t member;
#define IMPORT_COUNT_COLUMN(member, name, words) ", " #member

struct import_counts {
    IMPORT_COUNTS(IMPORT_COUNT_MEMBER)
};

/* The counts as members of another struct, which has each by its name and all as `counts`. */
#define IMPORT_COUNTS_HERE                                                                         \
    union {                                                                                        \
        struct {                                                                                   \
            IMPORT_COUNTS(IMPORT_COUNT_MEMBER)                                                     \
        };                                                                                         \
        struct import_counts counts;                                                               \
    }

struct import_count {
    const char *column, *name, *words;
    size_t offset; /* in struct import_counts */
};

/** All kinds, `name` NULL at the end. */
extern const struct import_count import_count_table[];

static inline uint64_t *import_count_of(struct import_counts *c, const struct import_count *kind)
{
    return (uint64_t *)((char *)c + kind->offset);
}

static inline uint64_t import_count_in(const struct import_counts *c,
                                       const struct import_count *kind)
{
    return *(const uint64_t *)((const char *)c + kind->offset);
}

#endif

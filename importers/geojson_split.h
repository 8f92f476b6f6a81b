/*
 * Cuts a GeoJSON source into features without reading them: a FeatureCollection (RFC 7946), one
 * Feature or geometry, features line by line, a text sequence (RFC 8142), or several values one
 * after the other. Memory is bounded by the longest piece; nothing recurses.
 */
#ifndef IMPORTERS_GEOJSON_SPLIT_H
#define IMPORTERS_GEOJSON_SPLIT_H

#include "base/err.h"
#include "base/source.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum geojson_piece_kind {
    GEOJSON_ITEM, /* what stands in a feature's place: any JSON value, perhaps broken */
    GEOJSON_CRS   /* the value of a collection's `crs` member (GeoJSON 2008) */
};

/** Lent until the next piece. */
struct geojson_piece {
    enum geojson_piece_kind kind;
    struct span text;
    uint64_t number;     /* 0; for who keeps several of them */
    uint64_t line, byte; /* of its first byte; the first line is 1, the first byte 0 */
    bool alone;          /* it is all there is in the source */
    bool unterminated;   /* the last line of a sequence, without its end: perhaps cut off */
};

struct geojson_split;

/** `piece_bytes`: the longest piece. Errors NO_MEMORY */
enum err_code geojson_split_new(struct source *source, uint64_t piece_bytes,
                                struct geojson_split **out, struct err *err) MUST_USE;
void geojson_split_free(struct geojson_split *s);

/**
 * The next piece; `*out_more` false at the end.
 * Errors BAD_DATA not GeoJSON at all, ends in the middle, or its brackets are lost (words say at
 *        which line); LIMIT a piece is too long; those of source_read()
 */
enum err_code geojson_split_next(struct geojson_split *s, struct geojson_piece *out, bool *out_more,
                                 struct err *err) MUST_USE;

#endif

/* Where a CSV source has its geometry: two fields of coordinates, one of WKT or GeoJSON, or none. */
#ifndef IMPORTERS_CSV_PLACE_H
#define IMPORTERS_CSV_PLACE_H

#include "base/err.h"
#include "base/text.h"
#include "importers/csv_header.h"
#include "importers/importer.h"

#include <stdbool.h>
#include <stddef.h>

enum csv_place_kind {
    CSV_NOWHERE, /* a table */
    CSV_XY,
    CSV_GEOMETRY /* WKT or GeoJSON, each value by its content */
};

struct csv_place {
    enum csv_place_kind kind;
    size_t x, y;        /* CSV_XY: the fields */
    size_t geometry;    /* CSV_GEOMETRY: the field */
    bool is_geographic; /* CSV_XY: longitude and latitude, by their names */
    bool is_ambiguous;  /* CSV_NOWHERE: several pairs of fields might be coordinates */
};

/**
 * What the options say, else the first field whose first value is a geometry, else the two fields
 * whose names say that they are coordinates ("lon" and "lat", "geo_longitude" and "geo_latitude",
 * "x" and "y") when there is just one such pair.
 * In       first_values: the first that is not empty of each field, or an empty span
 * Errors   BAD_ARG a field that the options name is not there, or one of two is not named
 */
enum err_code csv_place_find(const struct csv_header *h, const struct span *first_values,
                             const struct reader_options *o, struct csv_place *out,
                             struct err *err) MUST_USE;

/** Whether the text begins as WKT or a GeoJSON geometry does. */
bool csv_place_is_geometry(struct span text);

#endif

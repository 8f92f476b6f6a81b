/*
 * A mapping file (docs/howto/mapping-files.md): where the features are in records of JSON, XML or
 * CSV. The format is mappings/mapping.schema.json; mapping_read() takes and refuses the same.
 */
#ifndef IMPORTERS_MAPPING_H
#define IMPORTERS_MAPPING_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "base/value.h"
#include "importers/record_path.h"
#include "importers/record_reader.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>

#define MAPPING_JOINS_MAX 16

/** Memory that a mapping may take. */
#define MAPPING_BYTES ((size_t)16 << 20)

/** A value: in the record itself, or in what a join found for it. */
struct mapping_place {
    int join; /* -1: the record; else the path's first step is the join's name */
    struct record_path path;
};

/** One line of a value list. */
struct mapping_value {
    const char *from;
    struct value to;
};

struct mapping_field {
    const char *name;
    struct mapping_place from; /* without steps: a constant */
    struct value constant;
    bool has_type;
    enum field_type type;
    struct mapping_value *values;
    size_t n_values;
    const char *title, *unit, *iri; /* NULL: not said */
};

/** Records of another file, or of another place of the same, found by a key. */
struct mapping_join {
    const char *name; /* the first step of paths into it */
    const char *file; /* beside the source or the mapping; NULL: the source itself */
    bool has_format;  /* else the mapping's own */
    enum record_format format;
    struct record_path records;
    struct mapping_place local; /* its key in our record */
    int64_t last, without_last; /* characters of it that count, from the end; 0: all */
    struct record_path key;     /* and in its own */
};

enum mapping_geometry { MAPPING_TABLE, MAPPING_LON_LAT, MAPPING_WKT, MAPPING_GEOJSON };

/** A piece of the id's template: its text, then the value at a place, where there is one. */
struct mapping_id_part {
    struct span text;
    bool has_place;
    struct mapping_place place;
};

struct mapping {
    const char *title;
    const char *files; /* which files of a folder or an archive hold records; NULL: all */
    enum record_format format;
    struct record_path records;
    const char *next;
    const char *crs; /* NULL: EPSG:4326 */
    enum mapping_geometry geometry;
    struct mapping_place x, y; /* of WKT and GeoJSON x only */
    struct mapping_id_part *id;
    size_t n_id_parts;
    struct mapping_join *joins;
    size_t n_joins;
    struct mapping_field *fields;
    size_t n_fields;
};

/**
 * Read the text of a mapping file.
 * Out      out: all of it in the arena
 * Errors   BAD_DATA what is wrong with it, behind the JSON Pointer of its place; UNSUPPORTED another
 *          version; NO_MEMORY
 */
enum err_code mapping_read(struct span text, struct arena *a, struct mapping *out,
                           struct err *err) MUST_USE;

/**
 * The mapping of a file, or the shipped one of that name.
 * Out      out_folder: where the file lies; NULL for a shipped one; in the arena
 * Errors   NOT_FOUND there is none (words list those that are shipped); those of mapping_read()
 */
enum err_code mapping_load(const char *name, struct arena *a, struct mapping *out,
                           const char **out_folder, struct err *err) MUST_USE;

/** Whether a name fits a pattern in which '*' stands for any characters. */
bool mapping_name_fits(const char *name, const char *pattern);

#endif

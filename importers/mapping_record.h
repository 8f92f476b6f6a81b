/* One record with what its joins found for it, and what the mapping makes of them. */
#ifndef IMPORTERS_MAPPING_RECORD_H
#define IMPORTERS_MAPPING_RECORD_H

#include "importers/importer.h"
#include "importers/mapping.h"
#include "importers/mapping_join.h"

struct mapped_record {
    const struct mapping *mapping;
    struct join_table *joins[MAPPING_JOINS_MAX];
    struct json_value root;
    struct json_value joined[MAPPING_JOINS_MAX]; /* what each join found */
    bool found[MAPPING_JOINS_MAX];
    bool keep_z;
    struct json_reader *geometry_json; /* of GeoJSON that stands in a text */
    struct geom_builder builder;
    struct arena arena; /* for one record */
};

/** Read the joined files. Errors those of join_table_new() */
enum err_code mapped_record_init(struct mapped_record *r, const struct mapping *m,
                                 const struct input *in, const struct reader_options *o,
                                 const char *folder, struct err *err) MUST_USE;
void mapped_record_clear(struct mapped_record *r);

/** Begin with the next record. Errors NO_MEMORY, LIMIT */
enum err_code mapped_record_start(struct mapped_record *r, struct json_value root,
                                  struct err *err) MUST_USE;

/* What the record says; all of it is lent until the next record. Errors of all: BAD_DATA, LIMIT,
 * NO_MEMORY */

/** `at` NULL when the mapping has no id. */
enum err_code mapped_record_id(struct mapped_record *r, struct span *out, struct err *err) MUST_USE;
enum err_code mapped_record_geometry(struct mapped_record *r, struct geom *out, size_t *n_heights,
                                     struct err *err) MUST_USE;
/** As many values as the mapping has fields. */
enum err_code mapped_record_values(struct mapped_record *r, struct source_value *out,
                                   struct err *err) MUST_USE;

#endif

/* Reading the objects of a mapping file by tables of their members: what is not in the table is
 * refused, and what is wrong is told behind the JSON Pointer of its place. */
#ifndef IMPORTERS_MAPPING_MEMBER_H
#define IMPORTERS_MAPPING_MEMBER_H

#include "importers/mapping.h"

enum { MAPPING_PLACE_BYTES = 200 };

struct mapping_reading {
    struct arena *a;
    struct mapping *m;
    char place[MAPPING_PLACE_BYTES]; /* JSON Pointer to what is being read */
    struct err *err;
};

/* One member of an object: how it is read into the struct that the object becomes. */
struct mapping_member {
    const char *name;
    bool required;
    enum err_code (*read)(struct mapping_reading *r, struct json_value v, void *into);
    size_t offset;
};

/** The error of that kind and words at the place where reading stands. */
enum err_code mapping_wrong(struct mapping_reading *r, enum err_code code, const char *format, ...)
    PRINTF_LIKE(3, 4);

/** Step into a member; what is given back leads out again, after its success. */
size_t mapping_go_in(struct mapping_reading *r, struct span name);
void mapping_go_out(struct mapping_reading *r, size_t n);

/** An object by the table of its members, in the table's order. */
enum err_code mapping_read_object(struct mapping_reading *r, struct json_value v,
                                  const struct mapping_member *members, size_t n,
                                  void *into) MUST_USE;

#define READ_OBJECT(r, v, members, into)                                                           \
    mapping_read_object(r, v, members, sizeof(members) / sizeof(members)[0], into)

/** As `struct record_path`, with the place in the words. */
enum err_code mapping_parse_path(struct mapping_reading *r, struct span text,
                                 struct record_path *out) MUST_USE;

/* Members as they stand in tables: anything; a text that is not empty (const char *); a path
 * (struct record_path); a value that is neither array nor object (struct value). */
enum err_code mapping_ignore(struct mapping_reading *r, struct json_value v, void *into) MUST_USE;
enum err_code mapping_read_text(struct mapping_reading *r, struct json_value v,
                                void *into) MUST_USE;
enum err_code mapping_read_path(struct mapping_reading *r, struct json_value v,
                                void *into) MUST_USE;
enum err_code mapping_read_scalar(struct mapping_reading *r, struct json_value v,
                                  void *into) MUST_USE;

#endif

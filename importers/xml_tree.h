/* Makes a JSON value of an XML element while it is read, as record_reader.h says. */
#ifndef IMPORTERS_XML_TREE_H
#define IMPORTERS_XML_TREE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/** Something inside an element that is open: an attribute, an element that is closed, or text. */
struct xml_part {
    size_t name_at, n_name_bytes; /* in `text`; text has no name */
    size_t at, n_bytes;           /* its JSON in `text`, or for text the text itself */
};

struct xml_level {
    size_t first_part;
    size_t name_at, n_name_bytes;
};

/** The elements that are open, and what they hold so far. */
struct xml_tree {
    struct buf text;
    struct buf made; /* the JSON of the element that was closed last */
    struct buf words;
    struct xml_part *parts;
    struct xml_level *levels;
    size_t n_parts, room_parts, n_levels, room_levels;
    const struct xml_part **sorted;
    size_t room_sorted;
};

/** `limit_bytes`: of all that is inside one element at the top of the tree. */
void xml_tree_init(struct xml_tree *t, size_t limit_bytes);
void xml_tree_clear(struct xml_tree *t);

/* Errors of all: LIMIT, NO_MEMORY */

/** In  attributes: names and values in turn, NULL at the end */
enum err_code xml_tree_open(struct xml_tree *t, const char *name, const char **attributes,
                            struct err *err) MUST_USE;
enum err_code xml_tree_text(struct xml_tree *t, struct span text, struct err *err) MUST_USE;
/** `*out_json` is only set when the element at the top is closed; lent until the next is opened. */
enum err_code xml_tree_close(struct xml_tree *t, struct span *out_json, struct err *err) MUST_USE;

#endif

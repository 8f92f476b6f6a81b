/* How a document is held: read by its writers, made by document.c alone. */
#ifndef SERVER_HTTP_DOCUMENT_TREE_H
#define SERVER_HTTP_DOCUMENT_TREE_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum doc_kind {
    DOC_OBJECT,
    DOC_ARRAY,
    DOC_TEXT,
    DOC_INT,
    DOC_F64,
    DOC_BOOL,
    DOC_NULL,
    DOC_JSON /* a whole JSON value as text */
};

struct doc_root {
    struct arena *arena;
    bool failed; /* something did not fit into the arena */
};

struct doc {
    enum doc_kind kind;
    const char *key; /* NULL in arrays */
    struct doc *next, *first, *last;
    struct doc_root *root;
    struct span text; /* of DOC_TEXT (ended by a NUL) and DOC_JSON */
    int64_t integer;
    double real;
    bool boolean;
};

/** The member of that name, or NULL; `d` may be NULL or no object. */
const struct doc *doc_find(const struct doc *d, const char *key);
/** Neither object nor array. */
bool doc_is_scalar(const struct doc *d);

#endif

/*
 * A resource describes itself once, as a document (keys, values, links, tables), which is written
 * as JSON or as HTML. All memory is the arena's; failures are sticky and told by the writers.
 */
#ifndef SERVER_HTTP_DOCUMENT_H
#define SERVER_HTTP_DOCUMENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "server/http/route.h"

#include <stdbool.h>
#include <stdint.h>

struct doc; /* an object or an array; members keep their order */

struct doc *
doc_new(struct arena *a); /* an object; NULL when the arena is exhausted: all calls accept NULL */

/* Members of an object; a NULL text leaves the member out. Keys are lent (literals). */
void doc_text(struct doc *d, const char *key, const char *text);
void doc_int(struct doc *d, const char *key, int64_t value);
void doc_f64(struct doc *d, const char *key, double value);
void doc_bool(struct doc *d, const char *key, bool value);
void doc_null(struct doc *d, const char *key);
void doc_json(struct doc *d, const char *key, struct span json); /* a whole JSON value */
struct doc *doc_object(struct doc *d, const char *key);
struct doc *doc_array(struct doc *d, const char *key);

/* Items of an array. */
void doc_add_text(struct doc *array, const char *text);
void doc_add_int(struct doc *array, int64_t value);
void doc_add_f64(struct doc *array, double value);
void doc_add_json(struct doc *array, struct span json);
struct doc *doc_add_object(struct doc *array);
struct doc *doc_add_array(struct doc *array);

struct doc_link {
    const char *rel, *type, *title, *href; /* title may be NULL */
    bool templated;
    const char *hreflang; /* may be NULL */
};
/** Appends to the object's array "links" (made when missing). */
void doc_link(struct doc *d, const struct doc_link *link);

/**
 * The `self` link of this request and one `alternate` for each other media type that its route
 * offers, all with type, keeping the request's own query parameters (f replaced).
 */
void doc_link_self(struct doc *d, const struct request *r);

/** How the HTML face of a document looks besides its content. Addresses that begin with a slash are
 * of this server: its base URL is put before. */
struct page {
    const char *title;
    const char *intro;         /* a sentence under the title; may be NULL */
    const char *const *crumbs; /* pairs: title, href, ...; NULL at the end; may be NULL */
    const char *map_href;      /* a map shown in a frame beside the content; may be NULL */
};

/** Write the document in the request's media (JSON kinds or HTML) as the response's body.
 *  HTML: objects become definition lists, arrays of objects tables, links links; everything
 * escaped. Errors NO_MEMORY, LIMIT. */
enum err_code doc_respond(const struct doc *d, const struct page *page, const struct request *r,
                          struct response *out, struct err *err) MUST_USE;

/** The same two writers for those who hold a buf. */
enum err_code doc_put_json(const struct doc *d, struct buf *out, struct err *err) MUST_USE;
enum err_code doc_put_html(const struct doc *d, const struct page *page, const struct request *r,
                           struct buf *out, struct err *err) MUST_USE;

/** Text for HTML content and attribute values: & < > " ' escaped. */
void html_put_escaped(struct buf *b, const char *text);

#endif

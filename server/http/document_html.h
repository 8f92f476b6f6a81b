/* What the two files that write a document as HTML share. */
#ifndef SERVER_HTTP_DOCUMENT_HTML_H
#define SERVER_HTTP_DOCUMENT_HTML_H

#include "base/buf.h"
#include "server/http/document_tree.h"

#include <stdbool.h>

/** A link when the href is http, https or a path, else its text alone. */
void html_put_link(struct buf *b, const char *href, const char *text);
/** A member "links" of an object, as doc_link() makes it. */
bool html_is_links(const struct doc *d);
/** One object of such an array, named by its title or else its relation. */
void html_put_one_link(struct buf *b, const struct doc *link);
/** Any value within a line or a cell. */
void html_put_inline(struct buf *b, const struct doc *d);
/** An array with objects as a table. */
void html_put_table(struct buf *b, const struct doc *array);

#endif

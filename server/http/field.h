/* Header fields that are lists with qualities: Accept, Accept-Encoding, If-None-Match (RFC 9110).
 */
#ifndef SERVER_HTTP_FIELD_H
#define SERVER_HTTP_FIELD_H

#include "base/text.h"

#include <stdbool.h>

/** One member of a list, `value;q=0.5`: lent from the field's text. */
struct field_item {
    struct span value; /* without parameters and blanks around it */
    int quality;       /* 0..1000; 1000 without q, 0 when q cannot be read */
};

struct field_walk {
    const char *at;
};

/** Start with field_walk(text) (NULL: no members), then until field_next() gives false. */
struct field_walk field_walk(const char *text);
bool field_next(struct field_walk *w, struct field_item *out);

/** Whether Accept-Encoding (NULL: absent) allows gzip: named, or by `*`, with a quality above 0. */
bool field_accepts_gzip(const char *accept_encoding);

/** Whether If-None-Match (NULL: absent) names the entity tag, compared weakly, or is `*`. */
bool field_names_etag(const char *if_none_match, const char *etag);

/** ASCII case only. */
bool span_eq_ignoring_case(struct span a, struct span b);

#endif

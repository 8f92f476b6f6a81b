/* Writes JSON (RFC 8259) into a buf; commas and escapes are its care. Text that is not UTF-8 is
 * written with U+FFFD for the bad bytes. Failures are those of the buf (sticky). */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include "base/buf.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct json_out {
    struct buf *to;
    int depth;
    bool need_comma;
};

struct json_out json_out(struct buf *to);

void json_object(struct json_out *j);     /* { */
void json_object_end(struct json_out *j); /* } */
void json_array(struct json_out *j);
void json_array_end(struct json_out *j);
void json_key(struct json_out *j, const char *key);
void json_key_span(struct json_out *j, struct span key);

void json_text(struct json_out *j, const char *text); /* NULL writes null */
void json_span(struct json_out *j, struct span text);
void json_int(struct json_out *j, int64_t value);
void json_u64(struct json_out *j, uint64_t value);
void json_f64(struct json_out *j, double value); /* shortest; not finite writes null */
void json_fixed(struct json_out *j, double value, int decimals);
void json_bool(struct json_out *j, bool value);
void json_null(struct json_out *j);
void json_raw(struct json_out *j, struct span json); /* a whole JSON value, trusted */

/* Key and value in one; a NULL text leaves the member out altogether. */
void json_member_text(struct json_out *j, const char *key, const char *text);
void json_member_int(struct json_out *j, const char *key, int64_t value);
void json_member_bool(struct json_out *j, const char *key, bool value);

#endif

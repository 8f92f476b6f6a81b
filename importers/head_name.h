/* What the first bytes of a source look like, in words for people. */
#ifndef IMPORTERS_HEAD_NAME_H
#define IMPORTERS_HEAD_NAME_H

#include "base/text.h"

/** "an empty file", "a ZIP archive", "XML or HTML", "a JSON array", "text", "binary data", ... */
const char *head_name(struct span head);

/** The bytes without a byte order mark, white space and the record separators of RFC 8142. */
struct span head_skip_blank(struct span head);

#endif

/* Style templates (styles/README.md), filled in for the collections that are there. */
#ifndef SERVER_OGC_STYLE_TEMPLATE_H
#define SERVER_OGC_STYLE_TEMPLATE_H

#include "base/buf.h"
#include "base/embedded.h"
#include "base/err.h"
#include "base/json_read.h"
#include "store/layer.h"

#include <stdbool.h>

/** The templates that are part of the program, "default.json" first; ends without a path. */
extern const struct embedded_file style_files[];

/** A template that was read; its values live as long as the reader. */
struct style_template {
    struct json_reader *reader;
    struct json_value root;
};

/** Errors BAD_DATA, NO_MEMORY */
enum err_code style_template_open(const struct embedded_file *file, struct style_template *out,
                                  struct err *err) MUST_USE;
void style_template_close(struct style_template *t);

/** Its title or description; an empty span when it has none. */
struct span style_template_text(const struct style_template *t, const char *key);

/** Whether a role of the template knows one of the collections by its name. */
bool style_template_knows(const struct style_template *t, const struct catalog *catalog);

/** Write the finished MapLibre style. `base_url`: without a slash at the end. Errors: those of the
 * buf */
enum err_code style_template_fill(const struct style_template *t, const struct catalog *catalog,
                                  const char *base_url, struct buf *out, struct err *err) MUST_USE;

#endif

/*
 * Files that are part of the program: tables of them are made by cassini_embed()
 * (cmake/embed.cmake).
 */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

struct embedded_file {
    const char *path; /* below the folder that was embedded: "default.json" */
    const uint8_t *bytes;
    size_t n_bytes; /* one NUL more follows, not counted */
};

/** The file of that path in a table that ends with an entry without a path; NULL when there is
 * none or `path` is NULL. */
static inline const struct embedded_file *embedded_find(const struct embedded_file *table,
                                                        const char *path)
{
    for (const struct embedded_file *f = table; f->path; f++) {
        if (text_eq(f->path, path))
            return f;
    }
    return NULL;
}

#endif

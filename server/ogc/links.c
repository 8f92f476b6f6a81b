#include "server/ogc/links.h"

#include <stdarg.h>
#include <stdio.h>

/* Links name the bare type: clients compare it with "text/html", letter by letter. */
static const char *type_of(enum media media)
{
    return media == MEDIA_HTML ? "text/html" : media_type(media);
}

static const char *url_of(const struct request *r, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *path = n < 0 ? NULL : arena_raw(r->arena, (size_t)n + 1, 1, NULL);
    if (!path)
        return NULL;
    vsnprintf(path, (size_t)n + 1, format, args);
    return arena_printf(r->arena, NULL, "%s%s", r->base_url, path);
}

void link_to(struct doc *d, const struct request *r, const char *rel, enum media media,
             const char *title, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const struct doc_link link = {
        .rel = rel, .type = type_of(media), .title = title, .href = url_of(r, format, args)};
    va_end(args);
    doc_link(d, &link);
}

void link_template(struct doc *d, const struct request *r, const char *rel, enum media media,
                   const char *title, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const struct doc_link link = {.rel = rel,
                                  .type = type_of(media),
                                  .title = title,
                                  .href = url_of(r, format, args),
                                  .templated = true};
    va_end(args);
    doc_link(d, &link);
}

void link_media(struct doc *d, const struct request *r, const char *rel, const enum media *media,
                const char *title, const char *path)
{
    for (; *media != MEDIA_END; media++)
        link_to(d, r, rel, *media, title, "%s?f=%s", path ? path : "", media_f(*media));
}

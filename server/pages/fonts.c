/*
 * /fonts/{fontstack}/{range}.pbf: glyphs as signed distance fields, for labels on maps.
 * Source  MapLibre Style Specification, "glyphs"; glyphs are made by make_glyphs.c when building.
 */
#include "server/pages/page_files.h"

#include <string.h>

#define DAY_S         (24 * 3600)
#define GLYPHS        256 /* in a range */
#define LAST_CODE     0x10FFFF
#define FALLBACK_FONT "Open Sans Regular"

static const enum media glyph_media[] = {MEDIA_GLYPHS, MEDIA_END};

static enum err_code check_range(const struct param *p, struct err *err)
{
    const char *dash = strchr(p->text, '-');
    struct err ignored = {0};
    int64_t first = -1, last = -1;
    char head[16] = "";
    if (dash && (size_t)(dash - p->text) < sizeof head)
        memcpy(head, p->text, (size_t)(dash - p->text));
    if (!dash || text_parse_i64(head, &first, &ignored) ||
        text_parse_i64(dash + 1, &last, &ignored) || first < 0 || first % GLYPHS != 0 ||
        last != first + GLYPHS - 1 || last > LAST_CODE)
        return err_set(err, BAD_ARG, "range is '%s', not 256 characters like 0-255", p->text);
    return OK;
}

static const struct param_spec fontstack_param = {
    .name = "fontstack",
    .place = PARAM_IN_PATH,
    .kind = PARAM_TEXT_LIST,
    .description = "Names of fonts, the best first; where none is known, " FALLBACK_FONT ".",
};
static const struct param_spec range_param = {
    .name = "range",
    .place = PARAM_IN_PATH,
    .kind = PARAM_TEXT,
    .description = "256 Unicode characters, from a multiple of 256: 0-255, 256-511, ...",
    .check = check_range,
};
static const struct param_spec *const params[] = {&fontstack_param, &range_param, NULL};

/* The first font of the stack that is there: all of them have the range from 0. */
static const char *choose_font(const struct param *stack, struct arena *a, struct err *err)
{
    for (size_t i = 0; i < stack->n_items; i++) {
        const char *probe = arena_printf(a, err, "%s/0-255.pbf", stack->texts[i]);
        if (!probe)
            return NULL;
        if (embedded_find(font_files, probe))
            return stack->texts[i];
    }
    return FALLBACK_FONT;
}

/* A range without glyphs is an empty message, which maps draw as nothing; 404 would be an error. */
static enum err_code respond_glyphs(const struct request *r, struct response *out, struct err *err)
{
    const char *font = choose_font(request_param(r, "fontstack"), r->arena, err);
    const char *path =
        font ? arena_printf(r->arena, err, "%s/%s.pbf", font, request_text(r, "range")) : NULL;
    if (!path)
        return err_add(err, "glyphs");
    const struct embedded_file *f = embedded_find(font_files, path);
    if (f)
        buf_put(&out->body, f->bytes, f->n_bytes);
    out->max_age_s = DAY_S;
    return buf_status(&out->body, err);
}

const struct route font_route = {
    .pattern = "/fonts/{fontstack}/{range}.pbf",
    .operation_id = "glyphs",
    .tag = "Styles",
    .summary = "Glyphs for the labels of the styles",
    .description = "256 glyphs of a font as signed distance fields, in protocol buffers.",
    .media = glyph_media,
    .params = params,
    .hidden = true,
    .cached = true, /* compressed once */
    .light = true,
    .handle = respond_glyphs,
};

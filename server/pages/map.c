/* /map and /map/{file}: the map page and its files, as they were embedded. */
#include "server/pages/page_files.h"

#define YEAR_S (365 * 24 * 3600)

static const enum media html_media[] = {MEDIA_HTML, MEDIA_END};
static const struct param_spec *const no_params[] = {NULL};

/* Which media type a file is, by the end of its name. */
static const struct {
    const char *ending;
    enum media media;
} media_of_ending[] = {
    {".js", MEDIA_JAVASCRIPT}, {".mjs", MEDIA_JAVASCRIPT}, {".css", MEDIA_CSS},
    {".svg", MEDIA_SVG},       {".html", MEDIA_HTML},      {".txt", MEDIA_TEXT},
};

static enum media media_of(const char *path)
{
    for (size_t i = 0; i < sizeof media_of_ending / sizeof media_of_ending[0]; i++) {
        if (text_ends_with(path, media_of_ending[i].ending))
            return media_of_ending[i].media;
    }
    return MEDIA_TEXT;
}

/* The page may be reached under another name than the one that --base-url announces, and styles and
 * tiles are announced by that name: so both are allowed. `'self'` is the name it was reached by. */
static enum err_code respond_map(const struct request *r, struct response *out, struct err *err)
{
    const struct embedded_file *f = embedded_find(page_files, "map.html");
    const char *policy = arena_printf(
        r->arena, err,
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; "
        "img-src 'self' data: blob:; connect-src 'self' %s; base-uri 'none'; form-action 'none'",
        r->base_url);
    if (!policy)
        return err_add(err, "map page");
    response_header(out, "Content-Security-Policy", policy);
    response_header(out, "Referrer-Policy", "same-origin");
    buf_put(&out->body, f->bytes, f->n_bytes);
    return buf_status(&out->body, err);
}

const struct route map_route = {
    .pattern = "/map",
    .operation_id = "map",
    .tag = "Map",
    .summary = "A map of the collections, for people",
    .description = "A page that draws the tiles of the collections that are chosen in it and shows "
                   "the attributes of a feature that is clicked. Its address keeps what is seen.",
    .media = html_media,
    .params = no_params,
    .light = true,
    .handle = respond_map,
};

static const enum media file_media[] = {MEDIA_JAVASCRIPT, MEDIA_CSS, MEDIA_SVG, MEDIA_TEXT,
                                        MEDIA_END};
static const struct param_spec file_param = {
    .name = "file",
    .place = PARAM_IN_PATH,
    .kind = PARAM_TEXT,
    .description = "A file of the map page.",
};
static const struct param_spec version_param = {
    .name = "v",
    .place = PARAM_IN_QUERY,
    .kind = PARAM_TEXT,
    .description = "The file's version: an address with a version may be kept for a year.",
};
static const struct param_spec *const file_params[] = {&file_param, &version_param, NULL};

static enum err_code respond_file(const struct request *r, struct response *out, struct err *err)
{
    const char *path = request_text(r, "file");
    const struct embedded_file *f = embedded_find(page_files, path);
    if (!f)
        f = embedded_find(library_files, path);
    if (!f)
        return err_set(err, NOT_FOUND, "the map page has no file '%s'", path);
    out->media = media_of(path);
    if (request_param(r, "v")->given)
        out->max_age_s = YEAR_S;
    buf_put(&out->body, f->bytes, f->n_bytes);
    return buf_status(&out->body, err);
}

const struct route map_file_route = {
    .pattern = "/map/{file}",
    .operation_id = "mapFile",
    .tag = "Map",
    .summary = "A file of the map page",
    .description = "Scripts and styles of the map page, MapLibre GL JS among them.",
    .media = file_media,
    .params = file_params,
    .hidden = true,
    .cached = true, /* compressed once */
    .light = true,
    .handle = respond_file,
};

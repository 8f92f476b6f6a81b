/* What a client sends before any work is done: target, Host, Accept, Accept-Encoding and
 * If-None-Match, one a line, become a request with a cache key, or a problem. */
#include "server/http/field.h"
#include "server/http/key.h"
#include "server/http/problem.h"
#include "server/http/request.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const enum media DOCS[] = {MEDIA_JSON, MEDIA_HTML, MEDIA_GEOJSON, MEDIA_END};
static const char *const CHOICES[] = {"one", "two", NULL};
static const struct param_spec ID = {.name = "id", .place = PARAM_IN_PATH, .kind = PARAM_TEXT};
static const struct param_spec ROW = {
    .name = "row", .place = PARAM_IN_PATH, .kind = PARAM_INTEGER, .minimum = 0, .maximum = 1 << 24};
static const struct param_spec LIMIT_SPEC = {.name = "limit",
                                             .place = PARAM_IN_QUERY,
                                             .kind = PARAM_INTEGER,
                                             .minimum = 1,
                                             .maximum = 10000,
                                             .clamp = true,
                                             .has_default = true,
                                             .default_integer = 10};
static const struct param_spec BBOX = {.name = "bbox",
                                       .place = PARAM_IN_QUERY,
                                       .kind = PARAM_NUMBER_LIST,
                                       .min_items = 4,
                                       .max_items = 6};
static const struct param_spec NAMES = {
    .name = "names", .place = PARAM_IN_QUERY, .kind = PARAM_TEXT_LIST};
static const struct param_spec HOW = {
    .name = "how", .place = PARAM_IN_QUERY, .kind = PARAM_CHOICE, .choices = CHOICES};
static const struct param_spec *const PARAMS[] = {&ID,    &ROW, &LIMIT_SPEC, &BBOX,
                                                  &NAMES, &HOW, NULL};
static const struct route ROUTES[] = {
    {.pattern = "/", .media = DOCS},
    {.pattern = "/c/{id}", .media = DOCS, .params = PARAMS},
    {.pattern = "/c/special", .media = DOCS, .params = PARAMS},
    {.pattern = "/xyz/{id}/{row}.mvt", .media = DOCS, .params = PARAMS},
};

static void require(int truth)
{
    if (!truth)
        abort();
}

static void put_problem(const struct reading *r)
{
    struct response out = {.max_age_s = -1};
    struct err err = {0};
    buf_init(&out.body, 1 << 20);
    if (!problem_write(&r->request, r->status, &r->err, 1, &out, &err))
        require(out.status == r->status && out.body.len_bytes > 0);
    buf_clear(&out.body);
}

static void put_key(const struct reading *r)
{
    struct buf key;
    buf_init(&key, 1 << 20);
    key_put(&key, &r->request, r->gzip);
    require(key.len_bytes > 0);
    buf_clear(&key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    const char *lines[5] = {"", NULL, NULL, NULL, NULL};
    char *at = text;
    for (int i = 0; i < 5 && at; i++)
        lines[i] = strsep(&at, "\n");

    const struct route *const list[] = {&ROUTES[0], &ROUTES[1], &ROUTES[2], &ROUTES[3], NULL};
    struct router *router = NULL;
    struct err err = {0};
    struct arena arena;
    arena_init(&arena, 1 << 20);
    require(router_new(list, &router, &err) == OK);
    const struct incoming in = {.method = size % 7 ? METHOD_GET : METHOD_OPTIONS,
                                .target = lines[0],
                                .host = lines[1],
                                .accept = lines[2],
                                .accept_encoding = lines[3]};
    struct reading r;
    request_read(router, NULL, "http://127.0.0.1:8080", &in, &arena, &r);
    require(r.request.path && r.request.query && r.request.base_url);
    require(r.status == 0 || r.status == 204 || r.status == 301 || r.err.code != OK);
    field_names_etag(lines[4], "\"a\"");
    if (r.status == 0)
        put_key(&r);
    else if (r.err.code)
        put_problem(&r);
    router_free(router);
    arena_clear(&arena);
    free(text);
    return 0;
}

#include "server/http/problem.h"

#include "server/http/document.h"

/* `code` is what OGC API documents show beside RFC 9457's members. */
static const struct {
    int status;
    const char *code;
} KINDS[] = {
    [OK] = {200, "OK"},
    [BAD_ARG] = {400, "InvalidParameterValue"},
    [NOT_FOUND] = {404, "NotFound"},
    [BAD_DATA] = {500,
                  "NoApplicableCode"}, /* the store's data, not the client's: that is BAD_ARG */
    [UNSUPPORTED] = {400, "OptionNotSupported"},
    [CONFLICT] = {409, "Conflict"},
    [LIMIT] = {400, "LimitExceeded"}, /* of what one may ask for: trying again does not help */
    [BUSY] = {503, "Busy"},
    [CANCELED] = {503, "TooLong"},
    [IO] = {500, "NoApplicableCode"},
    [NO_MEMORY] = {500, "NoApplicableCode"},
    [INTERNAL] = {500, "NoApplicableCode"},
};
_Static_assert(sizeof KINDS / sizeof *KINDS == ERR_CODES, "every kind of error has its status");

int problem_status(enum err_code code)
{
    return (unsigned)code < ERR_CODES ? KINDS[code].status : 500;
}

static const struct {
    int status;
    const char *phrase;
} PHRASES[] = {
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {400, "Bad Request"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {409, "Conflict"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

const char *status_phrase(int status)
{
    for (size_t i = 0; i < sizeof PHRASES / sizeof *PHRASES; i++) {
        if (PHRASES[i].status == status)
            return PHRASES[i].phrase;
    }
    return "";
}

static const char *code_of(int status, enum err_code code)
{
    return status == 405   ? "MethodNotAllowed"
           : status == 406 ? "NotAcceptable"
                           : KINDS[(unsigned)code < ERR_CODES ? code : INTERNAL].code;
}

enum err_code problem_write(const struct request *r, int status, const struct err *problem,
                            uint64_t request_number, struct response *out, struct err *err)
{
    const char *detail = problem->text;
    if (status == 500) {
        detail =
            arena_printf(r->arena, err, "an internal error; the server's log tells more (%llu)",
                         (unsigned long long)request_number);
        if (!detail)
            return err ? err->code : NO_MEMORY;
    }
    struct doc *d = doc_new(r->arena);
    doc_text(d, "type", "about:blank");
    doc_text(d, "title", status_phrase(status));
    doc_int(d, "status", status);
    doc_text(d, "detail", detail);
    doc_text(d, "instance", r->path);
    doc_text(d, "code", code_of(status, problem->code));
    doc_text(d, "description", detail);
    out->status = status;
    if (status == 405)
        response_header(out, "Allow", "GET, HEAD, OPTIONS");
    if (status == 503)
        response_header(out, "Retry-After", "1");
    const char *const crumbs[] = {"Home", r->base_url, NULL};
    const struct page page = {.title = status_phrase(status), .intro = detail, .crumbs = crumbs};
    out->media = r->media == MEDIA_HTML ? MEDIA_HTML : MEDIA_PROBLEM;
    return r->media == MEDIA_HTML ? doc_put_html(d, &page, r, &out->body, err)
                                  : doc_put_json(d, &out->body, err);
}

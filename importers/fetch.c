#include "importers/fetch.h"

#include "base/text.h"

#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    TRIES = 5,
    MAX_REDIRECTS = 10,
    FIRST_PAUSE_MS = 200,
    HEADER_BYTES = FETCH_VERSION_BYTES + 64
};

struct transfer {
    const struct fetch_options *o;
    CURL *curl;
    int fd;
    uint64_t n_bytes;    /* in the file */
    uint64_t n_at_start; /* of this try */
    bool begun;          /* the body of this try */
    char status[80];     /* "404 Not Found" */
    char etag[FETCH_VERSION_BYTES], modified[FETCH_VERSION_BYTES];
    struct err failed; /* why a callback ended the transfer */
};

static uint32_t status_code(const struct transfer *t)
{
    long code = 0;
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
    return (uint32_t)code;
}

/* The header of the last response; "" without it, or when it is longer than there is room. */
static void copy_header(const struct transfer *t, const char *name, char out[FETCH_VERSION_BYTES])
{
    struct curl_header *header = NULL;
    out[0] = '\0';
    if (curl_easy_header(t->curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
        strlen(header->value) < FETCH_VERSION_BYTES)
        memcpy(out, header->value, strlen(header->value) + 1);
}

/* Of all headers only the status line, for its words. */
static size_t take_header(char *line, size_t size, size_t n, void *state)
{
    struct transfer *t = state;
    n *= size;
    const char *space = n > 5 && memcmp(line, "HTTP/", 5) == 0 ? memchr(line, ' ', n) : NULL;
    if (space) {
        size_t n_words = n - (size_t)(space + 1 - line);
        while (n_words && (unsigned char)space[n_words] <= ' ')
            n_words--;
        snprintf(t->status, sizeof t->status, "%.*s", (int)n_words, space + 1);
    }
    return n;
}

/* Nothing of what came before counts. */
static enum err_code start_over(struct transfer *t)
{
    t->n_bytes = t->n_at_start = 0;
    if (ftruncate(t->fd, 0) || lseek(t->fd, 0, SEEK_SET) != 0)
        return err_set(&t->failed, IO, "the temporary file: %s", strerror(errno));
    return OK;
}

/* Either the rest of what is there already, or all of it. */
static enum err_code begin_body(struct transfer *t)
{
    struct curl_header *range = NULL;
    uint64_t from = 0;
    t->begun = true;
    copy_header(t, "ETag", t->etag);
    copy_header(t, "Last-Modified", t->modified);
    if (status_code(t) != 206)
        return t->n_bytes > 0 ? start_over(t) : OK;
    if (curl_easy_header(t->curl, "Content-Range", 0, CURLH_HEADER, -1, &range) != CURLHE_OK ||
        sscanf(range->value, "bytes %" SCNu64 "-", &from) != 1 || from != t->n_bytes)
        return err_set(&t->failed, IO, "the server sends another part than was asked for");
    return OK;
}

static enum err_code write_all(struct transfer *t, const char *bytes, size_t n)
{
    if (n > t->o->max_bytes - t->n_bytes)
        return err_set(&t->failed, LIMIT,
                       "larger than %" PRIu64 " bytes: say --max-download if it should be",
                       t->o->max_bytes);
    while (n > 0) {
        const ssize_t done = write(t->fd, bytes, n);
        if (done < 0 && errno != EINTR)
            return err_set(&t->failed, IO, "the temporary file: %s", strerror(errno));
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
            t->n_bytes += (uint64_t)done;
        }
    }
    return OK;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *state)
{
    struct transfer *t = state;
    n *= size;
    if (status_code(t) >= 300) /* the page of an error */
        return n;
    if ((!t->begun && begin_body(t)) || write_all(t, bytes, n))
        return CURL_WRITEFUNC_ERROR;
    return n;
}

static int take_progress(void *state, curl_off_t n_total, curl_off_t n_now, curl_off_t up_total,
                         curl_off_t up_now)
{
    const struct transfer *t = state;
    (void)up_total;
    (void)up_now;
    return !t->o->progress(t->o->state, t->n_at_start + (uint64_t)n_now,
                           n_total > 0 ? t->n_at_start + (uint64_t)n_total : 0);
}

static void set_options(struct transfer *t, const char *url)
{
    CURL *c = t->curl;
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)MAX_REDIRECTS);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "cassini/" CASSINI_VERSION);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)t->o->timeout_s);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)t->o->timeout_s);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    if (t->o->progress) {
        curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, take_progress);
        curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
    }
}

static bool is_etag(const char *version)
{
    return *version == '"' || text_starts_with(version, "W/\"");
}

/* What the rest of a file can be asked for with: a weak ETag does not promise equal bytes
 * (RFC 9110, 13.1.5). */
static const char *strong_version(const struct transfer *t)
{
    return *t->etag == '"' ? t->etag : t->modified;
}

static CURLcode try_once(struct transfer *t)
{
    char header[HEADER_BYTES] = "", range[32] = "";
    struct curl_slist *headers = NULL;
    t->begun = false;
    t->n_at_start = t->n_bytes;
    if (t->n_bytes > 0) {
        snprintf(range, sizeof range, "%" PRIu64 "-", t->n_bytes);
        snprintf(header, sizeof header, "If-Range: %s", strong_version(t));
    } else if (t->o->version) {
        snprintf(header, sizeof header, "%s: %s",
                 is_etag(t->o->version) ? "If-None-Match" : "If-Modified-Since", t->o->version);
    }
    if (*header && !(headers = curl_slist_append(NULL, header)))
        return CURLE_OUT_OF_MEMORY;
    curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(t->curl, CURLOPT_RANGE, *range ? range : NULL);
    const CURLcode found = curl_easy_perform(t->curl);
    curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
    return found;
}

/* A connection that ended in the middle; one that is silent only when it spoke before. */
static bool is_broken(const struct transfer *t, CURLcode found)
{
    switch (found) {
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return true;
    case CURLE_OPERATION_TIMEDOUT:
        return t->n_bytes > t->n_at_start;
    default:
        return false;
    }
}

static enum err_code transfer_failed(const struct transfer *t, CURLcode found, struct err *err)
{
    static const struct {
        CURLcode found;
        enum err_code code;
    } kinds[] = {{CURLE_OUT_OF_MEMORY, NO_MEMORY},
                 {CURLE_ABORTED_BY_CALLBACK, CANCELED},
                 {CURLE_URL_MALFORMAT, BAD_ARG},
                 {CURLE_UNSUPPORTED_PROTOCOL, UNSUPPORTED}};
    if (t->failed.code)
        return err_set(err, t->failed.code, "%s", t->failed.text);
    if (found == CURLE_OPERATION_TIMEDOUT)
        return err_set(err, IO, "nothing came for %" PRIu32 " seconds", t->o->timeout_s);
    if (found == CURLE_TOO_MANY_REDIRECTS)
        return err_set(err, IO, "more than %d redirects", MAX_REDIRECTS);
    if (found == CURLE_PARTIAL_FILE)
        return err_set(err, IO, "the connection broke %d times, the last at byte %" PRIu64, TRIES,
                       t->n_bytes);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].found == found)
            return err_set(err, kinds[i].code, "%s", curl_easy_strerror(found));
    }
    return err_set(err, IO, "%s", curl_easy_strerror(found));
}

static enum err_code judge(struct transfer *t, struct fetched *out, struct err *err)
{
    const uint32_t code = status_code(t);
    if (code == 304 && t->o->version) {
        *out = (struct fetched){.unchanged = true};
        return OK;
    }
    if (code != 200 && code != 206)
        return err_set(err, code == 404 || code == 410 ? NOT_FOUND : IO, "%s", t->status);
    if (!t->begun && begin_body(t)) /* an empty body */
        return err_set(err, t->failed.code, "%s", t->failed.text);
    const char *version = *t->etag ? t->etag : t->modified;
    *out = (struct fetched){.unchanged = false};
    memcpy(out->version, version, strlen(version) + 1);
    return OK;
}

static void pause_ms(int ms)
{
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    (void)nanosleep(&time, NULL); /* a signal ends it early, and then the callback cancels */
}

static enum err_code fetch(struct transfer *t, struct fetched *out, struct err *err)
{
    CURLcode found = CURLE_OK;
    for (int i = 0; i < TRIES; i++) {
        if (i > 0)
            pause_ms(FIRST_PAUSE_MS << (i - 1));
        if (t->n_bytes > 0 && !*strong_version(t) && start_over(t))
            break;
        found = try_once(t);
        /* 416: the file is not as long as it was. */
        if (found == CURLE_OK && status_code(t) == 416 && t->n_at_start > 0) {
            t->etag[0] = t->modified[0] = '\0';
            continue;
        }
        if (found == CURLE_OK)
            return judge(t, out, err);
        if (!is_broken(t, found))
            break;
    }
    return transfer_failed(t, found, err);
}

enum err_code fetch_url(const char *url, const struct fetch_options *o, int fd, struct fetched *out,
                        struct err *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(err, INTERNAL, "libcurl does not start");
    struct transfer t = {.o = o, .fd = fd, .curl = curl_easy_init()};
    enum err_code rc;
    if (t.curl) {
        set_options(&t, url);
        rc = fetch(&t, out, err);
        curl_easy_cleanup(t.curl);
    } else {
        rc = err_no_memory(err, 0);
    }
    curl_global_cleanup();
    return rc;
}

/* Hostile bytes as a source: whatever archive they are, every file of it can be read in each of the
 * ways there are, or is refused with words; all ways give the same bytes. And as a URL's text. */
#include "importers/bundle.h"
#include "importers/source_url.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 20, TEXT_BYTES = 1 << 20 };

static void check(bool promise)
{
    if (!promise)
        abort();
}

/* A name leads nowhere but down. */
static void check_name(const char *name)
{
    check(*name && *name != '/' && !strstr(name, "/../") && strncmp(name, "../", 3) != 0);
    check(!text_ends_with(name, "/..") && !text_ends_with(name, "/"));
}

static void check_file(struct bundle *b, size_t file)
{
    struct err err = {0};
    char sum[SOURCE_SHA256_BYTES];
    uint64_t n_fd = 0, n_sum = 0;
    int fd = -1;
    const char *path = NULL;
    struct stat about;
    struct buf text;
    check_name(bundle_name(b, file));
    buf_init(&text, TEXT_BYTES);
    const enum err_code as_text = bundle_read(b, file, &text, &err);
    check((as_text == OK) == (err.text[0] == '\0'));
    err = (struct err){0};
    const enum err_code as_fd = bundle_fd(b, file, &fd, &n_fd, &err);
    check((as_fd == OK) == (err.text[0] == '\0'));
    err = (struct err){0};
    const enum err_code as_sum = bundle_sha256(b, &file, 1, sum, &n_sum, &err);
    check((as_fd == OK) == (as_sum == OK));
    check(as_fd || (fstat(fd, &about) == 0 && (uint64_t)about.st_size == n_fd && n_fd == n_sum));
    err = (struct err){0};
    const enum err_code as_path = bundle_local_path(b, file, &path, &err);
    check(as_path || (stat(path, &about) == 0 && (uint64_t)about.st_size == n_fd));
    bundle_release(b, file);
    buf_clear(&text);
}

static void check_url(const uint8_t *data, size_t size)
{
    struct err err = {0};
    char url[256] = "http://";
    struct buf out;
    const size_t n = size < sizeof url - 8 ? size : sizeof url - 8;
    memcpy(url + 7, data, n);
    buf_init(&out, 4096);
    url_put_name(url, &out);
    const char *name = buf_text(&out);
    check(*name && *name != '.' && !strchr(name, '/'));
    buf_reset(&out);
    url_put_public(url, &out);
    const char *host = buf_text(&out) + 7;
    check(!memchr(host, '@', strcspn(host, "/?#")));
    buf_reset(&out);
    memcpy(url, "file://", 7);
    if (url_put_path(url, &out, &err) == OK)
        check(out.len_bytes > 0);
    buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct err err = {0};
    struct bundle *b = NULL;
    const struct bundle_limits limits = {.files = FILES, .inflation = 10, .scratch = "/tmp"};
    const int fd = memfd_create("source", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const enum err_code rc = bundle_open(path, &limits, &b, &err);
    check((rc == OK) == (err.text[0] == '\0'));
    for (size_t i = 0; !rc && bundle_kind(b) == BUNDLE_ARCHIVE && i < bundle_n_files(b); i++) {
        /* A promise of a gigabyte is no error, but takes too long to try. */
        if (bundle_bytes(b, i) <= TEXT_BYTES)
            check_file(b, i);
    }
    bundle_close(b);
    close(fd);
    check_url(data, size);
    return 0;
}

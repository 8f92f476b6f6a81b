#include "tests/golden/golden_file.h"

#include <stdio.h>
#include <string.h>

static bool read_file(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    uint8_t bytes[4096];
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;)
        buf_put(out, bytes, n);
    fclose(f);
    return true;
}

static bool write_file(const char *path, struct buf *text)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        return false;
    const bool written = fwrite(text->data, 1, text->len_bytes, f) == text->len_bytes;
    return fclose(f) == 0 && written;
}

bool golden_file_check(const char *folder, const char *name, struct buf *got, bool bless)
{
    struct buf path, wanted;
    bool same;
    buf_init(&path, 4096);
    buf_init(&wanted, 1 << 20);
    buf_printf(&path, "%s/%s.txt", folder, name);
    if (bless) {
        same = write_file(buf_text(&path), got);
    } else {
        same = read_file(buf_text(&path), &wanted) && strcmp(buf_text(got), buf_text(&wanted)) == 0;
        if (!same)
            printf("%s differs from what it should be:\n%s\nnow it is:\n%s\n", buf_text(&path),
                   buf_text(&wanted), buf_text(got));
    }
    buf_clear(&path);
    buf_clear(&wanted);
    return same;
}

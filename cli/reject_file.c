#include "cli/reject_file.h"

#include "base/json_write.h"

#include <errno.h>
#include <string.h>

#define LINE_MAX_BYTES (1u << 20) /* a path, a reason and 2000 bytes, escaped */

static enum err_code cannot(const char *path, struct err *err)
{
    return err_set(err, IO, "cannot write rejects to '%s': %s", path, strerror(errno));
}

enum err_code reject_file_open(const char *path, struct reject_file *out, struct err *err)
{
    FILE *file = path ? fopen(path, "we") : NULL;
    if (path && !file)
        return cannot(path, err);
    *out = (struct reject_file){path, file};
    return OK;
}

static void put_line(struct buf *b, const struct told_reject *r)
{
    struct json_out json = json_out(b);
    struct json_out *j = &json;
    json_object(j);
    json_member_text(j, "layer", r->layer);
    json_member_text(j, "source", r->source);
    json_member_int(j, "feature", (int64_t)r->feature);
    if (r->line > 0)
        json_member_int(j, "line", (int64_t)r->line);
    json_member_int(j, "byte", (int64_t)r->byte);
    json_member_text(j, "reason", r->reason);
    json_key(j, "raw");
    json_span(j, r->raw);
    json_object_end(j);
    buf_put_text(b, "\n");
}

enum err_code reject_file_put(void *state, const struct told_reject *r, struct err *err)
{
    const struct reject_file *f = state;
    struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    put_line(&line, r);
    enum err_code rc = buf_status(&line, err);
    if (!rc && fwrite(line.data, 1, line.len_bytes, f->file) != line.len_bytes)
        rc = cannot(f->path, err);
    buf_clear(&line);
    return rc;
}

enum err_code reject_file_close(struct reject_file *f, struct err *err)
{
    const bool failed = f->file && fclose(f->file) != 0;
    f->file = NULL;
    return failed ? cannot(f->path, err) : OK;
}

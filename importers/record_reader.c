#include "importers/record_reader.h"

#include "base/mem.h"
#include "importers/head_name.h"

#include <string.h>

extern const struct record_source record_json, record_xml, record_csv;

static const struct {
    const char *name;
    bool loose;
    const char *begins_with; /* one of these bytes; NULL: any */
    const struct record_source *source;
} FORMATS[] = {
    [RECORD_JSON] = {"json", false, "{[", &record_json},
    [RECORD_XML] = {"xml", true, "<", &record_xml},
    [RECORD_CSV] = {"csv", true, NULL, &record_csv},
};
#define N_FORMATS (sizeof FORMATS / sizeof FORMATS[0])

struct record_reader {
    const struct record_source *source;
    void *state;
};

const char *record_format_name(enum record_format format)
{
    return FORMATS[format].name;
}

bool record_format_parse(struct span name, enum record_format *out)
{
    for (size_t i = 0; i < N_FORMATS; i++) {
        if (span_eq(name, FORMATS[i].name)) {
            *out = (enum record_format)i;
            return true;
        }
    }
    return false;
}

bool record_format_is_loose(enum record_format format)
{
    return FORMATS[format].loose;
}

bool record_format_fits(enum record_format format, struct span head)
{
    const char *begins_with = FORMATS[format].begins_with;
    const struct span begun = head_skip_blank(head);
    /* UTF-16 has a byte order mark of its own, or a zero byte beside its first character. */
    if (!begins_with || begun.len_bytes == 0 || memchr(head.at, '\0', head.len_bytes))
        return true;
    return strchr(begins_with, begun.at[0]) != NULL;
}

enum err_code record_reader_new(enum record_format format, const struct record_setup *setup,
                                struct record_reader **out, struct err *err)
{
    struct record_reader *r = mem_new(1, sizeof *r);
    if (!r)
        return err_no_memory(err, sizeof *r);
    r->source = FORMATS[format].source;
    const enum err_code rc = r->source->open(setup, &r->state, err);
    if (rc) {
        mem_free(r);
        return rc;
    }
    *out = r;
    return OK;
}

void record_reader_free(struct record_reader *r)
{
    if (!r)
        return;
    r->source->close(r->state);
    mem_free(r);
}

enum err_code record_reader_next(struct record_reader *r, struct record *out, bool *out_more,
                                 struct err *err)
{
    return r->source->next(r->state, out, out_more, err);
}

struct span record_reader_next_page(const struct record_reader *r)
{
    return r->source->next_page ? r->source->next_page(r->state) : (struct span){0};
}

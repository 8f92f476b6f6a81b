/*
 * Records of an XML document, element by element. Document type declarations are refused, and with
 * them every entity that is not XML's own: nothing of another file is read, nothing expands.
 */
#include "base/encoding.h"
#include "base/mem.h"
#include "importers/field_set.h"
#include "importers/record_reader.h"
#include "importers/xml_tree.h"

#include <expat.h>
#include <string.h>

enum { BLOCK_BYTES = 64 << 10 };

struct xml_records {
    struct source *source;
    struct record_path path;
    uint64_t limit_bytes;
    int limit_depth;
    XML_Parser parser;
    struct xml_tree tree;
    int depth;       /* of open elements */
    size_t n_on_way; /* so many of them, from the root, are on the way to the records */
    bool reached;    /* where the records are, if there are none */
    bool ended;      /* the parser has the last byte */
    bool got;        /* a record is whole */
    struct record record;
    struct buf window; /* bytes from `window_byte` on: a record's, and what is not parsed yet */
    uint64_t window_byte;
    uint64_t record_byte, record_line;
    enum err_code failed; /* in a handler */
    struct err why;
};

/* Handlers cannot fail: they stop the parser. */
static void fail(struct xml_records *s)
{
    s->failed = s->why.code;
    XML_StopParser(s->parser, XML_FALSE);
}

static unsigned long long line_of(const struct xml_records *s)
{
    return XML_GetCurrentLineNumber(s->parser);
}

static bool is_step(const struct xml_records *s, size_t level, const char *name)
{
    const char *step = s->path.steps[level];
    return text_eq(step, "*") || text_eq(step, name);
}

static void XMLCALL on_open(void *state, const char *name, const char **attributes)
{
    struct xml_records *s = state;
    const bool in_record = s->tree.n_levels > 0;
    size_t n_attributes = 0;
    while (attributes[2 * n_attributes])
        n_attributes++;
    if (n_attributes > FIELDS_MAX)
        err_set(&s->why, LIMIT, "line %llu: an element of %zu attributes, more than %d", line_of(s),
                n_attributes, FIELDS_MAX);
    else if (s->depth >= s->limit_depth)
        err_set(&s->why, LIMIT, "line %llu: elements are nested deeper than %d (--max-depth)",
                line_of(s), s->limit_depth);
    if (s->why.code) {
        fail(s);
        return;
    }
    const size_t level = (size_t)s->depth++;
    if (!in_record) {
        if (s->n_on_way != level || !is_step(s, level, name))
            return;
        s->n_on_way++;
        s->reached = s->reached || s->n_on_way + 1 >= s->path.n_steps;
        if (s->n_on_way < s->path.n_steps)
            return;
        s->record_byte = (uint64_t)XML_GetCurrentByteIndex(s->parser);
        s->record_line = line_of(s);
    }
    if (xml_tree_open(&s->tree, name, attributes, &s->why))
        fail(s);
}

static void XMLCALL on_text(void *state, const char *text, int n_bytes)
{
    struct xml_records *s = state;
    if (s->tree.n_levels > 0 &&
        xml_tree_text(&s->tree, (struct span){text, (size_t)n_bytes}, &s->why))
        fail(s);
}

static void XMLCALL on_close(void *state, const char *name)
{
    struct xml_records *s = state;
    (void)name;
    s->depth--;
    if (s->tree.n_levels > 0) {
        if (xml_tree_close(&s->tree, &s->record.json, &s->why)) {
            fail(s);
            return;
        }
        if (s->tree.n_levels > 0)
            return;
        const uint64_t end = (uint64_t)XML_GetCurrentByteIndex(s->parser) +
                             (uint64_t)XML_GetCurrentByteCount(s->parser);
        s->record.raw =
            (struct span){(const char *)s->window.data + (s->record_byte - s->window_byte),
                          (size_t)(end - s->record_byte)};
        s->record.line = s->record_line;
        s->record.byte = s->record_byte;
        s->got = true;
        XML_StopParser(s->parser, XML_TRUE);
    }
    if (s->n_on_way > (size_t)s->depth)
        s->n_on_way = (size_t)s->depth;
}

static void XMLCALL on_doctype(void *state, const char *name, const char *system_id,
                               const char *public_id, int has_internal_subset)
{
    struct xml_records *s = state;
    (void)name, (void)system_id, (void)public_id, (void)has_internal_subset;
    err_set(&s->why, BAD_DATA, "line %llu: a document type declaration (DTD), which is refused",
            line_of(s));
    fail(s);
}

/* What a byte means in an encoding that expat does not know, when it has one byte a character. */
static int XMLCALL on_encoding(void *state, const char *name, XML_Encoding *info)
{
    struct encoding *e = NULL;
    struct buf utf8;
    (void)state;
    if (encoding_new(name, &e, NULL))
        return XML_STATUS_ERROR;
    buf_init(&utf8, 1 << 16);
    for (int i = 0; i < 256; i++) {
        const char byte = (char)i;
        uint32_t code = 0;
        buf_reset(&utf8);
        const bool known = encoding_decode(e, (struct span){&byte, 1}, true, &utf8, NULL) == 0;
        const struct span one = {(const char *)utf8.data, utf8.len_bytes};
        info->map[i] = known && text_utf8_char(one, &code) > 0 ? (int)code : -1;
    }
    buf_clear(&utf8);
    encoding_free(e);
    return XML_STATUS_OK;
}

static void close_xml(void *state)
{
    struct xml_records *s = state;
    if (!s)
        return;
    if (s->parser)
        XML_ParserFree(s->parser);
    xml_tree_clear(&s->tree);
    buf_clear(&s->window);
    mem_free(s);
}

static enum err_code open_xml(const struct record_setup *setup, void **out_state, struct err *err)
{
    const struct importer_limits *limits = &setup->options->limits;
    struct xml_records *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    const size_t most =
        limits->feature_bytes < SIZE_MAX / 2 ? (size_t)limits->feature_bytes : SIZE_MAX / 2;
    s->source = setup->source;
    s->path = setup->path;
    s->limit_bytes = most;
    s->limit_depth = limits->depth;
    xml_tree_init(&s->tree, most);
    buf_init(&s->window, most + 2 * (size_t)BLOCK_BYTES);
    s->parser = XML_ParserCreate(setup->options->encoding);
    if (!s->parser) {
        close_xml(s);
        return err_no_memory(err, 0);
    }
    XML_SetUserData(s->parser, s);
    XML_SetElementHandler(s->parser, on_open, on_close);
    XML_SetCharacterDataHandler(s->parser, on_text);
    XML_SetStartDoctypeDeclHandler(s->parser, on_doctype);
    XML_SetUnknownEncodingHandler(s->parser, on_encoding, NULL);
    *out_state = s;
    return OK;
}

/* Forget what neither a record nor expat needs any more. */
static enum err_code drop_read_bytes(struct xml_records *s, struct err *err)
{
    const XML_Index at = XML_GetCurrentByteIndex(s->parser);
    const uint64_t parsed = at < 0 ? 0 : (uint64_t)at;
    const uint64_t wanted = s->tree.n_levels > 0 ? s->record_byte : parsed;
    const size_t n = (size_t)(wanted - s->window_byte);
    if (wanted > s->window_byte && n <= s->window.len_bytes) {
        memmove(s->window.data, s->window.data + n, s->window.len_bytes - n);
        s->window.len_bytes -= n;
        s->window_byte = wanted;
    }
    if (s->window.len_bytes <= s->limit_bytes)
        return OK;
    struct buf size;
    buf_init(&size, 64);
    text_put_size(&size, s->limit_bytes);
    const enum err_code rc =
        err_set(err, LIMIT, "line %llu: one feature of more than %s", line_of(s), buf_text(&size));
    buf_clear(&size);
    return rc;
}

static enum err_code parse_block(struct xml_records *s, enum XML_Status *out, struct err *err)
{
    size_t n = 0;
    enum err_code rc = drop_read_bytes(s, err);
    if (rc)
        return rc;
    void *block = XML_GetBuffer(s->parser, BLOCK_BYTES);
    if (!block)
        return err_no_memory(err, BLOCK_BYTES);
    rc = source_read(s->source, block, BLOCK_BYTES, &n, err);
    if (rc)
        return rc;
    buf_put(&s->window, block, n);
    rc = buf_status(&s->window, err);
    if (rc)
        return rc;
    s->ended = n == 0;
    *out = XML_ParseBuffer(s->parser, (int)n, s->ended);
    return OK;
}

static enum err_code explain(struct xml_records *s, struct err *err)
{
    const enum XML_Error error = XML_GetErrorCode(s->parser);
    if (s->failed)
        return err_set(err, s->failed, "%s", s->why.text);
    if (error == XML_ERROR_NO_MEMORY)
        return err_no_memory(err, 0);
    const XML_Index at = XML_GetCurrentByteIndex(s->parser);
    return err_set(err, BAD_DATA, "line %llu, byte %lld: not XML: %s", line_of(s), (long long)at,
                   XML_ErrorString(error));
}

static enum err_code next_xml(void *state, struct record *out, bool *out_more, struct err *err)
{
    struct xml_records *s = state;
    enum XML_Status status = XML_STATUS_OK;
    if (s->got) {
        s->got = false;
        status = XML_ResumeParser(s->parser);
    }
    while (status == XML_STATUS_OK && !s->ended) {
        const enum err_code rc = parse_block(s, &status, err);
        if (rc)
            return rc;
    }
    if (status == XML_STATUS_ERROR)
        return explain(s, err);
    if (!s->got && !s->reached)
        return err_set(err, BAD_DATA, "the document has nothing where `records` points to");
    *out_more = s->got;
    if (s->got)
        *out = s->record;
    return OK;
}

const struct record_source record_xml = {open_xml, close_xml, next_xml, NULL};

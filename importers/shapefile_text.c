#include "importers/shapefile_text.h"

#include <stdio.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

enum { CPG_BYTES = 4096, WORD_BYTES = 64 };

/* Language drivers of dBASE and FoxPro (byte 29 of the header), as ESRI, GDAL and Microsoft list
 * them. Kamenicky (0x68), Mazovia (0x69) and Greek Macintosh (0x98) are known to no iconv. */
static const struct {
    int ldid;
    const char *encoding;
} DRIVERS[] = {
    {0x01, "CP437"},     {0x02, "CP850"},        {0x03, "CP1252"},
    {0x04, "MACINTOSH"}, {0x08, "CP865"},        {0x09, "CP437"},
    {0x0A, "CP850"},     {0x0B, "CP437"},        {0x0D, "CP437"},
    {0x0E, "CP850"},     {0x0F, "CP437"},        {0x10, "CP850"},
    {0x11, "CP437"},     {0x12, "CP850"},        {0x13, "CP932"},
    {0x14, "CP850"},     {0x15, "CP437"},        {0x16, "CP850"},
    {0x17, "CP865"},     {0x18, "CP437"},        {0x19, "CP437"},
    {0x1A, "CP850"},     {0x1B, "CP437"},        {0x1C, "CP863"},
    {0x1D, "CP850"},     {0x1F, "CP852"},        {0x22, "CP852"},
    {0x23, "CP852"},     {0x24, "CP860"},        {0x25, "CP850"},
    {0x26, "CP866"},     {0x37, "CP850"},        {0x40, "CP852"},
    {0x4D, "CP936"},     {0x4E, "CP949"},        {0x4F, "CP950"},
    {0x50, "CP874"},     {0x57, "CP1252"},       {0x58, "CP1252"},
    {0x59, "CP1252"},    {0x64, "CP852"},        {0x65, "CP866"},
    {0x66, "CP865"},     {0x67, "CP861"},        {0x6A, "CP737"},
    {0x6B, "CP857"},     {0x6C, "CP863"},        {0x78, "CP950"},
    {0x79, "CP949"},     {0x7A, "CP936"},        {0x7B, "CP932"},
    {0x7C, "CP874"},     {0x86, "CP737"},        {0x87, "CP852"},
    {0x88, "CP857"},     {0x96, "MAC-CYRILLIC"}, {0x97, "MAC-CENTRALEUROPE"},
    {0xC8, "CP1250"},    {0xC9, "CP1251"},       {0xCA, "CP1254"},
    {0xCB, "CP1253"},    {0xCC, "CP1257"},
};

/* The first line of the .cpg; false when there is none, or nothing in it. */
static enum err_code read_cpg(const struct input *in, char out[WORD_BYTES], bool *out_is_there,
                              struct err *err)
{
    size_t file;
    struct buf text;
    *out_is_there = false;
    if (!bundle_sibling(in->bundle, in->file, ".cpg", &file))
        return OK;
    buf_init(&text, CPG_BYTES);
    enum err_code rc = bundle_read(in->bundle, file, &text, err);
    if (!rc) {
        const char *word = buf_text(&text);
        if (text_starts_with(word, BYTE_ORDER_MARK))
            word += strlen(BYTE_ORDER_MARK);
        word += strspn(word, " \t\r\n");
        snprintf(out, WORD_BYTES, "%.*s", (int)strcspn(word, "\r\n"), word);
        *out_is_there = out[0] != '\0';
    }
    buf_clear(&text);
    /* Whatever that file is, it is no .cpg. */
    return rc == LIMIT ? OK : rc;
}

static const char *encoding_of_driver(int ldid)
{
    for (size_t i = 0; i < sizeof DRIVERS / sizeof *DRIVERS; i++) {
        if (DRIVERS[i].ldid == ldid)
            return DRIVERS[i].encoding;
    }
    return NULL;
}

/* OK with `*out` NULL: that encoding is not known. */
static enum err_code try_encoding(const char *name, struct encoding **out, struct err *err)
{
    struct err why = {0};
    const enum err_code rc = encoding_new(name, out, &why);
    return rc == NO_MEMORY ? err_set(err, rc, "%s", why.text) : OK;
}

/* What the files themselves say; `*out` NULL: nothing that is understood. */
static enum err_code by_the_files(const struct input *in, int ldid, struct sink *sink,
                                  struct encoding **out, const char **out_by, struct err *err)
{
    char word[WORD_BYTES];
    bool has_cpg = false;
    enum err_code rc = read_cpg(in, word, &has_cpg, err);
    if (!rc && has_cpg) {
        *out_by = "the .cpg";
        rc = try_encoding(word, out, err);
        if (!rc && !*out)
            sink_note(sink, "the .cpg says '%s', which is no encoding that is known", word);
    }
    if (!rc && !*out && ldid != 0) {
        const char *name = encoding_of_driver(ldid);
        *out_by = "the .dbf's language driver (LDID)";
        if (name)
            rc = try_encoding(name, out, err);
        if (!rc && !*out)
            sink_note(sink, "the .dbf's language driver (LDID) 0x%02X is not known",
                      (unsigned)ldid);
    }
    return rc;
}

enum err_code shapefile_text_encoding(const struct input *in, const struct reader_options *o,
                                      struct shapefile_table *table, struct sink *sink,
                                      struct encoding **out, struct err *err)
{
    struct encoding *asked = NULL, *found = NULL;
    const char *by = NULL;
    enum err_code rc = o->encoding ? encoding_new(o->encoding, &asked, err) : OK;
    if (!rc)
        rc = by_the_files(in, shapefile_table_ldid(table), sink, &found, &by, err);
    if (!rc && found && asked && !text_eq(encoding_name(found), encoding_name(asked)))
        sink_note(sink, "--encoding %s is not used: %s says %s", encoding_name(asked), by,
                  encoding_name(found));
    if (!rc && !found && asked) {
        by = "--encoding";
        found = asked;
        asked = NULL;
    }
    if (!rc && !found) {
        const bool is_utf8 = shapefile_table_is_utf8(table);
        by = is_utf8 ? "its content" : "its content, which is not UTF-8";
        rc = encoding_new(is_utf8 ? "UTF-8" : "CP1252", &found, err);
    }
    encoding_free(asked);
    if (rc) {
        encoding_free(found);
        return rc;
    }
    sink_note(sink, "encoding: %s, by %s", encoding_name(found), by);
    *out = found;
    return OK;
}

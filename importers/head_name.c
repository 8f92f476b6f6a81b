#include "importers/head_name.h"

#include <string.h>

/* In this order: the first that fits is the name. */
static const struct {
    const char *begins;
    size_t n_bytes;
    const char *name;
} HEADS[] = {
    {"PK\x03\x04", 4, "a ZIP archive"},
    {"SQLite format 3", 16, "an SQLite database"},
    {"PMTiles", 7, "a PMTiles archive"},
    {"\x1f\x8b", 2, "gzip data inside gzip"},
    {"%PDF", 4, "a PDF document"},
    {"\x89PNG", 4, "a PNG image"},
    {"\xff\xd8\xff", 3, "a JPEG image"},
    {"II*\0", 4, "a TIFF image"},
    {"MM\0*", 4, "a TIFF image"},
    {"\xff\xfe", 2, "text in UTF-16"},
    {"\xfe\xff", 2, "text in UTF-16"},
    {"\0\0\x27\x0a", 4, "a Shapefile"},
    {"GRIB", 4, "a GRIB file (weather and climate grids)"},
    {"CDF\x01", 4, "a NetCDF file (grids of several dimensions)"},
    {"CDF\x02", 4, "a NetCDF file (grids of several dimensions)"},
    {"\x89HDF", 4, "an HDF5 or NetCDF file (grids of several dimensions)"},
    {"<", 1, "XML or HTML"},
    {"{", 1, "a JSON object"},
    {"[", 1, "a JSON array"},
    {"\"", 1, "a JSON text"},
    {"null", 4, "the JSON value null"},
};

struct span head_skip_blank(struct span head)
{
    static const char BLANK[] = " \t\r\n\x1e";
    if (head.len_bytes >= 3 && memcmp(head.at, "\xef\xbb\xbf", 3) == 0)
        head = (struct span){head.at + 3, head.len_bytes - 3};
    while (head.len_bytes > 0 && memchr(BLANK, head.at[0], sizeof BLANK - 1))
        head = (struct span){head.at + 1, head.len_bytes - 1};
    return head;
}

/* A head may end inside a character, so only control characters tell binary data from text. */
static bool is_text(struct span head)
{
    for (size_t i = 0; i < head.len_bytes; i++) {
        const unsigned char c = (unsigned char)head.at[i];
        if (c < 0x20 && !memchr("\t\n\r\f", c, 4))
            return false;
    }
    return true;
}

const char *head_name(struct span head)
{
    if (head.len_bytes == 0)
        return "an empty file";
    head = head_skip_blank(head);
    if (head.len_bytes == 0)
        return "a file of nothing but white space";
    for (size_t i = 0; i < sizeof HEADS / sizeof HEADS[0]; i++) {
        if (head.len_bytes >= HEADS[i].n_bytes &&
            memcmp(head.at, HEADS[i].begins, HEADS[i].n_bytes) == 0)
            return HEADS[i].name;
    }
    return is_text(head) ? "text of an unknown kind" : "binary data of an unknown kind";
}

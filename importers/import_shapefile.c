/* ESRI Shapefile: .shp with its .shx, .dbf, .prj and .cpg beside it. */
#include "importers/importer.h"
#include "importers/shapefile_read.h"

#include <string.h>

/* The .shx begins as the .shp does. */
static bool recognises(const struct input *in, struct span head)
{
    enum { VERSION_AT = 28 };
    const char *name = bundle_name(in->bundle, in->file);
    const size_t n = strlen(name);
    return head.len_bytes >= VERSION_AT + 4 && memcmp(head.at, "\0\0\x27\x0A", 4) == 0 &&
           memcmp(head.at + VERSION_AT, "\xE8\x03\0\0", 4) == 0 &&
           !(n > 4 && text_eq_ignoring_case(name + n - 4, ".shx"));
}

static const char *const SUFFIXES[] = {".shp", NULL};
static const char *const COMPANIONS[] = {
    ".dbf", ".shx", ".prj", ".qpj", ".cpg", ".cst", ".sbn", ".sbx",     ".qix", ".fix",
    ".fbn", ".fbx", ".ain", ".aih", ".ixs", ".mxs", ".atx", ".shp.xml", ".qmd", NULL,
};

const struct importer importer_shapefile = {
    .name = "shapefile",
    .title = "ESRI Shapefile",
    .suffixes = SUFFIXES,
    .companions = COMPANIONS,
    .recognises = recognises,
    .read = shapefile_read,
};

/* A dBASE table alone: features without geometry. Beside a .shp it is that Shapefile's part. */
#include "importers/importer.h"
#include "importers/shapefile_read.h"

static enum err_code read_dbf(const struct input *in, const struct reader_options *o,
                              struct sink *sink, struct err *err)
{
    size_t shp;
    if (bundle_sibling(in->bundle, in->file, ".shp", &shp))
        return err_set(err, BAD_ARG, "this is the table of the Shapefile %s: import that",
                       bundle_name(in->bundle, shp));
    return shapefile_read_table(in, o, sink, err);
}

/* Its first bytes are a version and a date, which anything may begin with: the suffix tells. */
static bool recognises(const struct input *in, struct span head)
{
    (void)in, (void)head;
    return false;
}

static const char *const SUFFIXES[] = {".dbf", NULL};
static const char *const COMPANIONS[] = {".cpg", NULL};

const struct importer importer_dbf = {
    .name = "dbf",
    .title = "dBASE table",
    .suffixes = SUFFIXES,
    .companions = COMPANIONS,
    .default_epsg = 4326,
    .recognises = recognises,
    .read = read_dbf,
};

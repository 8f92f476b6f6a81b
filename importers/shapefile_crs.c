#include "importers/shapefile_crs.h"

#include "base/crs.h"

/* Files that describe the CRS: ESRI's, and QGIS's, which is more exact. */
static const char *const CRS_SUFFIXES[] = {".prj", ".qpj"};

/* The first of them that PROJ finds a code for. `why`: of the last that it does not. */
static enum err_code find_crs(const struct input *in, int32_t *out_epsg, bool *out_is_told,
                              struct err *why)
{
    enum err_code rc = OK;
    *out_is_told = false;
    *out_epsg = 0;
    for (size_t i = 0; i < sizeof CRS_SUFFIXES / sizeof *CRS_SUFFIXES && !*out_epsg; i++) {
        size_t file;
        struct buf text;
        if (!bundle_sibling(in->bundle, in->file, CRS_SUFFIXES[i], &file))
            continue;
        buf_init(&text, CRS_WKT_BYTES);
        rc = bundle_read(in->bundle, file, &text, why);
        if (!rc)
            rc = crs_from_wkt((struct span){buf_text(&text), text.len_bytes}, out_epsg, why);
        buf_clear(&text);
        *out_is_told = true;
        if (rc == IO || rc == NO_MEMORY)
            return rc;
        if (rc)
            rc = err_add(why, "%s", CRS_SUFFIXES[i]);
    }
    return *out_epsg ? OK : rc;
}

enum err_code shapefile_say_crs(const struct input *in, struct sink *sink, struct err *err)
{
    struct err why = {0};
    int32_t epsg = 0;
    bool is_told = false;
    const enum err_code rc = find_crs(in, &epsg, &is_told, &why);
    if (rc == IO || rc == NO_MEMORY)
        return err_set(err, rc, "%s", why.text);
    const enum err_code refused = sink_say_crs(sink, epsg, err);
    if (!refused || epsg)
        return refused;
    if (!is_told)
        return err_set(err, BAD_ARG,
                       "there is no .prj beside it to say which CRS it is in: say --crs, such as "
                       "--crs EPSG:2154");
    return err_set(err, BAD_ARG, "%s: say --crs, such as --crs EPSG:2154", why.text);
}

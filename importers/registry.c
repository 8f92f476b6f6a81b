#include "importers/registry.h"

#include "importers/head_name.h"
#include "importers/import_mapping.h"

#include <string.h>

extern const struct importer importer_csv;
extern const struct importer importer_dbf;
extern const struct importer importer_gdal;
extern const struct importer importer_geojson;
extern const struct importer importer_mapping;
extern const struct importer importer_mbtiles;
extern const struct importer importer_pmtiles;
extern const struct importer importer_shapefile;

const struct importer *const importer_list[] = {
    &importer_geojson,
    &importer_shapefile,
    &importer_dbf,
    &importer_mbtiles,
    &importer_pmtiles,
    &importer_mapping,
    &importer_csv,
#ifdef CASSINI_GDAL
    &importer_gdal,
#endif
    NULL,
};

static bool ends_with(struct span text, const char *suffix)
{
    const size_t n = strlen(suffix);
    if (text.len_bytes <= n)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = text.at[text.len_bytes - n + i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != suffix[i])
            return false;
    }
    return true;
}

static bool has_suffix_of(struct span name, const struct importer *importer,
                          const char **out_suffix)
{
    for (const char *const *suffix = importer->suffixes; *suffix; suffix++) {
        if (ends_with(name, *suffix)) {
            *out_suffix = *suffix;
            return true;
        }
    }
    return false;
}

static struct span without_folder_and_gz(const char *source)
{
    const char *slash = strrchr(source, '/');
    struct span name = span_of(slash ? slash + 1 : source);
    if (ends_with(name, ".gz"))
        name.len_bytes -= strlen(".gz");
    return name;
}

struct span registry_bare_name(const char *source)
{
    struct span name = without_folder_and_gz(source);
    const char *suffix = NULL;
    for (const struct importer *const *i = importer_list; *i; i++) {
        if (has_suffix_of(name, *i, &suffix)) {
            name.len_bytes -= strlen(suffix);
            return name;
        }
    }
    /* A suffix that is no importer's: ".txt", but not the end of "sheet-1.25". */
    for (size_t i = name.len_bytes; i > 1; i--) {
        const char c = name.at[i - 1];
        if (c == '.' && i < name.len_bytes && (name.at[i] | 0x20) >= 'a' &&
            (name.at[i] | 0x20) <= 'z') {
            name.len_bytes = i - 1;
            break;
        }
        if (c == '.')
            break;
    }
    return name;
}

/* Whoever says --mapping wants no other importer. */
static enum err_code choose_mapping(const struct input *in, const char *mapping,
                                    const struct importer **out, struct err *err)
{
    bool takes = false;
    struct err why = {0};
    const enum err_code rc = import_mapping_takes(in, mapping, &takes, &why);
    /* A bad mapping is not the file's fault: of a folder, too, it is told. */
    if (rc)
        return err_set(err, rc == BAD_DATA ? BAD_ARG : rc, "%s", why.text);
    if (!takes)
        return err_set(err, BAD_DATA, "the mapping reads other files");
    *out = &importer_mapping;
    return OK;
}

/* What only makes sense for CSV says that a text is. */
static bool says_csv(const struct reader_options *o)
{
    return o->delimiter || o->columns || o->lon || o->lat || o->geometry;
}

enum err_code registry_choose(const struct input *in, const struct reader_options *o,
                              struct span head, const struct importer **out, struct err *err)
{
    const char *suffix = NULL;
    const char *name = bundle_name(in->bundle, in->file);
    if (o->mapping)
        return choose_mapping(in, o->mapping, out, err);
    for (const struct importer *const *i = importer_list; *i; i++) {
        if ((*i)->recognises(in, head)) {
            *out = *i;
            return OK;
        }
    }
    for (const struct importer *const *i = importer_list; *i; i++) {
        if (has_suffix_of(without_folder_and_gz(name), *i, &suffix)) {
            *out = *i;
            return OK;
        }
    }
    if (says_csv(o) && bundle_kind(in->bundle) == BUNDLE_FILE) {
        *out = &importer_csv;
        return OK;
    }
    if (registry_is_companion(in->bundle, in->file))
        return err_set(err, BAD_DATA,
                       "this is a part of another file beside it, which is the one to import");
    return err_set(err, BAD_DATA, "this is %s, which no importer reads", head_name(head));
}

static bool has_main_file(const struct bundle *b, struct span stem, size_t file,
                          const struct importer *importer)
{
    size_t found = file;
    for (const char *const *suffix = importer->suffixes; *suffix; suffix++) {
        if (bundle_find(b, stem, *suffix, &found) && found != file)
            return true;
    }
    return false;
}

bool registry_is_companion(const struct bundle *b, size_t file)
{
    const struct span name = span_of(bundle_name(b, file));
    for (const struct importer *const *i = importer_list; *i; i++) {
        if ((*i)->owns && (*i)->owns(b, file))
            return true;
        for (const char *const *suffix = (*i)->companions; suffix && *suffix; suffix++) {
            const struct span stem = {name.at, name.len_bytes - strlen(*suffix)};
            if (ends_with(name, *suffix) && has_main_file(b, stem, file, *i))
                return true;
        }
    }
    return false;
}

#include "importers/gdal_source.h"

#include "base/buf.h"
#include "base/text.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <errno.h>
#include <gdal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/*
 * Suffixes, and the drivers that read them: of local files only. Not among them: services and
 * databases; formats that stand for other files or addresses (VRT, GMLAS, WFS, ...); what this house
 * reads itself. The last two are options for opening.
 */
#define FORMATS(X)                                                                                 \
    X(".gpkg", "GPKG", NULL, NULL)                                                                 \
    X(".fgb", "FlatGeobuf", NULL, NULL)                                                            \
    X(".gml", "GML", "WRITE_GFS=NO", "DOWNLOAD_SCHEMA=NO")                                         \
    X(".kml", "LIBKML", NULL, NULL)                                                                \
    X(".kml", "KML", NULL, NULL)                                                                   \
    X(".gpx", "GPX", NULL, NULL)                                                                   \
    X(".dxf", "DXF", NULL, NULL)                                                                   \
    X(".dgn", "DGN", NULL, NULL)                                                                   \
    X(".thf", "EDIGEO", NULL, NULL)                                                                \
    X(".tab", "MapInfo File", NULL, NULL)                                                          \
    X(".mif", "MapInfo File", NULL, NULL)                                                          \
    X(".gdbtable", "OpenFileGDB", NULL, NULL)                                                      \
    X(".topojson", "TopoJSON", NULL, NULL)                                                         \
    X(".parquet", "Parquet", NULL, NULL)                                                           \
    X(".geoparquet", "Parquet", NULL, NULL)                                                        \
    X(".arrow", "Arrow", NULL, NULL)                                                               \
    X(".feather", "Arrow", NULL, NULL)                                                             \
    X(".sqlite", "SQLite", NULL, NULL)                                                             \
    X(".spatialite", "SQLite", NULL, NULL)                                                         \
    X(".db", "SQLite", NULL, NULL)                                                                 \
    X(".000", "S57", NULL, NULL)                                                                   \
    X(".jml", "JML", NULL, NULL)

static const struct {
    const char *suffix, *driver;
    const char *options[3];
} DRIVERS[] = {
#define AS_DRIVER(suffix, driver, option, option_2) {suffix, driver, {option, option_2, NULL}},
    FORMATS(AS_DRIVER)
#undef AS_DRIVER
};
enum { N_DRIVERS = sizeof DRIVERS / sizeof DRIVERS[0] };

const char *const gdal_suffixes[] = {
#define AS_SUFFIX(suffix, driver, option, option_2) suffix,
    FORMATS(AS_SUFFIX)
#undef AS_SUFFIX
        NULL,
};

const char *const gdal_companions[] = {
    ".dat",      ".map",      ".id",  ".ind",                         /* MapInfo's .tab */
    ".mid",                                                           /* its .mif */
    ".xsd",      ".gfs",                                              /* GML */
    ".geo",      ".dic",      ".gen", ".qal", ".scd", ".vec", ".ado", /* EDIGEO */
    ".gpkg-wal", ".gpkg-shm", NULL,
};

/* The first table of a geodatabase, which holds the list of the others. */
#define GDB_FIRST  "a00000001.gdbtable"
#define GDB_SUFFIX ".gdb"

/* Whatever a file says: nothing is fetched, loaded or written. */
static const struct {
    const char *name, *value;
} CONFIG[] = {
    {"CPL_VSIL_CURL_ALLOWED_EXTENSIONS", "{none}"},
    {"GDAL_HTTP_PROXY", "127.0.0.1:9"}, /* who asks all the same meets nobody: discard, RFC 863 */
    {"GDAL_HTTP_CONNECTTIMEOUT", "1"},
    {"GDAL_PAM_ENABLED", "NO"},
    {"GML_SKIP_RESOLVE_ELEMS", "ALL"},
    {"OGR_SQLITE_LIST_VIRTUAL_OGR", "NO"},
    {"SPATIALITE_LOAD", "NO"}, /* its virtual tables read any file */
    {"SQLITE_LIST_ALL_TABLES", "NO"},
};

static bool ends_with(struct span text, const char *suffix)
{
    const size_t n = strlen(suffix);
    return text.len_bytes >= n && strncasecmp(text.at + text.len_bytes - n, suffix, n) == 0;
}

static struct span bare_name(const struct input *in)
{
    struct span name = span_of(bundle_name(in->bundle, in->file));
    if (ends_with(name, ".gz"))
        name.len_bytes -= strlen(".gz");
    return name;
}

/* A list for GDAL of the drivers whose suffix the name has. */
static size_t drivers_for(struct span name, const char *out[N_DRIVERS + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < N_DRIVERS; i++) {
        if (ends_with(name, DRIVERS[i].suffix))
            out[n++] = DRIVERS[i].driver;
    }
    out[n] = NULL;
    return n;
}

static struct span folder_of(const struct bundle *b, size_t file)
{
    const char *name = bundle_name(b, file);
    const char *slash = strrchr(name, '/');
    struct span folder =
        slash ? (struct span){name, (size_t)(slash - name)} : span_of(bundle_path(b));
    while (folder.len_bytes > 1 && folder.at[folder.len_bytes - 1] == '/')
        folder.len_bytes--;
    return folder;
}

bool gdal_source_is_part(const struct bundle *b, size_t file)
{
    const char *slash = strrchr(bundle_name(b, file), '/');
    return bundle_kind(b) != BUNDLE_FILE && ends_with(folder_of(b, file), GDB_SUFFIX) &&
           !text_eq_ignoring_case(slash ? slash + 1 : bundle_name(b, file), GDB_FIRST);
}

/* ---- what GDAL says ----------------------------------------------------------------------- */

static void CPL_STDCALL hear(CPLErr kind, CPLErrorNum number, const char *text)
{
    struct gdal_words *w = CPLGetErrorHandlerUserData();
    (void)number;
    if (kind == CE_Failure || kind == CE_Fatal)
        snprintf(w->failure, sizeof w->failure, "%s", text);
    if (kind != CE_Warning)
        return;
    for (size_t i = 0; i < w->n_warnings; i++) {
        if (strncmp(w->warnings[i], text, sizeof w->warnings[i] - 1) == 0)
            return;
    }
    if (w->n_warnings < GDAL_WARNINGS_MAX)
        snprintf(w->warnings[w->n_warnings++], sizeof w->warnings[0], "%s", text);
}

const char *gdal_source_why(const struct gdal_source *g)
{
    return g->words.failure[0] ? g->words.failure : "no reason given";
}

static void listen(struct gdal_source *g)
{
    GDALAllRegister(); /* only the first time does anything */
    for (size_t i = 0; i < sizeof CONFIG / sizeof CONFIG[0]; i++)
        CPLSetThreadLocalConfigOption(CONFIG[i].name, CONFIG[i].value);
    CPLPushErrorHandlerEx(hear, &g->words);
    g->listens = true;
}

static void stop_listening(struct gdal_source *g)
{
    if (!g->listens)
        return;
    CPLPopErrorHandler();
    for (size_t i = 0; i < sizeof CONFIG / sizeof CONFIG[0]; i++)
        CPLSetThreadLocalConfigOption(CONFIG[i].name, NULL);
    g->listens = false;
}

/* ---- opening ------------------------------------------------------------------------------ */

/* The path as GDAL must see it: one of a file of the system, whatever it is called. */
static enum err_code put_path(const struct input *in, struct buf *out, struct err *err)
{
    const char *path = NULL;
    enum err_code rc = bundle_local_path(in->bundle, in->file, &path, err);
    if (rc)
        return rc;
    const char *prefix = *path != '/' ? "./" : text_starts_with(path, "/vsi") ? "/." : "";
    const char *slash = strrchr(path, '/');
    size_t n = strlen(path);
    if (ends_with(span_of(path), ".gdbtable") && slash)
        n = (size_t)(slash - path);
    buf_put_text(out, prefix);
    buf_put(out, path, n);
    return buf_status(out, err);
}

static GDALDriverH identify(const char *path, const char *const *drivers)
{
    return GDALIdentifyDriverEx(path, GDAL_OF_VECTOR, drivers, NULL);
}

bool gdal_source_recognises(const struct input *in)
{
    const char *drivers[N_DRIVERS + 1];
    struct err ignored = {0};
    struct gdal_source g = {0};
    struct buf path;
    const struct span name = bare_name(in);
    if (text_eq(bundle_path(in->bundle), "-") || drivers_for(name, drivers) == 0)
        return false;
    buf_init(&path, 1 << 16);
    bool known = false;
    if (put_path(in, &path, &ignored) == OK) {
        listen(&g);
        known = identify(buf_text(&path), drivers) != NULL;
        stop_listening(&g);
    }
    buf_clear(&path);
    return known;
}

/* On a zero byte GDAL 3.6's reader of DXF, a format of text, goes round for ever; mostly on a last
 * byte that is a carriage return, too. */
static enum err_code check_is_dxf_text(const char *path, struct err *err)
{
    char block[16 << 10], last = '\0';
    enum err_code rc = OK;
    size_t n = 0;
    FILE *f = fopen(path, "rb");
    if (!f)
        return err_set(err, IO, "%s", strerror(errno));
    while (!rc && (n = fread(block, 1, sizeof block, f)) > 0) {
        if (memchr(block, '\0', n))
            rc = err_set(err, BAD_DATA, "it holds a zero byte, which no text does");
        last = block[n - 1];
    }
    if (!rc && last == '\r')
        rc = err_set(err, BAD_DATA,
                     "it ends with a carriage return, which GDAL's reader of DXF never gets over: "
                     "write it with line feeds");
    if (!rc && ferror(f))
        rc = err_set(err, IO, "%s", strerror(errno));
    (void)fclose(f);
    return rc;
}

static enum err_code open_path(struct gdal_source *g, const char *path, struct span name,
                               struct err *err)
{
    const char *drivers[N_DRIVERS + 1];
    drivers_for(name, drivers);
    const GDALDriverH driver = identify(path, drivers);
    const char *const only[] = {driver ? GDALGetDriverShortName(driver) : NULL, NULL};
    const char *const *options = NULL;
    for (size_t i = 0; i < N_DRIVERS && !options && driver; i++)
        options = text_eq(only[0], DRIVERS[i].driver) ? DRIVERS[i].options : NULL;
    const enum err_code rc = text_eq(only[0], "DXF") ? check_is_dxf_text(path, err) : OK;
    if (rc)
        return rc;
    if (driver)
        g->dataset = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                                only, options, NULL);
    /* What opens with an error has lost something already. */
    if (g->dataset && !g->words.failure[0])
        return OK;
    if (!driver)
        return err_set(err, BAD_DATA,
                       "it is not what its suffix says: GDAL's driver %s does not know it",
                       drivers[0]);
    return err_set(err, BAD_DATA, "GDAL's driver %s: %s", only[0], gdal_source_why(g));
}

enum err_code gdal_source_open(struct gdal_source *g, const struct input *in, struct err *err)
{
    struct buf path;
    buf_init(&path, 1 << 16);
    enum err_code rc = put_path(in, &path, err);
    if (!rc) {
        listen(g);
        rc = open_path(g, buf_text(&path), bare_name(in), err);
    }
    if (rc)
        gdal_source_close(g);
    buf_clear(&path);
    return rc;
}

void gdal_source_close(struct gdal_source *g)
{
    if (g->dataset)
        GDALClose(g->dataset);
    g->dataset = NULL;
    stop_listening(g);
}

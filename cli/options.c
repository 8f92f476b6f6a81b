/* The one list of options. A row here is all that a new option needs. */
#include "cli/options.h"

#include "base/text.h"
#include "cli/command.h"

#include <stdlib.h>
#include <string.h>

#define GB (1024.0 * 1024 * 1024)

const struct option option_table[] = {
    {"store", 's', OPTION_TEXT, "FILE", NULL, 0, 0,
     "import serve layers layer-set layer-rename layer-drop check "
     "tile export",
     true, "The store: one SpatiaLite file that holds all layers"},

    {"layer", 'l', OPTION_TEXT, "NAME", NULL, 0, 0, "import", false,
     "Name of the layer; without it the name comes from the source's file name"},
    {"layer-template", 0, OPTION_TEXT, "TEXT", NULL, 0, 0, "import", false,
     "Names of layers: {name} stands for the name that each would have, {folder} for the folder "
     "around it, {format} for what it is, such as csv"},
    {"mode", 'm', OPTION_CHOICE, "create|replace|append|upsert", "create", 0, 0, "import", false,
     "What to do when the layer exists: fail, put the source in its place, add the source's "
     "features, or add them and replace those of equal id"},
    {"delete-missing", 0, OPTION_FLAG, NULL, NULL, 0, 0, "import", false,
     "With --mode upsert: features that the source does not have are deleted"},
    {"rebuild", 0, OPTION_FLAG, NULL, NULL, 0, 0, "import", false,
     "With --mode append or upsert: write the whole layer anew, in order on the disk, also where "
     "few "
     "features would be changed in place"},
    {"dry-run", 0, OPTION_FLAG, NULL, NULL, 0, 0, "import", false,
     "Read everything, write nothing, and tell what an import would do"},
    {"if-changed", 0, OPTION_FLAG, NULL, NULL, 0, 0, "import", false,
     "Do nothing when the source is what the layer was imported from"},
    {"crs", 0, OPTION_TEXT, "EPSG:n", NULL, 0, 0, "import info", false,
     "Coordinate reference system of the source, where the source says none or a wrong one"},
    {"to-crs", 0, OPTION_TEXT, "EPSG:n", NULL, 0, 0, "import", false,
     "Coordinate reference system to transform the layer to; without it the source's own"},
    {"keep-z", 0, OPTION_FLAG, NULL, NULL, 0, 0, "import info", false,
     "Keep elevations in the geometry"},
    {"encoding", 0, OPTION_TEXT, "NAME", NULL, 0, 0, "import info", false,
     "Encoding of the source's text, such as ISO-8859-1, where the source does not say"},
    {"type", 0, OPTION_TEXT, "FIELD=TYPE,...", NULL, 0, 0, "import info", false,
     "Types of fields, instead of those that are found: text, integer, real, boolean, date, "
     "datetime"},
    {"lon", 0, OPTION_TEXT, "FIELD", NULL, 0, 0, "import info", false,
     "CSV: the field of the longitude, or x"},
    {"lat", 0, OPTION_TEXT, "FIELD", NULL, 0, 0, "import info", false,
     "CSV: the field of the latitude, or y"},
    {"geometry", 0, OPTION_TEXT, "FIELD", NULL, 0, 0, "import info", false,
     "CSV: the field of the geometry as WKT or GeoJSON; none makes a table without geometry"},
    {"columns", 0, OPTION_TEXT, "NAME,...", NULL, 0, 0, "import info", false,
     "CSV without a header: the names of its fields"},
    {"delimiter", 0, OPTION_TEXT, "CHARACTER", NULL, 0, 0, "import info", false,
     "CSV: what stands between fields, or the word tab; without it the first lines tell"},
    {"mapping", 0, OPTION_TEXT, "FILE", NULL, 0, 0, "import info", false,
     "Where the features are in JSON records or XML: a mapping file, or the name of one that comes "
     "with Cassini"},
    {"as-features", 0, OPTION_FLAG, NULL, NULL, 0, 0, "import info", false,
     "Vector tiles: read one zoom of them as features, instead of keeping the tiles"},
    {"zoom", 0, OPTION_COUNT, "N", NULL, 0, 30, "import info", false,
     "With --as-features: the zoom; without it the highest"},
    {"id", 0, OPTION_TEXT, "FIELD", NULL, 0, 0, "import info", false,
     "The field that identifies a feature for good"},
    {"time", 0, OPTION_TEXT, "FIELD", NULL, 0, 0, "import info", false,
     "The field of dates or times that `datetime` asks for"},
    {"title", 0, OPTION_TEXT, "TEXT", NULL, 0, 0, "import serve layer-set export", false,
     "Title of the layer, of the service, or of the archive"},
    {"description", 0, OPTION_TEXT, "TEXT", NULL, 0, 0, "import serve layer-set export", false,
     "Description of the layer, of the service, or of the archive"},
    {"license", 0, OPTION_TEXT, "TEXT", NULL, 0, 0, "import layer-set", false,
     "Licence of the data: a name or a URL"},
    {"attribution", 0, OPTION_TEXT, "TEXT", NULL, 0, 0, "import layer-set export", false,
     "Who is to be named wherever the layer is shown"},
    {"keywords", 0, OPTION_TEXT, "WORD,...", NULL, 0, 0, "import layer-set", false,
     "Keywords of the layer, with commas between them"},
    {"min-zoom", 0, OPTION_COUNT, "N", NULL, 0, 30, "layer-set export", false,
     "Zoom below which the layer is not drawn, 0 being wherever its features are large enough; or "
     "the lowest zoom of an archive, without it the layers' own"},
    {"group-by", 0, OPTION_TEXT, "FIELD", NULL, 0, 0, "import layer-set", false,
     "Small polygons that are drawn as one block, and short lines that are drawn as one, are those "
     "of equal value in this field"},
    {"aggregate", 0, OPTION_TEXT, "FIELD:OP,...", NULL, 0, 0, "import layer-set", false,
     "What a cluster of points tells of their values in a field: sum, min, max or mean"},
    {"label", 0, OPTION_TEXT, "FIELD", NULL, 0, 0, "import layer-set", false,
     "Polygons get a point for their label, which is the value of this field"},
    {"tile-fields", 0, OPTION_TEXT, "FIELD,...", NULL, 0, 0, "import layer-set", false,
     "What features in tiles tell besides their id; without it all fields"},
    {"tile-limit-bytes", 0, OPTION_BYTES, "SIZE", NULL, 4096, 67108864, "layer-set", false,
     "Most bytes of one tile, compressed; a layer begins with 500K"},
    {"tile-limit-features", 0, OPTION_COUNT, "N", NULL, 1, 1e6, "layer-set", false,
     "Most features of one tile; a layer begins with 16000"},
    {"max-rejects", 0, OPTION_SHARE, "N", "0.1%", 0, 0, "import", false,
     "How many features may be rejected before the import fails: a number, or a share such as 0.1% "
     "or 0.001, which always bears ten"},
    {"rejects", 0, OPTION_TEXT, "FILE", NULL, 0, 0, "import", false,
     "Write every reject to this file too, one JSON object a line"},
    {"memory", 0, OPTION_BYTES, "SIZE", "128M", 8e6, 1024 * GB, "import info check layer-set",
     false, "Memory for sorting; what does not fit goes to temporary files"},
    {"temp-dir", 0, OPTION_TEXT, "FOLDER", NULL, 0, 0, "import info check layer-set", false,
     "Folder of the temporary files; without it TMPDIR, else /tmp"},
    {"max-feature-size", 0, OPTION_BYTES, "SIZE", "64M", 1024, 2 * GB, "import info", false,
     "Longest text of one feature"},
    {"max-vertices", 0, OPTION_COUNT, "N", "4000000", 4, 1e8, "import info", false,
     "Most vertices of one feature"},
    {"max-depth", 0, OPTION_COUNT, "N", "64", 4, 1024, "import info", false,
     "Deepest nesting of JSON"},
    {"max-files", 0, OPTION_COUNT, "N", "100000", 1, 1e9, "import info", false,
     "Most files in a folder or an archive"},
    {"max-tiles", 0, OPTION_COUNT, "N", "50000000", 1, 1e12, "import info", false,
     "Most tiles of an archive of tiles"},
    {"max-inflation", 0, OPTION_COUNT, "TIMES", "200", 1, 1e6, "import info", false,
     "A gzip file or a ZIP archive may unpack to so many times its size, and to 1 GB always"},
    {"max-join-size", 0, OPTION_BYTES, "SIZE", "256M", 1024, 1024 * GB, "import info", false,
     "Largest file that a mapping joins: its records are kept in memory"},
    {"max-download", 0, OPTION_BYTES, "SIZE", "64G", 1, 1024 * GB, "import info", false,
     "Largest source that is fetched from a URL"},
    {"fetch-timeout", 0, OPTION_COUNT, "SECONDS", "60", 1, 86400, "import info", false,
     "A server that sends nothing for so long is given up"},
    {"max-features", 0, OPTION_COUNT, "N", "20000", 0, 1e15, "info", false,
     "Read no more features than that, and for no longer than half a second; 0 reads all of them"},
    {"quiet", 'q', OPTION_FLAG, NULL, NULL, 0, 0, "import export", false,
     "Neither progress nor summary: only what went wrong"},

    {"listen", 0, OPTION_TEXT, "ADDRESS:PORT", "127.0.0.1:8080", 0, 0, "serve", false,
     "Where to listen; [::1]:8080 is IPv6, :8080 every IPv4 address, port 0 any free one"},
    {"create", 0, OPTION_FLAG, NULL, NULL, 0, 0, "serve", false,
     "Make an empty store when there is none"},
    {"base-url", 0, OPTION_TEXT, "URL", NULL, 0, 0, "serve", false,
     "The address that clients use, when another server stands in front"},
    {"workers", 0, OPTION_COUNT, "N", "0", 0, 256, "serve export", false,
     "Threads that make tiles and pages; 0 is one for each processor"},
    {"cache-size", 0, OPTION_BYTES, "SIZE", "256M", 0, 1024 * GB, "serve", false,
     "Memory for answers that are kept"},
    {"tile-cache", 0, OPTION_TEXT, "FILE", NULL, 0, 0, "serve", false,
     "A file that keeps tiles besides, also for the next start; it may be deleted at any time"},
    {"tile-cache-size", 0, OPTION_BYTES, "SIZE", "1G", 1048576, 1024 * GB, "serve", false,
     "The most that file may have"},
    {"max-connections", 0, OPTION_COUNT, "N", "1024", 1, 65536, "serve", false,
     "Connections open at one time"},
    {"max-header", 0, OPTION_BYTES, "SIZE", "16K", 1024, 1048576, "serve", false,
     "Longest header of a request, its first line included"},
    {"max-body", 0, OPTION_BYTES, "SIZE", "1M", 0, GB, "serve", false, "Longest body of a request"},
    {"max-response", 0, OPTION_BYTES, "SIZE", "64M", 1048576, 2 * GB, "serve", false,
     "Longest response"},
    {"max-queue", 0, OPTION_COUNT, "N", "256", 1, 65536, "serve", false,
     "Requests that may wait for a worker; further ones are told to come back"},
    {"request-timeout", 0, OPTION_NUMBER, "SECONDS", "30", 0.1, 86400, "serve", false,
     "Longest work on one request"},
    {"idle-timeout", 0, OPTION_NUMBER, "SECONDS", "60", 1, 86400, "serve", false,
     "A connection that is silent for so long is closed"},
    {"worker-memory", 0, OPTION_BYTES, "SIZE", "256M", 16777216, 1024 * GB, "serve", false,
     "Most memory of one worker for one request"},
    {"gzip-level", 0, OPTION_COUNT, "N", "4", 1, 12, "serve export", false,
     "How hard responses and tiles are compressed; archives, which are made once, as hard as can "
     "be (12) unless this is given"},

    {"json", 0, OPTION_FLAG, NULL, NULL, 0, 0, "import layers info check export", false,
     "One JSON document instead of words; import and export tell their progress as JSON too, one "
     "event a line on standard error"},

    {"repair", 0, OPTION_FLAG, NULL, NULL, 0, 0, "check", false,
     "Make anew what is derived from the features, where it is not as it should be"},

    {"output", 'o', OPTION_TEXT, "FILE", NULL, 0, 0, "tile export", false,
     "File of the tile, which without it goes to standard output; or of the archive"},
    {"format", 0, OPTION_CHOICE, "mbtiles|pmtiles", NULL, 0, 0, "export", false,
     "Kind of the archive; without it the name of its file tells"},
    {"layers", 0, OPTION_TEXT, "NAME,...", NULL, 0, 0, "export", false,
     "Layers of the archive; without it all that have vector tiles"},
    {"max-zoom", 0, OPTION_COUNT, "N", NULL, 0, 24, "export", false,
     "Highest zoom of the archive; without it the one at which all is drawn in full detail"},
    {"bbox", 0, OPTION_TEXT, "W,S,E,N", NULL, 0, 0, "export", false,
     "Only tiles that meet this box of degrees; west may lie east of east, across the "
     "antimeridian"},
    {"overwrite", 0, OPTION_FLAG, NULL, NULL, 0, 0, "export", false,
     "Put the archive in the place of what is there, and begin anew where another export has "
     "begun"},
    {"tile-matrix-set", 0, OPTION_TEXT, "ID", "WebMercatorQuad", 0, 0, "tile", false,
     "The grid of the tile, such as EuropeanETRS89_LAEAQuad"},
    {"tile-matrix-sets", 0, OPTION_TEXT, "FOLDER", NULL, 0, 0, "serve tile", false,
     "Folder of further grids: tile matrix sets in OGC's JSON encoding, one a file"},
    {"tile-extent", 0, OPTION_COUNT, "N", "4096", 256, 8192, "serve tile", false,
     "Units across a vector tile: its resolution"},
    {"tile-buffer", 0, OPTION_COUNT, "N", "64", 0, 8192, "serve tile", false,
     "Units around a vector tile that it holds too; no more than across it"},
    {"report", 0, OPTION_FLAG, NULL, NULL, 0, 0, "tile", false,
     "What was drawn, merged, left out and repaired, as JSON on standard output"},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, false, NULL},
};

_Static_assert(sizeof option_table / sizeof option_table[0] <= OPTIONS_MAX, "more room is needed");

/* "layer-set" among the option's words is the command "layer set". */
static bool is_command(const char *word, const char *name)
{
    while (*name && (*word == *name || (*word == '-' && *name == ' '))) {
        word++;
        name++;
    }
    return !*name && (*word == ' ' || *word == '\0');
}

bool option_belongs(const struct option *option, const struct command *command)
{
    for (const char *word = option->commands; word; word = strchr(word, ' ')) {
        word += *word == ' ';
        if (is_command(word, command->name))
            return true;
    }
    return false;
}

static const struct option_value *value_of(const struct options *o, const char *name)
{
    for (size_t i = 0; option_table[i].name; i++) {
        if (text_eq(option_table[i].name, name))
            return &o->values[i];
    }
    abort(); /* a name that is not in the table is a slip in a command: its first run shows it */
}

const char *options_text(const struct options *o, const char *name)
{
    return value_of(o, name)->text;
}

int64_t options_integer(const struct options *o, const char *name)
{
    return value_of(o, name)->integer;
}

double options_number(const struct options *o, const char *name)
{
    return value_of(o, name)->number;
}

bool options_flag(const struct options *o, const char *name)
{
    return value_of(o, name)->integer != 0;
}

bool options_given(const struct options *o, const char *name)
{
    return value_of(o, name)->given;
}

static void put_value_json(struct json_out *j, const struct option *option,
                           const struct option_value *value)
{
    if (option->kind == OPTION_FLAG)
        json_bool(j, value->integer != 0);
    else if (option->kind == OPTION_COUNT || option->kind == OPTION_BYTES)
        json_int(j, value->integer);
    else if (option->kind == OPTION_NUMBER)
        json_f64(j, value->number);
    else
        json_text(j, value->text);
}

void options_put_json(const struct options *o, struct json_out *j)
{
    json_object(j);
    for (size_t i = 0; option_table[i].name; i++) {
        if (!o->values[i].given)
            continue;
        json_key(j, option_table[i].name);
        put_value_json(j, &option_table[i], &o->values[i]);
    }
    json_object_end(j);
}

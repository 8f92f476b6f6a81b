/*
 * The judge of tiles: an own decoder, GEOS, and the source itself; nothing of the tiler's.
 *
 *   tile_judge list      --source CSV --zooms A-B [--most N]         addresses, "z x y" a line
 *   tile_judge validity  --tiles FILE                                polygons, lines, ids, extent
 *   tile_judge agreement --tiles FILE                                neighbours in their buffers
 *   tile_judge slivers   --tiles FILE --source CSV [--touch METRES]  along shared borders
 *   tile_judge coverage  --tiles FILE --source CSV                   painted and true area
 *   tile_judge bytes     --tiles FILE
 *
 * More options: --zooms A-B, --id KEY (the attribute with the public id: "id"), --buffer TU (64), --examples N
 * (10 faults are printed), --each (a line for each tile, in coverage),
 * --every N (a lot drawn from the borders: every so many of them, the same ones each time).
 * FILE is written by dump_tiles, CSV by ogr2ogr (see source.h). Prints a table in Markdown; ends with 1
 * when there is a fault.
 */
#include "tests/accept/truth/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arguments {
    const char *command, *tiles, *source;
    struct judge_options options;
};

static bool take_number(const char *name, const char *value, struct judge_options *o)
{
    if (strcmp(name, "--most") == 0)
        o->most = (size_t)strtod(value, NULL);
    else if (strcmp(name, "--examples") == 0)
        o->examples = (size_t)strtod(value, NULL);
    else if (strcmp(name, "--every") == 0)
        o->every = (size_t)strtod(value, NULL);
    else if (strcmp(name, "--buffer") == 0)
        o->buffer_tu = (int32_t)strtod(value, NULL);
    else if (strcmp(name, "--touch") == 0)
        o->touch_m = strtod(value, NULL);
    else
        return false;
    return true;
}

static void read_arguments(int argc, char **argv, struct arguments *a)
{
    a->options = (struct judge_options){.id_key = "id",
                                        .buffer_tu = 64,
                                        .examples = 10,
                                        .every = 1,
                                        .touch_m = 0.03,
                                        .last_zoom = 24};
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (i == 1) {
            a->command = name;
            continue;
        }
        if (strcmp(name, "--each") == 0) {
            a->options.each = true;
            continue;
        }
        if (!value)
            die("%s wants a value", name);
        i++;
        if (strcmp(name, "--tiles") == 0)
            a->tiles = value;
        else if (strcmp(name, "--source") == 0)
            a->source = value;
        else if (strcmp(name, "--id") == 0)
            a->options.id_key = value;
        else if (strcmp(name, "--zooms") == 0)
            parse_zooms(value, &a->options.first_zoom, &a->options.last_zoom);
        else if (!take_number(name, value, &a->options))
            die("there is no option %s", name);
    }
}

int main(int argc, char **argv)
{
    static const char COMMANDS[] = "list validity agreement slivers coverage bytes";
    struct arguments a = {0};
    struct source source = {0};
    struct tile_file tiles = {0};
    size_t n_faults = 0;
    read_arguments(argc, argv, &a);
    if (!a.command || !strstr(COMMANDS, a.command))
        die("usage: %s %s ... (see judge.c)", argv[0], COMMANDS);
    const char command = a.command[0];
    if (strchr("lsc", command)) {
        if (!a.source)
            die("%s wants --source", a.command);
        source_read(a.source, &source);
    }
    if (command != 'l') {
        if (!a.tiles)
            die("%s wants --tiles", a.command);
        tile_file_read(a.tiles, a.options.first_zoom, a.options.last_zoom, &tiles);
    }
    switch (command) {
    case 'l':
        judge_list(&source, &a.options);
        break;
    case 'v':
        n_faults = judge_validity(&tiles, &a.options);
        break;
    case 'a':
        n_faults = judge_agreement(&tiles, &a.options);
        break;
    case 's':
        n_faults = judge_slivers(&tiles, &source, &a.options);
        break;
    case 'c':
        n_faults = judge_coverage(&tiles, &source, &a.options);
        break;
    default:
        n_faults = judge_bytes(&tiles, &a.options);
    }
    tile_file_clear(&tiles);
    source_clear(&source);
    return n_faults > 0;
}

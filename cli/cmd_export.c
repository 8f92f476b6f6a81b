/* cassini export: the tiles of layers become one archive. */
#include "base/text.h"
#include "base/thread.h"
#include "base/when.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "exporters/export.h"

#include <stdio.h>
#include <string.h>

#define ARENA_MAX_BYTES (1024u << 20)
#define WORDS_MAX_BYTES (1u << 20)
#define WORKERS_MAX     256
/* The million's archive of z0 to z14 is 5 % smaller than with the server's level, in four times the
 * time. */
#define ARCHIVE_GZIP_LEVEL 12

/* "2.1,48.5,2.6,49": west, south, east, north */
static bool parse_bbox(const char *text, struct bbox *out)
{
    double v[4];
    char part[64];
    for (int i = 0; i < 4; i++) {
        const size_t n = strcspn(text, ",");
        if (n == 0 || n >= sizeof part || (text[n] == ',') != (i < 3))
            return false;
        memcpy(part, text, n);
        part[n] = '\0';
        if (text_parse_f64(part, &v[i], NULL))
            return false;
        text += n + (i < 3);
    }
    *out = (struct bbox){v[0], v[1], v[2], v[3]};
    return v[0] >= -180 && v[0] <= 180 && v[2] >= -180 && v[2] <= 180 && v[1] >= -90 &&
           v[3] <= 90 && v[1] <= v[3];
}

static const struct archive_format *choose_format(const struct options *o)
{
    const char *name = options_text(o, "format");
    for (size_t i = 0; archive_formats[i]; i++) {
        const struct archive_format *f = archive_formats[i];
        if (name ? text_eq(name, f->name) : text_ends_with(options_text(o, "output"), f->suffix))
            return f;
    }
    return NULL;
}

static int n_workers_of(const struct options *o)
{
    const int64_t said = options_integer(o, "workers");
    const int64_t n = said ? said : (int64_t)thread_processors(WORKERS_MAX);
    return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : (int)n;
}

static int zoom_of(const struct options *o, const char *name)
{
    return options_given(o, name) ? (int)options_integer(o, name) : -1;
}

static void put_words(struct buf *b, const struct export_options *e, const struct export_summary *s,
                      double seconds)
{
    buf_printf(b, "%s: ", e->output);
    text_put_count(b, s->counts.n_tiles);
    buf_printf(b, " tiles of zoom %d to %d, ", s->counts.min_zoom, s->counts.max_zoom);
    text_put_count(b, s->counts.n_contents);
    buf_put_text(b, " of them different, ");
    text_put_size(b, s->file_bytes);
    buf_printf(b, ", %.1f s\n", seconds);
    if (s->n_without_attributes) {
        buf_put_text(b, "  without attributes but the id, in tiles that would be too large: ");
        text_put_count(b, s->n_without_attributes);
        buf_put_text(b, "\n");
    }
    if (s->n_left_out) {
        buf_put_text(b, "  left out of such tiles: ");
        text_put_count(b, s->n_left_out);
        buf_put_text(b, "\n");
    }
    if (s->went_on)
        buf_put_text(b, "  went on where an export before had stopped\n");
}

static void put_json(struct buf *b, const struct export_options *e, const struct export_summary *s,
                     double seconds)
{
    struct json_out j = json_out(b);
    json_object(&j);
    json_member_text(&j, "output", e->output);
    json_member_text(&j, "format", e->format->name);
    json_member_int(&j, "tiles", (int64_t)s->counts.n_tiles);
    json_member_int(&j, "contents", (int64_t)s->counts.n_contents);
    json_member_int(&j, "contentBytes", (int64_t)s->counts.n_bytes);
    json_member_int(&j, "minZoom", s->counts.min_zoom);
    json_member_int(&j, "maxZoom", s->counts.max_zoom);
    json_member_int(&j, "empty", (int64_t)s->n_empty);
    json_member_int(&j, "leftOut", (int64_t)s->n_left_out);
    json_member_int(&j, "withoutAttributes", (int64_t)s->n_without_attributes);
    json_member_bool(&j, "wentOn", s->went_on);
    json_member_int(&j, "bytes", (int64_t)s->file_bytes);
    json_key(&j, "seconds");
    json_fixed(&j, seconds, 3);
    json_object_end(&j);
    buf_put_text(b, "\n");
}

static enum exit_code print(const struct options *o, const struct export_options *e,
                            const struct export_summary *s, double seconds)
{
    struct buf result;
    buf_init(&result, WORDS_MAX_BYTES);
    const bool json = options_flag(o, "json");
    if (json)
        progress_export_event(e->output, "done", NULL);
    if (json)
        put_json(&result, e, s, seconds);
    else if (!options_flag(o, "quiet"))
        put_words(&result, e, s, seconds);
    const enum exit_code code = command_print(o, &result);
    buf_clear(&result);
    return code;
}

static enum exit_code export(const struct options *o, const struct export_options *e) {
    struct export_summary summary; struct err err = {0}; struct arena arena;
    arena_init(&arena, ARENA_MAX_BYTES);
    const int64_t start_us = when_monotonic_us();
    const enum err_code rc = export_run(e, &arena, &summary, &err);
    progress_end(e->progress_state);
    arena_clear(&arena);
    if (rc && options_flag(o, "json")) progress_export_event(e->output, "failed", err.text);
    if (rc) return command_failed(o, &err);
    return print(o, e, &summary, (double)(when_monotonic_us() - start_us) / 1e6);
}

static enum exit_code run(const struct options *o)
{
    const char *output = options_text(o, "output");
    const char *bbox = options_text(o, "bbox");
    if (!output)
        return command_misused(o, "--output FILE is missing");
    struct progress progress = progress_start(output, options_flag(o, "quiet"));
    progress.json = options_flag(o, "json");
    struct export_options e = {
        .store = options_text(o, "store"),
        .layers = options_text(o, "layers"),
        .output = output,
        .format = choose_format(o),
        .min_zoom = zoom_of(o, "min-zoom"),
        .max_zoom = zoom_of(o, "max-zoom"),
        .has_bbox = bbox != NULL,
        .title = options_text(o, "title"),
        .description = options_text(o, "description"),
        .attribution = options_text(o, "attribution"),
        .gzip_level = options_given(o, "gzip-level") ? (int)options_integer(o, "gzip-level")
                                                     : ARCHIVE_GZIP_LEVEL,
        .n_workers = n_workers_of(o),
        .overwrite = options_flag(o, "overwrite"),
        .progress = progress_exported,
        .progress_state = &progress,
    };
    if (!e.format)
        return command_misused(
            o, "'%s' ends in neither .mbtiles nor .pmtiles: say which with --format", output);
    if (bbox && !parse_bbox(bbox, &e.bbox_deg))
        return command_misused(o, "--bbox: '%s' is no box of degrees: west,south,east,north", bbox);
    interrupt_listen();
    return export(o, &e);
}

const struct command command_export = {
    .name = "export",
    .arguments = "",
    .min_arguments = 0,
    .max_arguments = 0,
    .summary = "Make an archive of tiles: MBTiles or PMTiles",
    .description =
        "Make all tiles of layers, as the server would, and write them into one archive. Tiles "
        "without content are left out, equal ones are there once. The archive comes to its place "
        "when it is whole.\n\n"
        "An export that was stopped goes on where it was when the same command is given again; it "
        "does not when a layer has changed since, or other tiles are asked for: then --overwrite "
        "begins anew.",
    .run = run,
};

/* An archive of tiles becomes a kept tileset: every tile is looked into once, and kept as it is. */
#include "base/mvt_read.h"
#include "base/sha256.h"
#include "base/tile_format.h"
#include "importers/import_job.h"
#include "importers/keep_layers.h"
#include "importers/keep_places.h"
#include "store/tileset.h"

#include <inttypes.h>
#include <stdio.h>

enum { PROGRESS_TILES = 256 };

struct keeping {
    struct import_job *job;
    struct tileset_writer *writer; /* NULL: nothing is written */
    struct tile_opener opener;
    struct sha256 *sha;
    struct buf packed;
    struct archive_face face; /* texts in the job's arena */
    bool has_format;
    enum tile_format format;
    int image_px;
    struct keep_places places;
    struct keep_layers layers;
    uint64_t n_tiles, n_empty, n_contents, n_bytes; /* bytes as they were in the archive */
    uint64_t total_bytes;
};

static void note(void *state, const char *words)
{
    struct keeping *k = state;
    struct import_summary *s = &k->job->summary;
    if (s->n_notes < IMPORT_NOTES_MAX)
        s->notes[s->n_notes] = arena_strdup(k->job->arena, words, NULL);
    s->n_notes += s->n_notes < IMPORT_NOTES_MAX && s->notes[s->n_notes];
}

/* --- what the archive says ------------------------------------------------------------------ */

static enum err_code copy_face(void *state, const struct archive_face *face, struct err *err)
{
    struct keeping *k = state;
    k->face = *face;
    const char **const texts[] = {&k->face.name, &k->face.description, &k->face.attribution,
                                  &k->face.vector_layers, &k->face.metadata};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (*texts[i] && !(*texts[i] = arena_strdup(k->job->arena, *texts[i], err)))
            return NO_MEMORY;
    }
    return OK;
}

/* --- tiles ---------------------------------------------------------------------------------- */

static enum err_code tell(const struct keeping *k, struct err *err)
{
    const struct import_options *o = k->job->options;
    const struct import_progress p = {.phase = IMPORT_READING,
                                      .n_features = k->n_tiles,
                                      .source = {k->n_bytes, k->total_bytes, k->n_bytes}};
    if (o->progress && !o->progress(o->progress_state, &p))
        return err_set(err, CANCELED, "the import was canceled");
    return OK;
}

static enum err_code name_content(const struct keeping *k, struct span data,
                                  char out_hex[SHA256_HEX_BYTES], struct err *err)
{
    enum err_code rc = sha256_reset(k->sha, err);
    if (!rc)
        rc = sha256_add(k->sha, data.at, data.len_bytes, err);
    return rc ? rc : sha256_hex(k->sha, out_hex, err);
}

/* Images and vector tiles in one archive: then no client could know what to expect. */
static enum err_code check_format(struct keeping *k, enum tile_format format, struct span data,
                                  struct err *err)
{
    if (!k->has_format) {
        k->has_format = true;
        k->format = format;
        k->image_px = tile_image_width_px(data);
    }
    if ((format == TILE_MVT) != (k->format == TILE_MVT))
        return err_set(err, BAD_DATA, "it is %s, tiles before it are %s", tile_format_name(format),
                       tile_format_name(k->format));
    return OK;
}

/* A vector tile must open; it is kept as gzip, which is what clients take. */
static enum err_code check_vector_tile(struct keeping *k, struct span data, struct span *out,
                                       struct err *err)
{
    const struct mvt_reading *m = NULL;
    struct span plain = {NULL, 0};
    arena_reset(&k->opener.arena);
    enum err_code rc = tile_opener_inflate(&k->opener, data, &plain, err);
    if (!rc)
        rc = mvt_reading_new(plain, &k->opener.arena, &m, err);
    if (rc == BAD_DATA && plain.at == data.at)
        return err_set(err, rc, "neither a vector tile nor PNG, JPEG or WebP");
    if (!rc)
        rc = keep_layers_add(&k->layers, m, k->job->arena, err);
    *out = data;
    if (rc || tile_is_gzip(data))
        return rc;
    buf_reset(&k->packed);
    rc = gzip_compress(k->opener.gzip, plain, &k->packed, err);
    *out = (struct span){(const char *)k->packed.data, k->packed.len_bytes};
    return rc;
}

static enum err_code check_tile(struct keeping *k, struct span data, struct span *out,
                                struct err *err)
{
    enum tile_format format = TILE_MVT;
    const bool is_image = tile_format_of_image(data, &format);
    enum err_code rc = check_format(k, format, data, err);
    *out = data;
    return rc || is_image ? rc : check_vector_tile(k, data, out, err);
}

static enum err_code put_tile(struct keeping *k, struct tile_place at, struct span data,
                              struct err *err)
{
    char key[SHA256_HEX_BYTES];
    struct span content;
    bool is_known = false;
    enum err_code rc = name_content(k, data, key, err);
    if (!rc && k->writer)
        rc = tileset_writer_put_known(k->writer, at.z, at.x, at.y, key, &is_known, err);
    if (rc || is_known)
        return rc;
    rc = check_tile(k, data, &content, err);
    if (rc)
        return err_add(err, "tile %d/%u/%u", at.z, at.x, at.y);
    k->n_contents++;
    return k->writer ? tileset_writer_put(k->writer, at.z, at.x, at.y, key, content, err) : OK;
}

static enum err_code take_tile(void *state, struct tile_place at, struct span data, struct err *err)
{
    struct keeping *k = state;
    const uint64_t limit = k->job->options->reader.limits.tiles;
    if (data.len_bytes == 0) {
        k->n_empty++; /* what is not there is answered as empty too */
        return OK;
    }
    if (k->n_tiles == limit)
        return err_set(err, LIMIT, "more than %" PRIu64 " tiles (--max-tiles)", limit);
    enum err_code rc = put_tile(k, at, data, err);
    if (rc)
        return rc;
    keep_places_add(&k->places, at);
    k->n_tiles++;
    k->n_bytes += data.len_bytes;
    return k->n_tiles % PROGRESS_TILES == 0 ? tell(k, err) : OK;
}

/* --- the whole ------------------------------------------------------------------------------ */

static void note_odd_things(struct keeping *k, const char *why_not_bounds, size_t n_added,
                            int min_zoom, int max_zoom)
{
    char words[200];
    const struct archive_face *f = &k->face;
    if (why_not_bounds)
        note(k, why_not_bounds);
    if ((f->min_zoom >= 0 && f->min_zoom != min_zoom) ||
        (f->max_zoom >= 0 && f->max_zoom != max_zoom)) {
        snprintf(words, sizeof words, "it says zoom %d to %d, its tiles are of zoom %d to %d",
                 f->min_zoom, f->max_zoom, min_zoom, max_zoom);
        note(k, words);
    }
    if (n_added && f->vector_layers) {
        snprintf(words, sizeof words, "%zu layers of its tiles are not in its vector_layers",
                 n_added);
        note(k, words);
    }
    if (k->n_empty) {
        snprintf(words, sizeof words, "%" PRIu64 " tiles without a byte are left out", k->n_empty);
        note(k, words);
    }
}

static const char *either(const char *said, const char *archive)
{
    return said ? said : archive;
}

static enum err_code describe(struct keeping *k, struct tileset_spec *out, struct err *err)
{
    const struct import_options *o = k->job->options;
    struct import_summary *s = &k->job->summary;
    int min_zoom = 0, max_zoom = 0;
    size_t n_added = 0;
    const char *why_not_bounds = NULL;
    if (!keep_places_zooms(&k->places, &min_zoom, &max_zoom))
        return err_set(err, BAD_DATA, "there are no tiles in it");
    *out = (struct tileset_spec){
        .title = either(o->title, k->face.name),
        .description = either(o->description, k->face.description),
        .license = o->license,
        .attribution = either(o->attribution, k->face.attribution),
        .keywords = o->keywords,
        .format = k->format,
        .image_px = k->image_px,
        .bbox_deg = keep_places_choose_bbox(&k->places, &k->face, &why_not_bounds),
        .has_center = k->face.has_center,
        .center_lon_deg = k->face.center_lon_deg,
        .center_lat_deg = k->face.center_lat_deg,
        .center_zoom = k->face.center_zoom,
        .metadata = k->face.metadata,
    };
    enum err_code rc = OK;
    if (k->format == TILE_MVT)
        rc = keep_layers_json(&k->layers, k->face.vector_layers, min_zoom, max_zoom, k->job->arena,
                              &out->vector_layers, &n_added, err);
    note_odd_things(k, why_not_bounds, n_added, min_zoom, max_zoom);
    s->kept = (struct kept_summary){
        tile_format_name(k->format), min_zoom, max_zoom, k->n_tiles, k->n_contents, out->bbox_deg};
    return rc;
}

static enum err_code keep_all(struct keeping *k, struct err *err)
{
    struct import_job *j = k->job;
    const struct input *in = j->input;
    const struct tile_taker taker = {k, copy_face, take_tile, note};
    struct import_summary *s = &j->summary;
    struct tileset_spec spec;
    struct import_record record;
    char sha256[SOURCE_SHA256_BYTES];
    const int64_t start_us = when_monotonic_us();
    enum err_code rc =
        in->importer->walk_tiles(in, &j->options->reader, ARCHIVE_ALL_ZOOMS, &taker, err);
    if (!rc)
        rc = describe(k, &spec, err);
    if (!rc)
        rc = input_sha256(in, sha256, &s->source_bytes, err);
    if (rc)
        return rc;
    s->sha256 = arena_strdup(j->arena, sha256, err);
    s->layer = j->layer;
    s->importer = in->importer->name;
    s->n_read = s->n_written = k->n_tiles;
    s->plain_bytes = k->n_bytes;
    s->read_s = (double)(when_monotonic_us() - start_us) / 1e6;
    rc = s->sha256 ? import_record_make(j, &record, err) : NO_MEMORY;
    if (rc || !k->writer)
        return rc;
    struct tileset_writer *w = k->writer;
    k->writer = NULL;
    return tileset_writer_commit(w, &spec, &record, err);
}

bool import_is_kept(const struct import_job *j)
{
    return j->input->importer->walk_tiles && !j->options->reader.as_features;
}

enum err_code import_keep(struct import_job *j, bool only_look, struct err *err)
{
    const enum import_mode mode = j->options->mode;
    if (mode != IMPORT_CREATE && mode != IMPORT_REPLACE)
        return err_set(err, BAD_ARG,
                       "tiles are kept as they are: --mode create or replace, or --as-features");
    if (drawing_words_are_said(&j->options->drawing))
        return err_set(err, BAD_ARG,
                       "tiles are kept as they are: how features are drawn goes with "
                       "--as-features");
    struct keeping *k = arena_new(j->arena, 1, sizeof *k, err);
    if (!k)
        return err ? err->code : NO_MEMORY;
    k->job = j;
    k->total_bytes = bundle_bytes(j->input->bundle, j->input->file);
    buf_init(&k->packed, SIZE_MAX);
    enum err_code rc = tile_opener_init(&k->opener, &j->options->reader.limits, err);
    if (!rc)
        rc = sha256_new(&k->sha, err);
    if (!rc && !only_look)
        rc = tileset_writer_open(j->store, j->layer, mode == IMPORT_REPLACE, &k->writer, err);
    if (!rc)
        rc = keep_all(k, err);
    tileset_writer_abort(k->writer);
    sha256_free(k->sha);
    tile_opener_clear(&k->opener);
    buf_clear(&k->packed);
    return rc && rc != CANCELED ? import_job_add_name(j, rc, err) : rc;
}

/* What the fuzz targets of archives of tiles have in common: bytes become a file, which is walked;
 * every tile that is handed out is opened, and every feature in it cut at its tile's square. */
#ifndef TESTS_FUZZ_TILE_FUZZ_H
#define TESTS_FUZZ_TILE_FUZZ_H

#include "base/mvt_read.h"
#include "base/tile_format.h"
#include "importers/sink.h"
#include "importers/tile_archive.h"
#include "importers/tile_clip.h"

#include <stdlib.h>
#include <unistd.h>

#define FUZZ_MAX_TILES 200

struct tile_fuzz {
    struct tile_opener opener;
    struct arena arena;
    struct geos *geos;
    uint64_t n_tiles;
    bool has_face;
};

static void check(bool promise)
{
    if (!promise)
        abort();
}

static enum err_code fuzz_face(void *state, const struct archive_face *face, struct err *err)
{
    struct tile_fuzz *f = state;
    (void)err;
    check(!f->has_face);
    f->has_face = true;
    check(!face->has_center || (face->center_zoom >= 0 && face->center_zoom <= ARCHIVE_MAX_ZOOM));
    return OK;
}

static void fuzz_geometry(struct tile_fuzz *f, const struct mvt_reading *m, size_t layer,
                          size_t feature)
{
    const double extent = mvt_reading_layer(m, layer).extent;
    const struct tile_square square = {extent, true, true};
    struct mvt_reading_feature read;
    struct err why = {0};
    struct geom inside;
    arena_reset(&f->arena);
    if (mvt_reading_feature(m, layer, feature, 1000, &f->arena, &read, &why) ||
        tile_clip(&square, &read.geom, f->geos, &f->arena, &inside, &why)) {
        check(why.text[0]);
        return;
    }
    const struct bbox box = geom_bbox(&inside);
    check(bbox_is_empty(&box) ||
          (box.min_x >= 0 && box.min_y >= 0 && box.max_x <= extent && box.max_y <= extent));
}

static enum err_code fuzz_tile(void *state, struct tile_place at, struct span data, struct err *err)
{
    struct tile_fuzz *f = state;
    struct span plain;
    const struct mvt_reading *m = NULL;
    enum tile_format format;
    struct err why = {0};
    check(f->has_face && at.z >= 0 && at.z <= ARCHIVE_MAX_ZOOM);
    check(at.x >> at.z == 0 && at.y >> at.z == 0);
    if (++f->n_tiles > FUZZ_MAX_TILES)
        return err_set(err, LIMIT, "enough");
    arena_reset(&f->opener.arena);
    if (tile_format_of_image(data, &format)) {
        check(tile_image_width_px(data) >= 0);
        return OK;
    }
    if (tile_opener_inflate(&f->opener, data, &plain, &why) ||
        mvt_reading_new(plain, &f->opener.arena, &m, &why))
        return OK;
    for (size_t i = 0; i < mvt_reading_n_layers(m); i++) {
        for (size_t k = 0; k < mvt_reading_layer(m, i).n_features && k < 100; k++)
            fuzz_geometry(f, m, i, k);
    }
    return OK;
}

static void fuzz_note(void *state, const char *words)
{
    (void)state;
    check(words[0]);
}

static void fuzz_archive(const struct importer *importer, const uint8_t *data, size_t size)
{
    char path[] = "/tmp/cassini-fuzz-XXXXXX";
    struct tile_fuzz f = {0};
    struct err err = {0};
    struct input in = {.importer = importer};
    const struct reader_options o = {
        .limits = {.feature_bytes = 1 << 20, .vertices = 1000, .tiles = 1000},
        .temp_folder = "/tmp"};
    const struct bundle_limits limits = {.files = 1, .inflation = 200, .scratch = "/tmp"};
    const struct tile_taker taker = {&f, fuzz_face, fuzz_tile, fuzz_note};
    /* SQLite follows links and wants a name that stands. */
    const int fd = mkstemp(path);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
    check(!tile_opener_init(&f.opener, &o.limits, &err) && !geos_new(&f.geos, &err));
    arena_init(&f.arena, (size_t)64 << 20);
    enum err_code rc = bundle_open(path, &limits, &in.bundle, &err);
    if (!rc && bundle_n_files(in.bundle) > 0) /* it may have become an empty ZIP archive */
        rc = importer->walk_tiles(&in, &o, ARCHIVE_ALL_ZOOMS, &taker, &err);
    check(err.code == rc && (rc == OK) == (err.text[0] == '\0'));
    bundle_close(in.bundle);
    tile_opener_clear(&f.opener);
    arena_clear(&f.arena);
    geos_free(f.geos);
    check(unlink(path) == 0);
}

#endif

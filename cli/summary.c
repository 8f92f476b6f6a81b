#include "cli/summary.h"

#include "base/text.h"

#include <stdio.h>

static void put_counted(struct buf *b, uint64_t n, const char *words)
{
    if (n == 0)
        return;
    buf_put_text(b, "  ");
    text_put_count(b, n);
    buf_printf(b, " %s\n", words);
}

/* "maps: 1,365 tiles (1,200 differ), mvt, zoom 0-5" */
static void put_kept(struct buf *b, const struct import_summary *s)
{
    buf_printf(b, "%s: ", s->layer);
    text_put_count(b, s->kept.n_tiles);
    buf_printf(b, " tile%s", s->kept.n_tiles == 1 ? "" : "s");
    if (s->kept.n_contents < s->kept.n_tiles) {
        buf_put_text(b, " (");
        text_put_count(b, s->kept.n_contents);
        buf_put_text(b, " differ)");
    }
    buf_printf(b, ", %s, zoom %d-%d\n", s->kept.format, s->kept.min_zoom, s->kept.max_zoom);
}

static void put_features(struct buf *b, const struct import_summary *s)
{
    buf_printf(b, "%s: ", s->layer);
    text_put_count(b, s->n_written);
    buf_printf(b, " feature%s", s->n_written == 1 ? "" : "s");
    if (s->geom_type == GEOM_NONE)
        buf_put_text(b, " without geometry");
    else
        buf_printf(b, ", %s, EPSG:%d",
                   s->geom_type == GEOM_COLLECTION ? "mixed geometry"
                                                   : geom_type_name(s->geom_type),
                   (int)s->epsg);
    buf_printf(b, ", %zu field%s, id: %s", s->n_fields, s->n_fields == 1 ? "" : "s",
               s->id_field ? s->id_field : "position in the source");
    if (s->time_field)
        buf_printf(b, ", time: %s", s->time_field);
    buf_put_text(b, "\n");
}

void summary_put(struct buf *b, const struct import_summary *s, double seconds)
{
    if (s->kept.format)
        put_kept(b, s);
    else
        put_features(b, s);
    if (s->geom_type != GEOM_NONE)
        put_counted(b, s->n_without_geometry, "without geometry");
    put_counted(b, s->n_repaired, "invalid geometries repaired");
    put_counted(b, s->n_rings_closed, "rings closed");
    put_counted(b, s->n_rings_turned, "rings wound against RFC 7946, left as they are");
    put_counted(b, s->n_duplicate_vertices, "repeated vertices left out");
    put_counted(b, s->n_heights, "heights left out");
    put_counted(b, s->n_rejected, "rejected");
    for (size_t i = 0; i < s->n_notes; i++)
        buf_printf(b, "  %s\n", s->notes[i]);
    buf_put_text(b, "  read ");
    text_put_size(b, s->source_bytes);
    buf_printf(b, " in %.1f s (reading %.1f, writing %.1f, drawing %.1f)\n", seconds, s->read_s,
               s->write_s, s->derive_s);
}

void summary_put_rejects(struct buf *b, const struct import_summary *s)
{
    for (size_t i = 0; i < s->n_first_rejects; i++)
        buf_printf(b, "cassini: import: rejected: %s: %s\n", s->first_rejects[i].position,
                   s->first_rejects[i].reason);
    if (s->n_rejected > s->n_first_rejects && s->n_first_rejects) {
        buf_put_text(b, "cassini: import: rejected: ");
        text_put_count(b, s->n_rejected - s->n_first_rejects);
        buf_put_text(b, " more; all of them are in the store's table cassini_rejects\n");
    }
}

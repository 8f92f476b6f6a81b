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
    for (const struct import_count *k = import_count_table; k->name; k++) {
        /* Of a table it is no news that it has no geometry. */
        if (s->geom_type != GEOM_NONE || !text_eq(k->column, "n_without_geometry"))
            put_counted(b, import_count_in(&s->counts, k), k->words);
    }
    for (size_t i = 0; i < s->n_notes; i++)
        buf_printf(b, "  %s\n", s->notes[i]);
    if (s->dry_run)
        buf_put_text(b, "  dry run: nothing was written\n");
    buf_put_text(b, "  read ");
    text_put_size(b, s->source_bytes);
    buf_printf(b, " in %.1f s (reading %.1f, writing %.1f, drawing %.1f)\n", seconds, s->read_s,
               s->write_s, s->derive_s);
}

static void put_json_kept(struct json_out *j, const struct kept_summary *k)
{
    json_key(j, "tiles");
    json_object(j);
    json_member_text(j, "format", k->format);
    json_member_int(j, "minZoom", k->min_zoom);
    json_member_int(j, "maxZoom", k->max_zoom);
    json_member_int(j, "tiles", (int64_t)k->n_tiles);
    json_member_int(j, "contents", (int64_t)k->n_contents);
    json_object_end(j);
}

static void put_json_features(struct json_out *j, const struct import_summary *s)
{
    json_member_text(j, "geometry",
                     s->geom_type == GEOM_NONE ? NULL : geom_type_name(s->geom_type));
    json_member_int(j, "epsg", s->epsg);
    json_member_int(j, "fields", (int64_t)s->n_fields);
    json_member_text(j, "id", s->id_field);
    json_member_text(j, "time", s->time_field);
}

static void put_json_lists(struct json_out *j, const struct import_summary *s)
{
    json_key(j, "notes");
    json_array(j);
    for (size_t i = 0; i < s->n_notes; i++)
        json_text(j, s->notes[i]);
    json_array_end(j);
    json_key(j, "firstRejects");
    json_array(j);
    for (size_t i = 0; i < s->n_first_rejects; i++) {
        json_object(j);
        json_member_text(j, "position", s->first_rejects[i].position);
        json_member_text(j, "reason", s->first_rejects[i].reason);
        json_object_end(j);
    }
    json_array_end(j);
}

void summary_put_json(struct json_out *j, const char *source, const struct import_summary *s,
                      double seconds)
{
    json_object(j);
    json_member_text(j, "status", s->dry_run ? "readable" : "imported");
    json_member_text(j, "source", source);
    json_member_text(j, "layer", s->layer);
    json_member_text(j, "format", s->importer);
    if (s->kept.format)
        put_json_kept(j, &s->kept);
    else
        put_json_features(j, s);
    json_member_int(j, "read", (int64_t)s->n_read);
    json_member_int(j, "written", (int64_t)s->n_written);
    for (const struct import_count *k = import_count_table; k->name; k++)
        json_member_int(j, k->name, (int64_t)import_count_in(&s->counts, k));
    json_member_int(j, "bytes", (int64_t)s->source_bytes);
    json_member_text(j, "sha256", s->sha256);
    json_key(j, "seconds");
    json_fixed(j, seconds, 3);
    put_json_lists(j, s);
    json_object_end(j);
}

void summary_put_rejects(struct buf *b, const struct import_summary *s)
{
    for (size_t i = 0; i < s->n_first_rejects; i++) {
        const size_t start = b->len_bytes;
        buf_printf(b, "cassini: import: rejected: %s: %s", s->first_rejects[i].position,
                   s->first_rejects[i].reason);
        if (b->len_bytes > start)
            text_blank_controls((char *)b->data + start, b->len_bytes - start, false);
        buf_put_text(b, "\n");
    }
    if (s->n_rejected > s->n_first_rejects && s->n_first_rejects) {
        buf_put_text(b, "cassini: import: rejected: ");
        text_put_count(b, s->n_rejected - s->n_first_rejects);
        buf_put_text(b, s->dry_run
                            ? " more\n"
                            : " more; all of them are in the store's table cassini_rejects\n");
    }
}

void summary_add(struct import_totals *t, const struct import_summary *s)
{
    t->n_layers++;
    t->n_written += s->kept.format ? 0 : s->n_written;
    t->n_rejected += s->n_rejected;
    t->source_bytes += s->source_bytes;
}

void summary_put_totals(struct buf *b, const struct import_totals *t)
{
    const struct {
        size_t n;
        const char *words;
    } others[] = {{t->n_unchanged, "unchanged"}, {t->n_failed, "failed"}};
    buf_printf(b, "total: %zu layer%s, ", t->n_layers, t->n_layers == 1 ? "" : "s");
    text_put_count(b, t->n_written);
    buf_put_text(b, " features of ");
    text_put_size(b, t->source_bytes);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].n > 0)
            buf_printf(b, ", %zu %s", others[i].n, others[i].words);
    }
    if (t->n_rejected > 0) {
        buf_put_text(b, ", ");
        text_put_count(b, t->n_rejected);
        buf_put_text(b, " rejected");
    }
    buf_put_text(b, "\n");
}

void summary_put_unchanged(struct buf *b, const char *name)
{
    buf_printf(b, "%s: unchanged\n", name);
}

enum { SKIPPED_MAX = 100 };

void summary_put_skipped(struct buf *b, const struct input_list *l)
{
    if (l->n_skipped == 0)
        return;
    buf_printf(b, "skipped, since no importer reads %s:", l->n_skipped == 1 ? "it" : "them");
    for (size_t i = 0; i < l->n_skipped && i < SKIPPED_MAX; i++)
        buf_printf(b, "%s %s", i ? "," : "", l->skipped[i]);
    if (l->n_skipped > SKIPPED_MAX)
        buf_printf(b, " and %zu more", l->n_skipped - SKIPPED_MAX);
    buf_put_text(b, "\n");
}

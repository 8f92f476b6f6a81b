#include "importers/sink.h"

#include "base/lane.h"
#include "base/mem.h"
#include "importers/crs_placer.h"
#include "importers/feature_batch.h"
#include "importers/feature_pack.h"
#include "importers/field_types.h"
#include "importers/geom_repair.h"
#include "importers/import_job.h"
#include "importers/place_key.h"
#include "importers/placed_values.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SPOOL_BYTES = 64 << 20, IDS_BYTES = 16 << 20, N_BATCHES = 4 };

/* What one feature may need while it is repaired. */
#define SCRATCH_BYTES ((size_t)1 << 30)

/*
 * The importer reads on its thread, while what was read before is repaired, noted and spooled on
 * the lane's: in the same order, so that nothing depends on how fast either is. The second part of
 * the members is the lane's between lane_give() and lane_wait().
 */
struct sink {
    struct sink_setup setup;
    struct lane *lane;
    struct feature_batch batches[N_BATCHES];
    struct feature_batch *filling; /* NULL: none is begun */
    uint64_t n_read;
    struct source_progress progress;
    uint64_t n_at_progress; /* features read when it was told */
    bool enough;
    char notes[IMPORT_NOTES_MAX][200];
    size_t n_notes;

    struct crs_placer placer;
    struct geom_repair *repair;
    struct field_set *fields;
    struct id_check *ids;
    struct reject_list *rejects;
    struct spool *spool;
    struct sink_counts counts;
    enum geom_type geom_type;
    bool has_z;
    struct bbox bbox;
    uint64_t n_all;       /* taken, existing ones too */
    struct arena scratch; /* for one feature */
    struct buf record;
    struct placed_values values; /* of one feature */
};

/* The fields and the id of a layer that is added to stay what they are. */
static enum err_code prepare_fields(struct sink *s, struct err *err)
{
    const struct layer *l = s->setup.existing;
    enum err_code rc = OK;
    for (size_t i = 0; l && !rc && i < l->n_fields; i++)
        rc = field_set_add_known(s->fields, &l->fields[i], err);
    if (l)
        id_check_force(s->ids, l->id_field >= 0 ? l->fields[l->id_field].name : NULL);
    else if (s->setup.options->id_field)
        id_check_force(s->ids, s->setup.options->id_field);
    return rc;
}

static enum err_code take_batch(void *state, void *batch, struct err *err);

enum err_code sink_new(const struct sink_setup *setup, struct sink **out, struct err *err)
{
    const struct import_options *o = setup->options;
    const size_t spool_bytes = o->memory_bytes ? (size_t)o->memory_bytes : SPOOL_BYTES;
    struct sink *s = mem_new(1, sizeof *s);
    if (!s)
        return err_no_memory(err, sizeof *s);
    s->setup = *setup;
    s->bbox = bbox_empty();
    for (int i = 0; i < N_BATCHES; i++)
        feature_batch_init(&s->batches[i]);
    arena_init(&s->scratch, SCRATCH_BYTES);
    buf_init(&s->record, SCRATCH_BYTES);
    const struct crs_placer_setup crs = {.crs = o->crs,
                                         .to_crs = o->to_crs,
                                         .default_epsg = setup->default_epsg,
                                         .existing = setup->existing};
    enum err_code rc = crs_placer_open(&s->placer, &crs, err);
    if (!rc)
        rc = geom_repair_new(o->cancel, &s->repair, err);
    if (!rc)
        rc = field_set_new(setup->only_look, &s->fields, err);
    if (!rc)
        rc = field_types_force(o->field_types, s->fields, err);
    if (!rc)
        rc = id_check_new(o->reader.temp_folder, IDS_BYTES, &s->ids, err);
    if (!rc)
        rc = reject_list_new(&setup->rejects, &s->rejects, err);
    if (!rc && !setup->only_look)
        rc = spool_new(o->reader.temp_folder, spool_bytes, &s->spool, err);
    if (!rc)
        rc = prepare_fields(s, err);
    if (!rc)
        rc = lane_new(s->batches, N_BATCHES, sizeof s->batches[0], take_batch, s, &s->lane, err);
    if (rc) {
        sink_free(s);
        return rc;
    }
    *out = s;
    return OK;
}

void sink_free(struct sink *s)
{
    if (!s)
        return;
    lane_free(s->lane);
    for (int i = 0; i < N_BATCHES; i++)
        feature_batch_clear(&s->batches[i]);
    crs_placer_clear(&s->placer);
    geom_repair_free(s->repair);
    field_set_free(s->fields);
    id_check_free(s->ids);
    reject_list_free(s->rejects);
    spool_free(s->spool);
    arena_clear(&s->scratch);
    buf_clear(&s->record);
    placed_values_clear(&s->values);
    mem_free(s);
}

/* Until all that was read is taken: then everything is this thread's. */
static enum err_code catch_up(struct sink *s, struct err *err)
{
    enum err_code rc = OK;
    if (s->filling)
        rc = lane_give(s->lane, err);
    s->filling = NULL;
    return rc ? rc : lane_wait(s->lane, err);
}

enum err_code sink_say_crs(struct sink *s, int32_t epsg, struct err *err)
{
    const enum err_code rc = catch_up(s, err);
    return rc ? rc : crs_placer_say(&s->placer, epsg, err);
}

enum err_code sink_say_field(struct sink *s, struct span name, enum field_type type,
                             struct err *err)
{
    const enum err_code rc = catch_up(s, err);
    return rc ? rc : field_set_declare(s->fields, name, type, err);
}

void sink_note(struct sink *s, const char *format, ...)
{
    va_list args;
    if (s->n_notes == IMPORT_NOTES_MAX)
        return;
    va_start(args, format);
    vsnprintf(s->notes[s->n_notes++], sizeof s->notes[0], format, args);
    va_end(args);
}

enum err_code sink_notes(const struct sink *s, struct arena *a, const char *out[IMPORT_NOTES_MAX],
                         size_t *n_out, struct err *err)
{
    for (size_t i = 0; i < s->n_notes; i++) {
        out[i] = arena_strdup(a, s->notes[i], err);
        if (!out[i])
            return NO_MEMORY;
    }
    *n_out = s->n_notes;
    return OK;
}

/* A sample is large enough: the importer ends as if it were canceled. */
static enum err_code stop_reading(struct sink *s, struct err *err)
{
    s->enough = true;
    return err_set(err, CANCELED, "enough features were read");
}

enum err_code sink_progress(struct sink *s, struct source_progress p, struct err *err)
{
    const struct import_options *o = s->setup.options;
    s->progress = p;
    s->n_at_progress = s->n_read;
    if (s->setup.deadline_us && s->n_read > 0 && when_monotonic_us() >= s->setup.deadline_us)
        return stop_reading(s, err);
    const struct import_progress told = {
        .phase = IMPORT_READING, .n_features = s->n_read, .source = p};
    if (o->progress && !o->progress(o->progress_state, &told))
        return err_set(err, CANCELED, "the import was canceled");
    return OK;
}

struct source_progress sink_progress_so_far(const struct sink *s)
{
    return s->progress;
}

/* Everything that is left to do once the geometry is good. BAD_DATA: the feature has no id, or is
 * too long, and nothing has happened. */
static enum err_code keep(struct sink *s, const struct id_note *note, const struct geom *geom,
                          uint64_t position, struct err *err)
{
    const struct packed_feature packed = {.number = note->number,
                                          .position = position,
                                          .id = note->member,
                                          .geom = *geom,
                                          .fields = note->fields,
                                          .values = note->values,
                                          .n_values = note->n_values};
    const struct bbox box = geom_bbox(geom);
    enum err_code rc = id_check_note(s->ids, s->fields, note, err);
    if (rc)
        return rc;
    placed_values_observe(&s->values, s->fields, note->number);
    if (s->spool) {
        buf_reset(&s->record);
        feature_pack(&s->record, &packed);
        rc = buf_status(&s->record, err);
        const struct span record = {(const char *)s->record.data, s->record.len_bytes};
        if (!rc)
            rc = spool_put(s->spool, place_key(&box, s->placer.to.geographic), record, err);
        if (rc)
            return rc;
    }
    s->n_all++;
    s->geom_type = geom_type_union(s->geom_type, geom->type);
    s->has_z |= geom->z != NULL;
    bbox_join(&s->bbox, &box);
    return OK;
}

static struct feature_place place_of(const struct source_feature *f)
{
    return (struct feature_place){f->ordinal, f->line, f->byte};
}

static void count(struct sink_counts *c, const struct source_feature *f, const struct geom *geom,
                  const struct geom_repair_report *r, bool outside)
{
    c->n_taken++;
    c->n_outside_area += outside;
    c->n_without_geometry += geom->type == GEOM_NONE;
    c->n_heights += f->n_heights;
    c->n_repaired += r->made_valid;
    c->n_rings_closed += r->n_rings_closed;
    c->n_rings_turned += r->n_rings_turned;
    c->n_duplicate_vertices += r->n_duplicates;
}

/* BAD_DATA and LIMIT of geometry and id are this feature's own fault. */
static enum err_code try_take(struct sink *s, const struct batch_item *item, bool *out_is_reject,
                              struct err *err)
{
    const struct source_feature *f = &item->feature;
    struct geom_repair_report report = {0};
    struct geom placed = {0}, geom = {0};
    bool outside = false;
    enum err_code rc = f->geom->type == GEOM_NONE ? OK : crs_placer_settle(&s->placer, true, err);
    if (rc)
        return rc;
    rc = crs_placer_run(&s->placer, f->geom, &s->scratch, &placed, &outside, err);
    if (!rc)
        rc = geom_repair_run(s->repair, &placed, s->placer.to.geographic, &s->scratch, &geom,
                             &report, err);
    *out_is_reject = rc == BAD_DATA || rc == LIMIT;
    if (rc)
        return rc;
    rc = placed_values_take(&s->values, s->fields, item, &s->scratch, err);
    if (!rc) {
        const struct id_note note = {.number = s->n_all,
                                     .place = place_of(f),
                                     .member = f->id,
                                     .fields = s->values.indexes,
                                     .values = s->values.values,
                                     .n_values = s->values.n};
        rc = keep(s, &note, &geom, s->setup.max_position + f->ordinal, err);
    }
    *out_is_reject = rc == BAD_DATA;
    if (!rc)
        count(&s->counts, f, &geom, &report, outside);
    return rc;
}

/* One feature on the lane's thread: taken, or rejected. */
static enum err_code take_item(struct sink *s, const struct batch_item *item, struct err *err)
{
    const struct source_feature *f = &item->feature;
    struct err why = {0};
    bool is_reject = item->reject_reason != NULL;
    enum err_code rc = import_check_cancel(s->setup.options, &why);
    if (!rc && !is_reject)
        rc = try_take(s, item, &is_reject, &why);
    arena_reset(&s->scratch);
    if (is_reject)
        return reject_list_add(s->rejects, place_of(f),
                               item->reject_reason ? item->reject_reason : why.text, f->raw,
                               item->base, err);
    return rc ? err_set(err, rc, "%s", why.text) : OK;
}

static enum err_code take_batch(void *state, void *batch, struct err *err)
{
    struct feature_batch *b = batch;
    struct sink *s = state;
    enum err_code rc = OK;
    placed_values_forget(&s->values);
    for (size_t i = 0; !rc && i < b->n_items; i++)
        rc = take_item(s, &b->items[i], err);
    return rc;
}

/* One more feature of the source goes to the lane's thread, which may have failed before. */
static enum err_code hand_over(struct sink *s, const struct source_feature *f,
                               const char *reject_reason, struct err *err)
{
    if (s->setup.n_max && s->n_read == s->setup.n_max)
        return stop_reading(s, err);
    if (!s->filling) {
        s->filling = lane_batch(s->lane);
        feature_batch_reset(s->filling);
    }
    const struct reject_base base = reject_base_of(++s->n_read, s->n_at_progress, s->progress);
    const enum err_code rc = feature_batch_add(s->filling, f, base, reject_reason, err);
    if (rc || !feature_batch_is_full(s->filling))
        return rc;
    s->filling = NULL;
    return lane_give(s->lane, err);
}

enum err_code sink_take(struct sink *s, const struct source_feature *f, struct err *err)
{
    return hand_over(s, f, NULL, err);
}

enum err_code sink_reject(struct sink *s, const struct source_feature *f, const char *reason,
                          struct err *err)
{
    return hand_over(s, f, reason, err);
}

enum err_code sink_end(struct sink *s, enum err_code rc, struct err *err)
{
    struct err earlier = {0};
    if (catch_up(s, &earlier))
        return err_set(err, earlier.code, "%s", earlier.text);
    return rc;
}

enum err_code sink_take_existing(struct sink *s, const struct feature *f, struct err *err)
{
    const struct layer *layer = s->setup.existing;
    /* The layer's fields were put first, in their order. */
    const enum err_code rc = placed_values_take_known(&s->values, f->values, f->n_values, err);
    if (rc)
        return rc;
    const uint64_t position = layer->id_field < 0 ? id_position(f->id) : 0;
    const struct id_note note = {.number = s->n_all,
                                 .existing = true,
                                 .fields = s->values.indexes,
                                 .values = s->values.values,
                                 .n_values = s->values.n};
    return keep(s, &note, &f->geom, position, err);
}

/* What the numbers alone would not tell. */
static void note_places(struct sink *s)
{
    const struct crs_info *from = &s->placer.from;
    const uint64_t n_placed = s->counts.n_taken - s->counts.n_without_geometry;
    if (from->epsg != s->placer.to.epsg)
        sink_note(s, "coordinates were transformed from EPSG:%d", (int)from->epsg);
    if (n_placed > 0 && s->counts.n_outside_area == n_placed)
        sink_note(s, "every feature lies outside the area of EPSG:%d, %s: is --crs right?",
                  (int)from->epsg, from->name);
}

bool sink_has_enough(const struct sink *s)
{
    return s->enough;
}

enum err_code sink_settle(struct sink *s, struct sink_outcome *out, struct err *err)
{
    const uint64_t n_read = s->n_read;
    const struct import_options *options = s->setup.options;
    /* A feature that was rejected is not missing in the source. */
    const bool whole = reject_list_count(s->rejects) == 0;
    const struct id_rules rules = {.newer_wins = options->mode == IMPORT_UPSERT,
                                   .delete_missing = options->delete_missing && whole,
                                   .each = s->setup.each_id,
                                   .state = s->setup.each_id_state};
    struct sink_outcome o = {.geom_type = s->geom_type, .bbox = s->bbox, .is_sample = s->enough};
    enum err_code rc = crs_placer_settle(&s->placer, s->geom_type != GEOM_NONE, err);
    if (!rc && !s->enough)
        rc = field_set_check_forced(s->fields, err);
    if (!rc)
        rc = reject_list_check(s->rejects, n_read, err);
    if (!rc)
        rc = id_check_decide(s->ids, s->fields, &rules, s->rejects, n_read, &o.ids, err);
    if (!rc)
        rc = reject_list_check(s->rejects, n_read, err);
    if (rc)
        return rc;
    note_places(s);
    if (o.ids.note[0])
        sink_note(s, "%s", o.ids.note);
    if (options->delete_missing && !whole)
        sink_note(s, "nothing was deleted, since features were rejected");
    o.counts = s->counts;
    o.counts.n_read = n_read;
    o.n_existing = s->n_all - s->counts.n_taken;
    o.n_at_progress = s->n_at_progress;
    o.epsg = s->placer.to.epsg;
    o.has_z = s->has_z || (s->setup.existing && s->setup.existing->has_z);
    *out = o;
    return OK;
}

struct field_set *sink_fields(struct sink *s)
{
    return s->fields;
}

struct id_check *sink_ids(struct sink *s)
{
    return s->ids;
}

struct reject_list *sink_rejects(struct sink *s)
{
    return s->rejects;
}

struct spool *sink_spool(struct sink *s)
{
    return s->spool;
}

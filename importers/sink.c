#include "importers/sink.h"

#include "base/lane.h"
#include "base/mem.h"
#include "importers/feature_pack.h"
#include "importers/field_types.h"
#include "importers/import_job.h"
#include "importers/place_key.h"
#include "importers/placed_values.h"
#include "importers/sink_crew.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SPOOL_BYTES = 64 << 20, IDS_BYTES = 16 << 20, N_BATCHES = 4 };

/* What the values of one feature may need. */
#define SCRATCH_BYTES ((size_t)1 << 30)

/*
 * Features come one at a time: then the importer reads on its thread, while what was read before is
 * placed, noted and spooled on the lane's. Or they come from a crew (importers/sink_crew.h). Either
 * way they are noted and spooled in the order of the source, by one thread at a time, so that
 * nothing depends on how fast any of them is. The second part of the members is the lane's between
 * lane_give() and lane_wait().
 */
struct sink {
    struct sink_setup setup;
    struct lane *lane;
    struct feature_batch batches[N_BATCHES];
    struct feature_batch *filling; /* NULL: none is begun */
    struct crew *crew;             /* NULL: none is reading */
    uint64_t n_read;
    struct source_progress progress;
    uint64_t n_at_progress; /* features read when it was told */
    bool enough;
    char notes[IMPORT_NOTES_MAX][200];
    size_t n_notes;

    struct feature_placer placers[CREW_MAX]; /* the first is always open */
    struct field_set *fields;
    struct id_check *ids;
    struct reject_list *rejects;
    struct spool *spool;
    struct sink_counts counts;
    enum geom_type geom_type;
    bool has_z;
    struct bbox bbox;
    uint64_t n_all;       /* taken, existing ones too */
    struct arena scratch; /* for the values of one feature */
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

static enum err_code open_placer(const struct sink *s, struct feature_placer *p, struct err *err)
{
    const struct import_options *o = s->setup.options;
    const struct crs_placer_setup crs = {.crs = o->crs,
                                         .to_crs = o->to_crs,
                                         .default_epsg = s->setup.default_epsg,
                                         .existing = s->setup.existing};
    return feature_placer_open(p, &crs, o->reader.cancel, err);
}

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
    enum err_code rc = open_placer(s, &s->placers[0], err);
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
    for (size_t i = 0; i < CREW_MAX; i++)
        feature_placer_clear(&s->placers[i]);
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
    if (s->crew)
        crew_wait(s->crew, 0);
    if (s->filling)
        rc = lane_give(s->lane, err);
    s->filling = NULL;
    return rc ? rc : lane_wait(s->lane, err);
}

enum err_code sink_say_crs(struct sink *s, int32_t epsg, struct err *err)
{
    enum err_code rc = catch_up(s, err);
    for (size_t i = 0; !rc && i < CREW_MAX; i++) {
        if (s->placers[i].is_open)
            rc = crs_placer_say(&s->placers[i].crs, epsg, err);
    }
    return rc;
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
    if (!s || s->n_notes == IMPORT_NOTES_MAX)
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
                          const struct feature_placing *placing, uint64_t position, struct err *err)
{
    const struct packed_feature packed = {.number = note->number,
                                          .position = position,
                                          .id = note->member,
                                          .geom = *geom,
                                          .fields = note->fields,
                                          .values = note->values,
                                          .n_values = note->n_values};
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
            rc = spool_put(s->spool, placing->key, record, err);
        if (rc)
            return rc;
    }
    s->n_all++;
    s->geom_type = geom_type_union(s->geom_type, geom->type);
    s->has_z |= geom->z != NULL;
    bbox_join(&s->bbox, &placing->box);
    return OK;
}

static struct feature_place place_of(const struct source_feature *f)
{
    return (struct feature_place){f->ordinal, f->line, f->byte};
}

static void count(struct sink_counts *c, const struct source_feature *f,
                  const struct feature_placing *p)
{
    c->n_taken++;
    c->n_outside_area += p->is_outside;
    c->n_without_geometry += f->geom->type == GEOM_NONE;
    c->n_heights += f->n_heights;
    c->n_repaired += p->report.made_valid;
    c->n_rings_closed += p->report.n_rings_closed;
    c->n_rings_turned += p->report.n_rings_turned;
    c->n_duplicate_vertices += p->report.n_duplicates;
}

/* BAD_DATA of values and id is this feature's own fault. */
static enum err_code try_take(struct sink *s, const struct batch_item *item, struct err *err)
{
    const struct source_feature *f = &item->feature;
    enum err_code rc = placed_values_take(&s->values, s->fields, item, &s->scratch, err);
    if (rc)
        return rc;
    const struct id_note note = {.number = s->n_all,
                                 .place = place_of(f),
                                 .member = f->id,
                                 .fields = s->values.indexes,
                                 .values = s->values.values,
                                 .n_values = s->values.n};
    rc = keep(s, &note, f->geom, &item->placing, s->setup.max_position + f->ordinal, err);
    if (!rc)
        count(&s->counts, f, &item->placing);
    return rc;
}

/* One feature, in the order of the source: taken, or rejected. */
static enum err_code take_item(struct sink *s, struct batch_item *item, struct err *err)
{
    struct source_feature *f = &item->feature;
    struct err why = {0};
    struct geom placed;
    bool is_reject = item->reject_reason != NULL;
    enum err_code rc = import_check_cancel(s->setup.options, &why);
    if (!rc && !is_reject && !item->is_placed) {
        rc = feature_placer_run(&s->placers[0], f->geom, &placed, &item->placing, &why);
        f->geom = &placed;
        is_reject = rc == BAD_DATA || rc == LIMIT;
    }
    if (!rc && !is_reject) {
        rc = try_take(s, item, &why);
        is_reject = rc == BAD_DATA;
    }
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

/* A feature is there: which one of the source it is, and whether one more is wanted. */
static enum err_code count_read(struct sink *s, struct reject_base *out, struct err *err)
{
    if (s->setup.n_max && s->n_read == s->setup.n_max)
        return stop_reading(s, err);
    *out = reject_base_of(++s->n_read, s->n_at_progress, s->progress);
    return OK;
}

/* One more feature of the source goes to the lane's thread, which may have failed before. */
static enum err_code hand_over(struct sink *s, const struct source_feature *f,
                               const char *reject_reason, struct err *err)
{
    struct reject_base base = {0};
    struct batch_item *item = NULL;
    enum err_code rc = count_read(s, &base, err);
    if (!rc && !s->filling) {
        s->filling = lane_batch(s->lane);
        feature_batch_reset(s->filling);
    }
    if (!rc)
        rc = feature_batch_add(s->filling, f, reject_reason, &item, err);
    if (rc)
        return rc;
    item->base = base;
    if (!feature_batch_is_full(s->filling))
        return OK;
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

void sink_wait(struct sink *s, size_t n)
{
    crew_wait(s->crew, n);
}

void sink_read_by(struct sink *s, struct crew *c)
{
    s->crew = c;
}

enum err_code sink_placer(struct sink *s, size_t worker, struct feature_placer **out,
                          struct err *err)
{
    struct feature_placer *p = &s->placers[worker];
    enum err_code rc = p->is_open ? OK : open_placer(s, p, err);
    const int32_t said = s->placers[0].crs.said_epsg;
    if (!rc && said && !p->crs.said_epsg)
        rc = crs_placer_say(&p->crs, said, err);
    *out = p;
    return rc;
}

enum err_code sink_take_batch(struct sink *s, struct feature_batch *b, struct err *err)
{
    enum err_code rc = OK;
    size_t n = 0;
    while (!rc && n < b->n_items) {
        rc = count_read(s, &b->items[n].base, err);
        n += !rc;
    }
    struct err earlier = {0};
    b->n_items = n;
    if (take_batch(s, b, &earlier))
        return err_set(err, earlier.code, "%s", earlier.text);
    return rc;
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
    struct feature_placing placing = {.box = geom_bbox(&f->geom)};
    placing.key = place_key(&placing.box, s->placers[0].crs.to.geographic);
    return keep(s, &note, &f->geom, &placing, position, err);
}

/* What the numbers alone would not tell. */
static void note_places(struct sink *s)
{
    const struct crs_placer *placer = &s->placers[0].crs;
    const struct crs_info *from = &placer->from;
    const uint64_t n_placed = s->counts.n_taken - s->counts.n_without_geometry;
    if (from->epsg != placer->to.epsg)
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
    enum err_code rc = crs_placer_settle(&s->placers[0].crs, s->geom_type != GEOM_NONE, err);
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
    o.epsg = s->placers[0].crs.to.epsg;
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

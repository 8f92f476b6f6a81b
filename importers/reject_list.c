#include "importers/reject_list.h"

#include "base/mem.h"
#include "base/spool.h"

#include <inttypes.h>
#include <string.h>

enum {
    SPOOL_BYTES = 4 << 20,
    RAW_BYTES = 2000,    /* of each reject's text are kept */
    ALWAYS_BORNE = 10,   /* rejects */
    HOPELESS = 2,        /* times the share of what the source is expected to have */
    REASONS_IN_WORDS = 3 /* of an import that failed of rejects */
};

/* From so many bytes on the beginning of a source tells how many features it has. Of a small one more
 * is read ahead than was taken. */
#define EXPECTED_FROM_BYTES ((uint64_t)64 << 20)

struct reject_list {
    struct spool *spool;
    struct reject_rules rules;
    uint64_t n;
    struct arena arena; /* the first ones */
    struct reject first[FIRST_REJECTS];
    struct buf record;
};

void feature_place_put(struct buf *b, struct feature_place place)
{
    buf_printf(b, "feature %" PRIu64, place.ordinal);
    if (place.line > 0)
        buf_printf(b, ", line %" PRIu64, place.line);
    buf_printf(b, ", byte %" PRIu64, place.byte);
}

struct reject_base reject_base_of(uint64_t n_read, uint64_t n_at_progress,
                                  struct source_progress progress)
{
    struct reject_base base = {.n_read = n_read};
    if (progress.raw_bytes >= EXPECTED_FROM_BYTES && progress.raw_total_bytes > progress.raw_bytes)
        base.n_expected = (uint64_t)((double)n_at_progress / (double)progress.raw_bytes *
                                     (double)progress.raw_total_bytes);
    return base;
}

enum err_code reject_list_new(const struct reject_rules *rules, struct reject_list **out,
                              struct err *err)
{
    struct reject_list *l = mem_new(1, sizeof *l);
    if (!l)
        return err_no_memory(err, sizeof *l);
    l->rules = *rules;
    arena_init(&l->arena, 1 << 20);
    buf_init(&l->record, 1 << 16);
    const enum err_code rc = spool_new(rules->temp_folder, SPOOL_BYTES, &l->spool, err);
    if (rc) {
        reject_list_free(l);
        return rc;
    }
    *out = l;
    return OK;
}

void reject_list_free(struct reject_list *l)
{
    if (!l)
        return;
    spool_free(l->spool);
    arena_clear(&l->arena);
    buf_clear(&l->record);
    mem_free(l);
}

struct span reject_raw_cut(struct span raw)
{
    if (raw.len_bytes <= RAW_BYTES)
        return raw;
    raw.len_bytes = RAW_BYTES;
    while (raw.len_bytes > RAW_BYTES - 4 && ((unsigned char)raw.at[raw.len_bytes] & 0xC0) == 0x80)
        raw.len_bytes--;
    return raw;
}

static enum err_code copy(const struct reject *r, struct arena *a, struct reject *out,
                          struct err *err)
{
    struct err why = {0};
    struct reject made = {0};
    made.position = arena_strdup(a, r->position, &why);
    if (!why.code)
        made.reason = arena_strdup(a, r->reason, &why);
    if (!why.code)
        made.raw.at = arena_strndup(a, r->raw.at ? r->raw.at : "", r->raw.len_bytes, &why);
    if (why.code)
        return err_set(err, why.code, "%s", why.text);
    made.raw.len_bytes = r->raw.len_bytes;
    *out = made;
    return OK;
}

static bool are_too_many(const struct reject_list *l, uint64_t n_read)
{
    if (l->rules.is_count)
        return (double)l->n > l->rules.max;
    return l->n > ALWAYS_BORNE && (double)l->n > l->rules.max * (double)n_read;
}

/* The first reasons, as far as the words reach. */
static enum err_code say_reasons(const struct reject_list *l, enum err_code code, const char *what,
                                 struct err *err)
{
    struct buf words;
    buf_init(&words, 1 << 16);
    buf_put_text(&words, what);
    for (size_t i = 0; i < REASONS_IN_WORDS && i < l->n; i++)
        buf_printf(&words, "%s%s: %s", i ? "; " : ": ", l->first[i].position, l->first[i].reason);
    const enum err_code rc = err_set(err, code, "%s", buf_text(&words));
    buf_clear(&words);
    return rc;
}

static enum err_code say_too_many(const struct reject_list *l, uint64_t n_read, struct err *err)
{
    struct buf what;
    buf_init(&what, 256);
    text_put_count(&what, l->n);
    buf_put_text(&what, " of ");
    text_put_count(&what, n_read);
    buf_put_text(&what, " features rejected, more than the ");
    text_put_fixed(&what, l->rules.is_count ? l->rules.max : l->rules.max * 100, 4);
    buf_printf(&what, "%s that this import bears", l->rules.is_count ? "" : " %");
    const enum err_code rc = say_reasons(l, LIMIT, buf_text(&what), err);
    buf_clear(&what);
    return rc;
}

enum err_code reject_list_add(struct reject_list *l, struct feature_place place, const char *reason,
                              struct span raw, struct reject_base base, struct err *err)
{
    struct buf words;
    enum err_code rc = OK;
    buf_init(&words, 96);
    feature_place_put(&words, place);
    const struct reject r = {buf_text(&words), reason, reject_raw_cut(raw)};
    if (l->n < FIRST_REJECTS)
        rc = copy(&r, &l->arena, &l->first[l->n], err);
    if (!rc) {
        struct buf *b = &l->record;
        buf_reset(b);
        buf_put(b, r.position, strlen(r.position) + 1);
        buf_put(b, r.reason, strlen(r.reason) + 1);
        buf_put(b, r.raw.at, r.raw.len_bytes);
        rc = buf_status(b, err);
    }
    if (!rc)
        rc = spool_put(l->spool, place.ordinal,
                       (struct span){(const char *)l->record.data, l->record.len_bytes}, err);
    if (!rc && l->rules.tell)
        rc = l->rules.tell(l->rules.state, place, reason, r.raw, err);
    buf_clear(&words);
    if (rc)
        return rc;
    l->n++;
    const bool judged = base.n_expected > 0 || l->rules.is_count;
    return judged && are_too_many(l, HOPELESS * base.n_expected) ? say_too_many(l, base.n_read, err)
                                                                 : OK;
}

enum err_code reject_list_check(const struct reject_list *l, uint64_t n_read, struct err *err)
{
    if (are_too_many(l, n_read))
        return say_too_many(l, n_read, err);
    if (l->n > 0 && l->n >= n_read)
        return say_reasons(l, BAD_DATA, "not one feature could be taken", err);
    return OK;
}

uint64_t reject_list_count(const struct reject_list *l)
{
    return l->n;
}

enum err_code reject_list_first(const struct reject_list *l, struct arena *a,
                                struct reject out[FIRST_REJECTS], size_t *n_out, struct err *err)
{
    size_t n = 0;
    for (; n < FIRST_REJECTS && n < l->n; n++) {
        const enum err_code rc = copy(&l->first[n], a, &out[n], err);
        if (rc)
            return rc;
    }
    *n_out = n;
    return OK;
}

enum err_code reject_list_write(struct reject_list *l, reject_putter *put, void *state,
                                struct err *err)
{
    enum err_code rc = spool_sort(l->spool, err);
    while (!rc) {
        uint64_t key = 0;
        struct span record;
        bool more = false;
        rc = spool_next(l->spool, &key, &record, &more, err);
        if (rc || !more)
            break;
        const char *reason = record.at + strlen(record.at) + 1;
        const char *raw = reason + strlen(reason) + 1;
        const struct reject r = {
            record.at, reason, {raw, record.len_bytes - (size_t)(raw - record.at)}};
        rc = put(state, &r, err);
    }
    return rc;
}

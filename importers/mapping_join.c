#include "importers/mapping_join.h"

#include "base/mem.h"
#include "importers/mapping_beside.h"
#include "importers/mapping_value.h"

#include <string.h>

/* A record: its key, then its JSON, one behind the other in `text`. */
struct entry {
    uint64_t hash;
    size_t at, n_key_bytes, n_json_bytes;
};

struct join_table {
    const struct mapping_join *join;
    bool loose;
    struct buf text;
    struct entry *entries;
    size_t n_entries, room_entries;
    size_t *slots;  /* open addressing; index + 1, 0 is free */
    size_t n_slots; /* a power of two */
    struct json_reader *json;
    uint64_t n_missed, n_repeated;
};

static struct span key_of(const struct join_table *t, const struct entry *e)
{
    return (struct span){(const char *)t->text.data + e->at, e->n_key_bytes};
}

/* The slot of that key, or the free one where it belongs. */
static size_t find_slot(const struct join_table *t, struct span key, uint64_t hash)
{
    size_t slot = hash & (t->n_slots - 1);
    for (; t->slots[slot]; slot = (slot + 1) & (t->n_slots - 1)) {
        const struct entry *e = &t->entries[t->slots[slot] - 1];
        if (e->hash == hash && e->n_key_bytes == key.len_bytes &&
            memcmp(key_of(t, e).at, key.at, key.len_bytes) == 0)
            break;
    }
    return slot;
}

/* Twice as many slots, which stay at most half full. */
static enum err_code grow_slots(struct join_table *t, struct err *err)
{
    const size_t n = t->n_slots ? 2 * t->n_slots : 1024;
    size_t *slots = mem_new(n, sizeof *slots);
    if (!slots)
        return err_no_memory(err, n * sizeof *slots);
    mem_free(t->slots);
    t->slots = slots;
    t->n_slots = n;
    for (size_t i = 0; i < t->n_entries; i++) {
        const struct entry *e = &t->entries[i];
        t->slots[find_slot(t, key_of(t, e), e->hash)] = i + 1;
    }
    return OK;
}

static enum err_code add(struct join_table *t, struct span key, struct span json, struct err *err)
{
    const uint64_t hash = text_hash(key.at, key.len_bytes, 0);
    enum err_code rc = t->n_entries * 2 >= t->n_slots ? grow_slots(t, err) : OK;
    if (!rc)
        rc = mem_grow((void **)&t->entries, &t->room_entries, t->n_entries + 1, sizeof *t->entries,
                      err);
    if (rc)
        return rc;
    const size_t slot = find_slot(t, key, hash);
    if (t->slots[slot]) {
        t->n_repeated++;
        return OK;
    }
    t->entries[t->n_entries] = (struct entry){.hash = hash,
                                              .at = t->text.len_bytes,
                                              .n_key_bytes = key.len_bytes,
                                              .n_json_bytes = json.len_bytes};
    buf_put(&t->text, key.at, key.len_bytes);
    buf_put(&t->text, json.at, json.len_bytes);
    t->slots[slot] = ++t->n_entries;
    rc = buf_status(&t->text, err);
    return rc == LIMIT ? err_set(err, LIMIT, "more than %llu bytes of records (--max-join-size)",
                                 (unsigned long long)t->text.limit_bytes)
                       : rc;
}

static enum err_code take(struct join_table *t, const struct record *record, struct arena *scratch,
                          struct err *err)
{
    struct json_value root, v;
    struct span key;
    bool has = false;
    enum err_code rc = record->problem ? err_set(err, BAD_DATA, "%s", record->problem)
                                       : json_read(t->json, record->json, &root, err);
    if (rc)
        return err_add(err, "line %llu", (unsigned long long)record->line);
    if (!record_path_find(&t->join->key, 0, t->loose, root, &v))
        return OK;
    rc = mapping_text_of(v, scratch, &key, &has, err);
    if (!rc && has)
        rc = add(t, key, record->json, err);
    arena_reset(scratch);
    return rc;
}

static enum err_code take_all(struct join_table *t, enum record_format format,
                              const struct record_setup *setup, struct err *err)
{
    struct record_reader *reader = NULL;
    struct record record;
    struct arena scratch;
    bool more = true;
    arena_init(&scratch, 1 << 20);
    enum err_code rc = record_reader_new(format, setup, &reader, err);
    while (!rc && more) {
        rc = record_reader_next(reader, &record, &more, err);
        if (!rc && more)
            rc = take(t, &record, &scratch, err);
    }
    record_reader_free(reader);
    arena_clear(&scratch);
    return rc;
}

static enum err_code fill(struct join_table *t, enum record_format format, const struct input *in,
                          const struct reader_options *o, const char *folder, struct err *err)
{
    struct record_setup setup = {.options = o, .path = t->join->records};
    struct bundle *bundle = NULL;
    size_t file = 0;
    enum err_code rc = mapping_open_beside(in, o, folder, t->join->file, &bundle, &file, err);
    if (rc)
        return rc;
    rc = bundle_source(bundle, file, &setup.source, err);
    if (!rc)
        rc = take_all(t, format, &setup, err);
    if (rc)
        err_add(err, "%s", bundle_name(bundle, file));
    bundle_close(bundle);
    return rc;
}

enum err_code join_table_new(const struct mapping_join *join, enum record_format format,
                             const struct input *in, const struct reader_options *o,
                             const char *folder, struct join_table **out, struct err *err)
{
    const uint64_t most = o->limits.join_bytes;
    struct join_table *t = mem_new(1, sizeof *t);
    if (!t)
        return err_no_memory(err, sizeof *t);
    t->join = join;
    t->loose = record_format_is_loose(format);
    buf_init(&t->text, most < SIZE_MAX ? (size_t)most : SIZE_MAX);
    enum err_code rc =
        json_reader_new((size_t)o->limits.feature_bytes, o->limits.depth, &t->json, err);
    if (!rc)
        rc = grow_slots(t, err);
    if (!rc)
        rc = fill(t, format, in, o, folder, err);
    if (rc) {
        join_table_free(t);
        return err_add(err, "join '%s'", join->name);
    }
    *out = t;
    return OK;
}

void join_table_free(struct join_table *t)
{
    if (!t)
        return;
    buf_clear(&t->text);
    mem_free(t->entries);
    mem_free(t->slots);
    json_reader_free(t->json);
    mem_free(t);
}

/* So many characters from the end: where they begin. */
static size_t last_characters(struct span text, int64_t n)
{
    size_t at = text.len_bytes;
    while (at > 0 && n > 0) {
        at--;
        n -= ((uint8_t)text.at[at] & 0xc0) != 0x80;
    }
    return at;
}

enum err_code join_table_find(struct join_table *t, struct span local, struct json_value *out,
                              bool *out_found, struct err *err)
{
    struct span key = local;
    if (t->join->last) {
        key.at += last_characters(local, t->join->last);
        key.len_bytes -= (size_t)(key.at - local.at);
    } else if (t->join->without_last) {
        key.len_bytes = last_characters(local, t->join->without_last);
    }
    const size_t slot = find_slot(t, key, text_hash(key.at, key.len_bytes, 0));
    *out_found = t->slots[slot] != 0;
    if (!*out_found) {
        t->n_missed++;
        return OK;
    }
    const struct entry *e = &t->entries[t->slots[slot] - 1];
    const struct span json = {(const char *)t->text.data + e->at + e->n_key_bytes, e->n_json_bytes};
    return json_read(t->json, json, out, err);
}

uint64_t join_table_n_missed(const struct join_table *t)
{
    return t->n_missed;
}

uint64_t join_table_n_repeated(const struct join_table *t)
{
    return t->n_repeated;
}

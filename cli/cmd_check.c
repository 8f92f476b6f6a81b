/* cassini check: is the store whole, and if not, what can be made anew. */
#include "base/json_write.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/import_options.h"
#include "store/check.h"
#include "tiler/chunk_read.h"
#include "tiler/drawable_codec.h"
#include "tiler/kept_outline.h"

enum { PROBLEMS_MAX = 10000 };

#define ARENA_MAX_BYTES  (64u << 20)
#define RESULT_MAX_BYTES (64u << 20)

/* One problem, in the arena. */
struct problem {
    const char *layer, *words;
    bool derived;
};

/* What one look at the store finds; more problems than there is room for are only counted. */
struct finding {
    struct arena arena;
    struct problem problems[PROBLEMS_MAX];
    size_t n, n_all;
    struct chunk_reader chunk;
    struct tile_shape shape; /* of a drawable */
    int64_t *fids;           /* of a chunk */
    size_t room_fids;
    struct block_edge *edges; /* of a kept outline */
    size_t room_edges;
};

static enum err_code take_problem(void *state, const struct check_problem *p, struct err *err)
{
    struct finding *f = state;
    struct err why = {0};
    f->n_all++;
    if (f->n == PROBLEMS_MAX)
        return OK;
    f->problems[f->n] = (struct problem){.layer = arena_strdup(&f->arena, p->layer, &why),
                                         .words = arena_strdup(&f->arena, p->words, &why),
                                         .derived = p->derived};
    if (why.code)
        return err_set(err, why.code, "%s", why.text);
    f->n++;
    return OK;
}

/* Every drawable of a chunk; at the highest zoom every vertex is read. Labels and groups are of no
 * one feature. */
static enum err_code read_chunk(void *state, const struct chunk *c, const int64_t **out_fids,
                                size_t *out_n, struct err *err)
{
    struct finding *f = state;
    const struct tile_frame world = tile_frame((struct tile_address){0}, TILE_EXTENT_TU, 0);
    struct drawable d;
    struct block_piece piece;
    bool more = false;
    size_t n = 0;
    enum err_code rc = chunk_reader_start(&f->chunk, c, err);
    while (!rc && !(rc = chunk_reader_next(&f->chunk, &d, &more, err)) && more) {
        rc = f->chunk.role == ROLE_OUTLINE
                 ? kept_outline_get(&d, &f->edges, &f->room_edges, &piece, err)
                 : drawable_get_geometry(d.geometry, &d.box, ZOOM_MAX, &world, &f->shape, err);
        if (!rc && f->chunk.role == ROLE_FEATURE)
            rc = mem_grow((void **)&f->fids, &f->room_fids, n + 1, sizeof *f->fids, err);
        if (!rc && f->chunk.role == ROLE_FEATURE)
            f->fids[n++] = d.fid;
    }
    *out_fids = f->fids;
    *out_n = n;
    return rc;
}

static enum err_code look(const struct options *o, struct finding *f, struct err *err)
{
    struct store *store = NULL;
    const struct checker checker = {f, take_problem, read_chunk};
    f->n = f->n_all = 0;
    arena_reset(&f->arena);
    enum err_code rc = store_open(options_text(o, "store"), STORE_READ, &store, err);
    if (!rc)
        rc = store_check(store, &checker, err);
    store_close(store);
    return rc;
}

/* --- repairing ------------------------------------------------------------------------------ */

static enum err_code repair_layer(const struct options *o, struct store *store, const char *layer,
                                  struct err *err)
{
    const struct derive_options derive = derive_options_of(o);
    struct deriver *deriver = NULL;
    enum err_code rc = deriver_new(&derive, &deriver, err);
    if (!rc)
        rc = store_repair_layer(store, layer, deriver, err);
    deriver_free(deriver);
    return rc;
}

/* The problems of a layer follow one another. A layer that cannot be repaired is no reason to leave
 * the others: the next look tells what is left. */
static enum err_code repair_all(const struct options *o, struct store *store,
                                const struct finding *f, struct err *err)
{
    const char *done = NULL;
    enum err_code rc = store_repair_begin(store, err);
    for (size_t i = 0; !rc && i < f->n; i++) {
        const struct problem *p = &f->problems[i];
        struct err why = {0};
        if (!p->derived || !p->layer || text_eq(p->layer, done))
            continue;
        done = p->layer;
        rc = repair_layer(o, store, p->layer, &why);
        if (rc == BAD_DATA || rc == CONFLICT)
            rc = OK;
        else if (rc)
            err_set(err, rc, "layer '%s': %s", p->layer, why.text);
    }
    if (!rc)
        rc = store_repair_rest(store, err);
    const enum err_code ended = store_repair_end(store, rc == OK, rc ? NULL : err);
    return rc ? rc : ended;
}

static enum err_code repair(const struct options *o, const struct finding *f, struct err *err)
{
    struct store *store = NULL;
    enum err_code rc = store_open(options_text(o, "store"), STORE_WRITE, &store, err);
    if (!rc)
        rc = repair_all(o, store, f, err);
    store_close(store);
    return rc;
}

/* --- telling -------------------------------------------------------------------------------- */

static bool is_in(const struct finding *f, const struct problem *p)
{
    for (size_t i = 0; f && i < f->n; i++) {
        if (text_eq(f->problems[i].layer, p->layer) && text_eq(f->problems[i].words, p->words))
            return true;
    }
    return false;
}

/* What became of a problem; `after` NULL: nothing was done. */
static const char *fate_of(const struct problem *p, const struct finding *after)
{
    if (!after)
        return p->derived ? "can be repaired" : "cannot be repaired";
    return is_in(after, p) ? "is still there" : "repaired";
}

static void put_words(struct buf *b, const struct finding *before, const struct finding *after)
{
    for (size_t i = 0; i < before->n; i++) {
        const struct problem *p = &before->problems[i];
        buf_printf(b, "%s: %s (%s)\n", p->layer ? p->layer : "store", p->words, fate_of(p, after));
    }
    for (size_t i = 0; after && i < after->n; i++) {
        const struct problem *p = &after->problems[i];
        if (!is_in(before, p))
            buf_printf(b, "%s: %s\n", p->layer ? p->layer : "store", p->words);
    }
    if (before->n_all > before->n)
        buf_printf(b, "and %zu more\n", before->n_all - before->n);
    if ((after ? after : before)->n_all == 0)
        buf_put_text(b, "the store is whole\n");
}

static void put_list(struct json_out *j, const char *key, const struct finding *f)
{
    json_key(j, key);
    json_array(j);
    for (size_t i = 0; i < f->n; i++) {
        json_object(j);
        json_member_text(j, "layer", f->problems[i].layer);
        json_member_text(j, "words", f->problems[i].words);
        json_member_bool(j, "derived", f->problems[i].derived);
        json_object_end(j);
    }
    json_array_end(j);
}

static void put_json(struct buf *b, const struct finding *before, const struct finding *after)
{
    struct json_out json = json_out(b);
    json_object(&json);
    json_member_bool(&json, "whole", (after ? after : before)->n_all == 0);
    put_list(&json, "problems", before);
    if (after)
        put_list(&json, "left", after);
    json_object_end(&json);
    buf_put_text(b, "\n");
}

static enum exit_code run_with(const struct options *o, struct finding *before,
                               struct finding *after)
{
    struct err err = {0};
    struct buf result;
    enum err_code rc = look(o, before, &err);
    const bool repairs = !rc && options_flag(o, "repair") && before->n > 0;
    if (repairs)
        rc = repair(o, before, &err);
    if (!rc && repairs)
        rc = look(o, after, &err);
    if (rc)
        return command_failed(o, &err);
    const struct finding *now = repairs ? after : before;
    buf_init(&result, RESULT_MAX_BYTES);
    (options_flag(o, "json") ? put_json : put_words)(&result, before, repairs ? after : NULL);
    const enum exit_code code = command_print(o, &result);
    buf_clear(&result);
    return code == EXIT_DONE && now->n_all > 0 ? EXIT_FAILED : code;
}

static void finding_clear(struct finding *f)
{
    if (!f)
        return;
    tile_shape_clear(&f->shape);
    chunk_reader_clear(&f->chunk);
    mem_free(f->fids);
    mem_free(f->edges);
    arena_clear(&f->arena);
    mem_free(f);
}

static enum exit_code run(const struct options *o)
{
    struct err err = {0};
    struct finding *before = mem_new(1, sizeof *before), *after = mem_new(1, sizeof *after);
    enum exit_code code = EXIT_FAILED;
    if (before)
        arena_init(&before->arena, ARENA_MAX_BYTES);
    if (after)
        arena_init(&after->arena, ARENA_MAX_BYTES);
    if (before && after) {
        code = run_with(o, before, after);
    } else {
        err_no_memory(&err, 2 * sizeof *before);
        code = command_failed(o, &err);
    }
    finding_clear(before);
    finding_clear(after);
    return code;
}

const struct command command_check = {
    .name = "check",
    .arguments = "",
    .summary = "Tell whether a store is whole, and repair what is derived",
    .description =
        "Look at everything in a store: SQLite's pages, the rows of each layer and what the list "
        "of layers says of them, their registration with SpatiaLite, both spatial indexes, every "
        "drawable, and tables and rows that belong to no layer. Nothing is changed without "
        "--repair.\n\n"
        "With --repair what is derived from the features is made anew where it is not as it should "
        "be, all of it in one transaction; features themselves are never touched. The program ends "
        "with 1 when a problem is left.",
    .run = run,
};

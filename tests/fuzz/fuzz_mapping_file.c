/* Hostile bytes as a mapping file: refused with words, or a mapping that keeps what
 * importers/mapping.h promises. */
#include "importers/mapping.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool promise)
{
    if (!promise)
        abort();
}

static void check_path(const struct record_path *p)
{
    check(p->n_steps <= RECORD_PATH_STEPS_MAX);
    for (size_t i = 0; i < p->n_steps; i++)
        check(p->steps[i][0]);
}

static void check_place(const struct mapping *m, const struct mapping_place *place)
{
    check(place->join >= -1 && place->join < (int)m->n_joins);
    check_path(&place->path);
    check(place->join < 0 || strcmp(place->path.steps[0], m->joins[place->join].name) == 0);
}

static void check_mapping(const struct mapping *m)
{
    check(m->n_fields > 0 && m->n_joins <= MAPPING_JOINS_MAX);
    check(m->format != RECORD_XML || m->records.n_steps > 0);
    check_path(&m->records);
    check_place(m, &m->x);
    check_place(m, &m->y);
    for (size_t i = 0; i < m->n_joins; i++) {
        const struct mapping_join *join = &m->joins[i];
        check(join->name[0] && (!join->file || !strchr(join->file, '/')));
        check(join->key.n_steps > 0 && join->local.join < (int)i);
        check_place(m, &join->local);
    }
    for (size_t i = 0; i < m->n_id_parts; i++)
        check_place(m, &m->id[i].place);
    for (size_t i = 0; i < m->n_fields; i++) {
        check(m->fields[i].name[0]);
        check_place(m, &m->fields[i].from);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct mapping m;
    struct err err = {0};
    arena_init(&a, MAPPING_BYTES);
    const struct span text = {(const char *)data, size};
    const enum err_code rc = mapping_read(text, &a, &m, &err);
    check(err.code == rc && (rc == OK) == (err.text[0] == '\0'));
    if (!rc)
        check_mapping(&m);
    arena_clear(&a);
    return 0;
}

/* town FOLDER: writes the sample town's four layers into the folder. */
#include "samples/town.h"

#include "base/mem.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: town FOLDER\n");
        return 2;
    }
    struct err err = {0};
    struct town *t = mem_new(1, sizeof *t);
    if (!t) {
        fprintf(stderr, "town: out of memory\n");
        return 1;
    }
    plan_make(&t->plan);
    town_cut_parcels(t);
    town_build(t);
    town_join_streets(t);
    town_name_streets(t);
    town_number_houses(t);
    const enum err_code rc = town_write(t, argv[1], &err);
    if (rc)
        fprintf(stderr, "town: %s\n", err.text);
    else
        printf("%d parcels, %d buildings, %d streets, %d addresses\n", t->n_parcels, t->n_buildings,
               t->n_streets, t->n_addresses);
    mem_free(t);
    return rc ? 1 : 0;
}

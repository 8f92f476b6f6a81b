/* The judge's commands. */
#ifndef TESTS_TRUTH_JUDGE_H
#define TESTS_TRUTH_JUDGE_H

#include "tests/accept/truth/source.h"
#include "tests/accept/truth/tile_file.h"

struct judge_options {
    const char *id_key;
    int32_t buffer_tu;
    int first_zoom, last_zoom;
    size_t most;     /* tiles a zoom; 0: all */
    size_t examples; /* so many faults are printed */
    size_t every;    /* of the borders every so many, by lot; 1: all */
    double touch_m;  /* how far from an edge a vertex still lies on it */
    bool each;       /* a line for each tile */
};

/** Each ends with the number of faults it found. */
size_t judge_validity(const struct tile_file *f, const struct judge_options *o);
size_t judge_agreement(const struct tile_file *f, const struct judge_options *o);
size_t judge_slivers(const struct tile_file *f, const struct source *s,
                     const struct judge_options *o);
size_t judge_coverage(const struct tile_file *f, const struct source *s,
                      const struct judge_options *o);
size_t judge_bytes(const struct tile_file *f, const struct judge_options *o);
/** Prints the addresses "z x y" of the tiles on which something of the source falls. */
void judge_list(const struct source *s, const struct judge_options *o);

#endif

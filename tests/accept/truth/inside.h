/* A place within a polygon of the source. */
#ifndef TESTS_TRUTH_INSIDE_H
#define TESTS_TRUTH_INSIDE_H

#include "tests/accept/truth/source.h"

/** The middle of the widest piece of a line across its middle. */
struct place place_inside(const struct source *s, const struct source_feature *f);

#endif

/* A source made of text, for tests of what reads sources. */
#ifndef TESTS_UNIT_SOURCE_TEXT_H
#define TESTS_UNIT_SOURCE_TEXT_H

#include "tests/unit/unit.h"

#include "base/source.h"
#include "base/text.h"

#include <stdio.h>

/* The file is overwritten by the next call with the same path. */
static inline void write_source(const char *path, struct span text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text.at, 1, text.len_bytes, f), text.len_bytes);
    assert_int_equal(fclose(f), 0);
}

static inline struct source *source_of(const char *path, const char *text)
{
    struct err err = {0};
    struct source *s = NULL;
    write_source(path, span_of(text));
    assert_ok(source_open(path, &s, &err));
    return s;
}

#endif

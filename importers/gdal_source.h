/*
 * The door to GDAL: a local file, opened with one of the drivers that are allowed, and nothing else
 * behind it: no network, no other file that its text names, no file written beside it.
 */
#ifndef IMPORTERS_GDAL_SOURCE_H
#define IMPORTERS_GDAL_SOURCE_H

#include "base/err.h"
#include "importers/importer.h"

#include <stdbool.h>
#include <stddef.h>

#define GDAL_WARNINGS_MAX 4

/** What GDAL says, which would go to standard error. */
struct gdal_words {
    char failure[300]; /* the last; "" when nothing failed */
    char warnings[GDAL_WARNINGS_MAX][200];
    size_t n_warnings;
};

/** Open to be read; starts as `{0}`. From open to close GDAL's calls are made by one thread, and
 * what they say comes here. */
struct gdal_source {
    void *dataset; /* a GDALDatasetH */
    struct gdal_words words;
    bool listens;
};

/** Suffixes of the formats whose drivers are allowed, NULL at the end. */
extern const char *const gdal_suffixes[];
/** Suffixes of files that belong to one of these. */
extern const char *const gdal_companions[];

/** Whether one of the allowed drivers says that it reads this file. Cheap for other suffixes. */
bool gdal_source_recognises(const struct input *in);
/** Whether the file is part of a geodatabase (a folder, ".gdb") without being its first table,
 * which stands for all of it. */
bool gdal_source_is_part(const struct bundle *b, size_t file);

/** Errors BAD_DATA no driver opens it, in GDAL's words; UNSUPPORTED standard input; IO, LIMIT of
 * what must be unpacked */
enum err_code gdal_source_open(struct gdal_source *g, const struct input *in,
                               struct err *err) MUST_USE;
void gdal_source_close(struct gdal_source *g); /* accepts one that was never opened */

/** What GDAL says last, for an error; "no reason given" when it is silent. */
const char *gdal_source_why(const struct gdal_source *g);

#endif

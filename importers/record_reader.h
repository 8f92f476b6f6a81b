/*
 * Cuts a source into records, whatever its format: each is given as a JSON value, so that one way
 * of pointing into records serves all. An XML element becomes an object: attributes are members
 * "@name", elements members of their name (an array where one comes several times), its text is
 * the value itself, or "#text" beside members. A row of CSV is an object of texts. Memory is
 * bounded by the longest record.
 */
#ifndef IMPORTERS_RECORD_READER_H
#define IMPORTERS_RECORD_READER_H

#include "base/err.h"
#include "base/source.h"
#include "base/text.h"
#include "importers/importer.h"
#include "importers/record_path.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum record_format { RECORD_JSON, RECORD_XML, RECORD_CSV };

/** "json", "xml", "csv" */
const char *record_format_name(enum record_format format);
bool record_format_parse(struct span name, enum record_format *out);
/** Whether its values are texts that may stand for numbers. */
bool record_format_is_loose(enum record_format format);
/** Whether the first bytes of a source can be of that format at all. */
bool record_format_fits(enum record_format format, struct span head);

/** What is lent to a reader for its life. */
struct record_setup {
    struct source *source;
    const struct reader_options *options;
    /* Where the records are: a step "*" is every item or member. No steps: JSON values one after
     * the other, or the items of an array; rows. XML needs some. */
    struct record_path path;
    const char *next; /* JSON: the member of the document that names the next page; may be NULL */
};

/** Lent until the next record. */
struct record {
    struct span json; /* not yet checked where the source is JSON itself */
    struct span raw;  /* as the source has it */
    uint64_t line, byte;
    const char *problem; /* why it cannot be taken; NULL: it can */
};

struct record_reader;

/** Errors NO_MEMORY; BAD_ARG an encoding or delimiter that is none */
enum err_code record_reader_new(enum record_format format, const struct record_setup *setup,
                                struct record_reader **out, struct err *err) MUST_USE;
void record_reader_free(struct record_reader *r); /* accepts NULL */

/**
 * The next record; `*out_more` false at the end.
 * Errors BAD_DATA not of the format, ends in the middle, or there is no such path (words say at
 *        which line); LIMIT a record is too long, or too deep; those of source_read()
 */
enum err_code record_reader_next(struct record_reader *r, struct record *out, bool *out_more,
                                 struct err *err) MUST_USE;

/** After the last record: what the member `next` said; empty when there was none, or null. Lent. */
struct span record_reader_next_page(const struct record_reader *r);

/** What the readers of formats give out; `state` is theirs. */
struct record_source {
    enum err_code (*open)(const struct record_setup *setup, void **out_state, struct err *err);
    void (*close)(void *state);
    enum err_code (*next)(void *state, struct record *out, bool *out_more, struct err *err);
    struct span (*next_page)(const void *state); /* NULL: the format has none */
};

#endif

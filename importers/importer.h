/*
 * What an importer is: it reads one format, one feature at a time, into a sink. One file, ending
 * in one `const struct importer`, and one line in registry.c.
 */
#ifndef IMPORTERS_IMPORTER_H
#define IMPORTERS_IMPORTER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/geom.h"
#include "base/source.h"
#include "base/text.h"
#include "base/value.h"
#include "importers/bundle.h"
#include "importers/loose_type.h"
#include "store/layer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink;

/** One attribute as the source has it; the sink settles the fields. */
struct source_value {
    struct span name;
    struct value value;
    enum loose loose; /* how its text is meant: TYPED, 0, where the format has types */
};

/** One feature as the source has it, lent to the sink for the call. */
struct source_feature {
    uint64_t ordinal; /* 1, 2, ... */
    uint64_t line;    /* 0 when the format has none */
    uint64_t byte;    /* offset in the plain bytes */
    struct span id;   /* the format's own id member; at NULL when it has none */
    const struct geom *geom;
    size_t n_heights; /* positions whose third and further numbers were left out */
    const struct source_value *values;
    size_t n_values;
    struct span raw; /* for the reject's sake */
};

/** Takes the feature or rejects it by itself; fails only when the import must end, perhaps for a
 * feature before this one: what is taken is copied, and worked on by another thread. */
enum err_code sink_take(struct sink *s, const struct source_feature *f, struct err *err) MUST_USE;
/** A piece that could not even be read as a feature. `f` has position and raw. Fails with LIMIT
 * when there are more rejects than the import bears. */
enum err_code sink_reject(struct sink *s, const struct source_feature *f, const char *reason,
                          struct err *err) MUST_USE;
/** What the source says of its CRS (an EPSG code; 0: one that is not known); the import's own --crs
 * wins. Errors BAD_DATA it is not known, or comes after features that it contradicts */
enum err_code sink_say_crs(struct sink *s, int32_t epsg, struct err *err) MUST_USE;
/** A field that the source declares, in its order. The declared type holds while all values fit:
 * whole numbers may turn out real, texts dates. Fields that are not declared are found. Errors
 * LIMIT, NO_MEMORY */
enum err_code sink_say_field(struct sink *s, struct span name, enum field_type type,
                             struct err *err) MUST_USE;
/** Something the summary should tell ("encoding: Windows-1252, by the LDID"). Notes are cut, and
 * further ones forgotten, at 16. `s` NULL: all was noted before. */
void sink_note(struct sink *s, const char *format, ...) PRINTF_LIKE(2, 3);
/** Called now and then with how far the source is; fails with CANCELED when the import must end. */
enum err_code sink_progress(struct sink *s, struct source_progress p, struct err *err) MUST_USE;

struct sink_batch;

/** A source that is cut into pieces, of a few dozen features each, in turn, and these are read by
 * several threads side by side. Everything comes into the layer as if one had read it. */
struct cut_source {
    size_t pieces_bytes; /* of what is cut off at once; zeroed at first, and used again and again */
    bool raw_stays;      /* the raw texts of features, as long as the pieces */
    void (*clear)(void *pieces); /* NULL: there is nothing to free */
    /** The next pieces, and how far the source is behind them. Out: out_more false: there are none.
     * Pieces that were cut off before a failure are read all the same. */
    enum err_code (*cut)(void *state, void *pieces, struct source_progress *out, bool *out_more,
                         struct err *err);
    /** Features go into the batch. `worker`: below CREW_MAX (base/crew.h); one thread at a time for
     * each. */
    enum err_code (*read)(void *state, size_t worker, void *pieces, struct sink_batch *into,
                          struct err *err);
};

/** All of a source. Errors those of the steps; else as sink_take() and sink_progress() */
enum err_code sink_read(struct sink *s, const struct cut_source *source, void *state,
                        struct err *err) MUST_USE;
/** Within `cut`: until no more than `n` of the pieces that were cut off before are under way. */
void sink_wait(struct sink *s, size_t n);
/** As sink_take() and sink_reject(). */
enum err_code sink_batch_take(struct sink_batch *b, const struct source_feature *f,
                              struct err *err) MUST_USE;
enum err_code sink_batch_reject(struct sink_batch *b, const struct source_feature *f,
                                const char *reason, struct err *err) MUST_USE;

struct importer_limits {
    uint64_t feature_bytes; /* one feature's text */
    uint64_t vertices;      /* of one feature */
    uint64_t files;         /* in a folder or an archive */
    uint64_t tiles;         /* in an archive of tiles */
    uint64_t inflation;     /* see struct bundle_limits */
    uint64_t join_bytes;    /* of a file that a mapping joins */
    int depth;              /* of JSON and XML */
};

/** How a source is to be read, where it does not say so itself. Texts NULL: it says. */
struct reader_options {
    struct importer_limits limits;
    struct fetch_options fetch; /* of sources behind a URL */
    const char *temp_folder;
    const atomic_bool *cancel; /* looked at in every phase, by every thread; NULL: none */
    const char *encoding;      /* of text: "ISO-8859-1" */
    bool keep_z;               /* elevations stay in the geometry */
    const char *lon, *lat;     /* CSV: the fields of the coordinates (x, y) */
    const char *geometry;      /* CSV: the field of WKT or GeoJSON; "none": a table */
    const char *columns;       /* CSV without a header: names, commas between */
    const char *delimiter;     /* CSV: one character, or "tab" */
    const char *mapping;       /* a mapping file, or the name of one that is shipped */
    bool as_features;          /* vector tiles: read one zoom of them as features */
    int zoom;                  /* that zoom; -1: the highest */
};

struct importer;
struct tile_taker;

/** One layer to be: what an importer reads. A plain value, lent. */
struct input {
    struct bundle *bundle;
    size_t file;       /* of the bundle */
    const char *inner; /* the layer inside the file; NULL: the file is one layer */
    const struct importer *importer;
};

/** What an importer gives out: names of the layers inside a file, in the arena. */
struct inner_layers {
    const char **names;
    size_t n;
};

struct importer {
    const char *name;              /* "geojson" */
    const char *title;             /* "GeoJSON, newline-delimited GeoJSON" */
    const char *const *suffixes;   /* ".geojson", ... NULL at the end; ".gz" is taken off before */
    const char *const *companions; /* suffixes of files that belong to one of these; may be NULL */
    int32_t default_epsg;          /* the CRS the format prescribes; 0: it must be said */
    /** Whether the first plain bytes of a file look like this format. */
    bool (*recognises)(const struct input *in, struct span head);
    /** Whether a file of a folder or an archive is a piece of a source that another file stands for.
     * NULL: `companions` says all of it. */
    bool (*owns)(const struct bundle *b, size_t file);
    /** The layers inside a file. NULL: a file is always one layer. */
    enum err_code (*list)(const struct input *in, const struct reader_options *o, struct arena *a,
                          struct inner_layers *out, struct err *err);
    /** Read all of it into the sink. Errors BAD_DATA when it is not this format at all, or ends in
     * the middle. */
    enum err_code (*read)(const struct input *in, const struct reader_options *o, struct sink *sink,
                          struct err *err);
    /** Add what the source says of its fields besides their types: titles, units, meanings, in the
     * arena. NULL: nothing. */
    enum err_code (*describe)(const struct input *in, const struct reader_options *o,
                              struct arena *a, struct field *fields, size_t n_fields,
                              struct err *err);
    /** Archives of tiles only, which are kept as they are unless features are asked for: hand out
     * what is in it (importers/tile_archive.h). NULL: the format holds features. */
    enum err_code (*walk_tiles)(const struct input *in, const struct reader_options *o, int zoom,
                                const struct tile_taker *to, struct err *err);
};

#endif

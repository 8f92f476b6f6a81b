/* A source becomes a layer: choose the importer, read into the spool, settle, write, commit. */
#ifndef IMPORTERS_IMPORT_H
#define IMPORTERS_IMPORT_H

#include "importers/importer.h"
#include "store/layer_writer.h"

#include <stdatomic.h>

#define IMPORT_NOTES_MAX 16

enum import_mode { IMPORT_CREATE, IMPORT_REPLACE, IMPORT_APPEND, IMPORT_UPSERT };

enum import_phase { IMPORT_READING, IMPORT_WRITING, IMPORT_DERIVING };

/** Told now and then (at least every 1024 features or 1 MB); returning false cancels the import. */
struct import_progress {
    enum import_phase phase;
    uint64_t n_features;       /* done in this phase */
    uint64_t n_features_total; /* 0 while not known */
    struct source_progress source;
};

/** A feature that could not be taken, as others than the store are told. Lent for the call. */
struct told_reject {
    const char *layer, *source;
    uint64_t feature, line, byte; /* where it was; line 0: the format has none */
    const char *reason;
    struct span raw; /* cut */
};

struct import_options {
    struct reader_options reader;
    const char *layer; /* NULL: from the source's name */
    enum import_mode mode;
    bool delete_missing;     /* upsert: features that the source does not have go */
    bool dry_run;            /* read all, write nothing; the store may be NULL */
    const char *crs;         /* NULL: what the source or its format says */
    const char *to_crs;      /* NULL: the source's own */
    const char *field_types; /* "FIELD=TYPE,FIELD=TYPE"; NULL: as found */
    const char *id_field;    /* NULL: the format's id member, else a property `id` that is unique */
    const char *time_field;  /* NULL: the only field of dates or times, if there is just one */
    const char *title, *description, *license, *attribution, *keywords;
    struct drawing_words drawing; /* NULL: as the layer was drawn that is replaced or added to */
    double max_rejects;           /* share of the features; 0.001 is 0.1 % (always at least 10) */
    bool max_rejects_is_count;    /* no share, but so many features, and no more */
    /* Told of every reject, also when the import fails or is a dry run; fails it with its own
     * error. NULL: nobody listens. */
    enum err_code (*reject)(void *state, const struct told_reject *r, struct err *err);
    void *reject_state;
    uint64_t memory_bytes; /* for sorting */
    bool rebuild; /* append, upsert: the layer is written anew, however small the source is */
    const char *options_json; /* for the record */
    struct deriver *deriver;
    void *progress_state;
    bool (*progress)(void *state, const struct import_progress *p); /* may be NULL */
};

/** Of tiles that are kept: everything else that is said of an import then counts tiles. */
struct kept_summary {
    const char *format; /* "mvt", "png", ...; NULL: features were read, not tiles */
    int min_zoom, max_zoom;
    uint64_t n_tiles, n_contents; /* of which so many differ */
    struct bbox bbox_deg;
};

/** What happened; texts are in the arena. */
struct import_summary {
    const char *layer;
    const char *importer;
    enum geom_type geom_type;
    int32_t epsg;
    const char *id_field; /* NULL: positions */
    const char *time_field;
    size_t n_fields;
    uint64_t n_read, n_written; /* of the source; of the whole layer */
    /* By kind. n_inserted, n_updated and n_deleted are told by append and upsert only; rings
     * closed or turned, repeated vertices, heights left out and features outside their CRS's area
     * of use are told, not counted as repairs. */
    IMPORT_COUNTS_HERE;
    bool dry_run;                        /* what would have been */
    const char *notes[IMPORT_NOTES_MAX]; /* of the importer: encoding, ... */
    size_t n_notes;
    uint64_t source_bytes, plain_bytes;
    double read_s, write_s, derive_s;
    const char *sha256;
    struct reject first_rejects[5];
    size_t n_first_rejects;
    struct kept_summary kept;
};

/** A file of a folder or an archive that could not be opened, or whose layers could not be listed. */
struct input_failure {
    const char *name;
    struct err why;
};

/** Everything that one argument of the command line stands for. */
struct input_list {
    struct bundle *bundle;
    const struct input *inputs; /* none when the bundle is unchanged */
    size_t n_inputs;
    const char **skipped; /* files of a folder or an archive that no importer reads */
    size_t n_skipped;
    const struct input_failure *failures;
    size_t n_failures;
};

/**
 * Open a source (see bundle_open()) and find out what is in it. On failure there is nothing to
 * close.
 * Out      out: lists are in the arena, names are the bundle's; nothing but the file of a single
 *          one stays open
 * Errors   those of bundle_open() and of importers' list(); BAD_DATA no importer reads any of it
 */
enum err_code input_list_open(const char *source, const struct reader_options *o, struct arena *a,
                              struct input_list *out, struct err *err) MUST_USE;
void input_list_close(struct input_list *l);

/** What an input is called for people and in the record: "city.zip/roads.shp", "a.gpkg#roads". */
void input_put_name(struct buf *b, const struct input *in);

/** SHA-256 of what an input consists of: its file, then its companions in the importer's order, as
 * they are, and how many bytes that is. Errors IO, BAD_DATA; UNSUPPORTED standard input that was not
 * read */
enum err_code input_sha256(const struct input *in, char out_hex[SOURCE_SHA256_BYTES],
                           uint64_t *out_bytes, struct err *err) MUST_USE;

/**
 * The name of the layer that an input becomes.
 * In       template: "{name}" in it stands for the name that the input's own gives (see
 *          import_layer_name()), "{folder}" for the folder around it, "{format}" for the
 *          importer's name; NULL: "{name}"
 * Errors   BAD_ARG another word between braces
 */
enum err_code input_layer_name(const struct input *in, const char *template, struct buf *out,
                               struct err *err) MUST_USE;

/**
 * Import one input as one layer. On failure the store is as it was.
 * Errors  those of the importer and the store; CONFLICT the layer exists (mode create); LIMIT too
 * many rejects (words: how many, the first reasons); CANCELED
 */
enum err_code import_run(struct store *s, const struct input *in, const struct import_options *o,
                         struct arena *a, struct import_summary *out, struct err *err) MUST_USE;

/** The name a layer gets from its source: "cadastre-91216-parcelles.json.gz" gives "parcelles",
 * since Etalab's own scheme is cadastre-COMMUNE-LAYER; other names lose their suffixes only. "-" is
 * "layer". */
enum err_code import_layer_name(const char *source, struct buf *out, struct err *err) MUST_USE;

/** One field as `info` tells it. */
struct source_field {
    const char *name;
    enum field_type type;
    uint64_t n_null;      /* of the features read */
    const char *examples; /* up to three, joined with ", " */
};

/** What is in a source, read but not imported: all of it, or a sample. */
struct source_info {
    const char *importer;
    const char *layer;
    enum geom_type geom_type;
    int32_t epsg;
    struct bbox bbox;
    uint64_t n_features, n_rejected, n_without_geometry, n_invalid;
    bool complete;        /* false: only a sample was read */
    uint64_t n_estimated; /* features in all, when only a sample was read; 0: no idea */
    const char *id_field, *time_field;
    struct source_field *fields;
    size_t n_fields;
    uint64_t source_bytes;
    const char *notes[IMPORT_NOTES_MAX];
    size_t n_notes;
    struct kept_summary kept;
};

/** In       n_max: read no more features than that, and no longer than half a second; 0: all
 * Errors  as import_run() */
enum err_code import_info(const struct input *in, const struct import_options *o, uint64_t n_max,
                          struct arena *a, struct source_info *out, struct err *err) MUST_USE;

#endif

/* What a layer writer holds between its calls: for its files only. */
#ifndef STORE_SPATIALITE_WRITER_H
#define STORE_SPATIALITE_WRITER_H

#include "store/id_index.h"
#include "store/layer_row.h"
#include "store/layer_writer.h"
#include "store/spatialite_row.h"
#include "store/spatialite_rtree.h"
#include "store/spatialite_tables.h"

#define DRAWABLE_COLUMNS 5

/** Start with the rows, if that was not done yet. */
enum err_code layer_writer_begin(struct layer_writer *w, struct err *err) MUST_USE;

struct layer_writer {
    struct store *store;
    struct arena arena;     /* columns and triggers */
    struct layer_spec spec; /* its fields are our copy */
    const char *id_column;
    struct triggers triggers;
    sqlite3_stmt *put_reject;
    bool begun;             /* the rows of all below */
    struct page_file pages; /* where they are packed into pages: no transaction is open then */
    struct row_writer features, drawables;
    struct rtree_writer index, drawable_index;
    /* Where pages are packed and ids are texts: their index, which is there and empty. */
    struct id_index *ids;
    uint32_t ids_root;
    bool ids_packed;
    struct row_scratch scratch;
    int64_t import_id;
    /* What is known of the layer so far. */
    int64_t n_features, n_without_geometry, n_chunks;
    struct bbox bbox;
    int min_zoom, max_zoom;
    bool has_time_extent;
    int64_t time_start_us, time_end_us;
};

/** A row was written: its box, id and time are noted, and it is counted. */
enum err_code layer_writer_enter(struct layer_writer *w, const struct feature *f,
                                 const struct bbox *box, struct err *err) MUST_USE;
/** Which import it is, and where its rejects go. */
enum err_code layer_writer_prepare_import(struct layer_writer *w, struct err *err) MUST_USE;
/** A value of the time field. */
void layer_writer_extend_time(struct layer_writer *w, const struct value *v);
/** The layer has something from that zoom on. */
void layer_writer_extend_zooms(struct layer_writer *w, int zoom);
/** The catalog's row of the layer: words that are not said stay as they were. It has no new revision
 * yet (store/spatialite_changes.h). */
enum err_code layer_writer_put_layer(const struct layer_writer *w, struct err *err) MUST_USE;

#endif

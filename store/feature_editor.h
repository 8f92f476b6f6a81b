/*
 * Changes features of a layer that is there, in one transaction: nobody sees half of an edit, and a
 * killed process leaves the layer as it was. Features are named by their public ids; a changed one
 * gets a new row at the end of the table. What hangs on the features (indexes, statistics, counts,
 * drawables, the log of changed areas) follows at the commit.
 */
#ifndef STORE_FEATURE_EDITOR_H
#define STORE_FEATURE_EDITOR_H

#include "store/change_log.h"
#include "store/layer_edit.h"
#include "store/layer_writer.h"

#include <stdbool.h>

struct feature_editor;

/** What an edit did to one feature. Boxes are in the layer's CRS, empty without geometry. */
struct feature_change {
    int64_t old_fid, new_fid; /* 0: there was none before, there is none any more */
    struct bbox old_box, new_box;
};

/** In       revision: CONFLICT when the layer is not at this one; 0: whatever it is at
 * Errors   NOT_FOUND no such layer; BAD_ARG it holds tiles; BUSY another writer; IO */
enum err_code feature_editor_open(struct store *s, const char *layer, int64_t revision,
                                  struct feature_editor **out, struct err *err) MUST_USE;
void feature_editor_abort(struct feature_editor *e); /* accepts NULL */

/** The layer as it was when the edit began; lent. */
const struct layer *feature_editor_layer(const struct feature_editor *e);

/** What the layer is to be called from here on: NULL stays; texts are lent until the commit. The
 * zoom is not looked at. */
void feature_editor_say(struct feature_editor *e, const struct layer_words *words);

enum edit_rule {
    EDIT_INSERT, /* CONFLICT when the layer has a feature of this id */
    EDIT_UPDATE, /* NOT_FOUND when it has none */
    EDIT_PUT     /* either */
};

/**
 * Put a feature, which may be in the layer already: then it is left alone where nothing of it is
 * different.
 * In/out   f: all values in the order of the layer's fields; its fid is set
 * Errors   CONFLICT, NOT_FOUND by the rule; BAD_DATA; IO; NO_MEMORY
 */
enum err_code feature_editor_put(struct feature_editor *e, struct feature *f, enum edit_rule rule,
                                 struct err *err) MUST_USE;

/** Errors NOT_FOUND no feature of this id; IO */
enum err_code feature_editor_delete(struct feature_editor *e, struct span id,
                                    struct err *err) MUST_USE;

/** A feature of an import that could not be taken. */
enum err_code feature_editor_reject(struct feature_editor *e, const struct reject *r,
                                    struct err *err) MUST_USE;

/** How many features the layer has by now. */
uint64_t feature_editor_n_features(const struct feature_editor *e);

/**
 * Everything that hangs on the features, and the commit. The editor is gone afterwards, whatever
 * happened; on failure nothing has changed.
 * In       d: makes the drawables true again (deriver.edit, else all of them anew); NULL: they stay
 *          record: of an import, lacks layer and n_written; NULL: the edit is none
 */
enum err_code feature_editor_commit(struct feature_editor *e, struct deriver *d,
                                    const struct import_record *record, struct err *err) MUST_USE;

/* --- for deriver.edit() --- */

struct store *feature_editor_store(const struct feature_editor *e);

/** A chunk in the place of the one with its id; id 0: one more. Errors IO, NO_MEMORY */
enum err_code feature_editor_put_chunk(struct feature_editor *e, const struct chunk *c,
                                       struct err *err) MUST_USE;
enum err_code feature_editor_drop_chunk(struct feature_editor *e, int64_t id,
                                        struct err *err) MUST_USE;

/** What tiles of these zooms draw of this box has changed: once for each drawable that went or came
 * (of a layer's own min_zoom the lowest zoom of those that came is part). Its `revision` is not
 * read. Errors NO_MEMORY */
enum err_code feature_editor_touch(struct feature_editor *e, const struct changed_area *area,
                                   struct err *err) MUST_USE;

#endif

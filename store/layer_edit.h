/*
 * What an administrator changes of a layer that is there: its words, how it is drawn, its name,
 * whether it stays.
 * Each call is one transaction, which a running server sees at once.
 */
#ifndef STORE_LAYER_EDIT_H
#define STORE_LAYER_EDIT_H

#include "store/layer_writer.h"

/** What is said of a layer. Texts: NULL stays as it is, "" is taken away; what is drawn: see each. */
struct layer_words {
    const char *title, *description, *license, *attribution, *keywords;
    int min_zoom; /* it is not drawn below this zoom; 0: wherever its features are; -1: as it is */
    uint64_t tile_limit_bytes, tile_limit_features; /* 0: as they are */
    struct drawing_words drawing;
};

/**
 * In       d: makes the layer's drawables anew where what is said changes them: groups, what they
 *          tell, label points
 * Errors   NOT_FOUND no such layer; BAD_ARG a zoom or a drawing for tiles that came ready-made;
 *          those of layer_drawing_make() and store_repair_layer(); BUSY, IO
 */
enum err_code store_set_layer(struct store *s, const char *layer, const struct layer_words *words,
                              struct deriver *d, struct err *err) MUST_USE;

/** The layer is gone with all that belongs to it, its history too. Errors NOT_FOUND, BUSY, IO */
enum err_code store_drop_layer(struct store *s, const char *layer, struct err *err) MUST_USE;

/** Errors NOT_FOUND; CONFLICT the new name is taken, or differs only in case; BAD_ARG it cannot be
 * a name; BUSY, IO */
enum err_code store_rename_layer(struct store *s, const char *layer, const char *name,
                                 struct err *err) MUST_USE;

#endif

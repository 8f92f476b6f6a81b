/*
 * The unique index of a layer's ids, where pages are packed (store/page_file.h): ids are kept in
 * memory, sorted by a thread of their own while drawables are written, and packed into the pages of
 * an index. Where that cannot be (too many, too long, one comes twice) SQLite makes the index.
 */
#ifndef STORE_ID_INDEX_H
#define STORE_ID_INDEX_H

#include "base/text.h"
#include "store/page_file.h"

#include <stdbool.h>
#include <stdint.h>

struct id_index;

/** Errors NO_MEMORY */
enum err_code id_index_new(struct id_index **out, struct err *err) MUST_USE;
void id_index_free(struct id_index *x); /* accepts NULL */

/** An id and its row; copied. */
void id_index_add(struct id_index *x, struct span id, int64_t row);
/** Leave it to SQLite. */
void id_index_give_up(struct id_index *x);
/** All ids are there, most likely: begin to sort, once. Later ids make it give up. */
enum err_code id_index_sort(struct id_index *x, struct err *err) MUST_USE;
/** Fill the index with that root page, which is empty. `*out_packed` false: it gave up, and nothing
 * was written. Errors those of page_file_put() */
enum err_code id_index_pack(struct id_index *x, struct page_file *f, uint32_t root,
                            bool *out_packed, struct err *err) MUST_USE;

#endif

/*
 * Packs rows that come in order of their row numbers into the b-tree of an SQLite table: pages are
 * filled one after the other and written to the end of the file.
 * Source: https://www.sqlite.org/fileformat.html, 1.6
 */
#ifndef STORE_BTREE_PACK_H
#define STORE_BTREE_PACK_H

#include "store/page_file.h"
#include "store/record_pack.h"

#include <stdint.h>

struct btree_pack;

/** `root` is the table's root page; the table is empty. `f` is lent until the packer is freed.
 * Errors NO_MEMORY */
enum err_code btree_pack_new(struct page_file *f, uint32_t root, struct btree_pack **out,
                             struct err *err) MUST_USE;
void btree_pack_free(struct btree_pack *p); /* accepts NULL */

/** Errors INTERNAL the row number is not higher than the one before; those of page_file_put() */
enum err_code btree_pack_put(struct btree_pack *p, int64_t row, const struct record *r,
                             struct err *err) MUST_USE;
/** The same, of a row's bytes as record_put_all() gives them. */
enum err_code btree_pack_put_bytes(struct btree_pack *p, int64_t row, struct span bytes,
                                   struct err *err) MUST_USE;
/** Writes what is still open, the root last. Without rows the root stays as it is. */
enum err_code btree_pack_finish(struct btree_pack *p, struct err *err) MUST_USE;

#endif

/* One page of an SQLite b-tree while it is filled: cells from its end, pointers to them from its
 * head. Source: https://www.sqlite.org/fileformat.html, 1.6 */
#ifndef STORE_BTREE_PAGE_H
#define STORE_BTREE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum btree_page_type {
    BTREE_INDEX_INTERIOR = 0x02,
    BTREE_TABLE_INTERIOR = 0x05,
    BTREE_INDEX_LEAF = 0x0A,
    BTREE_TABLE_LEAF = 0x0D
};

#define BTREE_CHILD_BYTES 4

/** Open to be embedded; `bytes` are lent. */
struct btree_page {
    uint8_t *bytes;
    size_t page_bytes;
    bool is_leaf;
    size_t n_cells, content_at;
};

/** An empty page. */
void btree_page_start(struct btree_page *p, bool is_leaf);
bool btree_page_has_room(const struct btree_page *p, size_t n_bytes);
/** Room for the next cell, which there must be; to be filled by the caller. */
uint8_t *btree_page_add(struct btree_page *p, size_t n_bytes);
/** Takes the last cell away, which has so many bytes. */
void btree_page_drop(struct btree_page *p, size_t n_bytes);
/** Nothing more comes. `last_child` is the page behind the last cell, of an interior page. */
void btree_page_end(struct btree_page *p, enum btree_page_type type, uint32_t last_child);

/** High bytes first. */
void btree_put_u32(uint8_t *at, uint32_t v);

#endif

/*
 * Whole pages written straight to the end of an SQLite file that nobody else has open for writing:
 * one copy and no lookup for each, where an INSERT costs SQLite some microseconds a row.
 * Source: https://www.sqlite.org/fileformat.html
 */
#ifndef STORE_PAGE_FILE_H
#define STORE_PAGE_FILE_H

#include "base/err.h"
#include "base/lane.h"

#include <stddef.h>
#include <stdint.h>

#define PAGE_BLOCKS 4

struct page_block {
    int fd;
    uint64_t at; /* in the file */
    size_t n_bytes;
    uint8_t *bytes;
};

/** Open to be embedded; fields are its own but for `page_bytes`, and `fd`, which is -1 for none. */
struct page_file {
    int fd; /* lent */
    size_t page_bytes;
    uint32_t n_pages;  /* in the file and in the blocks */
    struct lane *lane; /* writes blocks */
    struct page_block blocks[PAGE_BLOCKS];
    struct page_block *filling; /* NULL: none is begun */
};

/** Errors UNSUPPORTED the file is of a kind that is not written here (auto-vacuum, reserved bytes);
 * IO, NO_MEMORY */
enum err_code page_file_open(struct page_file *f, int fd, struct err *err) MUST_USE;
/** Frees; what was put and not ended does not belong to the database. */
void page_file_close(struct page_file *f);

/** Append a page of `page_bytes`. Errors IO, perhaps of a page before (words say how much was
 * written); LIMIT */
enum err_code page_file_put(struct page_file *f, const uint8_t *page, uint32_t *out_number,
                            struct err *err) MUST_USE;
/** The number that the page after the next one that is put will have. */
uint32_t page_file_after_next(const struct page_file *f);
/** Write one of the pages that were there at the beginning. */
enum err_code page_file_put_at(struct page_file *f, uint32_t number, const uint8_t *page,
                               struct err *err) MUST_USE;
/** Everything is written: from here on the pages belong to the database, and SQLite forgets what it
 * remembers of the file. */
enum err_code page_file_end(struct page_file *f, struct err *err) MUST_USE;

#endif

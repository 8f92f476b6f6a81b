/*
 * Finds where a JSON value ends without reading it: brackets are counted, strings are respected,
 * nothing else is checked. Takes the bytes in pieces of any size.
 */
#ifndef IMPORTERS_JSON_SCAN_H
#define IMPORTERS_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Where the scan is; `{0}` before the first byte of a value. */
struct json_scan {
    uint64_t depth; /* open brackets */
    bool in_string, escaped;
    bool begun;
};

/**
 * Go on with the next `n_bytes`. True when the value has ended: `*out_used` is then the number of
 * bytes that belong to it. False: all bytes belong to it, and there are more to come. A number or
 * a word ends before the first of `,]}` or white space, so it needs a byte behind it.
 */
bool json_scan_bytes(struct json_scan *s, const char *bytes, size_t n_bytes, size_t *out_used);

#endif

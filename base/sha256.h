/* SHA-256 of bytes as they come, with OpenSSL behind it. One thread. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct sha256;

#define SHA256_BYTES     32
#define SHA256_HEX_BYTES 65 /* 64 digits and NUL */

enum err_code sha256_new(struct sha256 **out, struct err *err) MUST_USE;
void sha256_free(struct sha256 *s); /* accepts NULL */

/** Forget all bytes. Errors INTERNAL when OpenSSL refuses. */
enum err_code sha256_reset(struct sha256 *s, struct err *err) MUST_USE;
/** Errors INTERNAL when OpenSSL refuses. */
enum err_code sha256_add(struct sha256 *s, const void *bytes, size_t n_bytes,
                         struct err *err) MUST_USE;
/** Of all bytes so far; more may follow. */
enum err_code sha256_bytes(const struct sha256 *s, uint8_t out[SHA256_BYTES],
                           struct err *err) MUST_USE;
enum err_code sha256_hex(const struct sha256 *s, char out_hex[SHA256_HEX_BYTES],
                         struct err *err) MUST_USE;

#endif

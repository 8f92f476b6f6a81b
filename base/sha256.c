#include "base/sha256.h"

#include "base/mem.h"

#include <openssl/evp.h>
#include <string.h>

struct sha256 {
    EVP_MD_CTX *context;
    EVP_MD_CTX *last; /* a copy is finished, so that the first can go on */
};

enum err_code sha256_new(struct sha256 **out, struct err *err)
{
    struct sha256 *s = mem_new(1, sizeof *s);
    if (s) {
        s->context = EVP_MD_CTX_new();
        s->last = EVP_MD_CTX_new();
    }
    if (!s || !s->context || !s->last) {
        sha256_free(s);
        return err_no_memory(err, sizeof *s);
    }
    const enum err_code rc = sha256_reset(s, err);
    if (rc)
        sha256_free(s);
    else
        *out = s;
    return rc;
}

enum err_code sha256_reset(struct sha256 *s, struct err *err)
{
    if (!EVP_DigestInit_ex(s->context, EVP_sha256(), NULL))
        return err_set(err, INTERNAL, "OpenSSL offers no SHA-256");
    return OK;
}

void sha256_free(struct sha256 *s)
{
    if (!s)
        return;
    EVP_MD_CTX_free(s->context);
    EVP_MD_CTX_free(s->last);
    mem_free(s);
}

enum err_code sha256_add(struct sha256 *s, const void *bytes, size_t n_bytes, struct err *err)
{
    if (!EVP_DigestUpdate(s->context, bytes, n_bytes))
        return err_set(err, INTERNAL, "OpenSSL cannot hash");
    return OK;
}

enum err_code sha256_bytes(const struct sha256 *s, uint8_t out[SHA256_BYTES], struct err *err)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned n_bytes = 0;
    if (!EVP_MD_CTX_copy_ex(s->last, s->context) || !EVP_DigestFinal_ex(s->last, hash, &n_bytes) ||
        n_bytes != SHA256_BYTES)
        return err_set(err, INTERNAL, "OpenSSL cannot finish the hash");
    memcpy(out, hash, SHA256_BYTES);
    return OK;
}

enum err_code sha256_hex(const struct sha256 *s, char out_hex[SHA256_HEX_BYTES], struct err *err)
{
    static const char DIGITS[] = "0123456789abcdef";
    uint8_t hash[SHA256_BYTES];
    const enum err_code rc = sha256_bytes(s, hash, err);
    if (rc)
        return rc;
    for (unsigned i = 0; i < SHA256_BYTES; i++) {
        out_hex[2 * i] = DIGITS[hash[i] >> 4];
        out_hex[2 * i + 1] = DIGITS[hash[i] & 15];
    }
    out_hex[SHA256_HEX_BYTES - 1] = '\0';
    return OK;
}

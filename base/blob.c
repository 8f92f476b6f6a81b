#include "base/blob.h"

#include "base/mem.h"

#include <stdatomic.h>
#include <string.h>

struct blob {
    atomic_uint n_refs;
    const uint8_t *bytes;
    size_t len_bytes;
    void *owned; /* freed with the blob; NULL for static bytes and for those behind the struct */
    uint8_t inside[];
};

static struct blob *start(size_t n_inside_bytes)
{
    struct blob *b = NULL;
    if (n_inside_bytes <= SIZE_MAX - sizeof *b)
        b = mem_resize(NULL, sizeof *b + n_inside_bytes);
    if (b) {
        *b = (struct blob){.bytes = NULL};
        atomic_init(&b->n_refs, 1);
    }
    return b;
}

enum err_code blob_new(const void *bytes, size_t n_bytes, struct blob **out, struct err *err)
{
    struct blob *b = start(n_bytes);
    if (!b)
        return err_no_memory(err, n_bytes);
    if (n_bytes)
        memcpy(b->inside, bytes, n_bytes);
    b->bytes = b->inside;
    b->len_bytes = n_bytes;
    *out = b;
    return OK;
}

enum err_code blob_from_buf(struct buf *from, struct blob **out, struct err *err)
{
    const enum err_code rc = buf_status(from, err);
    if (rc)
        return rc;
    struct blob *b = start(0);
    if (!b)
        return err_no_memory(err, sizeof *b);
    /* Blobs live long in caches: the buffer's spare room goes back. Shrinking may fail; so what. */
    void *shrunk = from->data ? mem_resize(from->data, from->len_bytes) : NULL;
    b->owned = shrunk ? shrunk : from->data;
    b->bytes = b->owned ? b->owned : b->inside;
    b->len_bytes = from->len_bytes;
    buf_init(from, from->limit_bytes);
    *out = b;
    return OK;
}

enum err_code blob_from_static(const void *bytes, size_t n_bytes, struct blob **out,
                               struct err *err)
{
    struct blob *b = start(0);
    if (!b)
        return err_no_memory(err, sizeof *b);
    b->bytes = n_bytes ? bytes : b->inside;
    b->len_bytes = n_bytes;
    *out = b;
    return OK;
}

struct blob *blob_ref(struct blob *b)
{
    atomic_fetch_add_explicit(&b->n_refs, 1, memory_order_relaxed);
    return b;
}

void blob_unref(struct blob *b)
{
    /* Release what this thread did with the bytes, acquire what the others did, before the free. */
    if (!b || atomic_fetch_sub_explicit(&b->n_refs, 1, memory_order_acq_rel) != 1)
        return;
    mem_free(b->owned);
    mem_free(b);
}

const uint8_t *blob_bytes(const struct blob *b)
{
    return b->bytes;
}

size_t blob_len_bytes(const struct blob *b)
{
    return b->len_bytes;
}

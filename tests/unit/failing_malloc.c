#include "tests/unit/failing_malloc.h"

_Atomic size_t n_allowed = SIZE_MAX;
_Atomic int64_t n_live;

bool may_allocate(void)
{
    size_t n = n_allowed;
    do {
        if (n == SIZE_MAX)
            return true;
        if (n == 0)
            return false;
    } while (!atomic_compare_exchange_weak(&n_allowed, &n, n - 1));
    return true;
}

/* The linker's names. */
void *__real_malloc(size_t n_bytes);
void *__real_calloc(size_t n_items, size_t item_bytes);
void *__real_realloc(void *p, size_t n_bytes);
void __real_free(void *p);
void *__wrap_malloc(size_t n_bytes);
void *__wrap_calloc(size_t n_items, size_t item_bytes);
void *__wrap_realloc(void *p, size_t n_bytes);
void __wrap_free(void *p);

void *__wrap_malloc(size_t n_bytes)
{
    void *p = may_allocate() ? __real_malloc(n_bytes) : NULL;
    n_live += p != NULL;
    return p;
}

void *__wrap_calloc(size_t n_items, size_t item_bytes)
{
    void *p = may_allocate() ? __real_calloc(n_items, item_bytes) : NULL;
    n_live += p != NULL;
    return p;
}

void *__wrap_realloc(void *p, size_t n_bytes)
{
    void *grown = may_allocate() ? __real_realloc(p, n_bytes) : NULL;
    n_live += grown && !p;
    return grown;
}

void __wrap_free(void *p)
{
    n_live -= p != NULL;
    __real_free(p);
}

#include "server/http/media.h"

#include "server/http/field.h"

#include <string.h>

static const struct {
    const char *f, *type;
    bool compressible;
} MEDIA[] = {
#define X(name, f, type, compressible) [name] = {f, type, compressible},
    MEDIA_LIST(X)
#undef X
};

const char *media_f(enum media m)
{
    return MEDIA[m].f;
}

const char *media_type(enum media m)
{
    return MEDIA[m].type;
}

bool media_is_compressible(enum media m)
{
    return MEDIA[m].compressible;
}

/* How closely a range of Accept fits a type; what fits more closely decides. */
enum fit { FIT_NONE, FIT_ANY, FIT_FAMILY, FIT_SUFFIX, FIT_EXACT };

static enum fit fit_of(struct span range, const char *type)
{
    const struct span full = {type, strcspn(type, ";")};
    if (span_eq_ignoring_case(range, full))
        return FIT_EXACT;
    /* Who asks for JSON can read what is JSON by another name (RFC 6839, 3.1). */
    const char *suffix = "+json";
    const size_t n = strlen(suffix);
    if (span_eq_ignoring_case(range, span_of("application/json")) && full.len_bytes > n &&
        memcmp(full.at + full.len_bytes - n, suffix, n) == 0)
        return FIT_SUFFIX;
    const size_t family = strcspn(type, "/") + 1;
    if (range.len_bytes == family + 1 && range.at[family] == '*' &&
        span_eq_ignoring_case((struct span){range.at, family}, (struct span){type, family}))
        return FIT_FAMILY;
    return span_eq_ignoring_case(range, span_of("*/*")) ? FIT_ANY : FIT_NONE;
}

/* The quality that Accept gives to a type: that of the closest range. */
static int quality_of(const char *accept, const char *type, enum fit *out_fit)
{
    int quality = 0;
    enum fit best = FIT_NONE;
    struct field_walk w = field_walk(accept);
    for (struct field_item item; field_next(&w, &item);) {
        const enum fit fit = fit_of(item.value, type);
        if (fit > best || (fit == best && fit != FIT_NONE && item.quality > quality)) {
            best = fit;
            quality = item.quality;
        }
    }
    *out_fit = best;
    return quality;
}

bool media_choose(const enum media *offered, const char *f, const char *accept, enum media *out)
{
    if (f) {
        for (; *offered != MEDIA_END; offered++) {
            if (text_eq(f, media_f(*offered))) {
                *out = *offered;
                return true;
            }
        }
        return false;
    }
    if (*offered == MEDIA_END)
        return false;
    if (!accept || accept[strspn(accept, " \t,")] == '\0') {
        *out = *offered;
        return true;
    }
    int best_quality = 0;
    enum fit best_fit = FIT_NONE;
    for (; *offered != MEDIA_END; offered++) {
        enum fit fit;
        const int quality = quality_of(accept, media_type(*offered), &fit);
        if (quality > best_quality || (quality == best_quality && quality && fit > best_fit)) {
            best_quality = quality;
            best_fit = fit;
            *out = *offered;
        }
    }
    return best_quality > 0;
}

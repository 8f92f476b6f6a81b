/* A CRS that a source describes in words of its own becomes an EPSG code. */
#include "base/crs.h"

#include "base/text.h"

#include <proj.h>
#include <stdio.h>
#include <string.h>

/* PROJ's own measure (proj.h, proj_identify): 90 equivalent, and nearly the same name; 70
 * equivalent under another name. */
enum { SURE = 90, EQUIVALENT = 70 };

struct words {
    char name[96];
    char said[200]; /* PROJ's last words */
};

static void remember(void *user, int level, const char *message)
{
    struct words *w = user;
    if (level <= PJ_LOG_ERROR)
        snprintf(w->said, sizeof w->said, "%s", message);
}

/* A code of EPSG, or 0. */
static int32_t code_of(const PJ *pj)
{
    const char *authority = proj_get_id_auth_name(pj, 0);
    const char *code = proj_get_id_code(pj, 0);
    int64_t number = 0;
    if (!authority || !code || !text_eq_ignoring_case(authority, "EPSG") ||
        text_parse_i64(code, &number, NULL) || number <= 0 || number > INT32_MAX)
        return 0;
    return (int32_t)number;
}

/* The best match. One that only goes by another name counts when no other is as good: its numbers
 * are the same, so nothing moves. */
static int32_t identify(PJ_CONTEXT *context, const PJ *pj)
{
    int *confidences = NULL;
    PJ_OBJ_LIST *found = proj_identify(context, pj, "EPSG", NULL, &confidences);
    const int n = found ? proj_list_get_count(found) : 0;
    int best = -1;
    bool tied = false;
    for (int i = 0; i < n; i++) {
        if (best >= 0 && confidences[i] <= confidences[best]) {
            tied = tied || confidences[i] == confidences[best];
            continue;
        }
        best = i;
        tied = false;
    }
    int32_t epsg = 0;
    if (best >= 0 && (confidences[best] >= SURE || (confidences[best] >= EQUIVALENT && !tied))) {
        PJ *match = proj_list_get(context, found, best);
        epsg = match ? code_of(match) : 0;
        proj_destroy(match);
    }
    proj_int_list_destroy(confidences);
    proj_list_destroy(found);
    return epsg;
}

/* What identification goes by: without a transformation to WGS 84 around it, and of a compound CRS
 * the part on the ground. */
static PJ *bare_crs(PJ_CONTEXT *context, PJ *pj)
{
    for (int depth = 0; pj && depth < 4; depth++) {
        const PJ_TYPE type = proj_get_type(pj);
        PJ *inner = type == PJ_TYPE_BOUND_CRS      ? proj_get_source_crs(context, pj)
                    : type == PJ_TYPE_COMPOUND_CRS ? proj_crs_get_sub_crs(context, pj, 0)
                                                   : NULL;
        if (!inner)
            break;
        proj_destroy(pj);
        pj = inner;
    }
    return pj;
}

static int32_t code_of_wkt(PJ_CONTEXT *context, const char *wkt, struct words *words)
{
    PJ *pj = bare_crs(context, proj_create_from_wkt(context, wkt, NULL, NULL, NULL));
    if (!pj || !proj_is_crs(pj)) {
        proj_destroy(pj);
        return 0;
    }
    const char *name = proj_get_name(pj);
    snprintf(words->name, sizeof words->name, "%s", name ? name : "");
    int32_t epsg = code_of(pj);
    if (!epsg)
        epsg = identify(context, pj);
    proj_destroy(pj);
    return epsg;
}

enum err_code crs_from_wkt(struct span wkt, int32_t *out_epsg, struct err *err)
{
    struct buf text;
    struct words words = {0};
    int32_t epsg = 0;
    PJ_CONTEXT *context = proj_context_create();
    if (!context)
        return err_no_memory(err, sizeof words);
    proj_log_func(context, &words, remember);
    proj_context_set_enable_network(context, 0);
    buf_init(&text, CRS_WKT_BYTES);
    buf_put(&text, wkt.at, wkt.len_bytes);
    buf_put_u8(&text, '\0');
    enum err_code rc = buf_status(&text, err);
    if (!rc)
        epsg = code_of_wkt(context, (const char *)text.data, &words);
    if (!rc && epsg)
        *out_epsg = epsg;
    else if (!rc && words.name[0])
        rc = err_set(err, UNSUPPORTED, "the CRS '%s' is none of EPSG's, or not clearly one of them",
                     words.name);
    else if (!rc)
        rc = err_set(err, BAD_DATA, "this is no coordinate reference system in WKT%s%s",
                     words.said[0] ? ": " : "", words.said);
    buf_clear(&text);
    proj_context_destroy(context);
    return rc;
}

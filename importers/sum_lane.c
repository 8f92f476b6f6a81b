#include "importers/sum_lane.h"

#include "base/lane.h"
#include "base/mem.h"

#include <string.h>

struct sum_lane {
    const struct input *input;
    struct lane *lane;
    char hex[SOURCE_SHA256_BYTES];
    uint64_t n_bytes;
};

static enum err_code work(void *state, void *batch, struct err *err)
{
    struct sum_lane *l = state;
    (void)batch;
    return input_sha256(l->input, l->hex, &l->n_bytes, err);
}

enum err_code sum_lane_new(const struct input *in, struct sum_lane **out, struct err *err)
{
    struct sum_lane *l = mem_new(1, sizeof *l);
    if (!l)
        return err_no_memory(err, sizeof *l);
    l->input = in;
    /* There is but one piece of work, and nothing to be handed over for it. */
    enum err_code rc = lane_new(l, 2, 0, work, l, &l->lane, err);
    if (!rc)
        rc = lane_give(l->lane, err);
    if (rc)
        sum_lane_free(l);
    else
        *out = l;
    return rc;
}

void sum_lane_free(struct sum_lane *l)
{
    if (!l)
        return;
    lane_free(l->lane);
    mem_free(l);
}

enum err_code sum_lane_wait(struct sum_lane *l, char out_hex[SOURCE_SHA256_BYTES],
                            uint64_t *out_bytes, struct err *err)
{
    const enum err_code rc = lane_wait(l->lane, err);
    if (rc)
        return rc;
    memcpy(out_hex, l->hex, sizeof l->hex);
    *out_bytes = l->n_bytes;
    return OK;
}

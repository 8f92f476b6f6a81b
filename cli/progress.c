#include "cli/progress.h"

#include "base/json_write.h"
#include "base/text.h"
#include "base/when.h"
#include "cli/interrupt.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_EVERY_US 100000
#define BAR_CELLS       24
#define LINE_COLUMNS    79 /* where the terminal does not say */

static const char *const phase_words[] = {
    [IMPORT_READING] = "reading",
    [IMPORT_WRITING] = "writing",
    [IMPORT_DERIVING] = "drawing",
};

static const char *const export_phase_words[] = {
    [EXPORT_PLANNING] = "planning",
    [EXPORT_MAKING] = "making",
};

struct progress progress_start(const char *source, bool quiet)
{
    const char *slash = strrchr(source, '/');
    return (struct progress){.source = text_eq(source, "-") ? "standard input"
                                       : slash              ? slash + 1
                                                            : source,
                             .quiet = quiet,
                             .terminal = isatty(STDERR_FILENO) == 1};
}

/* The done share of this phase, or a negative number when the whole is not known. */
static double share_done(const struct import_progress *p)
{
    if (p->phase == IMPORT_READING)
        return p->source.raw_total_bytes
                   ? (double)p->source.raw_bytes / (double)p->source.raw_total_bytes
                   : -1;
    return p->n_features_total ? (double)p->n_features / (double)p->n_features_total : -1;
}

static void put_bar(struct buf *line, double share)
{
    buf_put_text(line, "[");
    for (int i = 0; i < BAR_CELLS; i++)
        buf_put_u8(line, i < share * BAR_CELLS ? '#' : '.');
    buf_printf(line, "] %3.0f %%  ", share * 100);
}

static void put_rate(struct buf *line, const struct import_progress *p, double seconds)
{
    if (p->phase == IMPORT_READING && seconds > 0)
        buf_printf(line, "  %.0f MB/s", (double)p->source.plain_bytes / 1e6 / seconds);
}

static void put_time_left(struct buf *line, double share, double seconds)
{
    if (share <= 0.01 || seconds < 1)
        return;
    const int left_s = (int)(seconds / share * (1 - share) + 0.5);
    buf_printf(line, "  %d:%02d left", left_s / 60, left_s % 60);
}

/* The characters that fit on the terminal's line: a line that wraps could not be redrawn. */
static int bytes_that_fit(struct span line)
{
    struct winsize window = {0};
    size_t columns = LINE_COLUMNS;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 1)
        columns = window.ws_col - 1u;
    struct span rest = line;
    for (; rest.len_bytes && columns > 0; columns--) {
        const size_t n = text_utf8_char(rest, NULL);
        rest.at += n ? n : 1;
        rest.len_bytes -= n ? n : 1;
    }
    return (int)(line.len_bytes - rest.len_bytes);
}

/* What a line is built in, from its beginning to its drawing. */
static void draw_line(struct buf *line)
{
    text_blank_controls((char *)line->data, line->len_bytes, false);
    const struct span text = span_of(buf_text(line));
    /* To the end of the line: what a longer one left there. */
    fprintf(stderr, "\r%.*s\x1b[K", bytes_that_fit(text), text.at);
    buf_clear(line);
}

static void draw(const struct progress *state, const struct import_progress *p, int64_t now_us)
{
    struct buf line;
    buf_init(&line, 1024);
    const double seconds = (double)(now_us - state->phase_us) / 1e6;
    double share = share_done(p);
    if (share >= 0) {
        share = share > 1 ? 1 : share;
        put_bar(&line, share);
    }
    buf_printf(&line, "%s  ", phase_words[p->phase]);
    text_put_count(&line, p->n_features);
    buf_put_text(&line, " features");
    put_rate(&line, p, seconds);
    put_time_left(&line, share, seconds);
    buf_printf(&line, "  %s", state->source);
    draw_line(&line);
}

/* Whether it is time to show something again; then it will be. */
static bool is_due(struct progress *s, int64_t now_us)
{
    if ((!s->json && (s->quiet || !s->terminal)) || now_us < s->redraw_us)
        return false;
    s->redraw_us = now_us + REDRAW_EVERY_US;
    s->shown = !s->json;
    return true;
}

static void draw_fetching(const struct progress *state, uint64_t n_bytes, uint64_t n_bytes_total)
{
    struct buf line;
    buf_init(&line, 1024);
    if (n_bytes_total)
        put_bar(&line, n_bytes < n_bytes_total ? (double)n_bytes / (double)n_bytes_total : 1);
    buf_put_text(&line, "fetching  ");
    text_put_size(&line, n_bytes);
    buf_printf(&line, "  %s", state->source);
    draw_line(&line);
}

static void draw_export(const struct progress *state, const struct export_progress *p,
                        int64_t now_us)
{
    struct buf line;
    buf_init(&line, 1024);
    const double seconds = (double)(now_us - state->phase_us) / 1e6;
    const double share = p->n_total ? (double)p->n_done / (double)p->n_total : -1;
    if (share >= 0)
        put_bar(&line, share);
    buf_printf(&line, "%s  ", export_phase_words[p->phase]);
    text_put_count(&line, p->n_done);
    buf_put_text(&line, " tiles");
    if (p->phase == EXPORT_MAKING) {
        buf_printf(&line, "  zoom %d  ", p->zoom);
        text_put_size(&line, p->n_bytes);
    }
    put_time_left(&line, share, seconds);
    buf_printf(&line, "  %s", state->source);
    draw_line(&line);
}

/* One line, in one call: lines of several programs on one terminal stay whole. */
static void put_event(struct json_out *j)
{
    struct buf *line = j->to;
    struct err err = {0};
    json_object_end(j);
    buf_put_text(line, "\n");
    if (!buf_status(line, &err))
        fputs(buf_text(line), stderr);
    buf_clear(line);
}

static struct json_out begin_event_of(struct buf *line, const char *key, const char *name,
                                      const char *event)
{
    buf_init(line, 1 << 20);
    struct json_out j = json_out(line);
    json_object(&j);
    json_member_text(&j, "event", event);
    json_member_text(&j, key, name);
    return j;
}

static struct json_out begin_event(struct buf *line, const char *source, const char *event)
{
    return begin_event_of(line, "source", source, event);
}

static void tell_event(const char *key, const char *name, const char *event, const char *error)
{
    struct buf line;
    struct json_out j = begin_event_of(&line, key, name, event);
    json_member_text(&j, "error", error);
    put_event(&j);
}

void progress_event(const char *source, const char *event, const char *error)
{
    tell_event("source", source, event, error);
}

void progress_export_event(const char *output, const char *event, const char *error)
{
    tell_event("output", output, event, error);
}

static void put_known(struct json_out *j, const char *key, uint64_t n)
{
    if (n > 0)
        json_member_int(j, key, (int64_t)n);
}

static void put_progress(const struct progress *state, const struct import_progress *p)
{
    struct buf line;
    struct json_out j = begin_event(&line, state->source, "progress");
    json_member_text(&j, "phase", phase_words[p->phase]);
    json_member_int(&j, "features", (int64_t)p->n_features);
    put_known(&j, "totalFeatures", p->n_features_total);
    if (p->phase == IMPORT_READING) {
        json_member_int(&j, "bytes", (int64_t)p->source.raw_bytes);
        put_known(&j, "totalBytes", p->source.raw_total_bytes);
    }
    put_event(&j);
}

static void put_fetching(const struct progress *state, uint64_t n_bytes, uint64_t n_bytes_total)
{
    struct buf line;
    struct json_out j = begin_event(&line, state->source, "progress");
    json_member_text(&j, "phase", "fetching");
    json_member_int(&j, "bytes", (int64_t)n_bytes);
    put_known(&j, "totalBytes", n_bytes_total);
    put_event(&j);
}

static void put_export(const struct progress *state, const struct export_progress *p)
{
    struct buf line;
    struct json_out j = begin_event_of(&line, "output", state->source, "progress");
    json_member_text(&j, "phase", export_phase_words[p->phase]);
    json_member_int(&j, "tiles", (int64_t)p->n_done);
    put_known(&j, "totalTiles", p->n_total);
    if (p->phase == EXPORT_MAKING) {
        json_member_int(&j, "zoom", p->zoom);
        json_member_int(&j, "bytes", (int64_t)p->n_bytes);
    }
    put_event(&j);
}

bool progress_fetched(void *state, uint64_t n_bytes, uint64_t n_bytes_total)
{
    struct progress *s = state;
    const int64_t now_us = when_monotonic_us();
    if (is_due(s, now_us)) {
        if (s->json)
            put_fetching(s, n_bytes, n_bytes_total);
        else
            draw_fetching(s, n_bytes, n_bytes_total);
    }
    return !interrupt_asked();
}

static void note_phase(struct progress *s, int phase, int64_t now_us)
{
    if (s->began && s->phase == phase)
        return;
    s->began = true;
    s->phase = phase;
    s->phase_us = now_us;
}

static void say_reading(const char *source)
{
    struct buf line;
    buf_init(&line, 1 << 16);
    buf_printf(&line, "cassini: import: reading %s", source);
    text_blank_controls((char *)line.data, line.len_bytes, false);
    fprintf(stderr, "%s\n", buf_text(&line));
    buf_clear(&line);
}

bool progress_show(void *state, const struct import_progress *p)
{
    struct progress *s = state;
    const int64_t now_us = when_monotonic_us();
    if (!s->began && s->json)
        progress_event(s->source, "start", NULL);
    else if (!s->began && !s->quiet && !s->terminal)
        say_reading(s->source);
    note_phase(s, (int)p->phase, now_us);
    if (is_due(s, now_us)) {
        if (s->json)
            put_progress(s, p);
        else
            draw(s, p, now_us);
    }
    return !interrupt_asked();
}

bool progress_exported(void *state, const struct export_progress *p)
{
    struct progress *s = state;
    const int64_t now_us = when_monotonic_us();
    if (!s->began && s->json)
        progress_export_event(s->source, "start", NULL);
    else if (!s->began && !s->quiet && !s->terminal)
        fprintf(stderr, "cassini: export: making %s\n", s->source);
    note_phase(s, (int)p->phase, now_us);
    if (is_due(s, now_us)) {
        if (s->json)
            put_export(s, p);
        else
            draw_export(s, p, now_us);
    }
    return !interrupt_asked();
}

void progress_end(struct progress *p)
{
    if (p->shown)
        fputs("\r\x1b[K", stderr);
    p->shown = false;
}

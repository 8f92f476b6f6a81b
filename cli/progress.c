#include "cli/progress.h"

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
    const struct span text = span_of(buf_text(&line));
    /* To the end of the line: what a longer one left there. */
    fprintf(stderr, "\r%.*s\x1b[K", bytes_that_fit(text), text.at);
    buf_clear(&line);
}

bool progress_show(void *state, const struct import_progress *p)
{
    struct progress *s = state;
    const int64_t now_us = when_monotonic_us();
    if (!s->began && !s->quiet && !s->terminal)
        fprintf(stderr, "cassini: import: reading %s\n", s->source);
    if (!s->began || s->phase != p->phase) {
        s->began = true;
        s->phase = p->phase;
        s->phase_us = now_us;
    }
    if (s->terminal && !s->quiet && now_us >= s->redraw_us) {
        draw(s, p, now_us);
        s->shown = true;
        s->redraw_us = now_us + REDRAW_EVERY_US;
    }
    return !interrupt_asked();
}

void progress_end(struct progress *p)
{
    if (p->shown)
        fputs("\r\x1b[K", stderr);
    p->shown = false;
}

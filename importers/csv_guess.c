#include "importers/csv_guess.h"

#include <string.h>

enum { RECORDS_MAX = 100 };

static const char DELIMITERS[] = {',', ';', '\t', '|'};

static enum err_code delimiter_of(const char *said, char *out, struct err *err)
{
    if (text_eq(said, "tab") || text_eq(said, "\\t"))
        *out = '\t';
    else if (strlen(said) == 1 && !strchr("\"\r\n", said[0]) && (said[0] & 0x80) == 0)
        *out = said[0];
    else
        return err_set(err, BAD_ARG, "--delimiter: '%.20s' is not one character, nor the word tab",
                       said);
    return OK;
}

/* A last line may be cut off. */
static struct span whole_lines(struct span head, bool is_whole)
{
    size_t n = head.len_bytes;
    if (is_whole)
        return head;
    while (n > 0 && head.at[n - 1] != '\n' && head.at[n - 1] != '\r')
        n--;
    return n > 0 ? (struct span){head.at, n} : head;
}

/* How the text looks in this dialect. */
static enum err_code look(struct span text, struct csv_dialect dialect, struct csv_guess *out,
                          struct err *err)
{
    struct csv_text lent;
    struct csv_split *split = NULL;
    struct csv_guess g = {.dialect = dialect};
    csv_text_lend(&lent, text);
    enum err_code rc = csv_split_new(&lent, 1, dialect, NULL, &split, err);
    while (!rc && g.n_records < RECORDS_MAX) {
        struct csv_record r;
        bool more = false;
        rc = csv_split_next(split, &r, &more, err);
        if (rc || !more)
            break;
        if (g.n_records++ == 0)
            g.n_columns = r.n_fields;
        /* A delimiter behind the last field is a habit of some. */
        const bool is_trailing =
            r.n_fields == g.n_columns + 1 && r.fields[r.n_fields - 1].len_bytes == 0;
        g.n_alike += r.n_fields == g.n_columns || is_trailing;
    }
    csv_split_free(split);
    csv_text_clear(&lent);
    if (!rc)
        *out = g;
    return rc;
}

/* More records alike, then more columns. */
static bool is_better(const struct csv_guess *a, const struct csv_guess *b)
{
    if (a->n_columns < 2 || b->n_columns < 2)
        return a->n_columns > 1 && b->n_columns < 2;
    const size_t a_share = a->n_alike * b->n_records, b_share = b->n_alike * a->n_records;
    return a_share != b_share ? a_share > b_share : a->n_columns > b->n_columns;
}

/* "sep=;" */
static bool takes_sep_line(struct span head, struct csv_guess *g)
{
    static const char SEP[] = "sep=";
    const size_t n = sizeof SEP - 1;
    if (head.len_bytes < n + 2 || memcmp(head.at, SEP, n) != 0)
        return false;
    size_t end = n + 1;
    end += head.at[end] == '\r';
    end += end < head.len_bytes && head.at[end] == '\n';
    if (end == n + 1)
        return false;
    g->dialect.delimiter = head.at[n];
    g->n_skip_bytes = end;
    return true;
}

enum err_code csv_guess(struct span head, bool is_whole, const char *said, struct csv_guess *out,
                        struct err *err)
{
    char one = ',';
    struct csv_guess sep = {0}, best = {.dialect = {',', false}};
    bool is_said = takes_sep_line(head, &sep);
    enum err_code rc = said ? delimiter_of(said, &one, err) : OK;
    if (!said && is_said)
        one = sep.dialect.delimiter;
    is_said = is_said || said;
    const struct span lines = whole_lines(
        (struct span){head.at + sep.n_skip_bytes, head.len_bytes - sep.n_skip_bytes}, is_whole);
    const char *candidates = is_said ? &one : DELIMITERS;
    const size_t n_candidates = is_said ? 1 : sizeof DELIMITERS;
    bool found = false;
    /* Backslashes before quotes only where that makes more sense than none. */
    for (int backslash = 0; backslash < 2; backslash++) {
        for (size_t i = 0; !rc && i < n_candidates; i++) {
            struct csv_guess g;
            rc = look(lines, (struct csv_dialect){candidates[i], backslash}, &g, err);
            if (!rc && (!found || is_better(&g, &best)))
                best = g;
            found = true;
        }
    }
    if (rc)
        return rc;
    best.n_skip_bytes = sep.n_skip_bytes;
    *out = best;
    return OK;
}

#include "base/nearest.h"

#include "base/text.h"

#include <string.h>

#define WORD_MAX 40

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits that turn one word into the other (Levenshtein), by one row of the table at a time. */
static size_t edits_between(const char *a, const char *b)
{
    const size_t n_a = strlen(a), n_b = strlen(b);
    if (n_a > WORD_MAX || n_b > WORD_MAX)
        return n_a + n_b;
    size_t row[WORD_MAX + 1];
    for (size_t j = 0; j <= n_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[n_b];
}

struct nearest nearest_to(const char *word)
{
    /* More than a third of the letters wrong is another word, not a slip. */
    return (struct nearest){.word = word, .best = NULL, .distance = strlen(word) / 3 + 2};
}

void nearest_offer(struct nearest *n, const char *known)
{
    size_t distance = edits_between(n->word, known);
    /* A beginning counts as one slip: --max for --max-rejects. */
    if (distance > 1 && strlen(n->word) >= 3 && text_starts_with(known, n->word))
        distance = 1;
    if (distance < n->distance) {
        n->best = known;
        n->distance = distance;
    }
}

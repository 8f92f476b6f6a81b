#include "importers/shapefile_value.h"

#include <string.h>

/* Letters of dBASE III to V and of FoxPro. What is not here is read as text. */
static const struct {
    char type;
    int n_bytes; /* 0: any */
    enum cell_kind kind;
} KINDS[] = {
    {'N', 0, CELL_WHOLE},  {'F', 0, CELL_DECIMAL}, {'D', 8, CELL_DATE},   {'L', 1, CELL_LOGICAL},
    {'I', 4, CELL_INT32},  {'O', 8, CELL_DOUBLE},  {'B', 8, CELL_DOUBLE}, {'B', 0, CELL_UNREAD},
    {'M', 0, CELL_UNREAD}, {'G', 0, CELL_UNREAD},  {'P', 0, CELL_UNREAD}, {'T', 0, CELL_UNREAD},
    {'Y', 0, CELL_UNREAD}, {'@', 0, CELL_UNREAD},  {'+', 0, CELL_UNREAD}, {'0', 0, CELL_UNREAD},
    {'V', 0, CELL_UNREAD}, {'Q', 0, CELL_UNREAD},  {'W', 0, CELL_UNREAD}, {'I', 0, CELL_UNREAD},
    {'O', 0, CELL_UNREAD},
};

static const enum field_type FIELD_TYPES[] = {
    [CELL_TEXT] = FIELD_TEXT,   [CELL_WHOLE] = FIELD_INTEGER,   [CELL_DECIMAL] = FIELD_REAL,
    [CELL_DATE] = FIELD_DATE,   [CELL_LOGICAL] = FIELD_BOOLEAN, [CELL_INT32] = FIELD_INTEGER,
    [CELL_DOUBLE] = FIELD_REAL, [CELL_UNREAD] = FIELD_TEXT,
};

enum cell_kind cell_kind_of(char type, int n_bytes, int n_decimals)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (KINDS[i].type != type || (KINDS[i].n_bytes && KINDS[i].n_bytes != n_bytes))
            continue;
        return KINDS[i].kind == CELL_WHOLE && n_decimals > 0 ? CELL_DECIMAL : KINDS[i].kind;
    }
    return CELL_TEXT;
}

enum field_type cell_field_type(enum cell_kind kind)
{
    return FIELD_TYPES[kind];
}

struct span cell_text(struct span cell)
{
    const char *nul = cell.len_bytes > 0 ? memchr(cell.at, '\0', cell.len_bytes) : NULL;
    if (nul)
        cell.len_bytes = (size_t)(nul - cell.at);
    while (cell.len_bytes > 0 && cell.at[cell.len_bytes - 1] == ' ')
        cell.len_bytes--;
    return cell;
}

/* Without the blanks before it too. */
static struct span trimmed(struct span cell)
{
    struct span text = cell_text(cell);
    while (text.len_bytes > 0 && (*text.at == ' ' || *text.at == '\t')) {
        text.at++;
        text.len_bytes--;
    }
    return text;
}

static bool is_all(struct span text, char c)
{
    for (size_t i = 0; i < text.len_bytes; i++) {
        if (text.at[i] != c)
            return false;
    }
    return true;
}

/* ".", "NaN", "-inf", "1.#QNAN": how programs write that there is no number. */
static bool says_no_number(const char *text)
{
    return strchr(text, '#') || !strpbrk(text, "0123456789");
}

static struct value number_of(enum cell_kind kind, struct span text, char room[CELL_BYTES_MAX + 1],
                              bool *out_not_a_number)
{
    int64_t whole = 0;
    double real = 0;
    if (text.len_bytes == 0 || is_all(text, '*'))
        return value_null();
    memcpy(room, text.at, text.len_bytes);
    room[text.len_bytes] = '\0';
    const enum err_code rc = kind == CELL_WHOLE ? text_parse_i64(room, &whole, NULL) : BAD_ARG;
    if (rc == OK)
        return value_int(whole);
    /* More digits than 64 bits hold are kept as they are: they are a code rather than a number. */
    if (rc != LIMIT && text_parse_f64(room, &real, NULL) == OK)
        return value_real(real);
    if (says_no_number(room)) {
        *out_not_a_number = true;
        return value_null();
    }
    return value_text((struct span){room, text.len_bytes});
}

static struct value date_of(struct span text, char room[CELL_BYTES_MAX + 1])
{
    if (text.len_bytes == 0 || is_all(text, '0'))
        return value_null();
    for (size_t i = 0; i < text.len_bytes; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return value_text(text);
    }
    if (text.len_bytes != 8)
        return value_text(text);
    memcpy(room, text.at, 4);
    memcpy(room + 5, text.at + 4, 2);
    memcpy(room + 8, text.at + 6, 2);
    room[4] = room[7] = '-';
    return value_text((struct span){room, 10});
}

static struct value logical_of(struct span text)
{
    if (text.len_bytes == 0 || span_eq(text, "?"))
        return value_null();
    if (memchr("TtYy", *text.at, 4))
        return value_bool(true);
    if (memchr("FfNn", *text.at, 4))
        return value_bool(false);
    return value_text(text);
}

static uint64_t little_endian(struct span bytes)
{
    uint64_t value = 0;
    for (size_t i = bytes.len_bytes; i > 0; i--)
        value = value << 8 | (unsigned char)bytes.at[i - 1];
    return value;
}

static struct value double_of(struct span cell, bool *out_not_a_number)
{
    const uint64_t bits = little_endian(cell);
    double real;
    memcpy(&real, &bits, sizeof real);
    *out_not_a_number = !(real - real == 0);
    return *out_not_a_number ? value_null() : value_real(real);
}

void cell_value(enum cell_kind kind, struct span cell, char room[CELL_BYTES_MAX + 1],
                struct value *out, bool *out_not_a_number)
{
    *out_not_a_number = false;
    *out = value_null();
    switch (kind) {
    case CELL_WHOLE:
    case CELL_DECIMAL:
        *out = number_of(kind, trimmed(cell), room, out_not_a_number);
        break;
    case CELL_DATE:
        *out = date_of(trimmed(cell), room);
        break;
    case CELL_LOGICAL:
        *out = logical_of(trimmed(cell));
        break;
    case CELL_INT32:
        *out = value_int((int32_t)(uint32_t)little_endian(cell));
        break;
    case CELL_DOUBLE:
        *out = double_of(cell, out_not_a_number);
        break;
    case CELL_TEXT:
    case CELL_UNREAD:
        break;
    }
}

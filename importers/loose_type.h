/*
 * What a piece of text means when its format has no types (CSV, XML): a number only where it is one
 * and nothing else, so that codes ("0033", "+33", "1E5") stay what they are.
 */
#ifndef IMPORTERS_LOOSE_TYPE_H
#define IMPORTERS_LOOSE_TYPE_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/** How a source's text is to be understood. */
enum loose {
    TYPED,      /* it is text */
    LOOSE,      /* of a format without types */
    LOOSE_COMMA /* and "2,5" may be a number */
};

enum loose_kind {
    LOOSE_TEXT,
    LOOSE_INTEGER, /* written as we would write it: no sign +, no leading zero; within 64 bits */
    LOOSE_POINT,   /* a finite number with '.' or a signed exponent: "2.5", ".5", "1e-06" */
    LOOSE_DECIMAL_COMMA, /* "2,5" */
    LOOSE_BOOLEAN        /* true or false, as True and TRUE too */
};

/** A text's kind, and the number or truth value it stands for. */
struct loose_value {
    enum loose_kind kind;
    int64_t integer;
    double real; /* of LOOSE_POINT and LOOSE_DECIMAL_COMMA */
    bool boolean;
};

/** In       how: LOOSE or LOOSE_COMMA */
struct loose_value loose_value_of(struct span text, enum loose how);
/** The same without `real`, which takes the longest. */
struct loose_value loose_kind_of(struct span text, enum loose how);

#endif

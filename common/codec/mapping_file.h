/*
 * mapping_file — a channel file as structs: which rules fill which canonical field.
 *
 * Private to the codec: mapping.h is the door.
 */
#ifndef SLUICE_CODEC_MAPPING_FILE_H
#define SLUICE_CODEC_MAPPING_FILE_H

#include "codec/mapping.h"
#include "codec/mapping_rule.h"

/* A canonical field: its name in the file, what it is, and where it lies in our struct. */
struct mapping_target {
    const char *name; /* NULL ends a table */
    enum mapping_class class;
    size_t offset;
    bool required; /* in every channel */
};

#define MAPPING_ORDER_FIELDS  27
#define MAPPING_LINE_FIELDS   12
#define MAPPING_REFUND_FIELDS 5

extern const struct mapping_target mapping_file_order[MAPPING_ORDER_FIELDS + 1];
extern const struct mapping_target mapping_file_line[MAPPING_LINE_FIELDS + 1];
extern const struct mapping_target mapping_file_refund[MAPPING_REFUND_FIELDS + 1];

/* The places of fields that the code itself looks at. */
enum { MAPPING_ORDER_PLATFORM_ID = 0 };
enum { MAPPING_LINE_LINE_ID = 0, MAPPING_LINE_STAGE = 1 };
enum { MAPPING_REFUND_ID = 0, MAPPING_REFUND_VERSION = 1, MAPPING_REFUND_STATE = 2 };

/* What the payloads of a channel may be beside orders: a reason of its own for each. */
struct mapping_other {
    struct mapping_test *tests;
    size_t test_count;
    struct str refuse;
};

/* One after-sale of a line, or one for each element of a list. */
struct mapping_refunds {
    struct mapping_list each; /* outer.at NULL: the line itself */
    const char *line;         /* in the element: the id of its line; NULL: all are this line's */
    struct mapping_test *tests;
    size_t test_count;
    struct mapping_field fields[MAPPING_REFUND_FIELDS];
};

/* The value here is that of an element of an earlier list, one for which the tests hold. */
struct mapping_unless {
    const char *at, *listed;
    struct mapping_test *tests;
    size_t test_count;
};

/* One list of the payload that makes lines. */
struct mapping_lines {
    struct mapping_list *each; /* places; the first that is a list */
    struct str *each_texts;    /* the same, for messages */
    size_t each_count;
    struct mapping_test *tests;
    size_t test_count;
    struct mapping_unless *unless; /* skip an element for which one of them holds */
    size_t unless_count;
    bool needed;         /* an order has a line of this list */
    bool number_repeats; /* a second line of one id becomes "<id>-2" */
    struct mapping_field fields[MAPPING_LINE_FIELDS];
    struct mapping_refunds *refunds;
    size_t refund_count;
};

struct mapping {
    struct arena *arena;
    const char *name; /* "douyin.json" */
    struct str channel;
    struct mapping_test *answers; /* must hold, or the payload is an error answer */
    size_t answer_count;
    struct mapping_other *others; /* asked when the payload is no order */
    size_t other_count;
    struct str *order_at; /* "" is the payload itself */
    size_t order_at_count;
    struct mapping_field fields[MAPPING_ORDER_FIELDS];
    struct mapping_lines *lines;
    size_t lines_count;
};

#endif

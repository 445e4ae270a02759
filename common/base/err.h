/*
 * err — what went wrong, and what the runtime should do about it.
 *
 * A function that can fail returns bool and takes `struct err *err` last. The class answers
 * one question (retry, reject or die), the text tells a person what happened, where, and
 * what to do. Library code sets it and returns; whoever decides what to do logs it, once.
 */
#ifndef SLUICE_BASE_ERR_H
#define SLUICE_BASE_ERR_H

#include <stdbool.h>

#include "base/check.h"

enum err_class {
    ERR_NONE = 0,
    ERR_RETRY,  /* the world: time-outs, lost connections; abort, back off, replay */
    ERR_REJECT, /* this event: dead-letter it, go on */
    ERR_FATAL,  /* us, or our place in the group: stop and be restarted */
};

struct err {
    enum err_class class;
    char text[480];
};

/* Sets class and text (cut to fit) and returns false, so that a caller can `return err_set(…)`.
 * The arguments may hold err->text itself. */
bool err_set(struct err *err, enum err_class class, const char *format, ...) PRINTF_LIKE(3, 4);

/* Puts `context: ` before the text; keeps the class. Returns false. */
bool err_in(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* "none", "retry", "reject" or "fatal"; static text. */
const char *err_class_name(enum err_class class);

#endif

/* err — see err.h. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define ERR_TEXT_SIZE sizeof(((struct err *)NULL)->text)

/* Long enough to see, at the place of the cut, whether a character would be halved. */
struct err_draft {
    char text[ERR_TEXT_SIZE + 4];
};

static void err_keep(struct err *err, const struct err_draft *draft)
{
    struct str kept = str_clip(str_of(draft->text), ERR_TEXT_SIZE - 1);

    memcpy(err->text, kept.data, kept.size);
    err->text[kept.size] = '\0';
}

bool err_set(struct err *err, enum err_class class, const char *format, ...)
{
    struct err_draft draft; /* the arguments may point into err->text */
    va_list args;

    CHECK(class != ERR_NONE);
    va_start(args, format);
    CHECK(vsnprintf(draft.text, sizeof(draft.text), format, args) >= 0);
    va_end(args);
    err_keep(err, &draft);
    err->class = class;
    return false;
}

bool err_in(struct err *err, const char *format, ...)
{
    struct err_draft draft;
    va_list args;

    va_start(args, format);
    int size = vsnprintf(draft.text, sizeof(draft.text), format, args);
    va_end(args);
    CHECK(size >= 0);
    if ((size_t)size < sizeof(draft.text))
        snprintf(draft.text + size, sizeof(draft.text) - (size_t)size, ": %s", err->text);
    err_keep(err, &draft);
    return false;
}

const char *err_class_name(enum err_class class)
{
    switch (class) {
    case ERR_NONE:
        return "none";
    case ERR_RETRY:
        return "retry";
    case ERR_REJECT:
        return "reject";
    case ERR_FATAL:
        return "fatal";
    }
    return "unknown";
}

/* names — see names.h. */
#include "domain/names.h"

const char *names_get(const struct names *names, size_t index)
{
    return index > 0 && index < names->count ? names->texts[index] : "none";
}

size_t names_find(const struct names *names, struct str text)
{
    for (size_t i = 1; i < names->count; i++) {
        if (str_is(text, names->texts[i]))
            return i;
    }
    return 0;
}

#include "runtime/config_read.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_READ_FILE_MAX (256u << 10) /* bytes */
#define CONFIG_READ_PREFIX   "SLUICE_"

extern char **environ;

/* A copy with every ASCII letter turned by toupper or tolower. */
static struct str config_read_turn(struct arena *arena, struct str text, int (*turn)(int))
{
    char *out = arena_alloc(arena, text.size + 1);

    for (size_t i = 0; i < text.size; i++)
        out[i] = (char)turn((unsigned char)text.data[i]);
    return (struct str){ .data = out, .size = text.size };
}

bool config_read_env(struct arena *arena, config_pair_fn put, void *context, struct err *err)
{
    const struct str prefix = STR(CONFIG_READ_PREFIX);

    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        struct str value = str_of(*entry);
        struct str shown = str_cut(&value, '=');

        if (!str_starts(shown, prefix))
            continue;
        struct str name = { .data = shown.data + prefix.size, .size = shown.size - prefix.size };
        struct config_pair pair = {
            .name = config_read_turn(arena, name, tolower),
            .value = value,
            .shown = arena_copy(arena, shown).data,
        };
        if (!put(context, &pair, err))
            return false;
    }
    return true;
}

static bool config_read_load(struct arena *arena, const char *path, struct str *text_out,
                             struct err *err)
{
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return err_set(err, ERR_FATAL, "SLUICE_CONFIG names %s, which cannot be read: %s", path,
                       strerror(errno));
    char *text = arena_alloc(arena, CONFIG_READ_FILE_MAX + 1);
    size_t size = fread(text, 1, CONFIG_READ_FILE_MAX + 1, file);
    bool failed = ferror(file) != 0;
    (void)fclose(file);
    if (failed)
        return err_set(err, ERR_FATAL, "SLUICE_CONFIG names %s, which is not a readable file",
                       path);
    if (size > CONFIG_READ_FILE_MAX)
        return err_set(err, ERR_FATAL, "SLUICE_CONFIG names %s, which is larger than %u bytes",
                       path, CONFIG_READ_FILE_MAX);
    *text_out = (struct str){ .data = text, .size = size };
    return true;
}

bool config_read_file(struct arena *arena, const char *path, config_pair_fn put, void *context,
                      struct err *err)
{
    struct str text = STR_NONE;

    if (!config_read_load(arena, path, &text, err))
        return false;
    for (int number = 1; text.size > 0; number++) {
        struct str value = str_trim(str_cut(&text, '\n'));

        if (value.size == 0 || value.data[0] == '#')
            continue;
        if (!str_has(value, '='))
            return err_set(err, ERR_FATAL, "%s line %d is not `name = value`", path, number);
        struct str name = str_trim(str_cut(&value, '='));
        struct config_pair pair = {
            .name = name,
            .value = str_trim(value),
            .shown = arena_copy(arena, name).data,
            .from_file = true,
        };
        if (!put(context, &pair, err))
            return err_in(err, "%s line %d", path, number);
    }
    return true;
}

const char *config_read_spell(struct arena *arena, struct str name, bool in_file)
{
    if (in_file)
        return arena_copy(arena, name).data;
    return arena_format(arena, CONFIG_READ_PREFIX "%.*s",
                        STR_ARG(config_read_turn(arena, name, toupper))).data;
}

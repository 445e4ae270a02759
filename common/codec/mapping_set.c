/* mapping_set — see mapping_set.h. */
#include "codec/mapping_set.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "codec/schema_file.h"

#define MAPPING_SET_MAX 64

struct mapping_set {
    struct arena *arena;
    struct mapping *items[MAPPING_SET_MAX];
    size_t count;
    struct str names;
};

static bool mapping_set_folder(struct arena *arena, const char *schemas, const char **folder_out,
                               struct err *err)
{
    if (!schemas || !schemas[0])
        return schema_file_find(arena, "channels", folder_out, err);
    *folder_out = arena_format(arena, "%s/channels", schemas).data;
    return true;
}

static bool mapping_set_add(struct mapping_set *set, struct arena *scratch, const char *path,
                            const char *name, struct err *err)
{
    struct mapping *mapping;
    struct str text;

    if (!schema_file_read(scratch, path, &text, err)
        || !mapping_open(&mapping, arena_format(scratch, "schemas/channels/%s", name).data, text,
                         err))
        return false;
    if (mapping_set_get(set, mapping_channel(mapping))) {
        err_set(err, ERR_FATAL, "%s: another file has the channel %.*s already", path,
                STR_ARG(mapping_channel(mapping)));
        mapping_close(mapping);
        return false;
    }
    set->items[set->count++] = mapping;
    return true;
}

static bool mapping_set_is_channel(struct str name)
{
    static const struct str endings[] = { { ".v1.json", 8 }, { ".json", 5 } };
    bool is_schema =
        name.size > 8 && str_eq((struct str){ name.data + name.size - 8, 8 }, endings[0]);

    return !is_schema && name.size > 5 && name.data[0] != '.'
           && str_eq((struct str){ name.data + name.size - 5, 5 }, endings[1]);
}

static int mapping_set_compare(const void *left, const void *right)
{
    return str_compare(*(const struct str *)left, *(const struct str *)right);
}

/* The channel files of the folder by name, so that every process reads them in one order. */
static bool mapping_set_list(struct arena *arena, const char *folder,
                             struct str names[MAPPING_SET_MAX], size_t *count_out, struct err *err)
{
    DIR *open = opendir(folder);
    const struct dirent *entry;
    size_t count = 0;

    if (!open)
        return err_set(err, ERR_FATAL,
                       "%s: %s: SLUICE_SCHEMAS must name the folder that holds channels/", folder,
                       strerror(errno));
    while (count < MAPPING_SET_MAX && (entry = readdir(open)) != NULL)
        if (mapping_set_is_channel(str_of(entry->d_name)))
            names[count++] = arena_copy(arena, str_of(entry->d_name));
    (void)closedir(open);
    if (count == 0 || count == MAPPING_SET_MAX)
        return err_set(err, ERR_FATAL, "%s holds no channel file, or more than %d", folder,
                       MAPPING_SET_MAX - 1);
    qsort(names, count, sizeof(names[0]), mapping_set_compare);
    *count_out = count;
    return true;
}

static void mapping_set_name_all(struct mapping_set *set)
{
    struct buf names;

    buf_init(&names, set->arena, 64);
    for (size_t i = 0; i < set->count; i++) {
        if (i > 0)
            buf_put(&names, STR(", "));
        buf_put(&names, mapping_channel(set->items[i]));
    }
    set->names = buf_str(&names);
}

static bool mapping_set_load(struct mapping_set *set, const char *folder, struct err *err)
{
    struct arena *scratch = arena_open((size_t)MAPPING_SET_MAX * 2 * SCHEMA_FILE_SIZE_MAX);
    struct str names[MAPPING_SET_MAX];
    size_t count = 0;
    bool ok = mapping_set_list(scratch, folder, names, &count, err);

    for (size_t i = 0; ok && i < count; i++)
        ok = mapping_set_add(set, scratch,
                             arena_format(scratch, "%s/%.*s", folder, STR_ARG(names[i])).data,
                             names[i].data, err);
    arena_close(scratch);
    return ok;
}

bool mapping_set_open(struct mapping_set **set_out, const char *schemas, struct err *err)
{
    struct mapping_set *set = MEM_NEW(struct mapping_set);
    const char *folder;

    set->arena = arena_open(1u << 20);
    if (!mapping_set_folder(set->arena, schemas, &folder, err)
        || !mapping_set_load(set, folder, err)) {
        mapping_set_close(set);
        return false;
    }
    mapping_set_name_all(set);
    *set_out = set;
    return true;
}

void mapping_set_close(struct mapping_set *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->count; i++)
        mapping_close(set->items[i]);
    arena_close(set->arena);
    mem_free(set);
}

/* ---- asking ---- */

const struct mapping *mapping_set_get(const struct mapping_set *set, struct str channel)
{
    for (size_t i = 0; i < set->count; i++)
        if (str_eq(mapping_channel(set->items[i]), channel))
            return set->items[i];
    return NULL;
}

size_t mapping_set_count(const struct mapping_set *set)
{
    return set->count;
}

struct str mapping_set_names(const struct mapping_set *set)
{
    return set->names;
}

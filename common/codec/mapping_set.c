/* mapping_set — see mapping_set.h. */
#include "codec/mapping_set.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"

#define MAPPING_SET_MAX 64
#define MAPPING_SET_FILE_SIZE_MAX (1u << 20)

struct mapping_set {
    struct arena *arena;
    struct mapping *items[MAPPING_SET_MAX];
    size_t count;
    struct str names;
};

/* ---- where the files are ---- */

static bool mapping_set_is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* At or above the program's folder: build/dev/workers/ingest → the source tree; bin → the image. */
static const char *mapping_set_search(struct arena *arena)
{
    static const char *const places[] = { "schemas", "share/sluice/schemas" };
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);
    char *slash;

    if (size < 0)
        return NULL;
    path[size] = '\0';
    while ((slash = strrchr(path, '/')) != NULL) {
        *slash = '\0';
        for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
            const char *schemas = arena_format(arena, "%s/%s", path, places[i]).data;

            if (mapping_set_is_folder(arena_format(arena, "%s/channels", schemas).data))
                return schemas;
        }
    }
    return NULL;
}

static const char *mapping_set_folder(struct arena *arena, const char *schemas, struct err *err)
{
    const char *folder = schemas && schemas[0] ? schemas : getenv("SLUICE_SCHEMAS");

    if (!folder || !folder[0])
        folder = mapping_set_search(arena);
    if (!folder) {
        err_set(err, ERR_FATAL,
                "there is no schemas/channels near the program: set SLUICE_SCHEMAS to the "
                "folder `schemas`");
        return NULL;
    }
    folder = arena_format(arena, "%s/channels", folder).data;
    if (!mapping_set_is_folder(folder)) {
        err_set(err, ERR_FATAL,
                "%s is no folder: SLUICE_SCHEMAS must name the folder that holds channels/",
                folder);
        return NULL;
    }
    return folder;
}

/* ---- reading them ---- */

static bool mapping_set_text(struct arena *arena, const char *path, struct str *text_out,
                             struct err *err)
{
    FILE *file = fopen(path, "rb");
    size_t size;
    char *data;
    bool ok;

    if (!file)
        return err_set(err, ERR_FATAL, "%s: %s", path, strerror(errno));
    data = arena_alloc(arena, MAPPING_SET_FILE_SIZE_MAX);
    size = fread(data, 1, MAPPING_SET_FILE_SIZE_MAX, file);
    ok = !ferror(file) && feof(file);
    fclose(file);
    if (!ok)
        return err_set(err, ERR_FATAL, "%s: cannot be read, or is larger than 1 MB", path);
    *text_out = (struct str){ data, size };
    return true;
}

static bool mapping_set_add(struct mapping_set *set, struct arena *scratch, const char *folder,
                            const char *name, struct err *err)
{
    const char *path = arena_format(scratch, "%s/%s", folder, name).data;
    struct mapping *mapping;
    struct str text;

    if (set->count == MAPPING_SET_MAX)
        return err_set(err, ERR_FATAL, "%s: more than %d channels", folder, MAPPING_SET_MAX);
    if (!mapping_set_text(scratch, path, &text, err)
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
    bool is_schema = name.size > 8
                     && str_eq((struct str){ name.data + name.size - 8, 8 }, endings[0]);

    return !is_schema && name.size > 5 && name.data[0] != '.'
           && str_eq((struct str){ name.data + name.size - 5, 5 }, endings[1]);
}

static int mapping_set_filter(const struct dirent *entry)
{
    return mapping_set_is_channel(str_of(entry->d_name));
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
    struct dirent **entries = NULL;
    struct arena *scratch = arena_open((size_t)MAPPING_SET_MAX * MAPPING_SET_FILE_SIZE_MAX * 2);
    int count = scandir(folder, &entries, mapping_set_filter, alphasort);
    bool ok = count > 0;

    if (!ok)
        err_set(err, ERR_FATAL, "%s holds no channel file", folder);
    for (int i = 0; i < count; i++) {
        ok = ok && mapping_set_add(set, scratch, folder, entries[i]->d_name, err);
        free(entries[i]);
    }
    free(entries);
    arena_close(scratch);
    return ok;
}

bool mapping_set_open(struct mapping_set **set_out, const char *schemas, struct err *err)
{
    struct mapping_set *set = MEM_NEW(struct mapping_set);
    const char *folder;

    set->arena = arena_open(1u << 20);
    folder = mapping_set_folder(set->arena, schemas, err);
    if (!folder || !mapping_set_load(set, folder, err)) {
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

/* schema_file — see schema_file.h. */
#include "codec/schema_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* build/dev/ops/cli → the source tree; bin → what is installed. */
static const char *schema_file_search(struct arena *arena, const char *name)
{
    static const char *const places[] = { "schemas", "share/sluice/schemas" };
    char folder[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
    char *slash;

    if (size < 0)
        return NULL;
    folder[size] = '\0';
    while ((slash = strrchr(folder, '/')) != NULL) {
        *slash = '\0';
        for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
            const char *path = arena_format(arena, "%s/%s/%s", folder, places[i], name).data;

            if (access(path, R_OK) == 0)
                return path;
        }
    }
    return NULL;
}

bool schema_file_find(struct arena *arena, const char *name, const char **path_out, struct err *err)
{
    const char *folder = getenv("SLUICE_SCHEMAS");
    const char *path;

    if (folder != NULL && folder[0] != '\0') {
        path = arena_format(arena, "%s/%s", folder, name).data;
        if (access(path, R_OK) != 0)
            return err_set(err, ERR_FATAL,
                           "%s: %s: SLUICE_SCHEMAS must name the folder that "
                           "holds %s",
                           path, strerror(errno), name);
    } else {
        path = schema_file_search(arena, name);
        if (path == NULL)
            return err_set(err, ERR_FATAL,
                           "there is no schemas/%s near the program: set "
                           "SLUICE_SCHEMAS to the folder `schemas`",
                           name);
    }
    *path_out = path;
    return true;
}

bool schema_file_read(struct arena *arena, const char *path, struct str *text_out, struct err *err)
{
    FILE *file = fopen(path, "rb");
    size_t size;
    char *data;
    bool whole;

    if (file == NULL)
        return err_set(err, ERR_FATAL, "%s: %s", path, strerror(errno));
    data = arena_alloc(arena, SCHEMA_FILE_SIZE_MAX + 1);
    size = fread(data, 1, SCHEMA_FILE_SIZE_MAX + 1, file);
    whole = ferror(file) == 0 && size <= SCHEMA_FILE_SIZE_MAX;
    (void)fclose(file);
    if (!whole)
        return err_set(err, ERR_FATAL, "%s: cannot be read whole, or is larger than %u bytes", path,
                       SCHEMA_FILE_SIZE_MAX);
    *text_out = (struct str){ .data = data, .size = size };
    return true;
}

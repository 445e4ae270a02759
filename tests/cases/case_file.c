#include "case_file.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/num.h"

#define CASE_FILE_MAX 65536
#define CASE_LINES_MAX 400

static struct str case_read(struct arena *arena, const char *path)
{
    char *data = arena_alloc(arena, CASE_FILE_MAX);
    FILE *file = fopen(path, "rb");

    CHECK(file);
    size_t size = fread(data, 1, CASE_FILE_MAX, file);
    CHECK(size > 0 && size < CASE_FILE_MAX);
    (void)fclose(file);
    return (struct str){ .data = data, .size = size };
}

static void case_split(struct str text, struct case_line *line)
{
    struct str rest = str_trim(text);

    while (rest.size > 0) {
        CHECK(line->count < CASE_WORDS_MAX);
        line->words[line->count++] = str_cut(&rest, ' ');
        rest = str_trim(rest);
    }
}

static void case_parse(struct arena *arena, struct str text, struct case_file *file)
{
    bool then = false;
    int number = 0;

    file->lines = ARENA_ARRAY(arena, struct case_line, CASE_LINES_MAX);
    while (text.size > 0) {
        struct str rest = str_trim(str_cut(&text, '\n'));
        struct str head = str_cut(&rest, ' ');

        number++;
        if (head.size == 0 || head.data[0] == '#')
            continue;
        if (str_is(head, "case")) {
            file->title = str_trim(rest);
            continue;
        }
        CHECK(str_is(head, "given") || str_is(head, "and") || str_is(head, "then"));
        if (!str_is(head, "and"))
            then = str_is(head, "then");
        CHECK(file->count < CASE_LINES_MAX);
        struct case_line *line = &file->lines[file->count++];
        line->then = then;
        line->number = number;
        case_split(rest, line);
    }
    CHECK(file->title.size > 0);
}

size_t case_file_load(struct arena *arena, const char *folder, struct case_file **files_out)
{
    struct str pattern = arena_format(arena, "%s/*.case", folder);
    glob_t found;

    CHECK(glob(pattern.data, 0, NULL, &found) == 0);
    struct case_file *files = ARENA_ARRAY(arena, struct case_file, found.gl_pathc);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        files[i].path = arena_copy(arena, str_of(found.gl_pathv[i])).data;
        case_parse(arena, case_read(arena, files[i].path), &files[i]);
    }
    size_t count = found.gl_pathc;
    globfree(&found);
    *files_out = files;
    return count;
}

struct str case_word(const struct case_line *line, size_t i)
{
    return i < line->count ? line->words[i] : STR_NONE;
}

long case_number(const struct case_file *file, const struct case_line *line, size_t i)
{
    int64_t number = 0;

    if (!num_parse(case_word(line, i), &number)) {
        (void)fprintf(stderr, "%s:%d: word %zu must be a number\n", file->path, line->number, i);
        abort();
    }
    return (long)number;
}

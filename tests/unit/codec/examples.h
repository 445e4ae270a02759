/*
 * examples — the files under schemas/ as the tests of this folder read them.
 *
 * Everything lives in the one arena; a file that cannot be read fails the test.
 */
#ifndef SLUICE_TESTS_EXAMPLES_H
#define SLUICE_TESTS_EXAMPLES_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/json.h"
#include "domain/message.h"

#define SCHEMAS SLUICE_SOURCE_DIR "/schemas"
#define EXAMPLES SCHEMAS "/examples"

static struct arena *arena;

static inline int examples_open(void **state)
{
    (void)state;
    arena = arena_open((size_t)256 << 20);
    return 0;
}

static inline int examples_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

/* ---- files ---- */

static inline struct str examples_read_file(const char *path)
{
    static char bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t size;

    if (!file)
        fail_msg("%s cannot be read", path);
    size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    assert_true(size > 0 && size < sizeof(bytes));
    return arena_copy(arena, (struct str){ bytes, size });
}

static inline const struct json *examples_read(const char *path)
{
    const struct json *root;
    struct err err;

    if (!json_parse(arena, examples_read_file(path), &root, &err))
        fail_msg("%s: %s", path, err.text);
    return root;
}

static inline int examples_is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

typedef void (*examples_fn)(const char *name, const struct json *example);

/* Calls `visit` for each example whose file name begins so; returns how many. */
static inline size_t examples_each(const char *prefix, examples_fn visit)
{
    struct dirent **kinds, **files;
    int kind_count = scandir(EXAMPLES, &kinds, examples_is_visible, alphasort);
    size_t count = 0;

    assert_true(kind_count > 0);
    for (int i = 0; i < kind_count; i++) {
        struct str folder = arena_format(arena, "%s/%s", EXAMPLES, kinds[i]->d_name);
        int file_count = scandir(folder.data, &files, examples_is_visible, alphasort);

        assert_true(file_count > 0);
        for (int j = 0; j < file_count; j++) {
            struct str name = arena_format(arena, "%s/%s", kinds[i]->d_name, files[j]->d_name);
            struct str path = arena_format(arena, "%s/%s", EXAMPLES, name.data);

            if (str_starts(str_of(files[j]->d_name), str_of(prefix))) {
                visit(name.data, examples_read(path.data));
                count++;
            }
            free(files[j]);
        }
        free(files);
        free(kinds[i]);
    }
    free(kinds);
    return count;
}

/* ---- examples as messages ---- */

static inline struct str examples_from_hex(struct str hex)
{
    char *bytes = arena_alloc(arena, hex.size / 2 + 1);

    for (size_t i = 0; i + 1 < hex.size; i += 2) {
        char digits[3] = { hex.data[i], hex.data[i + 1], '\0' };

        bytes[i / 2] = (char)strtoul(digits, NULL, 16);
    }
    return (struct str){ bytes, hex.size / 2 };
}

static inline struct str examples_value(const struct json *message)
{
    if (json_get(message, "value")->kind != JSON_NONE)
        return json_get(message, "value")->source;
    if (json_get(message, "value_hex")->kind != JSON_NONE)
        return examples_from_hex(json_get(message, "value_hex")->text);
    assert_true(json_is(json_get(message, "value_text"), JSON_STRING));
    return json_get(message, "value_text")->text;
}

static inline struct message examples_message(const struct json *example)
{
    const struct json *from = json_get(example, "message");
    struct message message = {
        .topic = topic_of(json_get(from, "topic")->text),
        .key = json_get(from, "key")->text,
        .value = examples_value(from),
        .origin = { .partition = 3, .offset = 17, .generation = 1 },
    };

    (void)json_int(json_get(from, "time_ms"), &message.time_ms);
    for (const struct json *header = json_get(from, "headers")->child; header;
         header = header->next)
        message_put_header(&message, header->name, header->text);
    return message;
}

#endif

/* topics_codec — see topics_codec.h. */
#include "codec/topics_codec.h"

#include "codec/json.h"
#include "codec/schema_file.h"

#define TOPICS_WHOLE             "rules"
#define TOPICS_NAME_SIZE_MAX     100
#define TOPICS_MESSAGE_BYTES_MAX INT64_C(104857600)
#define TOPICS_RETENTION_MS_MAX  INT64_C(315360000000) /* ten years */

/* A row under reading; errors begin with the topic's name. */
struct topics_reader {
    struct arena *arena;
    const struct json *row;
    struct topics_row *out;
    struct err *err;
};

static bool topics_refuse(struct topics_reader *reader, const char *field, const char *asked)
{
    return err_set(reader->err, ERR_FATAL, "topic \"%.*s\": %s %s", STR_ARG(reader->out->name),
                   field, asked);
}

/* What Kafka takes as a name of a topic. */
static bool topics_is_name(struct str name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'))
            return false;
    }
    return name.size > 0 && name.size <= TOPICS_NAME_SIZE_MAX;
}

static bool topics_take_name(struct topics_reader *reader)
{
    const struct json *name = json_get(reader->row, "name");

    if (!json_is(name, JSON_STRING) || !topics_is_name(name->text))
        return err_set(reader->err, ERR_FATAL,
                       "a topic has no proper name: letters a-z, digits, "
                       "'.' and '-', at most %d",
                       TOPICS_NAME_SIZE_MAX);
    reader->out->name = name->text;
    reader->out->is_whole = str_is(name->text, TOPICS_WHOLE);
    return true;
}

static bool topics_take_text(struct topics_reader *reader, const char *field, struct str *out)
{
    const struct json *value = json_get(reader->row, field);

    if (!json_is(value, JSON_STRING) || value->text.size == 0)
        return topics_refuse(reader, field, "must be a text");
    *out = value->text;
    return true;
}

static bool topics_take_int(struct topics_reader *reader, const char *field, int64_t max,
                            int64_t *out)
{
    const struct json *value = json_get(reader->row, field);
    int64_t number;

    if (!json_is(value, JSON_NUMBER) || !json_int(value, &number) || number < 1 || number > max)
        return err_set(reader->err, ERR_FATAL,
                       "topic \"%.*s\": %s must be a whole number from 1 "
                       "to %lld",
                       STR_ARG(reader->out->name), field, (long long)max);
    *out = number;
    return true;
}

static bool topics_take_list(struct topics_reader *reader, const char *field, struct str **out,
                             size_t *count_out)
{
    const struct json *list = json_get(reader->row, field);
    struct str *items;
    size_t count = 0;

    if (!json_is(list, JSON_ARRAY))
        return topics_refuse(reader, field, "must be a list of names");
    items = ARENA_ARRAY(reader->arena, struct str, list->count + 1);
    for (const struct json *item = list->child; item; item = item->next) {
        if (!json_is(item, JSON_STRING) || item->text.size == 0)
            return topics_refuse(reader, field, "must be a list of names");
        items[count++] = item->text;
    }
    *out = items;
    *count_out = count;
    return true;
}

static bool topics_take_cleanup(struct topics_reader *reader)
{
    struct str *cleanup = &reader->out->cleanup;

    if (!topics_take_text(reader, "cleanup", cleanup))
        return false;
    if (!str_is(*cleanup, "delete") && !str_is(*cleanup, "compact"))
        return topics_refuse(reader, "cleanup", "must be \"delete\" or \"compact\"");
    return true;
}

static bool topics_take_row(struct topics_reader *reader)
{
    struct topics_row *out = reader->out;

    if (!topics_take_name(reader) || !topics_take_text(reader, "key", &out->key)
        || !topics_take_text(reader, "holds", &out->holds)
        || !topics_take_int(reader, "partitions", TOPICS_PARTITIONS_MAX, &out->partitions)
        || !topics_take_int(reader, "retention_ms", TOPICS_RETENTION_MS_MAX, &out->retention_ms)
        || !topics_take_cleanup(reader)
        || !topics_take_list(reader, "writers", &out->writers, &out->writer_count)
        || !topics_take_list(reader, "readers", &out->readers, &out->reader_count))
        return false;
    return json_is(json_get(reader->row, "message_bytes_max"), JSON_NONE)
           || topics_take_int(reader, "message_bytes_max", TOPICS_MESSAGE_BYTES_MAX,
                              &out->message_bytes_max);
}

bool topics_decode(struct arena *arena, struct str text, struct topics *topics_out, struct err *err)
{
    struct topics topics = { .count = 0 };
    const struct json *root, *list;

    if (!json_parse(arena, text, &root, err)) {
        err->class = ERR_FATAL;
        return false;
    }
    list = json_get(root, "topics");
    if (!json_is(list, JSON_ARRAY) || list->count == 0)
        return err_set(err, ERR_FATAL, "there is no list \"topics\"");
    topics.rows = ARENA_ARRAY(arena, struct topics_row, list->count);
    for (const struct json *row = list->child; row; row = row->next) {
        struct topics_reader reader = {
            .arena = arena, .row = row, .err = err, .out = &topics.rows[topics.count]
        };

        if (!topics_take_row(&reader))
            return false;
        if (topics_find(&topics, reader.out->name))
            return topics_refuse(&reader, "is there", "twice");
        topics.count++;
    }
    *topics_out = topics;
    return true;
}

bool topics_load(struct arena *arena, struct topics *topics_out, struct err *err)
{
    const char *path;
    struct str text;

    if (!schema_file_find(arena, "topics.json", &path, err)
        || !schema_file_read(arena, path, &text, err))
        return false;
    return topics_decode(arena, text, topics_out, err) || err_in(err, "%s", path);
}

const struct topics_row *topics_find(const struct topics *topics, struct str name)
{
    for (size_t i = 0; i < topics->count; i++)
        if (str_eq(topics->rows[i].name, name))
            return &topics->rows[i];
    return NULL;
}

static bool topics_is_reader(const struct topics_row *row, struct str reader)
{
    for (size_t i = 0; i < row->reader_count; i++)
        if (str_eq(row->readers[i], reader))
            return true;
    return false;
}

const struct str *topics_read_by(struct arena *arena, const struct topics *topics,
                                 struct str reader, size_t *count_out)
{
    struct str *names = ARENA_ARRAY(arena, struct str, topics->count + 1);
    size_t count = 0;

    for (size_t i = 0; i < topics->count; i++)
        if (!topics->rows[i].is_whole && topics_is_reader(&topics->rows[i], reader))
            names[count++] = topics->rows[i].name;
    *count_out = count;
    return names;
}

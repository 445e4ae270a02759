/*
 * topics_codec_test — topics.json: what is read, what is refused and how it is told, and the
 * file itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/schema_file.h"
#include "codec/topics_codec.h"
#include "domain/topic.h"

static struct arena *arena;

static int topics_codec_test_open(void **state)
{
    (void)state;
    arena = arena_open(64u << 20);
    return 0;
}

static int topics_codec_test_close(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

/* One row; `field` (":\"name\"" included) replaces or adds what a test is about. */
static struct str row_with(const char *field, const char *value)
{
    static const char *const fields[][2] = {
        { "name", "\"orders.raw\"" },   { "key", "\"order id\"" },
        { "holds", "\"payloads\"" },    { "partitions", "12" },
        { "retention_ms", "86400000" }, { "cleanup", "\"delete\"" },
        { "writers", "[\"sluice\"]" },  { "readers", "[\"ingest\",\"ledger\"]" },
    };
    struct str text = STR("{");
    const char *comma = "";
    bool known = false;

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        bool is_it = strcmp(fields[i][0], field) == 0;
        const char *shown = is_it ? value : fields[i][1];

        known = known || is_it;
        if (shown != NULL) {
            text =
                arena_format(arena, "%.*s%s\"%s\":%s", STR_ARG(text), comma, fields[i][0], shown);
            comma = ",";
        }
    }
    if (!known && field[0] != '\0')
        text = arena_format(arena, "%.*s,\"%s\":%s", STR_ARG(text), field, value);
    return arena_format(arena, "%.*s}", STR_ARG(text));
}

static bool decode_one(const char *field, const char *value, struct topics *topics, struct err *err)
{
    struct str row = row_with(field, value);

    return topics_decode(arena, arena_format(arena, "{\"topics\":[%.*s]}", STR_ARG(row)), topics,
                         err);
}

static void reads_a_row(void **state)
{
    struct topics topics;
    struct err err;

    (void)state;
    assert_true(decode_one("", NULL, &topics, &err));
    assert_int_equal(topics.count, 1);
    assert_true(str_is(topics.rows[0].name, "orders.raw"));
    assert_true(str_is(topics.rows[0].key, "order id"));
    assert_int_equal(topics.rows[0].partitions, 12);
    assert_int_equal(topics.rows[0].retention_ms, 86400000);
    assert_true(str_is(topics.rows[0].cleanup, "delete"));
    assert_int_equal(topics.rows[0].message_bytes_max, 0);
    assert_int_equal(topics.rows[0].reader_count, 2);
    assert_true(str_is(topics.rows[0].readers[1], "ledger"));
    assert_int_equal(topics.rows[0].writer_count, 1);
    assert_false(topics.rows[0].is_whole);
}

static void reads_what_may_be_left_out(void **state)
{
    struct topics topics;
    struct err err;

    (void)state;
    assert_true(decode_one("message_bytes_max", "16777216", &topics, &err));
    assert_int_equal(topics.rows[0].message_bytes_max, 16777216);
    assert_true(decode_one("readers", "[]", &topics, &err));
    assert_int_equal(topics.rows[0].reader_count, 0);
    assert_true(decode_one("unknown", "{\"a\":1}", &topics, &err));
    assert_true(decode_one("cleanup", "\"compact\"", &topics, &err));
    assert_true(decode_one("name", "\"rules\"", &topics, &err));
    assert_true(topics.rows[0].is_whole);
}

static void refuses_and_says_which_field(void **state)
{
    static const struct {
        const char *field, *value, *told;
    } cases[] = {
        { "name", NULL, "no proper name" },
        { "name", "7", "no proper name" },
        { "name", "\"\"", "no proper name" },
        { "name", "\"Orders Raw\"", "no proper name" },
        { "key", NULL, "\"orders.raw\": key must be a text" },
        { "key", "\"\"", "key must be a text" },
        { "holds", "null", "holds must be a text" },
        { "partitions", NULL, "partitions must be a whole number from 1 to 1000" },
        { "partitions", "0", "partitions must be" },
        { "partitions", "1001", "partitions must be" },
        { "partitions", "1.5", "partitions must be" },
        { "partitions", "\"12\"", "partitions must be" },
        { "retention_ms", "-1", "retention_ms must be" },
        { "retention_ms", "99999999999999999999", "retention_ms must be" },
        { "cleanup", "\"remove\"", "cleanup must be \"delete\" or \"compact\"" },
        { "cleanup", NULL, "cleanup must be" },
        { "readers", "\"ingest\"", "readers must be a list" },
        { "readers", "[1]", "readers must be a list" },
        { "writers", NULL, "writers must be a list" },
        { "message_bytes_max", "0", "message_bytes_max must be" },
        { "message_bytes_max", "\"1\"", "message_bytes_max must be" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct topics topics = { .count = 77 };
        struct err err = { 0 };

        if (decode_one(cases[i].field, cases[i].value, &topics, &err))
            fail_msg("case %zu (%s) is taken", i, cases[i].field);
        if (strstr(err.text, cases[i].told) == NULL)
            fail_msg("case %zu: \"%s\"", i, err.text);
        assert_int_equal(err.class, ERR_FATAL);
        assert_int_equal(topics.count, 77);
    }
}

static void refuses_the_same_topic_twice(void **state)
{
    struct str row = row_with("", NULL);
    struct topics topics;
    struct err err;

    (void)state;
    assert_false(topics_decode(
        arena, arena_format(arena, "{\"topics\":[%.*s,%.*s]}", STR_ARG(row), STR_ARG(row)), &topics,
        &err));
    assert_non_null(strstr(err.text, "twice"));
}

static void refuses_what_is_no_list_of_topics(void **state)
{
    static const char *const texts[] = {
        "", "{", "[]", "{}", "{\"topics\":{}}", "{\"topics\":[]}", "{\"topics\":[1]}"
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct topics topics;
        struct err err = { 0 };

        assert_false(topics_decode(arena, str_of(texts[i]), &topics, &err));
        assert_int_equal(err.class, ERR_FATAL);
        assert_true(err.text[0] != '\0');
    }
}

static void finds_by_name_and_by_reader(void **state)
{
    struct topics topics;
    const struct str *names;
    struct err err;
    size_t count;

    (void)state;
    struct str one = row_with("", NULL), two = row_with("name", "\"rules\"");
    assert_true(topics_decode(
        arena, arena_format(arena, "{\"topics\":[%.*s,%.*s]}", STR_ARG(one), STR_ARG(two)), &topics,
        &err));
    assert_ptr_equal(topics_find(&topics, STR("rules")), &topics.rows[1]);
    assert_null(topics_find(&topics, STR("rule")));
    /* `rules` is read by everybody, but in no group */
    names = topics_read_by(arena, &topics, STR("ledger"), &count);
    assert_int_equal(count, 1);
    assert_true(str_is(names[0], "orders.raw"));
    (void)topics_read_by(arena, &topics, STR("nobody"), &count);
    assert_int_equal(count, 0);
}

/* ---- the file ---- */

static void the_file_is_found_and_names_every_topic(void **state)
{
    struct topics topics;
    struct err err = { 0 };

    (void)state;
    assert_int_equal(unsetenv("SLUICE_SCHEMAS"), 0);
    if (!topics_load(arena, &topics, &err))
        fail_msg("%s", err.text);
    assert_int_equal(topics.count, TOPIC_COUNT - 1);
    for (enum topic topic = TOPIC_END + 1; topic < TOPIC_COUNT; topic++)
        assert_non_null(topics_find(&topics, str_of(topic_name(topic))));
}

static void the_spine_has_one_number_of_partitions(void **state)
{
    struct topics topics;
    struct err err = { 0 };
    int64_t partitions;

    (void)state;
    assert_true(topics_load(arena, &topics, &err));
    partitions = topics_find(&topics, STR("orders.raw"))->partitions;
    for (size_t i = 0; i < topics.count; i++)
        if (str_starts(topics.rows[i].name, STR("orders.")))
            assert_int_equal(topics.rows[i].partitions, partitions);
}

static void another_folder_is_looked_into(void **state)
{
    struct topics topics;
    struct err err = { 0 };

    (void)state;
    assert_int_equal(setenv("SLUICE_SCHEMAS", SLUICE_SOURCE_DIR "/schemas", 1), 0);
    assert_true(topics_load(arena, &topics, &err));
    assert_int_equal(setenv("SLUICE_SCHEMAS", "/nowhere", 1), 0);
    assert_false(topics_load(arena, &topics, &err));
    assert_int_equal(err.class, ERR_FATAL);
    assert_non_null(strstr(err.text, "/nowhere/topics.json"));
    assert_non_null(strstr(err.text, "SLUICE_SCHEMAS"));
    assert_int_equal(setenv("SLUICE_SCHEMAS", "", 1), 0);
}

static void a_file_that_is_wrong_is_named(void **state)
{
    char folder[] = "/tmp/sluice-topics-XXXXXX";
    struct topics topics;
    struct err err = { 0 };
    FILE *file;

    (void)state;
    assert_non_null(mkdtemp(folder));
    struct str path = arena_format(arena, "%s/topics.json", folder);
    file = fopen(path.data, "w");
    assert_non_null(file);
    assert_true(fputs("{\"topics\":[{}]}", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(setenv("SLUICE_SCHEMAS", folder, 1), 0);
    assert_false(topics_load(arena, &topics, &err));
    assert_non_null(strstr(err.text, path.data));
    assert_int_equal(setenv("SLUICE_SCHEMAS", "", 1), 0);
    assert_int_equal(remove(path.data), 0);
    assert_int_equal(remove(folder), 0);
}

static void a_file_that_is_too_large_is_refused(void **state)
{
    struct str text;
    struct err err = { 0 };

    (void)state;
    assert_false(schema_file_read(arena, "/dev/zero", &text, &err));
    assert_non_null(strstr(err.text, "/dev/zero"));
    assert_false(schema_file_read(arena, "/nowhere", &text, &err));
    assert_int_equal(err.class, ERR_FATAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_row),
        cmocka_unit_test(reads_what_may_be_left_out),
        cmocka_unit_test(refuses_and_says_which_field),
        cmocka_unit_test(refuses_the_same_topic_twice),
        cmocka_unit_test(refuses_what_is_no_list_of_topics),
        cmocka_unit_test(finds_by_name_and_by_reader),
        cmocka_unit_test(the_file_is_found_and_names_every_topic),
        cmocka_unit_test(the_spine_has_one_number_of_partitions),
        cmocka_unit_test(another_folder_is_looked_into),
        cmocka_unit_test(a_file_that_is_wrong_is_named),
        cmocka_unit_test(a_file_that_is_too_large_is_refused),
    };

    return cmocka_run_group_tests(tests, topics_codec_test_open, topics_codec_test_close);
}

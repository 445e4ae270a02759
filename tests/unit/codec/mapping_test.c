/*
 * mapping_test — payloads to orders, as data.
 *
 * tests/cases/ingest/<name>.case holds the cases:
 *
 *   case   what it shows
 *   given  CHANNEL FILE        a payload of tests/cases/ingest/payloads
 *   with   OLD => NEW          every OLD in it becomes NEW; there must be one
 *   then   PATH is VALUE       a field of the canonical order; `absent`: it is not there
 *   then   refused TEXT        the payload is refused, and the reason holds TEXT
 *
 * The shop is 9000001. Beside them: what a channel file may not say, and dividing lists.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "codec/json.h"
#include "codec/mapping.h"
#include "codec/mapping_set.h"
#include "codec/order_codec.h"

#define CASES              SLUICE_SOURCE_DIR "/tests/cases/ingest/"
#define MAPPING_TEST_ARENA ((size_t)1 << 30)

static struct arena *arena;
static struct mapping_set *channels;
static struct mapping *garden, *market; /* channels that are only files */

static struct str mapping_test_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *data = arena_alloc(arena, 1 << 20);
    size_t size;

    if (!file)
        fail_msg("%s is not there", path);
    size = fread(data, 1, 1 << 20, file);
    fclose(file);
    return (struct str){ data, size };
}

static struct mapping *mapping_test_channel_file(const char *name)
{
    const char *path = arena_format(arena, CASES "payloads/%s.mapping.json", name).data;
    struct mapping *mapping;
    struct err err;

    if (!mapping_open(&mapping, path, mapping_test_file(path), &err))
        fail_msg("%s", err.text);
    return mapping;
}

static int mapping_test_open(void **state)
{
    struct err err;

    (void)state;
    arena = arena_open(MAPPING_TEST_ARENA);
    if (!mapping_set_open(&channels, SLUICE_SOURCE_DIR "/schemas", &err))
        fail_msg("%s", err.text);
    garden = mapping_test_channel_file("garden");
    market = mapping_test_channel_file("market");
    return 0;
}

static int mapping_test_close(void **state)
{
    (void)state;
    mapping_close(garden);
    mapping_close(market);
    mapping_set_close(channels);
    arena_close(arena);
    return 0;
}

static const struct mapping *mapping_test_channel(struct str name)
{
    if (str_is(name, "garden"))
        return garden;
    return str_is(name, "market") ? market : mapping_set_get(channels, name);
}

/* ---- the cases ---- */

struct mapping_test_case {
    const char *file;
    struct str name, channel, payload;
    bool ok; /* the payload became an order */
    struct err err;
    const struct json *order; /* canonical */
    bool done;                /* mapped already */
};

static bool mapping_test_holds(struct str text, struct str part)
{
    for (size_t at = 0; at + part.size <= text.size; at++)
        if (str_starts((struct str){ text.data + at, text.size - at }, part))
            return true;
    return false;
}

static struct str mapping_test_replace(struct str text, struct str old, struct str new)
{
    struct buf out;

    buf_init(&out, arena, text.size + new.size);
    for (size_t at = 0; at < text.size;) {
        if (str_starts((struct str){ text.data + at, text.size - at }, old)) {
            buf_put(&out, new);
            at += old.size;
        } else {
            buf_put_byte(&out, text.data[at++]);
        }
    }
    return buf_str(&out);
}

static void mapping_test_given(struct mapping_test_case *test, struct str rest)
{
    test->channel = str_cut(&rest, ' ');
    test->payload =
        mapping_test_file(arena_format(arena, CASES "payloads/%.*s", STR_ARG(str_trim(rest))).data);
}

/* Text before and behind " => "; an OLD over a line end is written with a space. */
static void mapping_test_with(struct mapping_test_case *test, struct str rest)
{
    const char *arrow = strstr(arena_copy(arena, rest).data, "=>");
    struct str old, new;
    const char *start = arena_copy(arena, rest).data;

    if (!arrow)
        fail_msg("%s: %.*s: no => in `with`", test->file, STR_ARG(test->name));
    arrow = strstr(start, "=>");
    old = str_trim((struct str){ start, (size_t)(arrow - start) });
    new = str_trim(str_of(arrow + 2));
    if (!mapping_test_holds(test->payload, old))
        fail_msg("%s: %.*s: there is no %.*s", test->file, STR_ARG(test->name), STR_ARG(old));
    test->payload = mapping_test_replace(test->payload, old, new);
}

static void mapping_test_map(struct mapping_test_case *test)
{
    const struct mapping *mapping = mapping_test_channel(test->channel);
    struct order order;
    struct err err;

    if (test->done)
        return;
    test->done = true;
    assert_non_null(mapping);
    test->ok = mapping_order(mapping, arena, STR("9000001"), test->payload, &order, &test->err);
    if (!test->ok) {
        assert_int_equal(test->err.class, ERR_REJECT);
        return;
    }
    order_encode(arena, &order);
    if (!json_parse(arena, order.json, &test->order, &err))
        fail_msg("%s", err.text);
    if (!order_decode(arena, test->order, &order, &err))
        fail_msg("%s: %.*s: the order is not canonical: %s", test->file, STR_ARG(test->name),
                 err.text);
}

static void mapping_test_then_refused(struct mapping_test_case *test, struct str reason)
{
    if (test->ok)
        fail_msg("%s: %.*s: was not refused", test->file, STR_ARG(test->name));
    if (!mapping_test_holds(str_of(test->err.text), reason))
        fail_msg("%s: %.*s: refused, but because \"%s\"", test->file, STR_ARG(test->name),
                 test->err.text);
}

static void mapping_test_then(struct mapping_test_case *test, struct str rest)
{
    struct str path = str_cut(&rest, ' ');
    const struct json *value;

    mapping_test_map(test);
    if (str_is(path, "refused")) {
        mapping_test_then_refused(test, str_trim(rest));
        return;
    }
    if (!test->ok)
        fail_msg("%s: %.*s: %s", test->file, STR_ARG(test->name), test->err.text);
    assert_true(str_is(str_cut(&rest, ' '), "is"));
    value = json_at(test->order, arena_copy(arena, path).data);
    rest = str_trim(rest);
    if (str_is(rest, "absent") ? !json_is(value, JSON_NONE) : !str_eq(value->text, rest))
        fail_msg("%s: %.*s: %.*s is \"%.*s\", not \"%.*s\"", test->file, STR_ARG(test->name),
                 STR_ARG(path), STR_ARG(value->text), STR_ARG(rest));
}

static void mapping_test_line(struct mapping_test_case *test, struct str line, int *cases)
{
    struct str word = str_cut(&line, ' ');
    struct str rest = str_trim(line);

    if (word.size == 0 || word.data[0] == '#')
        return;
    if (str_is(word, "case")) {
        *test = (struct mapping_test_case){ .file = test->file, .name = rest };
        (*cases)++;
    } else if (str_is(word, "given")) {
        mapping_test_given(test, rest);
    } else if (str_is(word, "with")) {
        mapping_test_with(test, rest);
    } else if (str_is(word, "then")) {
        mapping_test_then(test, rest);
    } else {
        fail_msg("%s: the word %.*s", test->file, STR_ARG(word));
    }
}

static void mapping_test_cases(const char *file, int cases_min)
{
    struct mapping_test_case test = { .file = file };
    struct str text = mapping_test_file(arena_format(arena, CASES "%s", file).data);
    int cases = 0;

    while (text.size > 0)
        mapping_test_line(&test, str_cut(&text, '\n'), &cases);
    assert_true(cases >= cases_min);
}

static void test_douyin(void **state)
{
    (void)state;
    mapping_test_cases("douyin.case", 40);
}

static void test_tmall(void **state)
{
    (void)state;
    mapping_test_cases("tmall.case", 40);
}

static void test_wechat(void **state)
{
    (void)state;
    mapping_test_cases("wechat.case", 20);
}

static void test_fourth_channel(void **state)
{
    (void)state;
    mapping_test_cases("garden.case", 3);
    mapping_test_cases("market.case", 13);
}

/* ---- hostile bytes ---- */

static void mapping_test_refuses(struct str payload, const char *reason)
{
    struct order order;
    struct err err;

    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = { "douyin", "tmall", "wechat" };
        const struct mapping *mapping = mapping_set_get(channels, str_of(names[i]));

        assert_false(mapping_order(mapping, arena, STR("1"), payload, &order, &err));
        assert_int_equal(err.class, ERR_REJECT);
        if (!mapping_test_holds(str_of(err.text), str_of(reason)))
            fail_msg("%s: refused because \"%s\"", names[i], err.text);
    }
}

static void test_hostile(void **state)
{
    struct buf deep;

    (void)state;
    buf_init(&deep, arena, 10 << 20);
    for (int i = 0; i < 10 << 20; i++)
        buf_put_byte(&deep, '[');
    mapping_test_refuses(buf_str(&deep), "at most");
    mapping_test_refuses((struct str){ deep.data, 4000 }, "nested too deep");
    mapping_test_refuses(STR(""), "empty");
    mapping_test_refuses(STR("{}"), "is missing");
    mapping_test_refuses(STR("[]"), "its list is empty");
    mapping_test_refuses(STR("[1]"), "no order of");
    mapping_test_refuses(STR("7"), "is a number, no order");
    mapping_test_refuses(STR("null"), "is null, no order");
    mapping_test_refuses(STR("{\"a\":\"\xc0\x80\"}"), "not UTF-8");
    mapping_test_refuses(STR("{\"a\":\"\\u0000\"}"), "\\u0000");
}

/* Too many lines to be an order: refused before anything is allocated for them. */
static void test_too_many_lines(void **state)
{
    struct order order;
    struct err err;
    struct buf text;

    (void)state;
    buf_init(&text, arena, 1 << 16);
    buf_put(&text, STR("{\"no\":\"G\",\"changed\":1,\"made\":1,\"state\":\"new\",\"sum\":\"1\","
                       "\"to\":{\"name\":\"x\"},\"rows\":["));
    for (int i = 0; i <= ORDER_LINES_MAX; i++)
        buf_put_format(&text, "%s{\"row\":%d,\"code\":\"S\",\"pieces\":1,\"each\":1}", i ? "," : "",
                       i + 1);
    buf_put(&text, STR("]}"));
    assert_false(mapping_order(garden, arena, STR("1"), buf_str(&text), &order, &err));
    assert_non_null(strstr(err.text, "501 lines"));
}

/* Text and ciphertexts travel with the order from hop to hop: they end somewhere. */
static void test_long_texts(void **state)
{
    struct str payload = mapping_test_file(CASES "payloads/douyin.json");
    const struct mapping *mapping = mapping_set_get(channels, STR("douyin"));
    char *letters = arena_alloc(arena, 40001);
    struct order order;
    struct err err;

    (void)state;
    for (int i = 0; i < 40000; i++)
        letters[i] = 'x';
    assert_true(mapping_order(
        mapping, arena, STR("1"),
        mapping_test_replace(payload, STR("请尽快发货"), (struct str){ letters, 8192 }), &order,
        &err));
    assert_false(mapping_order(
        mapping, arena, STR("1"),
        mapping_test_replace(payload, STR("请尽快发货"), (struct str){ letters, 8193 }), &order,
        &err));
    assert_non_null(strstr(err.text, "buyer_words is longer than 8192 bytes"));
    assert_false(mapping_order(mapping, arena, STR("1"),
                               mapping_test_replace(payload, STR("##SU5WTkFNRQ==*SU5WMg==#1##"),
                                                    (struct str){ letters, 40000 }),
                               &order, &err));
    assert_non_null(strstr(err.text, "longer than 32768 bytes"));
    assert_false(
        mapping_order(mapping, arena, STR("1"),
                      mapping_test_replace(payload, STR("SKU-A-RED"), (struct str){ letters, 129 }),
                      &order, &err));
    assert_non_null(strstr(err.text, "sku_order_list.0.code is longer than 128 bytes"));
}

/* Nothing of a buyer may reach a reason, whichever field is wrong. */
static void test_no_personal_data_in_reasons(void **state)
{
    static const char *const names[] = { "douyin", "tmall", "wechat" };
    const char *secret = "张三丰 13812345678 学院路38号";

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct str payload =
            mapping_test_file(arena_format(arena, CASES "payloads/%s.json", names[i]).data);
        const char *values[] = { "2990",
                                 "\"89.00\"",
                                 "20,",
                                 "1767240032",
                                 "\"2026-01-01 12:00:32\"",
                                 "\"order_id\":\"6900000000000000001\"",
                                 "2,\"origin",
                                 "\"sku_cnt\":2" };

        for (size_t j = 0; j < sizeof(values) / sizeof(values[0]); j++) {
            struct str old = str_of(values[j]);
            size_t colon = 0;
            struct str new;
            struct order order;
            struct err err;

            while (colon < old.size && old.data[colon] != ':')
                colon++;
            new = colon < old.size &&old.data[0] == '"' && old.data[1] != '2'
                      ? arena_format(arena, "%.*s:\"%s\"", (int)colon, old.data, secret)
                      : arena_format(arena, "\"%s\"%s", secret, strchr(old.data, ',') ? "," : "");
            if (str_is(old, "2,\"origin"))
                new = arena_format(arena, "\"%s\",\"origin", secret);
            if (mapping_order(mapping_set_get(channels, str_of(names[i])), arena, STR("1"),
                              mapping_test_replace(payload, old, new), &order, &err))
                continue;
            assert_null(strstr(err.text, "138"));
            assert_null(strstr(err.text, "张三"));
            assert_null(strstr(err.text, "学院"));
        }
    }
}

/* ---- what a channel file may not say ---- */

static void mapping_test_bad_file(const char *old, const char *new, const char *reason)
{
    struct str text = mapping_test_file(CASES "payloads/garden.mapping.json");
    struct mapping *mapping;
    struct err err;

    assert_true(mapping_test_holds(text, str_of(old)));
    text = mapping_test_replace(text, str_of(old), str_of(new));
    if (mapping_open(&mapping, "bad.json", text, &err))
        fail_msg("accepted with %s", new);
    assert_int_equal(err.class, ERR_FATAL);
    if (!strstr(err.text, "bad.json") || !strstr(err.text, reason))
        fail_msg("%s: refused because \"%s\"", new, err.text);
}

static void test_bad_files(void **state)
{
    (void)state;
    mapping_test_bad_file("\"go\": \"paid\"", "\"go\": \"payed\"", "no word of ours");
    mapping_test_bad_file("\"value\": \"spot\"", "\"value\": \"spotty\"", "no word of ours");
    mapping_test_bad_file("\"version\": \"changed\"", "\"versions\": \"changed\"",
                          "no canonical field \"versions\"");
    mapping_test_bad_file("\"version\": \"changed\",", "", "no rule for version");
    mapping_test_bad_file("\"line_id\": \"row\",", "", "no rule for line_id");
    mapping_test_bad_file("\"money\": \"yuan\"", "\"money\": \"dollar\"", "units.money");
    mapping_test_bad_file("unix_milliseconds", "unix", "units.time");
    mapping_test_bad_file("\"plus_seconds\": 3600", "\"plus_second\": 3600",
                          "unknown word \"plus_second\"");
    mapping_test_bad_file("\"plus_seconds\": 3600", "\"plus_seconds\": \"x\"", "whole number");
    mapping_test_bad_file("\"receiver.name\"]", "\"receiver.phone\"]", "required but has no rule");
    mapping_test_bad_file("\"join\": [\"to.a\", \"to.b\"]",
                          "\"join\": [\"to.a\"], \"value\": \"x\"", "exactly one of");
    mapping_test_bad_file("\"each\": \"rows\"", "\"each\": 7", "a path must be a text");
    mapping_test_bad_file("\"channel\": \"garden\"", "\"channel\": \"gar:den\"", "channel");
    mapping_test_bad_file("\"title\"", "\"titel\"", "unknown member");
    mapping_test_bad_file("\"paid_at\": \"paid\"",
                          "\"paid_at\": { \"at\": \"paid\", \"as\": \"fen\" }",
                          "no unit of this field");
    mapping_test_bad_file("\"when\": { \"at\": \"paid\" }", "\"when\": { \"is\": [\"1\"] }",
                          "path");
    mapping_test_bad_file("\"when\": { \"at\": \"paid\" }", "\"when\": \"paid\"", "condition");
    mapping_test_bad_file("\"each\": \"rows\"", "\"each\": \"rows\", \"needed\": \"yes\"",
                          "\"needed\" is true or false");
    mapping_test_bad_file("\"each\": \"rows\"", "\"each\": \"rows\", \"number_repeats\": 1",
                          "\"number_repeats\" is true or false");
    mapping_test_bad_file("\"each\": \"rows\"",
                          "\"each\": \"rows\", \"refunds\": [{ \"each\": \"$.x\", "
                          "\"line\": \"$.y\", \"fields\": { \"state\": \"z\" } }]",
                          "\"line\" lies in the element");
    mapping_test_bad_file("\"lines\": [", "\"lines\": [] , \"notes\": [", "line sources");
    mapping_test_bad_file("{\n  \"channel\"", "{\n  channel", "JSON");
}

/* What a schema cannot say, or would say less well: words that do not fit their field. */
static void test_words_fit_their_field(void **state)
{
    static const struct {
        const char *rule, *reason;
    } rows[] = {
        { "{ \"at\": \"row\", \"digits\": \"yes\" }", "\"digits\" is true or false" },
        { "{ \"at\": \"row\", \"lenient\": \"yes\" }", "\"lenient\" is true or false" },
        { "{ \"at\": \"row\", \"suffix\": 1 }", "a suffix is a text" },
        { "{ \"at\": \"row\", \"plus\": \"x\" }", "for times only" },
        { "{ \"at\": \"row\", \"plus_seconds\": 1 }", "for times" },
        { "{ \"at\": \"row\", \"each\": \"x\", \"fold\": \"min\" }",
          "folds amounts, counts and times" },
        { "{ \"at\": \"row\", \"fold\": \"min\" }", "each and fold come together" },
        { "{ \"join\": [\"row\", \"no\"] }", "for text only" },
        { "{ \"sum\": [\"row\", \"no\"] }", "adds amounts or counts only" },
        { "{ \"own\": \"version\" }", "\"own\" is line_id" },
        { "{ \"at\": [] }", "a list of paths needs one" },
        { "{ \"at\": \"a..b\" }", "names and indexes joined by dots" },
        { "{ \"at\": \"a.*.b\" }", "names and indexes joined by dots" },
        { "{ \"at\": \"\" }", "a path must be a text" },
        { "{ \"at\": \"a\", \"join\": [\"b\"] }", "" },
        { "{ \"at\": \"a\", \"when\": { \"in\": \"x\" } }", "goes with \"same\"" },
        { "{ \"at\": \"a\", \"when\": { \"in\": \"x\", \"same\": {} } }", "goes with \"same\"" },
        { "{ \"at\": \"a\", \"when\": { \"in\": \"x\", \"same\": { \"a\": 7 } } }", "\"same\"" },
        { "{ \"at\": \"a\", \"when\": { \"in\": \"x\", \"same\": { \"a\": \"b\" }, \"at\": \"c\" } "
          "}",
          "unknown member \"at\"" },
        { "{ \"at\": \"a\", \"when\": { \"at\": \"b\", \"contains\": \"c\" } }",
          "unknown member \"contains\"" },
        { "{ \"at\": \"a\", \"when\": { \"any\": [] } }", "list of conditions" },
        { "{ \"at\": \"a\", \"when\": { \"any\": [7] } }", "condition" },
        { "[]", "no rule for line_id" },
        { "7", "a rule is a path or an object" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        mapping_test_bad_file("\"line_id\": \"row\"",
                              arena_format(arena, "\"line_id\": %s", rows[i].rule).data,
                              rows[i].reason);
    mapping_test_bad_file("\"quantity\": \"pieces\"", "\"quantity\": { \"value\": \"two\" }",
                          "bad.json: lines: quantity: \"value\" is no word");
    mapping_test_bad_file("\"each\": \"rows\",", "\"each\": [],", "each: no list is named");
    mapping_test_bad_file("\"each\": \"rows\",", "\"each\": \"a.*.b.*.c\",", "at most");
    mapping_test_bad_file("\"each\": \"rows\",", "\"each\": \"rows\", \"unless\": [7],", "unless");
    mapping_test_bad_file("\"units\": {", "\"units\": { \"mony\": \"fen\",",
                          "units: unknown member \"mony\"");
    mapping_test_bad_file("\"title\"", "\"no_orders\": [{ \"refuse\": \"x\" }], \"title\"",
                          "no_orders: an entry is");
}

static void test_set_refuses_wrong_folder(void **state)
{
    struct mapping_set *set;
    struct err err;

    (void)state;
    assert_false(mapping_set_open(&set, "/nowhere/at/all", &err));
    assert_int_equal(err.class, ERR_FATAL);
    assert_non_null(strstr(err.text, "SLUICE_SCHEMAS"));
    assert_false(mapping_set_open(&set, SLUICE_SOURCE_DIR "/tests", &err));
    assert_true(mapping_set_count(channels) >= 3);
    assert_null(mapping_set_get(channels, STR("pinduoduo")));
    assert_non_null(
        strstr(arena_copy(arena, mapping_set_names(channels)).data, "douyin, tmall, wechat"));
}

/* Found without being told: the tests run inside the source tree. */
static void test_set_finds_the_folder(void **state)
{
    struct mapping_set *set;
    struct err err;

    (void)state;
    if (!mapping_set_open(&set, "", &err)) {
        assert_non_null(strstr(err.text, "set SLUICE_SCHEMAS")); /* a build outside of the tree */
        return;
    }
    assert_non_null(mapping_set_get(set, STR("douyin")));
    mapping_set_close(set);
}

/* ---- dividing ---- */

static size_t mapping_test_split(const char *channel, const char *text, struct mapping_part **parts)
{
    struct err err;
    size_t count;

    if (!mapping_split(mapping_set_get(channels, str_of(channel)), arena, str_of(text), parts,
                       &count, &err))
        fail_msg("%s", err.text);
    return count;
}

static void test_split_lists(void **state)
{
    struct mapping_part *parts;

    (void)state;
    assert_int_equal(mapping_test_split("douyin",
                                        "{\"code\":10000,\"data\":{\"shop_order_list\":["
                                        "{\"order_id\":\"69A\", \"x\" : 1},{\"order_id\":70}]}}",
                                        &parts),
                     2);
    assert_true(str_is(parts[0].platform_id, "69"));
    assert_true(str_is(parts[0].bytes, "{\"order_id\":\"69A\", \"x\" : 1}"));
    assert_true(str_is(parts[1].platform_id, "70"));
    assert_int_equal(mapping_test_split("tmall",
                                        "{\"trades_sold_get_response\":{\"trades\":{\"trade\":["
                                        "{\"tid\":3900000000000000001},{\"tid\":2},{\"no\":1}]}}}",
                                        &parts),
                     3);
    assert_true(str_is(parts[0].platform_id, "3900000000000000001"));
    assert_int_equal(parts[2].platform_id.size, 0);
    assert_int_equal(
        mapping_test_split("wechat", "[{\"order_id\":\"1\"},{\"order_id\":\"2\"}]", &parts), 2);
}

/* One order: the payload goes on whole, white space, envelope and all. */
static void test_split_keeps_one_whole(void **state)
{
    const char *text = " {\"errcode\":0,\"order\":{\"order_id\":\"37\"}} ";
    struct mapping_part *parts;

    (void)state;
    assert_int_equal(mapping_test_split("wechat", text, &parts), 1);
    assert_true(str_is(parts[0].platform_id, "37"));
    assert_true(str_is(parts[0].bytes, text));
}

static void test_split_refuses(void **state)
{
    static const char *const texts[] = {
        "{\"code\":10000,\"data\":{\"shop_order_list\":[]}}",
        "{\"code\":40004}",
        "{",
        "[]",
    };
    struct mapping_part *parts;
    size_t count;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_false(mapping_split(mapping_set_get(channels, STR("douyin")), arena,
                                   str_of(texts[i]), &parts, &count, &err));
        assert_int_equal(err.class, ERR_REJECT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_douyin),
        cmocka_unit_test(test_tmall),
        cmocka_unit_test(test_wechat),
        cmocka_unit_test(test_fourth_channel),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_too_many_lines),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_no_personal_data_in_reasons),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_words_fit_their_field),
        cmocka_unit_test(test_set_refuses_wrong_folder),
        cmocka_unit_test(test_set_finds_the_folder),
        cmocka_unit_test(test_split_lists),
        cmocka_unit_test(test_split_keeps_one_whole),
        cmocka_unit_test(test_split_refuses),
    };

    return cmocka_run_group_tests(tests, mapping_test_open, mapping_test_close);
}

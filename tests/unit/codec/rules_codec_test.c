/* Rule sets from JSON: what is understood, how it judges, and how an error names its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/rules_codec.h"

enum {
    F_TOTAL,
    F_SHOP,
    F_PAID,
    F_SKUS,
    F_REMARK,
    F_PLACED,
    F_CUT_OFF,
    F_PRICE,
    F_REFERENCE,
    F_KIND,
    F_COUNT
};

static const char *const kinds[] = { "spot", "presale", "gift", NULL };
static const struct rule_field fields[] = {
    [F_TOTAL] = { .name = "order.total", .type = RULE_TYPE_MONEY },
    [F_SHOP] = { .name = "order.shop", .type = RULE_TYPE_TEXT },
    [F_PAID] = { .name = "order.paid", .type = RULE_TYPE_FLAG },
    [F_SKUS] = { .name = "order.skus", .type = RULE_TYPE_TEXTS },
    [F_REMARK] = { .name = "order.remark", .type = RULE_TYPE_TEXT, .personal = true },
    [F_PLACED] = { .name = "order.placed", .type = RULE_TYPE_TIME },
    [F_CUT_OFF] = { .name = "order.cut_off", .type = RULE_TYPE_CLOCK },
    [F_PRICE] = { .name = "line.price", .type = RULE_TYPE_MONEY, .each = true },
    [F_REFERENCE] = { .name = "line.reference", .type = RULE_TYPE_MONEY, .each = true },
    [F_KIND] = { .name = "line.kind", .type = RULE_TYPE_TEXT, .each = true, .words = kinds },
    { .name = NULL },
};
static const struct rule_column attributes[] = {
    { .name = "owner", .type = RULE_TYPE_TEXT, .required = true, .help = "who decides" },
    { .name = "minutes", .type = RULE_TYPE_INT, .min = 1, .max = 600, .fallback = 240 },
    { .name = NULL },
};
static const struct rule_column settings[] = {
    { .name = "window_hours", .type = RULE_TYPE_INT, .min = 1, .max = 720, .fallback = 24 },
    { .name = NULL },
};
static const struct rule_column price_columns[] = {
    { .name = "sku", .type = RULE_TYPE_TEXT, .required = true, .help = "ours" },
    { .name = "price", .type = RULE_TYPE_MONEY, .required = true, .help = "yuan" },
    { .name = "areas", .type = RULE_TYPE_TEXTS },
    { .name = NULL },
};
static const struct rule_table_kind tables[] = {
    { .name = "prices", .columns = price_columns, .keyed = true },
    { .name = NULL },
};
static const struct rule_language language = {
    .set = "test",
    .fields = fields,
    .actions = (const char *const[]){ "hold", "reject", NULL },
    .attributes = attributes,
    .settings = settings,
    .tables = tables,
};

static int set_up(void **state)
{
    *state = arena_open(16 << 20);
    return 0;
}

static int tear_down(void **state)
{
    arena_close(*state);
    return 0;
}

static struct rule_set decode(struct arena *arena, const char *text)
{
    struct rule_set set;
    struct err err = { 0 };

    if (!rules_decode(arena, str_of(text), &language, &set, &err))
        fail_msg("%s", err.text);
    return set;
}

/* One rule around a condition. */
static struct rule_set decode_when(struct arena *arena, const char *when)
{
    return decode(arena, arena_format(arena,
                                      "{\"set\":\"test\",\"rules\":[{\"id\":\"r\",\"when\":%s,"
                                      "\"action\":\"hold\",\"owner\":\"o\",\"explain\":\"句\"}]}",
                                      when)
                             .data);
}

static const struct str skus[] = { { "A", 1 }, { "B", 1 } };

/* Two lines: 30.00 of 100.00 (spot), and a gift without a reference price. */
static struct rule_facts facts(struct rule_value whole[F_COUNT],
                               struct rule_value each[2 * F_COUNT])
{
    memset(whole, 0, F_COUNT * sizeof *whole);
    memset(each, 0, 2 * F_COUNT * sizeof *each);
    whole[F_TOTAL] = rule_int(123456);
    whole[F_SHOP] = rule_text(STR("9000001"));
    whole[F_PAID] = rule_flag(true);
    whole[F_SKUS] = rule_texts(skus, 2);
    whole[F_REMARK] = rule_text(STR("麻烦改地址，谢谢"));
    whole[F_PLACED] = rule_int(1762790400000); /* 2025-11-11 00:00:00 in China */
    whole[F_CUT_OFF] = rule_int(16 * 60 + 30);
    each[F_PRICE] = rule_int(3000);
    each[F_REFERENCE] = rule_int(10000);
    each[F_KIND] = rule_text(STR("spot"));
    each[F_COUNT + F_PRICE] = rule_int(0);
    each[F_COUNT + F_KIND] = rule_text(STR("gift"));
    return (
        struct rule_facts){ .whole = whole, .each = each, .each_count = 2, .field_count = F_COUNT };
}

static void judges(struct arena *arena, const char *when, enum rule_truth wanted)
{
    struct rule_value whole[F_COUNT], each[2 * F_COUNT];
    struct rule_facts it = facts(whole, each);
    struct rule_set set = decode_when(arena, when);
    size_t row = 0;

    if (rule_judge(&set.rules[0], &it, &row) != wanted)
        fail_msg("%s is not %d", when, (int)wanted);
}

static void every_operator_judges(void **state)
{
    static const struct {
        const char *when;
        enum rule_truth wanted;
    } rows[] = {
        { "{\"field\":\"order.total\",\"is\":\"1234.56\"}", RULE_TRUTH_YES },
        { "{\"field\":\"order.total\",\"is_not\":\"1234.56\"}", RULE_TRUTH_NO },
        { "{\"field\":\"order.total\",\"below\":\"1234.56\"}", RULE_TRUTH_NO },
        { "{\"field\":\"order.total\",\"at_most\":\"1234.56\"}", RULE_TRUTH_YES },
        { "{\"field\":\"order.total\",\"above\":1234.5}", RULE_TRUTH_YES },
        { "{\"field\":\"order.total\",\"at_least\":\"1234.57\"}", RULE_TRUTH_NO },
        { "{\"field\":\"order.total\",\"in\":[\"1.00\",\"1234.56\",\"9\"]}", RULE_TRUTH_YES },
        { "{\"field\":\"order.total\",\"not_in\":[\"1.00\",\"9\"]}", RULE_TRUTH_YES },
        { "{\"field\":\"order.shop\",\"is\":\"9000001\"}", RULE_TRUTH_YES },
        { "{\"field\":\"order.shop\",\"in\":[\"b\",\"a\"]}", RULE_TRUTH_NO },
        { "{\"field\":\"order.shop\",\"starts\":\"9000\"}", RULE_TRUTH_YES },
        { "{\"field\":\"order.paid\",\"is\":true}", RULE_TRUTH_YES },
        { "{\"field\":\"order.skus\",\"has\":\"B\"}", RULE_TRUTH_YES },
        { "{\"field\":\"order.skus\",\"has\":[\"C\",\"D\"]}", RULE_TRUTH_NO },
        { "{\"field\":\"order.skus\",\"has_not\":\"C\"}", RULE_TRUTH_YES },
        { "{\"field\":\"order.remark\",\"has\":[\"取消\",\"改地址\"]}", RULE_TRUTH_YES },
        { "{\"field\":\"order.remark\",\"has_not\":[\"改地址\"]}", RULE_TRUTH_NO },
        { "{\"field\":\"order.placed\",\"at_least\":\"2025-11-11 00:00:00\"}", RULE_TRUTH_YES },
        { "{\"field\":\"order.cut_off\",\"above\":\"16:30\"}", RULE_TRUTH_NO },
        { "{\"field\":\"order.total\",\"known\":true}", RULE_TRUTH_YES },
        { "{\"field\":\"order.total\",\"known\":false}", RULE_TRUTH_NO },
        { "{\"field\":\"line.kind\",\"is\":\"gift\"}", RULE_TRUTH_YES },
        { "{\"field\":\"line.kind\",\"is\":\"presale\"}", RULE_TRUTH_NO },
        { "{\"all\":[]}", RULE_TRUTH_YES },
        { "{\"any\":[]}", RULE_TRUTH_NO },
        { "{\"not\":{\"all\":[]}}", RULE_TRUTH_NO },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        judges(*state, rows[i].when, rows[i].wanted);
}

static void a_percentage_of_another_field_is_exact(void **state)
{
    judges(*state,
           "{\"field\":\"line.price\",\"below\":{\"field\":\"line.reference\","
           "\"percent\":31}}",
           RULE_TRUTH_YES);
    /* 30.00 is 30 % of 100.00, not below it; the gift's is not known */
    judges(*state,
           "{\"field\":\"line.price\",\"below\":{\"field\":\"line.reference\","
           "\"percent\":30}}",
           RULE_TRUTH_UNKNOWN);
    judges(*state, "{\"field\":\"line.price\",\"below\":{\"field\":\"line.reference\"}}",
           RULE_TRUTH_YES);
}

/* What is hidden makes nothing certain; what is certain without it stays so. */
static void unknown_is_neither_true_nor_false(void **state)
{
    const char *unknown = "{\"field\":\"line.reference\",\"above\":\"200.00\"}";
    struct arena *arena = *state;

    judges(arena, unknown, RULE_TRUTH_UNKNOWN);
    judges(arena, arena_format(arena, "{\"not\":%s}", unknown).data, RULE_TRUTH_YES); /* line 1 */
    judges(arena,
           arena_format(arena, "{\"all\":[%s,{\"field\":\"line.kind\",\"is\":\"gift\"}]}", unknown)
               .data,
           RULE_TRUTH_UNKNOWN);
    judges(arena,
           arena_format(arena, "{\"any\":[%s,{\"field\":\"line.kind\",\"is\":\"gift\"}]}", unknown)
               .data,
           RULE_TRUTH_YES);
    judges(arena,
           "{\"all\":[{\"field\":\"line.reference\",\"known\":false},"
           "{\"field\":\"line.kind\",\"is\":\"gift\"}]}",
           RULE_TRUTH_YES);
}

static void a_hit_explains_itself_with_the_row_it_hit(void **state)
{
    struct rule_value whole[F_COUNT], each[2 * F_COUNT];
    struct rule_facts it = facts(whole, each);
    struct rule_set set = decode(
        *state,
        "{\"set\":\"test\",\"rules\":[{\"id\":\"r\",\"action\":\"reject\",\"owner\":\"o\","
        "\"when\":{\"field\":\"line.kind\",\"is\":\"gift\"},"
        "\"explain\":\"{line.kind} 价 {line.price}，参考 {line.reference}，共 {order.total}；"
        "{order.skus} {order.placed} {order.cut_off} {order.paid}\"}]}");
    size_t row = 9;

    assert_int_equal(rule_judge(&set.rules[0], &it, &row), RULE_TRUTH_YES);
    assert_int_equal(row, 1);
    struct str text = rule_explain(*state, &language, &set.rules[0], &it, row);
    assert_string_equal(
        arena_copy(*state, text).data,
        "gift 价 0.00 元，参考 未知，共 1234.56 元；A、B 2025-11-11 00:00:00 16:30 是");
}

static void settings_tables_and_attributes_have_their_defaults(void **state)
{
    struct rule_set bare = decode(*state, "{\"set\":\"test\"}");
    struct rule_set set =
        decode(*state,
               "{\"set\":\"test\",\"note\":\"夜里\",\"settings\":{\"window_hours\":2},\"tables\":"
               "{\"prices\":[{\"sku\":\"B\",\"price\":\"2.50\"},{\"sku\":\"A\",\"price\":3,"
               "\"areas\":[\"新疆\"]}]},\"rules\":[{\"id\":\"late\",\"priority\":1,\"when\":"
               "{\"all\":[]},\"action\":\"hold\",\"owner\":\"o\",\"minutes\":5,\"explain\":\"句\"},"
               "{\"id\":\"first\",\"priority\":9,\"when\":{\"all\":[]},\"action\":\"reject\","
               "\"owner\":\"p\",\"explain\":\"句\"}]}");

    assert_int_equal(bare.settings[0].number, 24);
    assert_int_equal(bare.tables[0].row_count, 0);
    assert_null(rule_find(&bare.tables[0], STR("A")));
    assert_int_equal(set.settings[0].number, 2);
    assert_int_equal(rule_find(&set.tables[0], STR("A"))[1].number, 300);
    assert_int_equal(rule_find(&set.tables[0], STR("B"))[1].number, 250);
    assert_int_equal(rule_find(&set.tables[0], STR("A"))[2].text_count, 1);
    assert_null(rule_find(&set.tables[0], STR("C")));
    assert_true(str_is(set.rules[0].id, "first"));
    assert_int_equal(set.rules[0].action, 1);
    assert_int_equal(set.rules[0].attributes[1].number, 240);
    assert_int_equal(set.rules[1].attributes[1].number, 5);
}

static void refused(struct arena *arena, const char *text, const char *where, const char *why)
{
    struct rule_set set;
    struct err err = { 0 };

    if (rules_decode(arena, str_of(text), &language, &set, &err))
        fail_msg("accepted: %s", text);
    assert_int_equal(err.class, ERR_REJECT);
    if (!strstr(err.text, where) || !strstr(err.text, why))
        fail_msg("\"%s\" does not say \"%s\" and \"%s\"", err.text, where, why);
}

#define RULE(parts) "{\"set\":\"test\",\n\"rules\":[\n{\"id\":\"r\",\"owner\":\"o\"," parts "}]}"
#define WHEN(when)  RULE("\"action\":\"hold\",\"explain\":\"句\",\n\"when\":" when)

static void an_error_names_line_place_and_reason(void **state)
{
    static const char *const rows[][3] = {
        { "{\"set\":\"test\",\n\"rules\":[", "line 2", "JSON" },
        { "[]", "line 1", "object" },
        { "{\"set\":\"other\"}", "line 1", "the place of \"test\"" },
        { "{\"set\":\"test\",\n\"rulez\":[]}", "line 2", "\"rulez\" is unknown" },
        { "{\"set\":\"test\",\"settings\":\n{\"window\":1}}", "settings: line 2", "window_hours" },
        { "{\"set\":\"test\",\"settings\":{\"window_hours\":\n0}}", "line 2", "1 to 720" },
        { "{\"set\":\"test\",\"tables\":{\"price\":[]}}", "line 1", "known are prices" },
        { "{\"set\":\"test\",\"tables\":{\"prices\":[{\"sku\":\"A\"}]}}", "tables.prices: [0]",
          "price is missing" },
        { "{\"set\":\"test\",\"tables\":{\"prices\":[{\"sku\":\"A\",\"price\":\"1.234\"}]}}",
          "price", "two decimals" },
        { "{\"set\":\"test\",\"tables\":{\"prices\":[{\"sku\":\"A\",\"price\":1},"
          "{\"sku\":\"A\",\"price\":2}]}}",
          "tables.prices", "stands twice" },
        { WHEN("{\"field\":\"line.prise\",\"is\":1}"), "rules[0] r: when: line 4",
          "field line.prise is unknown" },
        { WHEN("{\"field\":\"line.price\",\"is\":1,\"below\":2}"), "line 4", "one operator" },
        { WHEN("{\"field\":\"line.price\",\"less\":1}"), "line 4", "operator less is unknown" },
        { WHEN("{\"field\":\"line.price\",\"has\":1}"), "line 4", "does not fit line.price" },
        { WHEN("{\"field\":\"order.skus\",\"is\":\"A\"}"), "line 4", "does not fit order.skus" },
        { WHEN("{\"field\":\"line.price\",\"below\":\"cheap\"}"), "line.price below", "yuan" },
        { WHEN("{\"field\":\"line.price\",\"below\":1e2}"), "line.price below", "yuan" },
        { WHEN("{\"field\":\"line.kind\",\"is\":\"free\"}"), "line.kind is",
          "none of spot, presale, gift" },
        { WHEN("{\"field\":\"line.price\",\"below\":{\"field\":\"order.shop\"}}"), "line 4",
          "same type" },
        { WHEN("{\"field\":\"line.price\",\"below\":{\"field\":\"line.reference\","
               "\"percent\":1001}}"),
          "line 4", "1 to 1000" },
        { WHEN("{\"field\":\"order.remark\",\"has\":[]}"), "order.remark has", "one value" },
        { WHEN("{\"field\":\"order.remark\",\"has\":\"\"}"), "order.remark has", "empty text" },
        { WHEN("{\"some\":[]}"), "line 4", "no all, any, not or field" },
        { WHEN("{}"), "line 4", "wants" },
        { RULE("\"action\":\"hold\",\"explain\":\"句\""), "rules[0] r", "when is missing" },
        { RULE("\"action\":\"hold\",\"explain\":\"句\",\"priority\":\"1\","
               "\"when\":{\"all\":[]}"),
          "rules[0] r", "priority must be" },
        { RULE("\"action\":\"sing\",\"explain\":\"句\",\"when\":{\"all\":[]}"), "rules[0] r",
          "one of hold, reject" },
        { RULE("\"action\":\"hold\",\"explain\":\"{order.remark}\",\"when\":{\"all\":[]}"),
          "rules[0] r", "personal" },
        { RULE("\"action\":\"hold\",\"explain\":\"{line.price}\",\"when\":{\"all\":[]}"),
          "rules[0] r", "looks at no row" },
        { RULE("\"action\":\"hold\",\"explain\":\"{order.x}\",\"when\":{\"all\":[]}"), "rules[0] r",
          "no field" },
        { RULE("\"action\":\"hold\",\"explain\":\"{order\",\"when\":{\"all\":[]}"), "rules[0] r",
          "has no }" },
        { RULE("\"action\":\"hold\",\"explain\":\"句\",\"hours\":1,\"when\":{\"all\":[]}"),
          "rules[0] r", "\"hours\" is unknown" },
        { "{\"set\":\"test\",\"rules\":[{\"id\":\"r\",\"when\":{\"all\":[]},\"action\":\"hold\","
          "\"explain\":\"句\"}]}",
          "rules[0] r", "owner is missing" },
        { "{\"set\":\"test\",\"rules\":[{\"id\":\"r\",\"owner\":\"\",\"when\":{\"all\":[]},"
          "\"action\":\"hold\",\"explain\":\"句\"}]}",
          "rules[0] r", "owner is empty" },
        { "{\"set\":\"test\",\"tables\":{\"prices\":[{\"sku\":\"\",\"price\":\"1\"}]}}",
          "tables.prices: [0]", "sku is empty" },
        { "{\"set\":\"test\",\"rules\":[{\"id\":\"R x\",\"owner\":\"o\",\"when\":{\"all\":[]},"
          "\"action\":\"hold\",\"explain\":\"句\"}]}",
          "rules[0] R x", "a-z" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refused(*state, rows[i][0], rows[i][1], rows[i][2]);
}

/* Deep and wide conditions end in a refusal, never in a full stack. */
static void what_is_too_much_is_refused(void **state)
{
    struct arena *arena = *state;
    char deep[4096] = "", wide[65536] = "";

    for (int i = 0; i < 20; i++)
        strcat(deep, "{\"not\":");
    strcat(deep, "{\"all\":[]}");
    for (int i = 0; i < 20; i++)
        strcat(deep, "}");
    refused(arena, arena_format(arena, WHEN("%s"), deep).data, "line 4", "deep");
    strcat(wide, "{\"all\":[{\"all\":[]}");
    for (int i = 0; i < RULE_NODES_MAX; i++)
        strcat(wide, ",{\"all\":[]}");
    strcat(wide, "]}");
    refused(arena, arena_format(arena, WHEN("%s"), wide).data, "line 4", "parts");
}

static void two_rules_of_one_id_are_refused(void **state)
{
    static const char twin[] = "{\"id\":\"r\",\"owner\":\"o\",\"when\":{\"all\":[]},"
                               "\"action\":\"hold\",\"explain\":\"句\"}";

    refused(*state, arena_format(*state, "{\"set\":\"test\",\"rules\":[%s,%s]}", twin, twin).data,
            "rules", "id r stands twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_operator_judges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_percentage_of_another_field_is_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_is_neither_true_nor_false, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hit_explains_itself_with_the_row_it_hit, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(settings_tables_and_attributes_have_their_defaults, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_error_names_line_place_and_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_too_much_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_rules_of_one_id_are_refused, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

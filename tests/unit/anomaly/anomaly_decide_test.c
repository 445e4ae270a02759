/* Walks tests/cases/anomaly under the shipped rules: which orders a person must look at. */
#include "anomaly_case.h"

/* ---- what must follow ---- */

struct case_outcome {
    const struct rule_set *rules;
    const struct rule_facts *facts;
    struct verdict verdict;
    struct hold hold;
};

static void then_verdict(const struct case_line *line, const struct verdict *verdict)
{
    const char *want = str_is(case_word(line, 0), "clear") ? "clear" : "held";

    for (size_t i = 0; i < verdict->reason_count; i++)
        if (i + 1 >= line->count || !str_eq(verdict->reasons[i].rule, line->words[i + 1]))
            fail_msg("%s: rule %zu is %.*s", case_at->path, i, STR_ARG(verdict->reasons[i].rule));
    if (verdict->reason_count != line->count - 1)
        fail_msg("%s: %zu reasons", case_at->path, verdict->reason_count);
    if (!str_is(str_of(verdict_kind_name(verdict->kind)), want))
        fail_msg("%s: %s, not %s", case_at->path, verdict_kind_name(verdict->kind), want);
    for (size_t i = 0; i < verdict->reason_count; i++) {
        assert_true(verdict->reasons[i].text.size > 0);
        assert_true(str_is_utf8(verdict->reasons[i].text));
    }
}

static const struct rule *rule_of(const struct rule_set *rules, struct str id)
{
    for (size_t i = 0; i < rules->rule_count; i++)
        if (str_eq(rules->rules[i].id, id))
            return &rules->rules[i];
    fail_msg("%s: no rule %.*s", case_at->path, STR_ARG(id));
    return NULL;
}

static void then_not_judged(const struct case_line *line, const struct case_outcome *it)
{
    for (size_t i = 2; i < line->count; i++) {
        size_t row;
        enum rule_truth truth = rule_judge(rule_of(it->rules, line->words[i]), it->facts, &row);

        if (truth != RULE_TRUTH_UNKNOWN)
            fail_msg("%s: %.*s is judged: %d", case_at->path, STR_ARG(line->words[i]), (int)truth);
    }
}

static bool text_has(struct str text, struct str part)
{
    for (size_t i = 0; i + part.size <= text.size; i++)
        if (str_eq((struct str){ text.data + i, part.size }, part))
            return true;
    return false;
}

static void then(const struct case_line *line, const struct case_outcome *it)
{
    struct str word = case_word(line, 0), value = case_word(line, 1);

    if (str_is(word, "not")) {
        then_not_judged(line, it);
    } else if (str_is(word, "owner")) {
        if (!str_eq(it->hold.owner, value))
            fail_msg("%s: owner is %.*s", case_at->path, STR_ARG(it->hold.owner));
    } else if (str_is(word, "level")) {
        assert_true(str_eq(it->hold.level, value));
    } else if (str_is(word, "after")) {
        assert_int_equal((it->hold.due_at - it->hold.held_at) / 60000,
                         case_number(case_at, line, 1));
        assert_true(str_eq(str_of(hold_end_name(it->hold.ends)), case_word(line, 3)));
    } else if (str_is(word, "says")) {
        if (!text_has(it->verdict.reasons[0].text, value))
            fail_msg("%s: %.*s", case_at->path, STR_ARG(it->verdict.reasons[0].text));
    } else {
        then_verdict(line, &it->verdict);
    }
}

/* ---- a case ---- */

static struct case_outcome judge(struct anomaly_case *it, struct rule_set *rules)
{
    struct anomaly_policy policy;
    struct case_outcome outcome;
    size_t not_judged;

    *rules = case_rules(it);
    policy = anomaly_facts_policy(it->arena, rules);
    outcome.rules = rules;
    outcome.facts = anomaly_facts_of(anomaly_facts_open(it->arena, 8), it->arena, &it->answer,
                                     &policy, &it->known);
    outcome.verdict = anomaly_decide(it->arena, &policy, outcome.facts, &not_judged);
    outcome.hold = anomaly_decide_hold(it->arena, &policy, &it->answer, &outcome.verdict, 1000);
    return outcome;
}

static void run(struct arena *arena, const struct case_file *file)
{
    struct anomaly_case it;
    struct case_outcome outcome;
    struct rule_set rules;
    size_t checks = 0;

    case_at = file;
    case_begin(&it, arena);
    for (size_t i = 0; i < file->count; i++) {
        if (!file->lines[i].then) {
            case_given(&it, &file->lines[i]);
            continue;
        }
        if (checks++ == 0)
            outcome = judge(&it, &rules);
        then(&file->lines[i], &outcome);
    }
    assert_true(checks > 0);
}

static void every_case_holds(void **state)
{
    struct arena *arena = arena_open((size_t)256 << 20);
    struct case_file *files;
    size_t count = case_file_load(arena, SLUICE_SOURCE_DIR "/tests/cases/anomaly", &files);

    (void)state;
    assert_true(count >= 40);
    for (size_t i = 0; i < count; i++)
        run(arena, &files[i]);
    printf("%zu cases\n", count);
    arena_close(arena);
}

/* Each shipped rule holds an order in some case, so that none of them is dead. */
static void every_shipped_rule_has_a_case(void **state)
{
    struct arena *arena = arena_open((size_t)64 << 20);
    struct case_file *files;
    size_t count = case_file_load(arena, SLUICE_SOURCE_DIR "/tests/cases/anomaly", &files);
    struct rule_set rules;

    (void)state;
    case_decode(arena, rules_shipped(STR("anomaly")), &rules);
    for (size_t r = 0; r < rules.rule_count; r++) {
        bool found = false;

        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < files[i].count; j++) {
                const struct case_line *line = &files[i].lines[j];

                for (size_t w = 1; line->then && w < line->count; w++)
                    found |=
                        str_is(line->words[0], "held") && str_eq(line->words[w], rules.rules[r].id);
            }
        if (!found)
            fail_msg("no case holds an order by %.*s", STR_ARG(rules.rules[r].id));
    }
    arena_close(arena);
}

static void only_promised_and_paid_orders_are_judged(void **state)
{
    struct answer_body answer = { .state = STOCK_STATE_RESERVED, .paid = true };

    (void)state;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_JUDGE);
    answer.paid = false;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_NONE);
    answer = (struct answer_body){ .state = STOCK_STATE_WAIT, .paid = true };
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_NONE);
    answer.state = STOCK_STATE_CANCELLING;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_PASS);
    answer.state = STOCK_STATE_REPLANNING;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_PASS);
    answer.state = STOCK_STATE_CANCELLED;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_NONE);
}

/* The shop sent it while it waited here: without a verdict nobody would be told. */
static void orders_sent_without_us_are_judged_while_they_wait(void **state)
{
    struct answer_body answer = { .state = STOCK_STATE_WAIT, .reason = STR("sent_elsewhere"),
                                  .order = { .stage = ORDER_STAGE_SHIPPED } };

    (void)state;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_JUDGE);
    answer.state = STOCK_STATE_EXPIRED;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_JUDGE);
    answer.order.stage = ORDER_STAGE_FINISHED;
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_NONE);
    answer = (struct answer_body){ .state = STOCK_STATE_WAIT, .reason = STR("short"),
                                   .order = { .stage = ORDER_STAGE_SHIPPED } };
    assert_int_equal(anomaly_decide_way(&answer), ANOMALY_WAY_NONE);
}

/* ---- sets of one's own ---- */

static struct rule_set set_of(struct arena *arena, const char *rules)
{
    struct rule_set set;

    case_decode(arena, arena_format(arena, "{\"set\":\"anomaly\",\"rules\":[%s]}", rules), &set);
    set.version = STR("anomaly/7");
    return set;
}

static struct case_outcome judge_by(struct arena *arena, struct anomaly_case *it,
                                    struct rule_set *rules)
{
    struct anomaly_policy policy = anomaly_facts_policy(arena, rules);
    struct case_outcome outcome = { .rules = rules };
    size_t not_judged;

    outcome.facts =
        anomaly_facts_of(anomaly_facts_open(arena, 8), arena, &it->answer, &policy, &it->known);
    outcome.verdict = anomaly_decide(arena, &policy, outcome.facts, &not_judged);
    outcome.hold = anomaly_decide_hold(arena, &policy, &it->answer, &outcome.verdict, 0);
    return outcome;
}

#define WHEN_ALWAYS "\"when\":{\"all\":[]},\"explain\":\"x\","

static void a_rule_that_rejects_beats_those_that_hold(void **state)
{
    struct arena *arena = arena_open((size_t)16 << 20);
    struct anomaly_case it;
    struct rule_set rules;
    struct case_outcome out;

    (void)state;
    case_begin(&it, arena);
    rules = set_of(arena, "{\"id\":\"a\",\"priority\":9," WHEN_ALWAYS
                          "\"action\":\"hold\",\"owner\":\"x\"},"
                          "{\"id\":\"b\"," WHEN_ALWAYS "\"action\":\"reject\",\"owner\":\"y\"}");
    out = judge_by(arena, &it, &rules);
    assert_int_equal(out.verdict.kind, VERDICT_KIND_REJECTED);
    assert_int_equal(out.verdict.reason_count, 2);
    assert_true(str_is(out.verdict.rules_version, "anomaly/7"));
    arena_close(arena);
}

static void holds_of_several_rules_are_joined(void **state)
{
    struct arena *arena = arena_open((size_t)16 << 20);
    struct anomaly_case it;
    struct rule_set rules;
    struct hold hold;

    (void)state;
    case_begin(&it, arena);
    rules = set_of(arena, "{\"id\":\"a\",\"priority\":9," WHEN_ALWAYS "\"action\":\"hold\","
                          "\"owner\":\"x\",\"minutes\":60,\"then\":\"approve\",\"level\":\"info\"},"
                          "{\"id\":\"b\"," WHEN_ALWAYS "\"action\":\"hold\",\"owner\":\"y\","
                          "\"minutes\":90,\"then\":\"approve\",\"level\":\"urgent\"}");
    hold = judge_by(arena, &it, &rules).hold;
    assert_true(str_is(hold.owner, "x") && str_is(hold.level, "urgent"));
    assert_true(str_is(hold.rules, "a,b"));
    assert_int_equal(hold.due_at, 90 * 60000); /* the last of them to let it pass */
    assert_int_equal(hold.ends, HOLD_END_APPROVE);

    rules = set_of(arena, "{\"id\":\"a\",\"priority\":9," WHEN_ALWAYS "\"action\":\"hold\","
                          "\"owner\":\"x\",\"minutes\":60,\"then\":\"approve\"},"
                          "{\"id\":\"b\"," WHEN_ALWAYS "\"action\":\"hold\",\"owner\":\"y\","
                          "\"minutes\":30,\"then\":\"reject\"}");
    hold = judge_by(arena, &it, &rules).hold;
    assert_int_equal(hold.due_at, 30 * 60000);
    assert_int_equal(hold.ends, HOLD_END_ESCALATE); /* they disagree: a person is asked louder */

    rules = set_of(arena, "{\"id\":\"a\"," WHEN_ALWAYS "\"action\":\"hold\",\"owner\":\"x\"}");
    hold = judge_by(arena, &it, &rules).hold;
    assert_int_equal(hold.due_at, 240 * 60000); /* what a rule does not say */
    assert_int_equal(hold.ends, HOLD_END_ESCALATE);
    assert_true(str_is(hold.level, "warn"));
    arena_close(arena);
}

static void more_rules_hit_than_are_told(void **state)
{
    struct arena *arena = arena_open((size_t)16 << 20);
    struct anomaly_case it;
    struct rule_set rules;
    struct verdict verdict;
    struct buf buf;

    (void)state;
    case_begin(&it, arena);
    it.answer.reason = STR("sent_elsewhere");
    buf_init(&buf, arena, 4096);
    for (int i = 0; i < 20; i++)
        buf_put_format(&buf,
                       "%s{\"id\":\"r%d\",\"priority\":%d," WHEN_ALWAYS
                       "\"action\":\"hold\",\"owner\":\"x\"}",
                       i ? "," : "", i, 100 - i);
    rules = set_of(arena, buf_str(&buf).data);
    verdict = judge_by(arena, &it, &rules).verdict;
    assert_int_equal(verdict.reason_count, ANOMALY_REASONS_MAX);
    assert_true(str_is(verdict.reasons[0].rule, "r0"));
    assert_true(str_is(verdict.reasons[ANOMALY_REASONS_MAX - 1].rule, "sent_elsewhere"));
    arena_close(arena);
}

/* The stock store plans no such order until a person has looked. */
static void sent_elsewhere_is_held_whatever_the_rules_say(void **state)
{
    struct arena *arena = arena_open((size_t)16 << 20);
    struct anomaly_case it;
    struct rule_set rules = set_of(arena, "");
    struct case_outcome out;

    (void)state;
    case_begin(&it, arena);
    assert_int_equal(judge_by(arena, &it, &rules).verdict.kind, VERDICT_KIND_CLEAR);
    it.answer.reason = STR("sent_elsewhere");
    out = judge_by(arena, &it, &rules);
    assert_int_equal(out.verdict.kind, VERDICT_KIND_HELD);
    assert_true(str_is(out.verdict.reasons[0].rule, "sent_elsewhere"));
    assert_int_equal(out.hold.ends, HOLD_END_ESCALATE);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_holds),
        cmocka_unit_test(every_shipped_rule_has_a_case),
        cmocka_unit_test(only_promised_and_paid_orders_are_judged),
        cmocka_unit_test(orders_sent_without_us_are_judged_while_they_wait),
        cmocka_unit_test(a_rule_that_rejects_beats_those_that_hold),
        cmocka_unit_test(holds_of_several_rules_are_joined),
        cmocka_unit_test(more_rules_hit_than_are_told),
        cmocka_unit_test(sent_elsewhere_is_held_whatever_the_rules_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

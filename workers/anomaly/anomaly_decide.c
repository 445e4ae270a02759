/* anomaly_decide — see anomaly_decide.h. Here: the verdict, and the hold it makes. */
#include "anomaly/anomaly_decide.h"

#include "anomaly/anomaly_rules_decide.h"
#include "base/buf.h"

#define ANOMALY_MINUTE_MS INT64_C(60000)

/* Sent without us before we had anything for it: a person must know. One that the buyer has already
 * confirmed is history that came in late, and nobody's to decide. */
static bool anomaly_decide_was_sent(const struct answer_body *answer)
{
    return (answer->state == STOCK_STATE_WAIT || answer->state == STOCK_STATE_EXPIRED)
        && str_is(answer->reason, "sent_elsewhere") && answer->order.stage == ORDER_STAGE_SHIPPED;
}

enum anomaly_way anomaly_decide_way(const struct answer_body *answer)
{
    if (answer->state == STOCK_STATE_CANCELLING || answer->state == STOCK_STATE_REPLANNING)
        return ANOMALY_WAY_PASS;
    if ((answer->state == STOCK_STATE_RESERVED && answer->paid) || anomaly_decide_was_sent(answer))
        return ANOMALY_WAY_JUDGE;
    return ANOMALY_WAY_NONE;
}

/* ---- the verdict ---- */

static void anomaly_decide_add(struct verdict *verdict, struct str rule, struct str text)
{
    if (verdict->reason_count < ANOMALY_REASONS_MAX)
        verdict->reasons[verdict->reason_count++] =
            (struct verdict_reason){ .rule = rule, .text = text };
}

/* The store plans no order that was sent without us until a person has looked (STOCK.md, Which
 * facts still count): a rule set that forgot it would leave it standing with nobody told. */
static void anomaly_decide_sent_elsewhere(const struct rule_facts *facts, struct verdict *verdict)
{
    static const char id[] = "sent_elsewhere";

    if (!facts->whole[ANOMALY_FIELD_SENT_ELSEWHERE].number)
        return;
    for (size_t i = 0; i < verdict->reason_count; i++)
        if (str_is(verdict->reasons[i].rule, id))
            return;
    if (verdict->reason_count == ANOMALY_REASONS_MAX)
        verdict->reason_count--;
    anomaly_decide_add(verdict, str_of(id),
                       STR("店铺显示已发货，但我们没有发出包裹 (sent without us)"));
    if (verdict->kind == VERDICT_KIND_CLEAR)
        verdict->kind = VERDICT_KIND_HELD;
}

struct verdict anomaly_decide(struct arena *arena, const struct anomaly_policy *policy,
                              const struct rule_facts *facts, size_t *not_judged_out)
{
    const struct rule_set *rules = policy->rules;
    struct verdict_reason reasons[ANOMALY_REASONS_MAX];
    struct verdict verdict = {
        .kind = VERDICT_KIND_CLEAR,
        .rules_version = rules->version,
        .reasons = reasons,
    };

    *not_judged_out = 0;
    for (size_t i = 0; i < rules->rule_count; i++) {
        const struct rule *rule = &rules->rules[i];
        size_t row = 0;
        enum rule_truth truth = rule_judge(rule, facts, &row);

        *not_judged_out += truth == RULE_TRUTH_UNKNOWN;
        if (truth != RULE_TRUTH_YES)
            continue;
        if (verdict.reason_count < ANOMALY_REASONS_MAX)
            anomaly_decide_add(&verdict, rule->id,
                               rule_explain(arena, rules->language, rule, facts, row));
        if (rule->action == ANOMALY_ACTION_REJECT)
            verdict.kind = VERDICT_KIND_REJECTED;
        else if (verdict.kind == VERDICT_KIND_CLEAR)
            verdict.kind = VERDICT_KIND_HELD;
    }
    anomaly_decide_sent_elsewhere(facts, &verdict);

    verdict.reasons = ARENA_ARRAY(arena, struct verdict_reason, verdict.reason_count);
    for (size_t i = 0; i < verdict.reason_count; i++)
        verdict.reasons[i] = reasons[i];
    return verdict;
}

/* ---- the hold ---- */

static const struct rule *anomaly_decide_rule(const struct rule_set *rules, struct str id)
{
    for (size_t i = 0; i < rules->rule_count; i++)
        if (str_eq(rules->rules[i].id, id))
            return &rules->rules[i];
    return NULL;
}

/* What one rule wants of a hold. */
struct anomaly_wish {
    struct str owner;
    int64_t minutes;
    enum hold_end ends;
    int loudness;
};

static const char *const anomaly_decide_levels[] = { "info", "warn", "urgent" };

static int anomaly_decide_loudness(struct str level)
{
    for (int i = 0; i < 3; i++)
        if (str_is(level, anomaly_decide_levels[i]))
            return i;
    return 1;
}

static struct anomaly_wish anomaly_decide_wish(const struct rule_set *rules, struct str id)
{
    const struct rule *rule = anomaly_decide_rule(rules, id);
    struct anomaly_wish wish = { .minutes = 240, .ends = HOLD_END_ESCALATE, .loudness = 1 };

    if (!rule)
        return wish;
    wish.owner = rule->attributes[ANOMALY_ATTRIBUTE_OWNER].text;
    wish.minutes = rule->attributes[ANOMALY_ATTRIBUTE_MINUTES].number;
    wish.loudness = anomaly_decide_loudness(rule->attributes[ANOMALY_ATTRIBUTE_LEVEL].text);
    if (rule->attributes[ANOMALY_ATTRIBUTE_THEN].text.size > 0)
        wish.ends = hold_end_of(rule->attributes[ANOMALY_ATTRIBUTE_THEN].text);
    return wish;
}

static void anomaly_decide_join(struct anomaly_wish *all, const struct anomaly_wish *wish)
{
    bool both_pass = all->ends == HOLD_END_APPROVE && wish->ends == HOLD_END_APPROVE;

    if (both_pass ? wish->minutes > all->minutes : wish->minutes < all->minutes)
        all->minutes = wish->minutes;
    if (wish->ends != all->ends)
        all->ends = HOLD_END_ESCALATE;
    if (wish->loudness > all->loudness)
        all->loudness = wish->loudness;
    if (all->owner.size == 0)
        all->owner = wish->owner;
}

static struct str anomaly_decide_ids(struct arena *arena, const struct verdict *verdict)
{
    struct buf buf;

    buf_init(&buf, arena, 128);
    for (size_t i = 0; i < verdict->reason_count; i++) {
        if (i > 0)
            buf_put(&buf, STR(","));
        buf_put(&buf, verdict->reasons[i].rule);
    }
    return buf_str(&buf);
}

struct hold anomaly_decide_hold(struct arena *arena, const struct anomaly_policy *policy,
                                const struct answer_body *answer, const struct verdict *verdict,
                                int64_t now_ms)
{
    struct anomaly_wish all = { .minutes = 240, .ends = HOLD_END_ESCALATE, .loudness = 1 };

    for (size_t i = 0; i < verdict->reason_count; i++) {
        struct anomaly_wish wish = anomaly_decide_wish(policy->rules, verdict->reasons[i].rule);

        if (i == 0)
            all = wish;
        else
            anomaly_decide_join(&all, &wish);
    }
    return (struct hold){
        .order_id = answer->order_id,
        .rev = answer->rev,
        .digest = answer->digest,
        .owner = all.owner,
        .level = str_of(anomaly_decide_levels[all.loudness]),
        .rules = anomaly_decide_ids(arena, verdict),
        .held_at = now_ms,
        .due_at = now_ms + all.minutes * ANOMALY_MINUTE_MS,
        .ends = all.ends,
    };
}

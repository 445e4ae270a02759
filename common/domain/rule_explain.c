/* rule_explain — the sentence of a hit (rule.h). */
#include "base/buf.h"
#include "base/clock.h"
#include "domain/rule.h"

#define RULE_EXPLAIN_TEXT_MAX 90 /* bytes of one text: thirty Chinese characters */
#define RULE_EXPLAIN_LIST_MAX 5

static void rule_explain_text(struct buf *buf, struct str text)
{
    struct str shown = str_clip(text, RULE_EXPLAIN_TEXT_MAX);

    buf_put(buf, shown);
    if (shown.size < text.size)
        buf_put(buf, STR("…"));
}

static void rule_explain_texts(struct buf *buf, const struct rule_value *value)
{
    for (size_t i = 0; i < value->text_count && i < RULE_EXPLAIN_LIST_MAX; i++) {
        if (i > 0)
            buf_put(buf, STR("、"));
        rule_explain_text(buf, value->texts[i]);
    }
    if (value->text_count > RULE_EXPLAIN_LIST_MAX)
        buf_put_format(buf, "等 %zu 项", value->text_count);
}

static void rule_explain_money(struct buf *buf, int64_t fen)
{
    int64_t size = fen < 0 ? -fen : fen;

    buf_put_format(buf, "%s%lld.%02lld 元", fen < 0 ? "-" : "", (long long)(size / 100),
                   (long long)(size % 100));
}

static void rule_explain_time(struct buf *buf, int64_t ms)
{
    char text[CLOCK_TEXT_SIZE];

    if (ms == 0)
        buf_put(buf, STR("无"));
    else
        buf_put(buf, clock_china_text(ms, text));
}

static void rule_explain_value(struct buf *buf, enum rule_type type, const struct rule_value *value)
{
    if (!value->known) {
        buf_put(buf, STR("未知"));
        return;
    }
    switch (type) {
    case RULE_TYPE_MONEY:
        rule_explain_money(buf, value->number);
        return;
    case RULE_TYPE_FLAG:
        buf_put(buf, value->number ? STR("是") : STR("否"));
        return;
    case RULE_TYPE_TEXT:
        rule_explain_text(buf, value->text);
        return;
    case RULE_TYPE_TEXTS:
        rule_explain_texts(buf, value);
        return;
    case RULE_TYPE_TIME:
        rule_explain_time(buf, value->number);
        return;
    case RULE_TYPE_CLOCK:
        buf_put_format(buf, "%02lld:%02lld", (long long)(value->number / 60),
                       (long long)(value->number % 60));
        return;
    case RULE_TYPE_INT:
    case RULE_TYPE_NONE:
        buf_put_int(buf, value->number);
        return;
    }
}

struct str rule_explain(struct arena *arena, const struct rule_language *language,
                        const struct rule *rule, const struct rule_facts *facts, size_t row)
{
    struct buf buf;

    buf_init(&buf, arena, 256);
    for (size_t i = 0; i < rule->part_count; i++) {
        const struct rule_part *part = &rule->parts[i];

        if (!part->is_field) {
            buf_put(&buf, part->text);
            continue;
        }
        const struct rule_field *field = &language->fields[part->field];

        rule_explain_value(&buf, field->type,
                           field->each ? &facts->each[row * facts->field_count + part->field]
                                       : &facts->whole[part->field]);
    }
    return buf_str(&buf);
}

#include "notify/notify_message_decide.h"

#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "notify/notify_text_decide.h"

#define NOTIFY_TITLE_MAX   240 /* bytes, each */
#define NOTIFY_ID_MAX      160
#define NOTIFY_REASON_MAX  400
#define NOTIFY_BRIEF_MAX   150 /* of the reason on a digest's line */
#define NOTIFY_MENTION_MAX 240
#define NOTIFY_HEAD_MAX    160 /* of a group's heading */
#define NOTIFY_REST_MAX    160 /* of the line that counts the rest */
#define NOTIFY_REASONS_MAX 7   /* the last may be the number of the others */
#define NOTIFY_KEPT_MAX    600 /* bytes of a text while it waits */
#define NOTIFY_USER_MAX    64

/* ---- parts ---- */

static struct str notify_message_subject(struct arena *arena, const struct alert_body *alert)
{
    return notify_text_plain(arena, alert->order_id.size > 0 ? alert->order_id : alert->subject,
                             NOTIFY_ID_MAX);
}

static void notify_message_put_level(struct buf *buf, enum notify_level level)
{
    if (level == NOTIFY_LEVEL_URGENT)
        buf_put(buf, STR("<font color=\"warning\">【紧急 urgent】</font>"));
    if (level == NOTIFY_LEVEL_INFO)
        buf_put(buf, STR("<font color=\"comment\">【知会 info】</font>"));
}

/* What a user id of WeCom may hold: nothing that could end the mention. */
static bool notify_message_is_user(struct str user)
{
    for (size_t i = 0; i < user.size; i++) {
        char c = user.data[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
              || c == '-' || c == '.' || c == '@'))
            return false;
    }
    return user.size > 0 && user.size <= NOTIFY_USER_MAX;
}

/* Each user once, as far as there is room. */
static void notify_message_put_users(struct buf *buf, struct str users)
{
    while (users.size > 0) {
        struct str user = str_trim(str_cut(&users, '|'));
        char mention[NOTIFY_USER_MAX + 8];
        size_t size = 0;

        if (!notify_message_is_user(user) || buf->size + user.size + 3 > NOTIFY_MENTION_MAX)
            continue;
        mention[size++] = '<';
        mention[size++] = '@';
        for (size_t i = 0; i < user.size; i++)
            mention[size++] = user.data[i];
        mention[size++] = '>';
        if (buf->size == 0 || memmem(buf->data, buf->size, mention, size) == NULL)
            buf_put(buf, (struct str){ mention, size });
    }
}

/* ---- one alert ---- */

struct alert_body notify_message_trim(struct arena *arena, const struct alert_body *alert)
{
    const size_t kept = NOTIFY_REASONS_MAX - 1;
    struct alert_body trimmed = *alert;

    trimmed.title = str_clip(alert->title, NOTIFY_KEPT_MAX);
    trimmed.owner = str_clip(alert->owner, NOTIFY_KEPT_MAX);
    trimmed.gate = str_clip(alert->gate, NOTIFY_KEPT_MAX);
    trimmed.subject = str_clip(alert->subject, NOTIFY_KEPT_MAX);
    trimmed.order_id = str_clip(alert->order_id, NOTIFY_KEPT_MAX);
    trimmed.reasons = ARENA_ARRAY(arena, struct verdict_reason, NOTIFY_REASONS_MAX);
    trimmed.reason_count =
        alert->reason_count <= NOTIFY_REASONS_MAX ? alert->reason_count : NOTIFY_REASONS_MAX;
    for (size_t i = 0; i < trimmed.reason_count; i++)
        trimmed.reasons[i] = (struct verdict_reason){
            .rule = str_clip(alert->reasons[i].rule, NOTIFY_KEPT_MAX),
            .text = str_clip(alert->reasons[i].text, NOTIFY_KEPT_MAX),
        };
    if (alert->reason_count > NOTIFY_REASONS_MAX)
        trimmed.reasons[kept].text =
            arena_format(arena, "……另有 %zu 条原因 (and %zu more)", alert->reason_count - kept,
                         alert->reason_count - kept);
    return trimmed;
}

/* Reasons as lines, as many as leave `tail` bytes of size_max. */
static void notify_message_put_reasons(struct arena *arena, struct buf *buf,
                                       const struct alert_body *alert, size_t size_max, size_t tail)
{
    const size_t more_max = 80;
    size_t shown = 0;

    while (shown < alert->reason_count && shown < NOTIFY_REASONS_MAX) {
        struct str text = notify_text_masked(arena, alert->reasons[shown].text, NOTIFY_REASON_MAX);

        if (buf->size + text.size + 3 + more_max + tail > size_max)
            break;
        buf_put_format(buf, "> %.*s\n", STR_ARG(text));
        shown++;
    }
    if (shown < alert->reason_count)
        buf_put_format(buf, "> ……另有 %zu 条原因 (and %zu more)\n", alert->reason_count - shown,
                       alert->reason_count - shown);
}

struct str notify_message_single(struct arena *arena, const struct notify_item *item,
                                 size_t size_max, bool mentions)
{
    const struct alert_body *alert = item->alert;
    struct str subject = notify_message_subject(arena, alert);
    struct buf buf, tail;

    CHECK(size_max >= NOTIFY_SIZE_MIN);
    buf_init(&tail, arena, 256);
    if (mentions)
        notify_message_put_users(&tail, item->mention);
    if (tail.size > 0)
        buf_put_byte(&tail, '\n');
    if (alert->order_id.size > 0)
        buf_put_format(&tail, "查看 Look: `sluice order show %.*s`", STR_ARG(subject));
    buf_init(&buf, arena, 1024);
    notify_message_put_level(&buf, item->level);
    buf_put_format(&buf, "**%.*s**\n> %.*s\n",
                   STR_ARG(notify_text_masked(arena, alert->title, NOTIFY_TITLE_MAX)),
                   STR_ARG(subject));
    notify_message_put_reasons(arena, &buf, alert, size_max, tail.size);
    buf_put(&buf, buf_str(&tail));
    CHECK(buf.size <= size_max);
    return buf_str(&buf);
}

/* ---- a digest ---- */

/* What a gate's alerts are, after their number; and where to see the rest. */
static const struct notify_gate {
    const char *gate, *zh, *en, *see;
} notify_gates[] = {
    { "anomaly", "单被拦截，等待审核", "orders held for review", "sluice where --gate anomaly" },
    { "stock", "条库存提醒", "stock alerts", "sluice where --gate stock" },
    { "route", "单没有仓可发", "orders no warehouse can send", "sluice where --gate warehouse" },
    { "decision", "个决定没有执行", "decisions not applied", "sluice report" },
    { "shipment", "个包裹与计划不符", "parcels differ from their plan",
      "sluice where --gate shipment" },
};

static const struct notify_gate *notify_message_gate(struct str gate)
{
    static const struct notify_gate other = { "", "条提醒", "alerts", "sluice report" };

    for (size_t i = 0; i < sizeof(notify_gates) / sizeof(notify_gates[0]); i++) {
        if (str_is(gate, notify_gates[i].gate))
            return &notify_gates[i];
    }
    return &other;
}

static bool notify_message_together(const struct notify_item *a, const struct notify_item *b)
{
    return a->level == b->level && str_eq(a->alert->gate, b->alert->gate);
}

int notify_message_compare(const void *a, const void *b)
{
    const struct notify_item *x = *(const struct notify_item *const *)a;
    const struct notify_item *y = *(const struct notify_item *const *)b;
    int order = (x->level < y->level) - (x->level > y->level);

    if (order == 0)
        order = str_compare(x->alert->gate, y->alert->gate);
    if (order == 0)
        order = (x->waits_since > y->waits_since) - (x->waits_since < y->waits_since);
    return order != 0 ? order : str_compare(x->alert->alert_id, y->alert->alert_id);
}

/* "douyin:…1 单价低于底价 (+2)": the id, and what is odd unless the title alone says it. */
static struct str notify_message_line(struct arena *arena, const struct notify_item *item)
{
    const struct alert_body *alert = item->alert;
    bool by_title = alert->order_id.size == 0 || alert->reason_count == 0;
    struct str subject = notify_message_subject(arena, alert);
    struct str text = notify_text_masked(arena, by_title ? alert->title : alert->reasons[0].text,
                                         NOTIFY_BRIEF_MAX);

    if (by_title && str_starts(text, subject))
        return arena_format(arena, "> %.*s\n", STR_ARG(text));
    if (by_title || alert->reason_count == 1)
        return arena_format(arena, "> %.*s %.*s\n", STR_ARG(subject), STR_ARG(text));
    return arena_format(arena, "> %.*s %.*s (+%zu)\n", STR_ARG(subject), STR_ARG(text),
                        alert->reason_count - 1);
}

/* The items [first, end) of one group into `lines`, until its size would pass budget. Returns how
 * many are told; by id alone, an order that was named just before is not named again. */
static size_t notify_message_names(struct arena *arena, const struct notify_item *const *items,
                                   size_t first, size_t end, bool brief, size_t budget,
                                   struct buf *lines)
{
    struct str last = STR_NONE;
    size_t told = 0;

    for (; first + told < end; told++) {
        const struct notify_item *item = items[first + told];
        struct str subject = notify_message_subject(arena, item->alert);
        struct str piece = STR_NONE;

        if (brief && told > 0 && str_eq(subject, last))
            continue;
        last = subject;
        piece = brief ? arena_format(arena, "%s%.*s", told == 0 ? "> " : "、", STR_ARG(subject))
                      : notify_message_line(arena, item);
        if (lines->size + piece.size + 1 > budget)
            break;
        buf_put(lines, piece);
    }
    if (brief && told > 0)
        buf_put_byte(lines, '\n');
    return told;
}

static void notify_message_put_group(struct buf *buf, const struct notify_item *item, size_t count,
                                     size_t named, struct str lines)
{
    const struct notify_gate *gate = notify_message_gate(item->alert->gate);

    notify_message_put_level(buf, item->level);
    buf_put_format(buf, "**%zu %s %zu %s**\n%.*s", count, gate->zh, count, gate->en,
                   STR_ARG(lines));
    if (named < count)
        buf_put_format(buf, "> ……另有 %zu 个 (and %zu more)，见 see `%s`\n", count - named,
                       count - named, gate->see);
}

static size_t notify_message_group_end(const struct notify_item *const *items, size_t first,
                                       size_t count)
{
    size_t end = first + 1;

    while (end < count && notify_message_together(items[first], items[end]))
        end++;
    return end;
}

static size_t notify_message_groups(const struct notify_item *const *items, size_t count)
{
    size_t groups = 0;

    for (size_t first = 0; first < count; first = notify_message_group_end(items, first, count))
        groups++;
    return groups;
}

/* What the names of the next group may take: all there is, or its share when `all` groups must get
 * a heading. */
static size_t notify_message_budget(size_t free, size_t groups_left, bool all)
{
    size_t around = all ? NOTIFY_HEAD_MAX + NOTIFY_REST_MAX : NOTIFY_HEAD_MAX;
    size_t share = all ? free / groups_left : free;

    return share > around ? share - around : 0;
}

/* Groups one after the other within size_max. Returns how many items are told. */
static size_t notify_message_fill(struct arena *arena, const struct notify_item *const *items,
                                  size_t count, size_t size_max, bool brief, bool all,
                                  struct buf *buf)
{
    size_t told = 0, left = notify_message_groups(items, count);

    while (told < count && buf->size + NOTIFY_HEAD_MAX + NOTIFY_REST_MAX <= size_max) {
        size_t end = notify_message_group_end(items, told, count);
        size_t budget = notify_message_budget(size_max - buf->size, left--, all), named;
        struct buf lines;

        buf_init(&lines, arena, 512);
        named = notify_message_names(arena, items, told, end, brief, budget, &lines);
        if (named == 0 && !all)
            break;
        notify_message_put_group(buf, items[told], all ? end - told : named, named,
                                 buf_str(&lines));
        told = all ? end : told + named;
        if (told < end)
            break;
    }
    return told;
}

size_t notify_message_digest(struct arena *arena, const struct notify_item *const *items,
                             size_t count, size_t size_max, bool mentions, bool all,
                             struct str *content_out)
{
    struct buf buf, users;
    size_t told;

    CHECK(count > 0 && size_max >= NOTIFY_SIZE_MIN);
    buf_init(&users, arena, NOTIFY_MENTION_MAX);
    for (size_t i = 0; mentions && i < count; i++)
        notify_message_put_users(&users, items[i]->mention);
    buf_init(&buf, arena, size_max);
    told = notify_message_fill(arena, items, count, size_max - users.size, false, false, &buf);
    if (told < count) {
        buf_init(&buf, arena, size_max);
        told = notify_message_fill(arena, items, count, size_max - users.size, true, all, &buf);
    }
    buf_put(&buf, buf_str(&users));
    CHECK(told > 0 && buf.size <= size_max);
    *content_out = buf_str(&buf);
    return told;
}

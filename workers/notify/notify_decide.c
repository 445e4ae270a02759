#include "notify/notify_decide.h"

#include "base/buf.h"
#include "base/hash.h"

#define NOTIFY_REASON_BYTES_MAX 400 /* of one alert in a message of its own */
#define NOTIFY_LINE_BYTES_MAX   300 /* of one alert in a digest */
#define NOTIFY_REASONS_SHOWN    6

static struct str notify_subject(const struct alert_body *alert)
{
    return alert->order_id.size > 0 ? alert->order_id : alert->subject;
}

static void notify_put_again(struct buf *buf, const struct notify_alert *item)
{
    if (item->again)
        buf_put(buf, STR("（重发，可能重复 may repeat）"));
}

static struct str notify_single(struct arena *arena, const struct notify_alert *item,
                                size_t size_max)
{
    const struct alert_body *alert = item->alert;
    struct buf buf;

    buf_init(&buf, arena, 1024);
    buf_put_format(&buf, "**%.*s**", STR_ARG(str_clip(alert->title, NOTIFY_REASON_BYTES_MAX)));
    notify_put_again(&buf, item);
    buf_put_format(&buf, "\n> %.*s\n", STR_ARG(str_clip(notify_subject(alert), 200)));
    for (size_t i = 0; i < alert->reason_count && i < NOTIFY_REASONS_SHOWN; i++)
        buf_put_format(&buf, "> %.*s\n",
                       STR_ARG(str_clip(alert->reasons[i].text, NOTIFY_REASON_BYTES_MAX)));
    if (alert->reason_count > NOTIFY_REASONS_SHOWN)
        buf_put_format(&buf, "> ……另有 %zu 条原因 (and %zu more)\n",
                       alert->reason_count - NOTIFY_REASONS_SHOWN,
                       alert->reason_count - NOTIFY_REASONS_SHOWN);
    if (alert->order_id.size > 0)
        buf_put_format(&buf, "查看 Look: `sluice order show %.*s`",
                       STR_ARG(str_clip(alert->order_id, 200)));
    return str_clip(buf_str(&buf), size_max);
}

static struct str notify_line(struct arena *arena, const struct notify_alert *item)
{
    const struct alert_body *alert = item->alert;
    struct buf buf;

    buf_init(&buf, arena, NOTIFY_LINE_BYTES_MAX);
    buf_put_format(&buf, "> %.*s", STR_ARG(str_clip(notify_subject(alert), 120)));
    notify_put_again(&buf, item);
    buf_put_format(&buf, " %.*s",
                   STR_ARG(alert->reason_count > 0 ? alert->reasons[0].text : alert->title));
    struct str line = str_clip(buf_str(&buf), NOTIFY_LINE_BYTES_MAX - 1);
    return arena_format(arena, "%.*s\n", STR_ARG(line));
}

/* Fills one digest from `first` on; returns how many alerts it holds, at least one. */
static size_t notify_digest(struct arena *arena, const struct notify_alert *alerts, size_t first,
                            size_t count, size_t size_max, struct str *content_out)
{
    const size_t head_max = 120;
    struct buf lines;
    size_t taken = 0;

    buf_init(&lines, arena, size_max);
    while (first + taken < count) {
        struct str line = notify_line(arena, &alerts[first + taken]);

        if (taken > 0 && lines.size + line.size + head_max > size_max)
            break;
        buf_put(&lines, line);
        taken++;
    }
    *content_out = arena_format(arena, "**%zu 条提醒待处理 %zu alerts to look at**\n%.*s", taken,
                                taken, STR_ARG(buf_str(&lines)));
    return taken;
}

size_t notify_decide(struct arena *arena, const struct notify_alert *alerts, size_t count,
                     size_t size_max, struct notify_message *messages_out)
{
    size_t message_count = 0, first = 0;

    if (count == 1) {
        messages_out[0] = (struct notify_message){
            .count = 1,
            .content = notify_single(arena, &alerts[0], size_max),
        };
        return 1;
    }
    while (first < count) {
        struct notify_message *message = &messages_out[message_count++];

        message->first = first;
        message->count = notify_digest(arena, alerts, first, count, size_max, &message->content);
        first += message->count;
    }
    return message_count;
}

/* Codes that will be the same next time (wecom_wms_oms.md 1): a wrong or removed robot, a
 * message it will not take. */
static bool notify_is_permanent(int64_t errcode)
{
    static const int64_t codes[] = { 93000, 93004, 93006, 93008, 40008, 40058, 44004, 45002 };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i] == errcode)
            return true;
    }
    return false;
}

enum notify_outcome notify_decide_outcome(int http_status, bool understood, int64_t errcode)
{
    if (http_status != 200 || !understood)
        return NOTIFY_OUTCOME_LATER;
    if (errcode == 0)
        return NOTIFY_OUTCOME_DELIVERED;
    return notify_is_permanent(errcode) ? NOTIFY_OUTCOME_REFUSED : NOTIFY_OUTCOME_LATER;
}

struct event notify_conclude(struct arena *arena, const struct event *cause, struct str outcome,
                             struct str reason, int64_t attempts, int64_t at)
{
    struct str alert_id = cause->alert.alert_id;
    struct event event = {
        .kind = EVENT_ALERT_SENT,
        .id = HASH_ID(arena, alert_id, str_of(event_kind_name(EVENT_ALERT_SENT))),
        .source = STR("/sluice/notify"),
        .key = alert_id,
        .time_ms = at,
        .sent = {
            .alert_id = alert_id,
            .outcome = outcome,
            .reason = reason,
            .attempts = attempts,
            .at = at,
        },
    };

    event_follow(&event, cause);
    return event;
}

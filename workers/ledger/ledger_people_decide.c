/*
 * ledger_people_decide — what people decide and must look at: decisions, alerts, dead letters
 * (ledger_build_decide.h).
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/num.h"
#include "ledger/ledger_build_decide.h"

#define LEDGER_TEXT_MAX     1000
#define LEDGER_ORDER_ID_MAX 200

/* ---- decisions ---- */

void ledger_people_decision(struct ledger_build *build, const struct event *event)
{
    const struct fact_body *fact = &event->fact;
    struct ledger_decision *row = ledger_list_add(&build->decisions);

    *row = (struct ledger_decision){
        .event_id = event->id,
        .order_id = fact->order_id,
        .kind = str_of(event_kind_name(event->kind)),
        .by = fact->by,
        .reason = fact->reason,
        .rev = fact->rev > 0 ? fact->rev : fact->plan_number,
        .at = event->time_ms,
    };
}

/* "price_floor: 单价低于…; quantity: …" */
static struct str ledger_people_reasons(struct arena *arena, const struct verdict_reason *reasons,
                                        size_t count)
{
    struct buf buf;

    buf_init(&buf, arena, 128);
    for (size_t i = 0; i < count && buf_str(&buf).size < LEDGER_TEXT_MAX; i++)
        buf_put_format(&buf, "%s%.*s: %.*s", i > 0 ? "; " : "", STR_ARG(reasons[i].rule),
                       STR_ARG(reasons[i].text));
    return str_clip(buf_str(&buf), LEDGER_TEXT_MAX);
}

/* Clear verdicts are in the trail; those that stop an order are decisions people ask about. */
void ledger_people_verdict(struct ledger_build *build, const struct event *event)
{
    const struct answer_body *answer = &event->answer;
    const struct verdict *verdict = &answer->verdict;
    struct ledger_decision *row;

    if (verdict->kind != VERDICT_KIND_HELD && verdict->kind != VERDICT_KIND_REJECTED)
        return;
    row = ledger_list_add(&build->decisions);
    *row = (struct ledger_decision){
        .event_id = event->id,
        .order_id = answer->order_id,
        .kind = arena_format(build->arena, "verdict.%s", verdict_kind_name(verdict->kind)),
        .by = STR("anomaly"),
        .reason = ledger_people_reasons(build->arena, verdict->reasons, verdict->reason_count),
        .rules_version = verdict->rules_version,
        .rev = answer->rev,
        .at = event->time_ms,
    };
}

static int ledger_people_compare_decisions(const void *a, const void *b)
{
    const struct ledger_decision *x = a, *y = b;

    return str_compare(x->event_id, y->event_id);
}

static bool ledger_people_same_decision(const void *a, const void *b)
{
    return ledger_people_compare_decisions(a, b) == 0;
}

/* ---- alerts ---- */

void ledger_people_alert(struct ledger_build *build, const struct event *event)
{
    const struct alert_body *alert = &event->alert;
    struct ledger_alert *row = ledger_list_add(&build->alerts);

    *row = (struct ledger_alert){
        .alert_id = alert->alert_id,
        .subject = alert->subject,
        .order_id = alert->order_id,
        .gate = alert->gate,
        .title = alert->title,
        .reasons = ledger_people_reasons(build->arena, alert->reasons, alert->reason_count),
        .rev = alert->rev,
        .raised_at = event->time_ms > 0 ? event->time_ms : 1,
    };
}

void ledger_people_sent(struct ledger_build *build, const struct event *event)
{
    const struct sent_body *sent = &event->sent;
    struct ledger_alert *row = ledger_list_add(&build->alerts);

    *row = (struct ledger_alert){
        .alert_id = sent->alert_id,
        .outcome = sent->outcome,
        .send_reason = sent->reason,
        .attempts = sent->attempts,
        .sent_at = sent->at > 0 ? sent->at : 1,
    };
}

static int ledger_people_compare_alerts(const void *a, const void *b)
{
    const struct ledger_alert *x = a, *y = b;
    int order = str_compare(x->alert_id, y->alert_id);

    if (order == 0)
        order = ledger_compare_int(x->raised_at, y->raised_at);
    return order == 0 ? ledger_compare_int(x->sent_at, y->sent_at) : order;
}

static bool ledger_people_same_alert(const void *a, const void *b)
{
    const struct ledger_alert *x = a, *y = b;

    return str_eq(x->alert_id, y->alert_id);
}

static void ledger_people_fold_alert(void *newer, const void *older)
{
    const struct ledger_alert *old = older;
    struct ledger_alert *row = newer;

    if (row->raised_at == 0) {
        row->subject = old->subject;
        row->order_id = old->order_id;
        row->gate = old->gate;
        row->title = old->title;
        row->reasons = old->reasons;
        row->rev = old->rev;
        row->raised_at = old->raised_at;
    }
    if (old->sent_at > row->sent_at) {
        row->outcome = old->outcome;
        row->send_reason = old->send_reason;
        row->attempts = old->attempts;
        row->sent_at = old->sent_at;
    }
}

/* ---- dead letters ---- */

/* Bytes from anywhere: as text where they are text, else as hex, and no longer than need be. */
static struct str ledger_people_text(struct arena *arena, struct str bytes)
{
    struct buf buf;

    if (bytes.size == 0)
        return STR("");
    if (str_is_utf8(bytes))
        return str_clip(bytes, LEDGER_TEXT_MAX);
    buf_init(&buf, arena, 256);
    for (size_t i = 0; i < bytes.size && i < 100; i++)
        buf_put_format(&buf, "%02x", (unsigned)(unsigned char)bytes.data[i]);
    return buf_str(&buf);
}

static int64_t ledger_people_int(const struct message *message, const char *header,
                                 int64_t otherwise)
{
    int64_t number;

    return num_parse(message_header(message, header), &number) ? number : otherwise;
}

/* "channel:shop:id", so that a stray key makes no order. An id that begins with '?' stands for a
 * payload in which no order id could be found (`sluice import`). */
static bool ledger_people_is_order_id(struct str key)
{
    struct str rest = key, id;

    if (key.size > LEDGER_ORDER_ID_MAX || !str_is_utf8(key))
        return false;
    for (size_t i = 0; i < key.size; i++) {
        if ((unsigned char)key.data[i] <= ' ')
            return false;
    }
    if (str_cut(&rest, ':').size == 0)
        return false;
    id = str_cut(&rest, ':');
    return id.size > 0 && rest.size > 0 && rest.data[0] != '?';
}

static bool ledger_people_is_of_order(enum topic dead)
{
    return dead == TOPIC_DEAD_INGEST || dead == TOPIC_DEAD_RESERVE || dead == TOPIC_DEAD_ANOMALY
        || dead == TOPIC_DEAD_ROUTE;
}

/* Which order it stops, and where. Reserve parks: the table `parked` says what stands, and when it
 * stands no more. A parcel's check stops the shipment gate by itself. */
static void ledger_people_stop(struct ledger_dead *row, const struct event *event,
                               const struct event *original)
{
    enum topic dead = event->origin.topic;

    row->rev = -1;
    if (!ledger_people_is_of_order(dead) || !ledger_people_is_order_id(event->key))
        return;
    row->order_id = event->key;
    if (dead != TOPIC_DEAD_RESERVE)
        row->gate = gate_of_dead(dead);
    if (original && event_kind_shape(original->kind) == EVENT_SHAPE_ANSWER)
        row->rev = original->answer.rev;
}

/* Never refuses: what cannot be read here would only come back as one more dead letter. */
void ledger_people_dead(struct ledger_build *build, const struct event *event,
                        const struct event *original)
{
    const struct message *letter = event->message;
    struct ledger_dead *row;
    struct str worker = str_of(topic_name(event->origin.topic));

    if (!letter)
        return;
    row = ledger_list_add(&build->dead);
    (void)str_cut(&worker, '.');
    row->worker = worker;
    row->topic = ledger_people_text(build->arena, message_header(letter, "dead_topic"));
    row->generation = ledger_people_int(letter, "dead_generation", 0);
    row->partition = ledger_people_int(letter, "dead_partition", event->origin.partition);
    row->offset = ledger_people_int(letter, "dead_offset", event->origin.offset);
    if (row->topic.size == 0) { /* not ours: its own place names it */
        row->topic = str_of(topic_name(event->origin.topic));
        row->generation = event->origin.generation;
    }
    row->key = ledger_people_text(build->arena, letter->key);
    row->reason = ledger_people_text(build->arena, message_header(letter, "dead_reason"));
    row->event_id = ledger_people_text(build->arena, event->id);
    if (!clock_parse(message_header(letter, "dead_time"), &row->at))
        row->at = letter->time_ms;
    ledger_people_stop(row, event, original);
    if (event->origin.topic == TOPIC_DEAD_VERIFY && original
        && event_kind_shape(original->kind) == EVENT_SHAPE_SCAN)
        ledger_parcels_dead(build, original, row->reason);
}

static int ledger_people_compare_dead_keys(const struct ledger_dead *x,
                                           const struct ledger_dead *y)
{
    int order = str_compare(x->worker, y->worker);

    if (order == 0)
        order = str_compare(x->topic, y->topic);
    if (order == 0)
        order = ledger_compare_int(x->generation, y->generation);
    if (order == 0)
        order = ledger_compare_int(x->partition, y->partition);
    return order == 0 ? ledger_compare_int(x->offset, y->offset) : order;
}

/* Of one letter written twice the first stays, as in SQL. */
static int ledger_people_compare_dead(const void *a, const void *b)
{
    const struct ledger_dead *x = a, *y = b;
    int order = ledger_people_compare_dead_keys(x, y);

    return order == 0 ? ledger_compare_int(y->at, x->at) : order;
}

static bool ledger_people_same_dead(const void *a, const void *b)
{
    return ledger_people_compare_dead_keys(a, b) == 0;
}

void ledger_people_reduce(struct ledger_build *build)
{
    ledger_list_reduce(&build->decisions, ledger_people_compare_decisions,
                       ledger_people_same_decision, NULL);
    ledger_list_reduce(&build->alerts, ledger_people_compare_alerts, ledger_people_same_alert,
                       ledger_people_fold_alert);
    ledger_list_reduce(&build->dead, ledger_people_compare_dead, ledger_people_same_dead, NULL);
}

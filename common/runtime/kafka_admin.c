#include "runtime/kafka_admin.h"

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/kafka_admin_internal.h"

#define KAFKA_ADMIN_TIMEOUT_MS 15000
#define KAFKA_ADMIN_GRACE_MS   1000 /* librdkafka's own time-out should come first */
#define KAFKA_ADMIN_TEXT_SIZE  512
#define KAFKA_ADMIN_MOVING_MS  50

/* ---- errors ---- */

static bool kafka_admin_is_silence(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT
           || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || code == RD_KAFKA_RESP_ERR__RESOLVE
           || code == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE
           || code == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT;
}

static bool kafka_admin_is_refusal(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED
           || code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED
           || code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
}

static bool kafka_admin_is_wrong(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_INVALID_CONFIG || code == RD_KAFKA_RESP_ERR_INVALID_PARTITIONS
           || code == RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR
           || code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION
           || code == RD_KAFKA_RESP_ERR_POLICY_VIOLATION
           || code == RD_KAFKA_RESP_ERR_INVALID_REQUEST || code == RD_KAFKA_RESP_ERR__INVALID_ARG;
}

bool kafka_admin_fail(const struct kafka_admin *admin, rd_kafka_resp_err_t code, const char *detail,
                      const char *doing, struct err *err)
{
    const char *text = detail != NULL && detail[0] != '\0' ? detail : rd_kafka_err2str(code);
    const char *name = rd_kafka_err2name(code);

    if (kafka_admin_is_silence(code))
        return err_set(err, ERR_RETRY,
                       "Kafka, %s: no answer from %s within %lld s (%s): is it up "
                       "(`ops/stack status`), is SLUICE_KAFKA_BROKERS right?",
                       doing, config_str(admin->config, "kafka_brokers"),
                       (long long)(admin->timeout_ms / 1000), name);
    if (kafka_admin_is_refusal(code))
        return err_set(err, ERR_FATAL,
                       "Kafka, %s: %s (%s): this user needs that right on the "
                       "broker",
                       doing, text, name);
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC
        || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        return err_set(err, ERR_RETRY,
                       "Kafka, %s: there is no such topic or partition (%s): "
                       "`sluice topics list` shows what is there, `sluice topics apply` makes "
                       "what is missing",
                       doing, name);
    return err_set(err, kafka_admin_is_wrong(code) ? ERR_FATAL : ERR_RETRY, "Kafka, %s: %s (%s)",
                   doing, text, name);
}

/* ---- the handle ---- */

bool kafka_admin_open(struct kafka_admin **admin_out, const struct config *config, struct err *err)
{
    const struct kafka_setup setup = { .worker = "cli", .config = config };
    struct kafka_admin *admin = MEM_NEW(struct kafka_admin);

    admin->config = config;
    admin->timeout_ms = KAFKA_ADMIN_TIMEOUT_MS;
    if (!kafka_open(&admin->kafka, &setup, err)) {
        mem_free(admin);
        return false;
    }
    *admin_out = admin;
    return true;
}

void kafka_admin_close(struct kafka_admin *admin)
{
    if (admin == NULL)
        return;
    kafka_close(admin->kafka, 0);
    mem_free(admin);
}

void kafka_admin_set_timeout(struct kafka_admin *admin, int64_t timeout_ms)
{
    CHECK(timeout_ms > 0 && timeout_ms <= INT32_MAX / 2);
    admin->timeout_ms = timeout_ms;
}

rd_kafka_t *kafka_admin_client(const struct kafka_admin *admin)
{
    return admin->kafka->producer;
}

/* ---- one call ---- */

/* A queue of its own for each call: an answer that comes too late finds nobody. */
void kafka_admin_begin(struct kafka_admin_call *call, struct kafka_admin *admin,
                       rd_kafka_admin_op_t operation, const char *doing)
{
    rd_kafka_t *client = kafka_admin_client(admin);
    char text[KAFKA_ADMIN_TEXT_SIZE];

    *call = (struct kafka_admin_call){
        .admin = admin,
        .doing = doing,
        .queue = rd_kafka_queue_new(client),
        .options = rd_kafka_AdminOptions_new(client, operation),
    };
    CHECK(call->options != NULL);
    rd_kafka_resp_err_t code = rd_kafka_AdminOptions_set_request_timeout(
        call->options, (int)admin->timeout_ms, text, sizeof(text));
    CHECK(code == RD_KAFKA_RESP_ERR_NO_ERROR);
}

bool kafka_admin_wait(struct kafka_admin_call *call, struct err *err)
{
    int wait_ms = (int)call->admin->timeout_ms + KAFKA_ADMIN_GRACE_MS;

    call->event = rd_kafka_queue_poll(call->queue, wait_ms);
    if (call->event == NULL)
        return kafka_admin_fail(call->admin, RD_KAFKA_RESP_ERR__TIMED_OUT, NULL, call->doing, err);
    rd_kafka_resp_err_t code = rd_kafka_event_error(call->event);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_admin_fail(call->admin, code, rd_kafka_event_error_string(call->event),
                                call->doing, err);
    return true;
}

void kafka_admin_end(struct kafka_admin_call *call)
{
    if (call->event != NULL)
        rd_kafka_event_destroy(call->event);
    rd_kafka_AdminOptions_destroy(call->options);
    rd_kafka_queue_destroy(call->queue);
}

/* ---- the ends of a partition ---- */

/* A partition that was just made, or whose leader moves, answers in a moment. */
static bool kafka_admin_is_moving(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION
           || code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE
           || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

bool kafka_admin_ends(struct kafka_admin *admin, const char *topic, int32_t partition,
                      int64_t *low_out, int64_t *high_out, struct err *err)
{
    int64_t until_us = clock_monotonic_us() + admin->timeout_ms * 1000;
    rd_kafka_resp_err_t code;

    for (;;) {
        code = rd_kafka_query_watermark_offsets(kafka_admin_client(admin), topic, partition,
                                                low_out, high_out, (int)admin->timeout_ms);
        if (!kafka_admin_is_moving(code) || clock_monotonic_us() > until_us)
            break;
        clock_sleep_ms(KAFKA_ADMIN_MOVING_MS);
    }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    (void)kafka_admin_fail(admin, code, NULL, "asking for the ends of a partition", err);
    return err_in(err, "topic %s partition %d", topic, (int)partition);
}

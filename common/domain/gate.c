/* gate — see gate.h. */
#include "domain/gate.h"

#include "domain/names.h"

static const char *const gate_texts[GATE_COUNT] = {
    [GATE_PAYMENT] = "payment",
    [GATE_STOCK] = "stock",
    [GATE_ANOMALY] = "anomaly",
    [GATE_WAREHOUSE] = "warehouse",
    [GATE_CARRIER] = "carrier",
    [GATE_SHIPMENT] = "shipment",
    [GATE_AFTERSALE] = "aftersale",
};

static const char *const gate_chinese_texts[GATE_COUNT] = {
    [GATE_PAYMENT] = "支付确认",
    [GATE_STOCK] = "库存锁定",
    [GATE_ANOMALY] = "异常拦截",
    [GATE_WAREHOUSE] = "分仓决策",
    [GATE_CARRIER] = "物流选择",
    [GATE_SHIPMENT] = "发货校验",
    [GATE_AFTERSALE] = "售后关联",
};

static const char *const gate_state_texts[] = {
    [GATE_STATE_OPEN] = "open",
    [GATE_STATE_PASSED] = "passed",
    [GATE_STATE_STOPPED] = "stopped",
};

static const struct names gate_names = NAMES(gate_texts);
static const struct names gate_chinese_names = NAMES(gate_chinese_texts);
static const struct names gate_state_names = NAMES(gate_state_texts);

const char *gate_name(enum gate gate)
{
    return names_get(&gate_names, (size_t)gate);
}

enum gate gate_of(struct str name)
{
    return (enum gate)names_find(&gate_names, name);
}

const char *gate_chinese(enum gate gate)
{
    return names_get(&gate_chinese_names, (size_t)gate);
}

const char *gate_state_name(enum gate_state state)
{
    return names_get(&gate_state_names, (size_t)state);
}

enum gate_state gate_state_of(struct str name)
{
    return (enum gate_state)names_find(&gate_state_names, name);
}

enum gate gate_of_dead(enum topic dead)
{
    static const enum gate gates[TOPIC_COUNT] = {
        [TOPIC_DEAD_INGEST] = GATE_PAYMENT,
        [TOPIC_DEAD_RESERVE] = GATE_STOCK,
        [TOPIC_DEAD_ANOMALY] = GATE_ANOMALY,
        [TOPIC_DEAD_ROUTE] = GATE_WAREHOUSE,
        [TOPIC_DEAD_VERIFY] = GATE_SHIPMENT,
    };

    return dead < TOPIC_COUNT ? gates[dead] : GATE_NONE;
}

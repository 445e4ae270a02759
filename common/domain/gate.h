/*
 * gate — the seven gates of an order, and how one stands.
 *
 * Managing orders is not moving them fast, it is controlling the gates (DESIGN 1). Each gate of
 * each order is open, passed, or stopped with a reason and a time.
 */
#ifndef SLUICE_DOMAIN_GATE_H
#define SLUICE_DOMAIN_GATE_H

#include "base/str.h"
#include "domain/topic.h"

/* In the order an order passes them. */
enum gate {
    GATE_NONE = 0,
    GATE_PAYMENT,
    GATE_STOCK,
    GATE_ANOMALY,
    GATE_WAREHOUSE,
    GATE_CARRIER,
    GATE_SHIPMENT,
    GATE_AFTERSALE,
    GATE_COUNT,
};

enum gate_state {
    GATE_STATE_NONE = 0,
    GATE_STATE_OPEN,
    GATE_STATE_PASSED,
    GATE_STATE_STOPPED,
};

const char *gate_name(enum gate gate); /* "payment" */
enum gate gate_of(struct str name);
const char *gate_chinese(enum gate gate); /* "支付确认" */
const char *gate_state_name(enum gate_state state); /* "open" */
enum gate_state gate_state_of(struct str name);

/* The gate kept by the worker whose dead letters travel on `dead`; GATE_NONE when it keeps none. */
enum gate gate_of_dead(enum topic dead);

#endif

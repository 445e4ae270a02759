/*
 * kafka_admin — the operator's handle on Kafka: for `sluice`, never for a worker.
 *
 * kafka_topic.h makes topics and changes them, kafka_group.h moves consumer groups,
 * kafka_read.h looks at single messages; all work on this handle, give and take plain data, end
 * within the handle's time-out and copy what they found into the caller's arena.
 *
 * RETRY: the broker did not answer, or what was asked for is not there (now). FATAL: a setting,
 * a name or a right is wrong; asking again changes nothing. The text says what to do.
 */
#ifndef SLUICE_RUNTIME_KAFKA_ADMIN_H
#define SLUICE_RUNTIME_KAFKA_ADMIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "runtime/config.h"

struct kafka_admin;

/* Borrows the config (kafka_brokers, kafka.*) until the close. Does not wait for a broker. */
bool kafka_admin_open(struct kafka_admin **admin_out, const struct config *config,
                      struct err *err) MUST_CHECK;
void kafka_admin_close(struct kafka_admin *admin); /* NULL is fine */

/* How long one call may take; 15 s until set. */
void kafka_admin_set_timeout(struct kafka_admin *admin, int64_t timeout_ms);

#endif

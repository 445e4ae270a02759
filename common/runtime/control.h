/*
 * control — what the operator tells running workers: a group steps aside and goes on; a rule set
 * has a new version.
 *
 * Kafka moves only a group that nobody is in. So `sluice replay` announces `fleet.paused` on
 * the compacted topic `rules`, which every process reads whole, outside its group: the worker
 * named there finishes the batch at hand, leaves the group, stays alive, and joins again at
 * `fleet.resumed` or when the pause has run out. A pause has an end, so a replay that dies can
 * never leave a fleet standing.
 *
 * Used by the working thread only. NULL stands for a worker that nobody tells anything.
 */
#ifndef SLUICE_RUNTIME_CONTROL_H
#define SLUICE_RUNTIME_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/message.h"
#include "runtime/kafka.h"

/* No pause is longer, whatever it says: a wrong clock or a wrong hand must not stop a fleet. */
#define CONTROL_PAUSE_MS_MAX INT64_C(3600000)

struct control;

/* `worker` is borrowed. Closed before `kafka`. Does not wait for a broker. */
bool control_open(struct control **control_out, struct kafka *kafka, const char *worker,
                  struct err *err) MUST_CHECK;
void control_close(struct control *control);

/* Takes in what was said meanwhile, without waiting. FATAL only: a broker that is away is the
 * cycle's business. */
bool control_poll(struct control *control, struct err *err) MUST_CHECK;

/* True once all that was said before this process began is known: nobody joins earlier. */
bool control_is_ready(const struct control *control);

bool control_is_paused(const struct control *control, int64_t now_ms);
int64_t control_paused_until(const struct control *control); /* ms; 0: not paused */

/* How many times a rule set was announced so far: who sees it move takes the sets in force. */
int64_t control_rules(const struct control *control);

/* ---- for control_poll(), and tests ---- */

/* One message of `rules`: what is not about this worker, or cannot be read, changes nothing. */
void control_take(struct control *control, const struct message *message);

#endif

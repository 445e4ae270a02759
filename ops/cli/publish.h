/*
 * publish — a command says something to the fleet.
 */
#ifndef SLUICE_CLI_PUBLISH_H
#define SLUICE_CLI_PUBLISH_H

#include <stddef.h>

#include "base/err.h"
#include "cli/cli.h"
#include "domain/event.h"

/* Sends all and waits until the broker has them; gives up after 30 s of no broker (RETRY). */
bool publish_events(struct cli *cli, const struct event *events, size_t count,
                    struct err *err) MUST_CHECK;

/* A fresh request id: unique per call, "cli-<time>-<random>". */
struct str publish_request_id(struct cli *cli);

#endif

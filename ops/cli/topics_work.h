/*
 * topics_work — what `sluice topics` looks at: the topics asked for and those that are there.
 */
#ifndef SLUICE_CLI_TOPICS_WORK_H
#define SLUICE_CLI_TOPICS_WORK_H

#include "base/err.h"
#include "cli/cli.h"
#include "codec/topics_codec.h"
#include "runtime/kafka_topic.h"

#define TOPICS_WORK_NAME_WIDTH 22

struct topics_work {
    struct cli *cli;
    struct kafka_admin *admin;
    struct topics wanted;        /* schemas/topics.json */
    struct kafka_topic *present; /* on the broker, with their settings */
    size_t present_count;
};

/* work->cli is set. Closed by topics_work_close(), also after a failure. */
bool topics_work_open(struct topics_work *work, struct err *err) MUST_CHECK;
void topics_work_close(struct topics_work *work);

/* NULL: not there. */
struct kafka_topic *topics_work_present(const struct topics_work *work, struct str name);

#endif

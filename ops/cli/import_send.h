/*
 * import_send — payloads on their way to orders.raw, in batches, at a given pace.
 */
#ifndef SLUICE_CLI_IMPORT_SEND_H
#define SLUICE_CLI_IMPORT_SEND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "cli/cli.h"

struct import_payload {
    struct str channel, shop;
    struct str platform_id; /* empty: not found */
    struct str bytes;
    int64_t line; /* where it stood, for messages */
};

struct import_sender;

/* Called for a payload that the broker will never take (too large); the sender goes on. */
typedef void (*import_refuse_fn)(void *context, int64_t line, const struct err *why);

/* rate: payloads a second, 0 as fast as it goes. Waits at most 30 s for a broker (RETRY). */
bool import_sender_open(struct import_sender **sender_out, struct cli *cli, int64_t rate,
                        import_refuse_fn refuse, void *context, struct err *err) MUST_CHECK;
void import_sender_close(struct import_sender *sender); /* NULL is fine */

/* Copies it into the batch; sends the batch when it is full. */
bool import_sender_put(struct import_sender *sender, const struct import_payload *payload,
                       struct err *err) MUST_CHECK;
/* Sends what is left and waits until the broker has it all. */
bool import_sender_flush(struct import_sender *sender, struct err *err) MUST_CHECK;

/* Payloads the broker has. */
int64_t import_sender_count(const struct import_sender *sender);

/* "<channel>:<shop>:<platform id>", or "<channel>:<shop>:?<hash of the bytes>" without one. */
struct str import_send_key(struct arena *arena, const struct import_payload *payload);

#endif

/*
 * import — `sluice import`: orders come in from files or a pipe.
 *
 * Reads what a platform's API or export gives (one order, JSON lines, lists, answers with a list,
 * gzip or not), finds each order's id by the channel file and puts the payload, byte for byte,
 * into orders.raw. It understands no more of it than the id: that is ingest's task. A payload
 * whose id cannot be found goes too, under a key of its own, so that it ends among the dead
 * letters with a reason and nothing is lost.
 *
 * import_read.c reads and divides, import_send.c sends.
 */
#ifndef SLUICE_CLI_IMPORT_H
#define SLUICE_CLI_IMPORT_H

/* See --help. */
int import_command(int argc, char **argv);

#endif

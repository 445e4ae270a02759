/*
 * pg_lock — the advisory locks of the fleet, in one list so that no two meet by accident.
 *
 * Each is (number, hash of the schema): fleets in two schemas of one database do not wait for
 * each other. sql/README.md has the same list.
 */
#ifndef SLUICE_STORE_PG_LOCK_H
#define SLUICE_STORE_PG_LOCK_H

#define PG_LOCK_ID(number) "(" #number ", hashtext(current_schema()))"

#define PG_LOCK_STOCK   PG_LOCK_ID(7301) /* shared: a journal row; exclusive: a new epoch */
#define PG_LOCK_REBUILD PG_LOCK_ID(7302) /* session: one rebuilder saves the others the work */
#define PG_LOCK_FOLD    PG_LOCK_ID(7303) /* one folder of the journal at a time */
#define PG_LOCK_UPKEEP  PG_LOCK_ID(7304) /* one maker and dropper of partitions at a time */
#define PG_LOCK_MIGRATE PG_LOCK_ID(7305) /* one migration at a time */

#endif

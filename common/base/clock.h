/*
 * clock — the one door through which time enters. Read once a batch, passed down as now_ms.
 */
#ifndef SLUICE_BASE_CLOCK_H
#define SLUICE_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

int64_t clock_now_ms(void);       /* UTC epoch, milliseconds */
int64_t clock_monotonic_us(void); /* for durations only */
void clock_sleep_ms(int64_t ms);  /* at most: a signal ends it early */

#define CLOCK_TEXT_SIZE 32

/* "2026-11-11 00:00:03" in China time (+08:00, no DST). */
struct str clock_china_text(int64_t ms, char out[CLOCK_TEXT_SIZE]);

/* RFC 3339 in UTC with milliseconds: "2026-11-10T16:00:03.000Z". */
struct str clock_utc_text(int64_t ms, char out[CLOCK_TEXT_SIZE]);

/* "yyyy-MM-dd HH:mm:ss" (China time) or RFC 3339 with Z or an offset → ms. Refuses dates that
 * do not exist and years outside 1970–9999. */
bool clock_parse(struct str text, int64_t *ms_out);

#endif

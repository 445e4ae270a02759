/*
 * check — what only our own bug can break.
 *
 * CHECK stays on in release: a stateless worker that replays from committed offsets is
 * safest when it dies early. Input from outside is validated, never CHECKed.
 */
#ifndef SLUICE_BASE_CHECK_H
#define SLUICE_BASE_CHECK_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first_arg) \
    __attribute__((format(printf, format_index, first_arg)))

#define CHECK(condition) \
    ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))

/* Prints the broken invariant to stderr and aborts. */
_Noreturn void check_failed(const char *condition, const char *file, int line);

#endif

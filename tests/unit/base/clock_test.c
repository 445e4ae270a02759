/* clock: text to time and back, and the dates that do not exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "base/clock.h"

static void clock_parse_reads_china_time(void **state)
{
    (void)state;
    int64_t ms = 0;

    assert_true(clock_parse(STR("2026-11-11 00:00:03"), &ms));
    assert_int_equal(ms, INT64_C(1794326403000)); /* date -d '2026-11-10T16:00:03Z' +%s */
    assert_true(clock_parse(STR("1970-01-01 08:00:00"), &ms));
    assert_int_equal(ms, 0);
}

static void clock_parse_reads_rfc3339(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        { "2026-11-10T16:00:03.000Z", INT64_C(1794326403000) },
        { "2026-11-10T16:00:03Z", INT64_C(1794326403000) },
        { "2026-11-11T00:00:03+08:00", INT64_C(1794326403000) },
        { "2026-11-10T10:30:03.5-05:30", INT64_C(1794326403500) },
        { "2026-11-10T16:00:03.1234567Z", INT64_C(1794326403123) },
        { "2026-11-10T16:00:03.07Z", INT64_C(1794326403070) },
        { "1970-01-01T00:00:00Z", 0 },
        { "2000-02-29T00:00:00Z", INT64_C(951782400000) },
        { "9999-12-31T23:59:59.999Z", INT64_C(253402300799999) },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t ms = -1;

        assert_true(clock_parse(str_of(cases[i].text), &ms));
        assert_int_equal(ms, cases[i].ms);
    }
}

static void clock_parse_refuses_what_is_no_time(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "", "2026", "2026-11-11", "2026-11-11 00:00", "2026-11-11 00:00:03 ",
        "2026-11-11 00:00:03Z", "2026-11-11T00:00:03", "2026-11-11T00:00:03+0800",
        "2026-11-11T00:00:03.Z", "2026-11-11T00:00:03+24:00", "2026-11-11T00:00:03+08:60",
        "2026-11-11t00:00:03z", "2026/11/11 00:00:03", "26-11-11 00:00:03",
        "2026-00-11 00:00:03", "2026-13-11 00:00:03", "2026-11-00 00:00:03",
        "2026-11-31 00:00:03", "2026-02-29 00:00:00", "2100-02-29 00:00:00",
        "2026-11-11 24:00:00", "2026-11-11 00:60:00", "2026-11-11 00:00:60",
        "1969-12-31 23:59:59", "0000-01-01 00:00:00", "1970-01-01 00:00:00",
        "9999-12-31T23:59:59-01:00", "10000-01-01 00:00:00", "-026-11-11 00:00:03",
        "2026--1-11 00:00:03", "2026-11-11 -1:00:00", "2026-11-11 00:00:03.5",
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t ms = 99;

        assert_false(clock_parse(str_of(cases[i]), &ms));
        assert_int_equal(ms, 99);
    }
}

static void clock_text_is_written_for_people_and_machines(void **state)
{
    (void)state;
    char text[CLOCK_TEXT_SIZE];

    assert_string_equal(clock_china_text(INT64_C(1794326403000), text).data,
                        "2026-11-11 00:00:03");
    assert_int_equal(clock_china_text(0, text).size, 19);
    assert_string_equal(clock_utc_text(INT64_C(1794326403007), text).data,
                        "2026-11-10T16:00:03.007Z");
    assert_string_equal(clock_utc_text(0, text).data, "1970-01-01T00:00:00.000Z");
    assert_string_equal(clock_utc_text(-1, text).data, "1970-01-01T00:00:00.000Z");
    assert_string_equal(clock_utc_text(INT64_MAX, text).data, "9999-12-31T23:59:59.999Z");
    assert_string_equal(clock_china_text(INT64_MIN, text).data, "1970-01-01 08:00:00");
    assert_string_equal(clock_china_text(INT64_MAX, text).data, "9999-12-31 23:59:59");
}

/* Every day of 140 years, against the C library. */
static void clock_agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = 0; day < 51000; day++) {
        int64_t ms = day * 86400000 + day % 86400 * 1000 + day % 1000, back = -1;
        time_t seconds = (time_t)(ms / 1000);
        char ours[CLOCK_TEXT_SIZE], theirs[CLOCK_TEXT_SIZE];
        struct tm tm;

        struct str text = clock_utc_text(ms, ours);
        gmtime_r(&seconds, &tm);
        strftime(theirs, sizeof(theirs), "%Y-%m-%dT%H:%M:%S", &tm);
        assert_memory_equal(ours, theirs, strlen(theirs));
        assert_true(clock_parse(text, &back));
        assert_int_equal(back, ms);
        assert_true(clock_parse(clock_china_text(ms, ours), &back));
        assert_int_equal(back, ms / 1000 * 1000);
    }
}

static void clock_moves_on(void **state)
{
    (void)state;
    int64_t now = clock_now_ms(), start = clock_monotonic_us();

    clock_sleep_ms(5);
    clock_sleep_ms(-5);
    assert_true(clock_monotonic_us() - start >= 5000);
    assert_true(now > INT64_C(1700000000000)); /* after 2023: milliseconds, not seconds */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_parse_reads_china_time),
        cmocka_unit_test(clock_parse_reads_rfc3339),
        cmocka_unit_test(clock_parse_refuses_what_is_no_time),
        cmocka_unit_test(clock_text_is_written_for_people_and_machines),
        cmocka_unit_test(clock_agrees_with_the_c_library),
        cmocka_unit_test(clock_moves_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

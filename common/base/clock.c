/* clock — see clock.h. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "base/check.h"
#include "base/num.h"

#define CLOCK_DAY_MS INT64_C(86400000)
#define CLOCK_CHINA_MS (INT64_C(8) * 3600000)
#define CLOCK_LAST_MS INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

struct clock_fields {
    int64_t year, month, day, hour, minute, second, ms;
};

int64_t clock_now_ms(void)
{
    struct timespec now;

    CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_us(void)
{
    struct timespec now;

    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void clock_sleep_ms(int64_t ms)
{
    if (ms <= 0)
        return;
    struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

    /* A signal ends the sleep early: it is how a worker is told to stop. */
    (void)nanosleep(&left, NULL);
}

static bool clock_is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t clock_month_days(int64_t year, int64_t month)
{
    static const int64_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return month == 2 && clock_is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to the first of January of the year, 1970 ≤ year. */
static int64_t clock_year_day(int64_t year)
{
    int64_t before = year - 1;

    return (year - 1970) * 365 + (before / 4 - before / 100 + before / 400)
         - (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static struct clock_fields clock_split(int64_t ms)
{
    int64_t day = ms / CLOCK_DAY_MS, rest = ms % CLOCK_DAY_MS;
    struct clock_fields f = {
        .year = 1970 + day / 366, /* never too late a year; at most a few too early */
        .month = 1,
        .hour = rest / 3600000,
        .minute = rest / 60000 % 60,
        .second = rest / 1000 % 60,
        .ms = rest % 1000,
    };

    while (clock_year_day(f.year + 1) <= day)
        f.year++;
    day -= clock_year_day(f.year);
    for (; day >= clock_month_days(f.year, f.month); f.month++)
        day -= clock_month_days(f.year, f.month);
    f.day = day + 1;
    return f;
}

/* Only what four digits of a year can say is written; all else becomes the nearest end. */
static int64_t clock_clamp(int64_t ms)
{
    return ms < 0 ? 0 : ms > CLOCK_LAST_MS ? CLOCK_LAST_MS : ms;
}

struct str clock_china_text(int64_t ms, char out[CLOCK_TEXT_SIZE])
{
    struct clock_fields f = clock_split(clock_clamp(clock_clamp(ms) + CLOCK_CHINA_MS));
    int size = snprintf(out, CLOCK_TEXT_SIZE, "%04d-%02d-%02d %02d:%02d:%02d", (int)f.year,
                        (int)f.month, (int)f.day, (int)f.hour, (int)f.minute, (int)f.second);

    return (struct str){ .data = out, .size = (size_t)size };
}

struct str clock_utc_text(int64_t ms, char out[CLOCK_TEXT_SIZE])
{
    struct clock_fields f = clock_split(clock_clamp(ms));
    int size = snprintf(out, CLOCK_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)f.year,
                        (int)f.month, (int)f.day, (int)f.hour, (int)f.minute, (int)f.second,
                        (int)f.ms);

    return (struct str){ .data = out, .size = (size_t)size };
}

/* Takes exactly `digits` digits off the front. */
static bool clock_take(struct str *text, size_t digits, int64_t *out)
{
    if (text->size < digits || text->data[0] == '-'
        || !num_parse((struct str){ .data = text->data, .size = digits }, out))
        return false;
    text->data += digits;
    text->size -= digits;
    return true;
}

static bool clock_take_byte(struct str *text, char byte)
{
    if (text->size == 0 || text->data[0] != byte)
        return false;
    text->data++;
    text->size--;
    return true;
}

/* ".123": any number of digits, those beyond the third are dropped. */
static bool clock_take_fraction(struct str *text, int64_t *ms)
{
    int64_t digit, scale = 100;

    *ms = 0;
    if (!clock_take_byte(text, '.'))
        return true;
    if (!clock_take(text, 1, &digit))
        return false;
    do {
        *ms += digit * scale;
        scale /= 10;
    } while (clock_take(text, 1, &digit));
    return true;
}

/* "Z", "+08:00" or "-05:30": what must be taken off to get UTC. */
static bool clock_take_zone(struct str *text, int64_t *offset_ms)
{
    int64_t hour, minute;
    bool west = str_starts(*text, STR("-"));

    *offset_ms = 0;
    if (clock_take_byte(text, 'Z'))
        return true;
    if (!clock_take_byte(text, west ? '-' : '+') || !clock_take(text, 2, &hour)
        || !clock_take_byte(text, ':') || !clock_take(text, 2, &minute))
        return false;
    *offset_ms = (hour * 60 + minute) * (west ? -60000 : 60000);
    return hour < 24 && minute < 60;
}

static bool clock_take_date(struct str *text, struct clock_fields *f)
{
    return clock_take(text, 4, &f->year) && clock_take_byte(text, '-')
        && clock_take(text, 2, &f->month) && clock_take_byte(text, '-')
        && clock_take(text, 2, &f->day) && f->year >= 1970 && f->month >= 1 && f->month <= 12
        && f->day >= 1 && f->day <= clock_month_days(f->year, f->month);
}

static bool clock_take_time(struct str *text, struct clock_fields *f)
{
    return clock_take(text, 2, &f->hour) && clock_take_byte(text, ':')
        && clock_take(text, 2, &f->minute) && clock_take_byte(text, ':')
        && clock_take(text, 2, &f->second) && f->hour < 24 && f->minute < 60 && f->second < 60;
}

bool clock_parse(struct str text, int64_t *ms_out)
{
    struct clock_fields f = { 0 };
    int64_t offset_ms = CLOCK_CHINA_MS;

    if (!clock_take_date(&text, &f))
        return false;
    if (clock_take_byte(&text, ' ')) {
        if (!clock_take_time(&text, &f))
            return false;
    } else if (!clock_take_byte(&text, 'T') || !clock_take_time(&text, &f)
               || !clock_take_fraction(&text, &f.ms) || !clock_take_zone(&text, &offset_ms)) {
        return false;
    }
    int64_t day = clock_year_day(f.year) + f.day - 1;

    for (int64_t month = 1; month < f.month; month++)
        day += clock_month_days(f.year, month);
    int64_t ms = day * CLOCK_DAY_MS + f.hour * 3600000 + f.minute * 60000 + f.second * 1000 + f.ms
               - offset_ms;

    if (text.size != 0 || ms < 0 || ms > CLOCK_LAST_MS)
        return false;
    *ms_out = ms;
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/clock.h"

#include <apr_strings.h>
#include <apr_time.h>

static const int64_t day_seconds = 86400;
static const int64_t last_second = INT64_C(253402300799); /* 9999-12-31T23:59:59Z, the last that RFC 3339 spells */

oa_time oa_clock_now(void)
{
    return apr_time_as_msec(apr_time_now());
}

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar, counted in years that begin in March. */
static int64_t days_of_date(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = year / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void oa_date_of_days(int64_t days, int *year, int *month, int *day)
{
    days += 719468;
    int64_t era = days / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (int)((5 * day_of_year + 2) / 153);
    *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

void oa_time_write(oa_time time, char out[OA_TIME_SIZE])
{
    int64_t seconds = time < 0 ? 0 : time / OA_SECOND;
    seconds = seconds > last_second ? last_second : seconds;
    int year, month, day;
    oa_date_of_days(seconds / day_seconds, &year, &month, &day);
    int rest = (int)(seconds % day_seconds);
    apr_snprintf(out, OA_TIME_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, rest / 3600, rest / 60 % 60,
                 rest % 60);
}

const char *oa_time_format(oa_time time, apr_pool_t *pool)
{
    if (time == 0) {
        return NULL;
    }
    char *text = apr_palloc(pool, OA_TIME_SIZE);
    oa_time_write(time, text);
    return text;
}

/* Reads exactly `digits` digits at *text and steps over them. */
static bool read_number(const char **text, int digits, int least, int most, int *number)
{
    int value = 0;
    for (int i = 0; i < digits; i++, (*text)++) {
        if (**text < '0' || **text > '9') {
            return false;
        }
        value = value * 10 + (**text - '0');
    }
    *number = value;
    return value >= least && value <= most;
}

static bool read_char(const char **text, char wanted)
{
    if (**text != wanted) {
        return false;
    }
    (*text)++;
    return true;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* full-date */
static bool read_date(const char **text, int64_t *seconds)
{
    int year, month, day;
    if (!read_number(text, 4, 1970, 9999, &year) || !read_char(text, '-') || !read_number(text, 2, 1, 12, &month) ||
        !read_char(text, '-') || !read_number(text, 2, 1, days_in_month(year, month), &day)) {
        return false;
    }
    *seconds = days_of_date(year, month, day) * day_seconds;
    return true;
}

/* [time-secfrac]: any number of digits, of which three count. */
static bool read_fraction(const char **text, int *milliseconds)
{
    *milliseconds = 0;
    if (!read_char(text, '.')) {
        return true;
    }
    int weight = 100;
    const char *start = *text;
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        *milliseconds += (**text - '0') * weight;
        weight /= 10;
    }
    return *text > start;
}

/* time-offset, in seconds east of UTC */
static bool read_offset(const char **text, int *offset)
{
    *offset = 0;
    if (read_char(text, 'Z') || read_char(text, 'z')) {
        return true;
    }
    int sign = **text == '-' ? -1 : 1;
    int hour, minute;
    if ((!read_char(text, '+') && !read_char(text, '-')) || !read_number(text, 2, 0, 23, &hour) ||
        !read_char(text, ':') || !read_number(text, 2, 0, 59, &minute)) {
        return false;
    }
    *offset = sign * (hour * 3600 + minute * 60);
    return true;
}

/* "T" partial-time time-offset, added to the date's seconds. A leap second is the second after it, and only where UTC
 * can have one. */
static bool read_time(const char **text, int64_t *seconds, int *milliseconds)
{
    int hour, minute, second, offset;
    if ((!read_char(text, 'T') && !read_char(text, 't')) || !read_number(text, 2, 0, 23, &hour) ||
        !read_char(text, ':') || !read_number(text, 2, 0, 59, &minute) || !read_char(text, ':') ||
        !read_number(text, 2, 0, 60, &second) || !read_fraction(text, milliseconds) || !read_offset(text, &offset)) {
        return false;
    }
    *seconds += hour * 3600 + minute * 60 + second - offset;
    return second < 60 || *seconds % day_seconds == 0;
}

bool oa_time_parse(const char *text, oa_time *time)
{
    int64_t seconds;
    int milliseconds = 0;
    if (text == NULL || !read_date(&text, &seconds) ||
        (*text != '\0' && !read_time(&text, &seconds, &milliseconds)) || *text != '\0') {
        return false;
    }
    oa_time parsed = seconds * OA_SECOND + milliseconds;
    if (parsed <= 0) {
        return false;
    }
    *time = parsed;
    return true;
}

static const struct {
    char letter;
    oa_duration length;
} units[] = {{'w', 7 * OA_DAY}, {'d', OA_DAY}, {'h', OA_HOUR}, {'m', OA_MINUTE}, {'s', OA_SECOND}};

static const int unit_count = sizeof(units) / sizeof(units[0]);

static oa_duration unit_length(const char *text)
{
    for (int i = 0; i < unit_count; i++) {
        if (text[0] == units[i].letter && text[1] == '\0') {
            return units[i].length;
        }
    }
    return 0;
}

bool oa_duration_parse(const char *text, oa_duration *duration)
{
    static const oa_duration most = 36525 * OA_DAY;
    int64_t number = 0;
    const char *c = text;
    for (; c != NULL && *c >= '0' && *c <= '9'; c++) {
        number = number * 10 + (*c - '0');
        if (number > most) {
            return false;
        }
    }
    if (c == text) {
        return false;
    }
    oa_duration length = *c == '\0' && number == 0 ? OA_SECOND : unit_length(c);
    if (length == 0 || number > most / length) {
        return false;
    }
    *duration = number * length;
    return true;
}

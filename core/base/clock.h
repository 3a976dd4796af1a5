/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time: 64-bit milliseconds since 1970-01-01T00:00:00Z. Pure rules take the time as an argument;
 * oa_clock_now is called at the edges only (a request, an operation, a thread's round).
 */
#ifndef OA_BASE_CLOCK_H
#define OA_BASE_CLOCK_H

#include <apr_pools.h>
#include <stdbool.h>
#include <stdint.h>

typedef int64_t oa_time;     /* milliseconds since 1970, UTC; 0 = never or not set */
typedef int64_t oa_duration; /* milliseconds */

#define OA_SECOND ((oa_duration)1000)
#define OA_MINUTE (60 * OA_SECOND)
#define OA_HOUR (60 * OA_MINUTE)
#define OA_DAY (24 * OA_HOUR)

/* Clocks of nodes differ by less. What was dated farther ahead was dated by a clock that was wrong then. */
#define OA_CLOCK_SKEW (5 * OA_MINUTE)

/* The wall clock. */
oa_time oa_clock_now(void);

enum { OA_TIME_SIZE = 21 };

/* RFC 3339 in UTC with seconds, "2026-11-23T14:05:19Z", and a NUL. */
void oa_time_write(oa_time time, char out[OA_TIME_SIZE]);

/* The same in `pool`; NULL for 0. */
const char *oa_time_format(oa_time time, apr_pool_t *pool);

/* The date so many days after 1970-01-01, or before, from 0000-03-01 on. */
void oa_date_of_days(int64_t days, int *year, int *month, int *day);

/* Reads what oa_time_format writes, also with fractions and numeric offsets (RFC 3339, section 5.6) and
 * a bare date (midnight UTC). False when `text` is not one, or is not after 1970-01-01T00:00:00Z: an expiry then would
 * read as "never". */
bool oa_time_parse(const char *text, oa_time *time);

/* A duration as settings and --expires spell it: a whole number and s, m, h, d or w ("90d", "30m"); "0" is 0.
 * False when it is not one, is negative, or exceeds 100 years. */
bool oa_duration_parse(const char *text, oa_duration *duration);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of an organization: what its places answered, by hour and Web API, and how its users and keys stand. All functions
 * run inside the caller's transaction.
 */
#ifndef OA_STORE_STATISTIC_H
#define OA_STORE_STATISTIC_H

#include "core/base/clock.h"
#include "core/model/status.h"
#include "core/store/db.h"

#include <apr_tables.h>

#define OA_STATISTIC_KEPT (90 * OA_DAY)

typedef struct oa_figures {
    int64_t allowed; /* calls by a right credential, in the organization of the place */
    int64_t refused; /* of such: 403 */
    int64_t failed;  /* wrong attempts, as they are counted against users, in the home organization of those */
} oa_figures;

/* Adds to the hour of `now`. `api`: name of a Web API of that organization; "", or one that it has not: none. */
oa_error *oa_statistic_add(oa_db *db, oa_id org, const char *api, oa_time now, const oa_figures *figures);

/* Adds one failure for the account's home organization. */
oa_error *oa_statistic_fail(oa_db *db, oa_id account, oa_time now);

/* Deletes up to `limit` rows of hours that began before `since` or, by a clock that was ahead, after `until`. */
oa_error *oa_statistic_trim(oa_db *db, oa_time since, oa_time until, int64_t limit, int64_t *count);

typedef struct oa_moment {
    oa_time at; /* when the step began */
    oa_figures figures;
} oa_moment;

/* The figures of steps that have any, by time: array of oa_moment. `since`, `until` and `step` are whole hours; until is not included. */
oa_error *oa_statistic_series(oa_db *db, oa_id org, oa_time since, oa_time until, oa_duration step,
                              apr_array_header_t **moments, apr_pool_t *pool);

typedef struct oa_api_figures {
    oa_id api;
    const char *name;
    int64_t allowed, refused;
} oa_api_figures;

/* The Web APIs (not removed ones) that were called most: array of oa_api_figures. */
oa_error *oa_statistic_apis(oa_db *db, oa_id org, oa_time since, oa_time until, int64_t limit,
                            apr_array_header_t **apis, apr_pool_t *pool);

/* How many the list of users shows with each status (core/model/status.h), who is invited with them. */
enum { OA_STATISTIC_STATUSES = OA_LISTED_INVITED + 1 };
oa_error *oa_statistic_users(oa_db *db, oa_id org, oa_time now, int64_t counts[OA_STATISTIC_STATUSES]);

/* How many keys in use, not replaced by another, end after `now` and not later than `until`. */
oa_error *oa_statistic_ending_keys(oa_db *db, oa_id org, oa_time now, oa_time until, int64_t *count);

#endif

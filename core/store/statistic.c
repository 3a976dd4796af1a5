/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/statistic.h"

static oa_time hour_of(oa_time now)
{
    return now / OA_HOUR * OA_HOUR;
}

oa_error *oa_statistic_add(oa_db *db, oa_id org, const char *api, oa_time now, const oa_figures *figures)
{
    return oa_db_run(db, NULL,
                     "INSERT INTO statistic (org_id, at, api_id, allowed, refused, failed) VALUES ($1, $2,"
                     " COALESCE((SELECT id FROM web_api WHERE org_id = $1 AND name = $3 AND removed_at = 0), 0), $4, $5, $6)"
                     " ON CONFLICT (org_id, at, api_id) DO UPDATE SET allowed = statistic.allowed + excluded.allowed,"
                     " refused = statistic.refused + excluded.refused, failed = statistic.failed + excluded.failed",
                     "iitiii", (int64_t)org, (int64_t)hour_of(now), api, figures->allowed, figures->refused,
                     figures->failed);
}

oa_error *oa_statistic_fail(oa_db *db, oa_id account, oa_time now)
{
    static const oa_figures one = {.failed = 1};
    int64_t home;

    OA_TRY(oa_db_int(db, &home, 0, "SELECT home_org_id FROM account WHERE id = $1", "i", account));
    return oa_statistic_add(db, home, "", now, &one);
}

oa_error *oa_statistic_trim(oa_db *db, oa_time since, oa_time until, int64_t limit, int64_t *count)
{
    return oa_db_run(db, count,
                     "DELETE FROM statistic WHERE (org_id, at, api_id) IN"
                     " (SELECT org_id, at, api_id FROM statistic WHERE at < $1 OR at > $2 LIMIT $3)",
                     "iii", (int64_t)since, (int64_t)until, limit);
}

static oa_figures read_figures(oa_rows *rows, int column)
{
    return (oa_figures){oa_rows_int(rows, column), oa_rows_int(rows, column + 1), oa_rows_int(rows, column + 2)};
}

oa_error *oa_statistic_series(oa_db *db, oa_id org, oa_time since, oa_time until, oa_duration step,
                              apr_array_header_t **moments, apr_pool_t *pool)
{
    oa_rows *rows;

    *moments = apr_array_make(pool, 32, sizeof(oa_moment));
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT at / $4 * $4 AS step, SUM(allowed), SUM(refused), SUM(failed) FROM statistic"
                        " WHERE org_id = $1 AND at >= $2 AND at < $3 GROUP BY step ORDER BY step",
                        "iiii", (int64_t)org, (int64_t)since, (int64_t)until, (int64_t)step));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*moments, oa_moment) = (oa_moment){oa_rows_int(rows, 0), read_figures(rows, 1)};
    }
    return oa_rows_end(rows);
}

oa_error *oa_statistic_apis(oa_db *db, oa_id org, oa_time since, oa_time until, int64_t limit,
                            apr_array_header_t **apis, apr_pool_t *pool)
{
    oa_rows *rows;

    *apis = apr_array_make(pool, 16, sizeof(oa_api_figures));
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT s.api_id, w.name, SUM(s.allowed) AS allowed, SUM(s.refused)"
                        " FROM statistic s JOIN web_api w ON w.id = s.api_id AND w.removed_at = 0"
                        " WHERE s.org_id = $1 AND s.at >= $2 AND s.at < $3 AND s.api_id <> 0"
                        " GROUP BY s.api_id, w.name ORDER BY allowed DESC, w.name LIMIT $4",
                        "iiii", (int64_t)org, (int64_t)since, (int64_t)until, limit));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*apis, oa_api_figures) =
            (oa_api_figures){oa_rows_int(rows, 0), oa_rows_copy(rows, 1, pool), oa_rows_int(rows, 2), oa_rows_int(rows, 3)};
    }
    return oa_rows_end(rows);
}

oa_error *oa_statistic_users(oa_db *db, oa_id org, oa_time now, int64_t counts[OA_STATISTIC_STATUSES])
{
    oa_rows *rows;

    memset(counts, 0, OA_STATISTIC_STATUSES * sizeof(*counts));
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT status, COUNT(*) FROM listed WHERE org_id = $1 AND (status <> $2 OR expires_at > $3)"
                        " GROUP BY status",
                        "iii", (int64_t)org, (int64_t)OA_LISTED_INVITED, (int64_t)now));
    while (oa_rows_next(rows)) {
        int64_t status = oa_rows_int(rows, 0);
        if (status > 0 && status < OA_STATISTIC_STATUSES) {
            counts[status] = oa_rows_int(rows, 1);
        }
    }
    return oa_rows_end(rows);
}

oa_error *oa_statistic_ending_keys(oa_db *db, oa_id org, oa_time now, oa_time until, int64_t *count)
{
    return oa_db_int(db, count, 0,
                     "SELECT COUNT(*) FROM api_key WHERE org_id = $1 AND expires_at > 0 AND expires_at > $2"
                     " AND expires_at <= $3 AND revoked_at = 0 AND replaced_by = 0",
                     "iii", (int64_t)org, (int64_t)now, (int64_t)until);
}

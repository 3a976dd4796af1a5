/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/sweep.h"

static oa_error *read_accounts(oa_rows *rows, apr_array_header_t **accounts, apr_pool_t *pool)
{
    *accounts = apr_array_make(pool, 16, sizeof(oa_id));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*accounts, oa_id) = oa_rows_int(rows, 0);
    }
    return oa_rows_end(rows);
}

oa_error *oa_sweep_idle(oa_db *db, oa_time before, oa_id after, int64_t limit, apr_array_header_t **accounts,
                        apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT id FROM account WHERE id > $1 AND status = 1 AND last_login_at <= $2 AND status_since <= $2"
                        " AND erased_at = 0 ORDER BY id LIMIT $3",
                        "iii", after, before, limit));
    return read_accounts(rows, accounts, pool);
}

oa_error *oa_sweep_talkative(oa_db *db, int64_t kept, oa_id after, int64_t limit, apr_array_header_t **accounts,
                             apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT account_id FROM message WHERE account_id > $1 GROUP BY account_id HAVING COUNT(*) > $2"
                        " ORDER BY account_id LIMIT $3",
                        "iii", after, kept, limit));
    return read_accounts(rows, accounts, pool);
}

/* Ids are ordered by time. */
oa_error *oa_sweep_old_messages(oa_db *db, oa_time before, int64_t limit, int64_t *count)
{
    return oa_db_run(db, count,
                     "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE id < $1 AND at < $2 ORDER BY id LIMIT $3)",
                     "iii", oa_id_floor(before + OA_HOUR), before, limit);
}

oa_error *oa_sweep_repeats(oa_db *db, oa_time before, int64_t *count)
{
    return oa_db_run(db, count, "DELETE FROM repeat WHERE created_at <= $1", "i", before);
}

oa_error *oa_sweep_mail_bodies(oa_db *db, oa_time now, int64_t *count)
{
    return oa_db_run(db, count,
                     "UPDATE mail SET body = x'' WHERE status = 3 AND dead_at <> 0 AND dead_at <= $1 AND length(body) > 0",
                     "i", now);
}

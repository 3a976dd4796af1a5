/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/session.h"

#define COLUMNS "id, account_id, address, agent, created_at, last_seen_at, expires_at"

static const oa_session *read_session(oa_rows *rows, apr_pool_t *pool)
{
    oa_session *session = apr_pcalloc(pool, sizeof(*session));
    session->id = oa_rows_int(rows, 0);
    session->account_id = oa_rows_int(rows, 1);
    session->address = oa_rows_copy(rows, 2, pool);
    session->agent = oa_rows_copy(rows, 3, pool);
    session->created_at = oa_rows_int(rows, 4);
    session->last_seen_at = oa_rows_int(rows, 5);
    session->expires_at = oa_rows_int(rows, 6);
    return session;
}

oa_error *oa_session_find(oa_db *db, oa_id id, const oa_session **session, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT " COLUMNS " FROM session WHERE id = $1", "i", id));
    *session = oa_rows_next(rows) ? read_session(rows, pool) : NULL;
    return oa_rows_end(rows);
}

oa_error *oa_session_list(oa_db *db, oa_id account, oa_time now, oa_time begun, oa_time seen, oa_id after, int64_t limit,
                          apr_array_header_t **sessions, apr_pool_t *pool)
{
    oa_rows *rows;
    *sessions = apr_array_make(pool, 8, sizeof(const oa_session *));
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT " COLUMNS " FROM session WHERE account_id = $1 AND expires_at > $2 AND created_at > $3"
                        " AND last_seen_at > $4 AND id > $5 ORDER BY id LIMIT $6",
                        "iiiiii", account, now, begun, seen, after, limit));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*sessions, const oa_session *) = read_session(rows, pool);
    }
    return oa_rows_end(rows);
}

oa_error *oa_session_insert(oa_db *db, const oa_session *session, const unsigned char digest[OA_DIGEST_SIZE])
{
    OA_TRY(oa_db_run(db, NULL,
                     "INSERT INTO session (digest, id, account_id, address, agent, created_at, last_seen_at, expires_at)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
                     "biittii", digest, (size_t)OA_DIGEST_SIZE, session->id, session->account_id, session->address,
                     session->agent, session->created_at, session->expires_at));
    return oa_db_run(db, NULL,
                     "DELETE FROM session WHERE account_id = $1 AND id NOT IN"
                     " (SELECT id FROM session WHERE account_id = $1 ORDER BY id DESC LIMIT $2)",
                     "ii", session->account_id, (int64_t)OA_SESSIONS_MAX);
}

oa_error *oa_session_end(oa_db *db, oa_id account, oa_id id, int64_t *ended)
{
    return oa_db_run(db, ended, "DELETE FROM session WHERE account_id = $1 AND id = $2", "ii", account, id);
}

oa_error *oa_session_end_others(oa_db *db, oa_id account, oa_id kept, int64_t *ended)
{
    return oa_db_run(db, ended, "DELETE FROM session WHERE account_id = $1 AND id <> $2", "ii", account, kept);
}

oa_error *oa_session_sweep(oa_db *db, oa_time now, oa_time begun, oa_time seen, int64_t limit, int64_t *ended)
{
    return oa_db_run(db, ended,
                     "DELETE FROM session WHERE id IN (SELECT id FROM session"
                     " WHERE expires_at <= $1 OR created_at <= $2 OR last_seen_at <= $3 LIMIT $4)",
                     "iiii", now, begun, seen, limit);
}

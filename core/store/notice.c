/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/notice.h"

oa_error *oa_notice_add(oa_db *db, const oa_notice *notice)
{
    return oa_db_run(db, NULL, "INSERT INTO notice (id, about, account_id, at, address) VALUES ($1, $2, $3, $4, $5)",
                     "itiit", oa_id_make(notice->at), notice->about, notice->account_id, notice->at,
                     notice->address != NULL ? notice->address : "");
}

oa_error *oa_notice_next(oa_db *db, const oa_notice **found, apr_pool_t *pool)
{
    oa_rows *rows;
    *found = NULL;
    OA_TRY(oa_db_select(db, &rows, "SELECT id, about, account_id, at, address FROM notice ORDER BY id LIMIT 1", NULL));
    if (oa_rows_next(rows)) {
        oa_notice *notice = apr_pcalloc(pool, sizeof *notice);
        notice->id = oa_rows_int(rows, 0);
        notice->about = oa_rows_copy(rows, 1, pool);
        notice->account_id = oa_rows_int(rows, 2);
        notice->at = oa_rows_int(rows, 3);
        notice->address = oa_rows_copy(rows, 4, pool);
        *found = notice;
    }
    return oa_rows_end(rows);
}

oa_error *oa_notice_done(oa_db *db, oa_id id)
{
    return oa_db_run(db, NULL, "DELETE FROM notice WHERE id = $1", "i", id);
}

oa_error *oa_notice_is_due(oa_db *db, bool *due)
{
    int64_t found;
    OA_TRY(oa_db_int(db, &found, 0, "SELECT EXISTS (SELECT 1 FROM notice)", NULL));
    *due = found != 0;
    return NULL;
}

static oa_error *administrators_of(oa_db *db, oa_id org, int64_t limit, apr_array_header_t *emails, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT a.email FROM membership m JOIN account a ON a.id = m.account_id"
                        " WHERE m.org_id = $1 AND m.status = 1 AND m.role_id IN (1, 2) AND a.status = 1 AND a.kind = 1"
                        " ORDER BY a.id LIMIT $2",
                        "ii", org, limit));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(emails, const char *) = oa_rows_copy(rows, 0, pool);
    }
    return oa_rows_end(rows);
}

oa_error *oa_notice_administrators(oa_db *db, oa_id org, int64_t limit, apr_array_header_t **emails, apr_pool_t *pool)
{
    *emails = apr_array_make(pool, 4, sizeof(const char *));
    while (org != 0 && (*emails)->nelts == 0) {
        OA_TRY(administrators_of(db, org, limit, *emails, pool));
        OA_TRY(oa_db_int(db, &org, 0, "SELECT parent_id FROM organization WHERE id = $1", "i", org));
    }
    return NULL;
}

oa_error *oa_notice_ending_key(oa_db *db, oa_time now, oa_duration within, const oa_ending_key **found, apr_pool_t *pool)
{
    oa_rows *rows;
    *found = NULL;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT k.id, k.name, k.org_id, o.name, a.email, a.kind, k.expires_at FROM api_key k"
                        " JOIN account a ON a.id = k.account_id JOIN organization o ON o.id = k.org_id"
                        " WHERE k.expires_at > 0 AND k.expires_at > $1 AND k.expires_at <= $1 + $2 AND k.revoked_at = 0"
                        " AND k.expiry_told <> k.expires_at AND k.expires_at - k.created_at > $2 AND a.status = 1"
                        " ORDER BY k.expires_at LIMIT 1",
                        "ii", now, within));
    if (oa_rows_next(rows)) {
        oa_ending_key *key = apr_pcalloc(pool, sizeof *key);
        key->id = oa_rows_int(rows, 0);
        key->name = oa_rows_copy(rows, 1, pool);
        key->org_id = oa_rows_int(rows, 2);
        key->org_name = oa_rows_copy(rows, 3, pool);
        key->email = oa_rows_copy(rows, 4, pool);
        key->is_person = oa_rows_int(rows, 5) == 1;
        key->expires_at = oa_rows_int(rows, 6);
        *found = key;
    }
    return oa_rows_end(rows);
}

oa_error *oa_notice_key_told(oa_db *db, const oa_ending_key *key)
{
    return oa_db_run(db, NULL, "UPDATE api_key SET expiry_told = $2 WHERE id = $1", "ii", key->id, key->expires_at);
}

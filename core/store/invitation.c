/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/invitation.h"

#include "core/base/text.h"
#include "core/model/status.h"

#include <apr_strings.h>

#define SIZE ((size_t)OA_DIGEST_SIZE)

#define SELECT                                                                                                     \
    "SELECT i.id, i.org_id, i.email, COALESCE(i.role_id, 0), i.first_name, i.last_name, i.modules, i.sub_orgs,"    \
    " i.apis, i.status, i.invited_by, i.created_at, i.expires_at, i.accepted_at, COALESCE(i.account_id, 0),"       \
    " i.version, o.slug, o.name, COALESCE(r.name, ''), COALESCE(a.email, ''), i.reach"                                 \
    " FROM invitation i JOIN organization o ON o.id = i.org_id LEFT JOIN role r ON r.id = i.role_id"               \
    " LEFT JOIN account a ON a.id = i.invited_by "

int oa_invitation_standing(const oa_invitation *invitation, oa_time now)
{
    return invitation->status == OA_INVITATION_PENDING && invitation->expires_at <= now ? OA_INVITATION_EXPIRED
                                                                                        : invitation->status;
}

static void read_texts(oa_rows *rows, oa_invitation *invitation, apr_pool_t *pool)
{
    invitation->email = oa_rows_copy(rows, 2, pool);
    invitation->first_name = oa_rows_copy(rows, 4, pool);
    invitation->last_name = oa_rows_copy(rows, 5, pool);
    invitation->modules = oa_rows_copy(rows, 6, pool);
    invitation->sub_orgs = oa_rows_copy(rows, 7, pool);
    invitation->apis = oa_rows_copy(rows, 8, pool);
    invitation->org_slug = oa_rows_copy(rows, 16, pool);
    invitation->org_name = oa_rows_copy(rows, 17, pool);
    invitation->role = oa_rows_copy(rows, 18, pool);
    invitation->inviter = oa_rows_copy(rows, 19, pool);
}

static const oa_invitation *read_invitation(oa_rows *rows, apr_pool_t *pool)
{
    oa_invitation *invitation = apr_pcalloc(pool, sizeof(*invitation));
    read_texts(rows, invitation, pool);
    invitation->id = oa_rows_int(rows, 0);
    invitation->org_id = oa_rows_int(rows, 1);
    invitation->role_id = oa_rows_int(rows, 3);
    invitation->status = (int)oa_rows_int(rows, 9);
    invitation->invited_by = oa_rows_int(rows, 10);
    invitation->created_at = oa_rows_int(rows, 11);
    invitation->expires_at = oa_rows_int(rows, 12);
    invitation->accepted_at = oa_rows_int(rows, 13);
    invitation->account_id = oa_rows_int(rows, 14);
    invitation->version = oa_rows_int(rows, 15);
    invitation->reach = (int)oa_rows_int(rows, 20);
    return invitation;
}

static oa_error *read_one(oa_rows *rows, const oa_invitation **invitation, apr_pool_t *pool)
{
    *invitation = oa_rows_next(rows) ? read_invitation(rows, pool) : NULL;
    return oa_rows_end(rows);
}

oa_error *oa_invitation_find(oa_db *db, oa_id id, const oa_invitation **invitation, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, SELECT "WHERE i.id = $1", "i", id));
    return read_one(rows, invitation, pool);
}

oa_error *oa_invitation_find_digest(oa_db *db, const unsigned char digest[OA_DIGEST_SIZE], const oa_invitation **invitation,
                                    apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, SELECT "WHERE i.digest = $1", "b", digest, SIZE));
    return read_one(rows, invitation, pool);
}

oa_error *oa_invitation_find_pending(oa_db *db, oa_id org, const char *email, const oa_invitation **invitation,
                                     apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, SELECT "WHERE i.org_id = $1 AND i.email = $2 AND i.status = 1", "it", org, email));
    return read_one(rows, invitation, pool);
}

static const char everywhere_sql[] =
    SELECT "WHERE i.id > $1 AND CASE $3 WHEN 0 THEN TRUE WHEN 3 THEN i.status = 3 OR (i.status = 1 AND i.expires_at <= $4)"
           " ELSE i.status = $3 AND (i.status <> 1 OR i.expires_at > $4) END ORDER BY i.id LIMIT $2";
/* By the index of the organization, or of organization and status; both end in the id. Few are past their expiry and still stored as PENDING. */
static const char all_sql[] = SELECT "WHERE i.org_id = $1 AND i.id > $2 ORDER BY i.id LIMIT $3";
static const char status_sql[] =
    SELECT "WHERE i.org_id = $1 AND i.id > $2 AND i.status = $4 AND (i.status <> 1 OR i.expires_at > $5) ORDER BY i.id LIMIT $3";
static const char expired_sql[] =
    SELECT "WHERE i.id IN (SELECT id FROM (SELECT id FROM invitation WHERE org_id = $1 AND status = 3 AND id > $2 ORDER BY id LIMIT $3)"
           "  UNION ALL SELECT id FROM invitation WHERE status = 1 AND expires_at <= $4 AND +org_id = $1 AND +id > $2) ORDER BY i.id LIMIT $3";

static oa_error *select_list(oa_db *db, const oa_invitation_query *query, oa_rows **rows)
{
    if (query->org == 0) {
        return oa_db_select(db, rows, everywhere_sql, "iiii", query->after, query->limit, (int64_t)query->status, query->now);
    }
    switch (query->status) {
    case 0:
        return oa_db_select(db, rows, all_sql, "iii", query->org, query->after, query->limit);
    case OA_INVITATION_EXPIRED:
        return oa_db_select(db, rows, expired_sql, "iiii", query->org, query->after, query->limit, query->now);
    default:
        return oa_db_select(db, rows, status_sql, "iiiii", query->org, query->after, query->limit, (int64_t)query->status, query->now);
    }
}

oa_error *oa_invitation_list(oa_db *db, const oa_invitation_query *query, apr_array_header_t **invitations, apr_pool_t *pool)
{
    oa_rows *rows;
    *invitations = apr_array_make(pool, 16, sizeof(const oa_invitation *));
    OA_TRY(select_list(db, query, &rows));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*invitations, const oa_invitation *) = read_invitation(rows, pool);
    }
    return oa_rows_end(rows);
}

oa_error *oa_invitation_waiting(oa_db *db, const oa_listed_query *query, apr_array_header_t **invitations, apr_pool_t *pool)
{
    apr_array_header_t *ids;
    OA_TRY(oa_listed_page(db, query, &ids, pool));
    *invitations = apr_array_make(pool, ids->nelts, sizeof(const oa_invitation *));
    for (int i = 0; i < ids->nelts; i++) {
        const oa_invitation *invitation;
        OA_TRY(oa_invitation_find(db, APR_ARRAY_IDX(ids, i, oa_id), &invitation, pool));
        if (invitation != NULL) {
            APR_ARRAY_PUSH(*invitations, const oa_invitation *) = invitation;
        }
    }
    return NULL;
}

static const char *folded(oa_db *db, const oa_invitation *invitation)
{
    apr_pool_t *pool = oa_db_pool(db);
    return oa_text_fold(apr_pstrcat(pool, invitation->first_name, " ", invitation->last_name, " ", invitation->email, NULL), pool);
}

oa_error *oa_invitation_insert(oa_db *db, const oa_invitation *invitation, const unsigned char digest[OA_DIGEST_SIZE])
{
    return oa_db_run(db, NULL,
                     "INSERT INTO invitation (id, org_id, email, role_id, first_name, last_name, modules, sub_orgs, apis,"
                     " digest, invited_by, created_at, expires_at, reach, folded)"
                     " VALUES ($1, $2, $3, NULLIF($4, 0), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
                     "iitittttt" "biiiit", invitation->id, invitation->org_id, invitation->email, invitation->role_id,
                     invitation->first_name, invitation->last_name, invitation->modules, invitation->sub_orgs,
                     invitation->apis, digest, SIZE, invitation->invited_by, invitation->created_at,
                     invitation->expires_at, (int64_t)invitation->reach, folded(db, invitation));
}

oa_error *oa_invitation_renew(oa_db *db, oa_id id, const unsigned char digest[OA_DIGEST_SIZE], oa_id invited_by, oa_time expires_at)
{
    return oa_db_run(db, NULL,
                     "UPDATE invitation SET status = 1, digest = $2, invited_by = $3, expires_at = $4, version = version + 1"
                     " WHERE id = $1 AND status IN (1, 3)",
                     "ibii", id, digest, SIZE, invited_by, expires_at);
}

oa_error *oa_invitation_settle(oa_db *db, oa_id id, int status)
{
    return oa_db_run(db, NULL,
                     "UPDATE invitation SET status = $2, version = version + 1 WHERE id = $1 AND status = 1", "ii", id,
                     (int64_t)status);
}

oa_error *oa_invitation_use(oa_db *db, oa_id id, const unsigned char digest[OA_DIGEST_SIZE], oa_id account, oa_time now,
                            bool *used)
{
    int64_t changed = 0;
    OA_TRY(oa_db_run(db, &changed,
                     "UPDATE invitation SET status = 2, accepted_at = $4, account_id = $3, version = version + 1"
                     " WHERE id = $1 AND status = 1 AND digest = $2 AND expires_at > $4",
                     "ibii", id, digest, SIZE, account, now));
    *used = changed == 1;
    return NULL;
}

oa_error *oa_invitation_sweep(oa_db *db, oa_time now, int64_t limit, int64_t *expired)
{
    return oa_db_run(db, expired,
                     "UPDATE invitation SET status = 3, version = version + 1 WHERE id IN"
                     " (SELECT id FROM invitation WHERE status = 1 AND expires_at <= $1 LIMIT $2)",
                     "ii", now, limit);
}

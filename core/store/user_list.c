/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/user_list.h"

static const char member_sql[] =
    "SELECT " OA_USER_COLUMNS ", m.status, m.joined_at, r.id, r.name, m.org_id"
    " FROM membership m JOIN account a ON a.id = m.account_id JOIN role r ON r.id = m.role_id"
    " WHERE m.org_id = $1 AND m.account_id = $2";

static const oa_member *read_member(oa_rows *rows, apr_pool_t *pool)
{
    oa_member *member = apr_pcalloc(pool, sizeof(*member));
    oa_user_read(rows, &member->user, pool);
    member->membership.status = (int)oa_rows_int(rows, OA_USER_WIDTH);
    member->membership.joined_at = oa_rows_int(rows, OA_USER_WIDTH + 1);
    member->membership.role.id = oa_rows_int(rows, OA_USER_WIDTH + 2);
    member->membership.role.name = oa_rows_copy(rows, OA_USER_WIDTH + 3, pool);
    member->membership.org_id = oa_rows_int(rows, OA_USER_WIDTH + 4);
    member->membership.account_id = member->user.id;
    return member;
}

oa_error *oa_user_list(oa_db *db, const oa_listed_query *query, apr_array_header_t **members, apr_pool_t *pool)
{
    oa_rows *rows;
    apr_array_header_t *ids;
    OA_TRY(oa_listed_page(db, query, &ids, pool));
    *members = apr_array_make(pool, ids->nelts, sizeof(const oa_member *));
    for (int i = 0; i < ids->nelts; i++) {
        OA_TRY(oa_db_select(db, &rows, member_sql, "ii", query->org, APR_ARRAY_IDX(ids, i, oa_id)));
        if (oa_rows_next(rows)) {
            APR_ARRAY_PUSH(*members, const oa_member *) = read_member(rows, pool);
        }
        OA_TRY(oa_rows_end(rows));
    }
    return NULL;
}

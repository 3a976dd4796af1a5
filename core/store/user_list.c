/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/user_list.h"

static const char member_sql[] =
    "SELECT a.id, a.kind, a.email, a.first_name, a.last_name, a.fields, a.home_org_id, a.status,"
    " a.status_since, CASE WHEN a.password IS NULL THEN 0 ELSE 1 END, a.password_failures + a.key_failures,"
    " a.last_login_at, a.created_at, a.version, m.status, m.joined_at, r.id, r.name, m.org_id"
    " FROM membership m JOIN account a ON a.id = m.account_id JOIN role r ON r.id = m.role_id"
    " WHERE m.org_id = $1 AND m.account_id = $2";

static const oa_member *read_member(oa_rows *rows, apr_pool_t *pool)
{
    oa_member *member = apr_pcalloc(pool, sizeof(*member));
    oa_user *user = &member->user;
    user->id = oa_rows_int(rows, 0);
    user->kind = (int)oa_rows_int(rows, 1);
    user->email = oa_rows_copy(rows, 2, pool);
    user->first_name = oa_rows_copy(rows, 3, pool);
    user->last_name = oa_rows_copy(rows, 4, pool);
    user->fields = oa_rows_copy(rows, 5, pool);
    user->home_org_id = oa_rows_int(rows, 6);
    user->status = (int)oa_rows_int(rows, 7);
    user->status_since = oa_rows_int(rows, 8);
    user->has_password = oa_rows_int(rows, 9) != 0;
    user->failures = oa_rows_int(rows, 10);
    user->last_login_at = oa_rows_int(rows, 11);
    user->created_at = oa_rows_int(rows, 12);
    user->version = oa_rows_int(rows, 13);
    member->membership.status = (int)oa_rows_int(rows, 14);
    member->membership.joined_at = oa_rows_int(rows, 15);
    member->membership.role.id = oa_rows_int(rows, 16);
    member->membership.role.name = oa_rows_copy(rows, 17, pool);
    member->membership.org_id = oa_rows_int(rows, 18);
    member->membership.account_id = user->id;
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

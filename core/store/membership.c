/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/membership.h"

#include "core/model/status.h"

#include <apr_strings.h>

#define MEMBERSHIP_SELECT                                                                                      \
    "SELECT " OA_ROLE_COLUMNS ", m.account_id, m.org_id, m.status, m.reach, m.joined_at, m.version, o.status," \
    " COALESCE((SELECT group_concat(mm.module, ' ') FROM membership_module mm"                                 \
    "            WHERE mm.org_id = m.org_id AND mm.account_id = m.account_id), '')"                            \
    " FROM membership m JOIN role r ON r.id = m.role_id JOIN organization o ON o.id = m.org_id "

static const oa_membership *read_membership(oa_rows *rows, apr_pool_t *pool)
{
    oa_membership *membership = apr_pcalloc(pool, sizeof(*membership));
    oa_role_read(rows, 0, &membership->role, pool);
    membership->account_id = oa_rows_int(rows, 9);
    membership->org_id = oa_rows_int(rows, 10);
    membership->status = (int)oa_rows_int(rows, 11);
    membership->reach = (int)oa_rows_int(rows, 12);
    membership->joined_at = oa_rows_int(rows, 13);
    membership->version = oa_rows_int(rows, 14);
    membership->org_status = (int)oa_rows_int(rows, 15);
    membership->modules = oa_rows_copy(rows, 16, pool);
    return membership;
}

oa_error *oa_membership_find(oa_db *db, oa_id account, oa_id org, const oa_membership **membership, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, MEMBERSHIP_SELECT "WHERE m.org_id = $1 AND m.account_id = $2", "ii", org, account));
    *membership = oa_rows_next(rows) ? read_membership(rows, pool) : NULL;
    return oa_rows_end(rows);
}

oa_error *oa_membership_list(oa_db *db, oa_id account, apr_array_header_t **memberships, apr_pool_t *pool)
{
    oa_rows *rows;
    *memberships = apr_array_make(pool, 4, sizeof(const oa_membership *));
    OA_TRY(oa_db_select(db, &rows, MEMBERSHIP_SELECT "WHERE m.account_id = $1 ORDER BY m.org_id", "i", account));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*memberships, const oa_membership *) = read_membership(rows, pool);
    }
    return oa_rows_end(rows);
}

oa_error *oa_membership_put(oa_db *db, oa_id account, oa_id org, oa_id role, oa_time now)
{
    OA_TRY(oa_db_run(db, NULL, "DELETE FROM membership_module WHERE org_id = $1 AND account_id = $2", "ii", org,
                     account));
    return oa_db_run(db, NULL,
                     "INSERT INTO membership (account_id, org_id, role_id, joined_at) VALUES ($1, $2, $3, $4)"
                     " ON CONFLICT (org_id, account_id) DO UPDATE SET role_id = $3, status = 1, reach = 2,"
                     " joined_at = $4, removed_at = 0, version = membership.version + 1",
                     "iiii", account, org, role, now);
}

static oa_error *add_module(oa_db *db, oa_id account, oa_id org, const char *module)
{
    return oa_db_run(db, NULL,
                     "INSERT INTO membership_module (account_id, org_id, module) VALUES ($1, $2, $3)"
                     " ON CONFLICT DO NOTHING",
                     "iit", account, org, module);
}

oa_error *oa_membership_confine(oa_db *db, oa_id account, oa_id org, int reach, const char *modules)
{
    char *rest = apr_pstrdup(oa_db_pool(db), modules);
    OA_TRY(oa_db_run(db, NULL,
                     "UPDATE membership SET reach = $3, version = version + 1 WHERE org_id = $1 AND account_id = $2", "iii",
                     org, account, (int64_t)reach));
    OA_TRY(oa_db_run(db, NULL, "DELETE FROM membership_module WHERE org_id = $1 AND account_id = $2", "ii", org,
                     account));
    for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " ")) {
        if (*word != '\0') {
            OA_TRY(add_module(db, account, org, word));
        }
    }
    return NULL;
}

oa_error *oa_membership_set_role(oa_db *db, oa_id account, oa_id org, oa_id role)
{
    return oa_db_run(db, NULL,
                     "UPDATE membership SET role_id = $3, version = version + 1 WHERE org_id = $1 AND account_id = $2",
                     "iii", org, account, role);
}

oa_error *oa_membership_set_status(oa_db *db, oa_id account, oa_id org, int status)
{
    return oa_db_run(db, NULL,
                     "UPDATE membership SET status = $3, version = version + 1 WHERE org_id = $1 AND account_id = $2",
                     "iii", org, account, (int64_t)status);
}

oa_error *oa_membership_remove(oa_db *db, oa_id account, oa_id org, oa_time now, int64_t *keys, int64_t *attachments)
{
    OA_TRY(oa_db_run(db, NULL,
                     "UPDATE membership SET status = 3, removed_at = $3, version = version + 1"
                     " WHERE org_id = $1 AND account_id = $2",
                     "iii", org, account, now));
    OA_TRY(oa_db_run(db, keys,
                     "UPDATE api_key SET revoked_at = $3, sealed = NULL, version = version + 1"
                     " WHERE account_id = $2 AND org_id = $1 AND revoked_at = 0",
                     "iii", org, account, now));
    return oa_db_run(db, attachments,
                     "DELETE FROM attachment WHERE account_id = $2"
                     " AND api_id IN (SELECT id FROM web_api WHERE org_id = $1)",
                     "ii", org, account);
}

oa_error *oa_membership_is_site(oa_db *db, oa_id account, bool in_force, bool *site)
{
    int64_t count = 0;
    OA_TRY(oa_db_int(db, &count, 0,
                     "SELECT count(*) FROM membership m JOIN organization o ON o.id = m.org_id"
                     " WHERE m.account_id = $1 AND m.role_id = 1 AND m.status = 1 AND ($2 = 0 OR o.status = 1)",
                     "ii", account, (int64_t)in_force));
    *site = count > 0;
    return NULL;
}

oa_error *oa_membership_is_known(oa_db *db, oa_id account, oa_id org, bool *known)
{
    int64_t count = 0;
    OA_TRY(oa_db_int(db, &count, 0,
                     "SELECT (SELECT count(*) FROM membership WHERE org_id = $1 AND account_id = $2 AND status <> 3)"
                     " + (SELECT count(*) FROM account WHERE id = $2 AND home_org_id = $1)"
                     " + (SELECT count(*) FROM attachment t JOIN web_api w ON w.id = t.api_id"
                     "     WHERE t.account_id = $2 AND w.org_id = $1 AND w.removed_at = 0)",
                     "ii", org, account));
    *known = count > 0;
    return NULL;
}

oa_error *oa_membership_count_administrators(oa_db *db, oa_id org, int64_t *usable)
{
    return oa_db_int(db, usable, 0,
                     "SELECT count(*) FROM membership m JOIN account a ON a.id = m.account_id"
                     " WHERE m.role_id IN (1, 2) AND m.org_id = $1 AND m.status = 1 AND a.status = 1",
                     "i", org);
}

oa_error *oa_membership_count_site(oa_db *db, int64_t *usable)
{
    return oa_db_int(db, usable, 0,
                     "SELECT count(*) FROM membership m JOIN account a ON a.id = m.account_id JOIN organization o ON o.id = m.org_id"
                     " WHERE m.role_id = 1 AND m.status = 1 AND a.status = 1 AND o.status = 1",
                     NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/role.h"

void oa_role_read(oa_rows *rows, int column, oa_role *role, apr_pool_t *pool)
{
    role->id = oa_rows_int(rows, column);
    role->org_id = oa_rows_int(rows, column + 1);
    role->name = oa_rows_copy(rows, column + 2, pool);
    role->type = (int)oa_rows_int(rows, column + 3);
    role->permissions = oa_rows_copy(rows, column + 4, pool);
    role->required_fields = oa_rows_copy(rows, column + 5, pool);
    role->summary = oa_rows_copy(rows, column + 6, pool);
    role->created_at = oa_rows_int(rows, column + 7);
    role->version = oa_rows_int(rows, column + 8);
}

static oa_error *read_one(oa_rows *rows, const oa_role **role, apr_pool_t *pool)
{
    oa_role *found = NULL;
    if (oa_rows_next(rows)) {
        found = apr_pcalloc(pool, sizeof(*found));
        oa_role_read(rows, 0, found, pool);
    }
    *role = found;
    return oa_rows_end(rows);
}

oa_error *oa_role_find(oa_db *db, oa_id id, const oa_role **role, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT " OA_ROLE_COLUMNS " FROM role r WHERE r.id = $1", "i", id));
    return read_one(rows, role, pool);
}

oa_error *oa_role_find_name(oa_db *db, const char *name, oa_id org, const oa_role **role, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT " OA_ROLE_COLUMNS " FROM role r WHERE r.name = $1 AND COALESCE(r.org_id, 0) IN (0, $2)"
                        " ORDER BY COALESCE(r.org_id, 0) LIMIT 1",
                        "ti", name, org));
    return read_one(rows, role, pool);
}

oa_error *oa_role_find_anywhere(oa_db *db, const char *name, const oa_role **role, int64_t *count, apr_pool_t *pool)
{
    OA_TRY(oa_db_int(db, count, 0, "SELECT count(*) FROM (SELECT 1 FROM role r WHERE r.name = $1 LIMIT 2)", "t", name));
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT " OA_ROLE_COLUMNS " FROM role r WHERE r.name = $1 LIMIT 1", "t", name));
    return read_one(rows, role, pool);
}

static const char all_sql[] = "SELECT " OA_ROLE_COLUMNS " FROM role r WHERE r.id > $1 ORDER BY r.id LIMIT $2";
static const char of_org_sql[] = /* they are few: sorted */
    "SELECT " OA_ROLE_COLUMNS " FROM role r WHERE COALESCE(r.org_id, 0) IN (0, $3) AND r.id > $1 ORDER BY r.id LIMIT $2";

oa_error *oa_role_list(oa_db *db, oa_id org, oa_id after, int64_t limit, apr_array_header_t **roles, apr_pool_t *pool)
{
    oa_rows *rows;
    *roles = apr_array_make(pool, 8, sizeof(const oa_role *));
    OA_TRY(org != 0 ? oa_db_select(db, &rows, of_org_sql, "iii", after, limit, org) : oa_db_select(db, &rows, all_sql, "ii", after, limit));
    while (oa_rows_next(rows)) {
        oa_role *role = apr_pcalloc(pool, sizeof(*role));
        oa_role_read(rows, 0, role, pool);
        APR_ARRAY_PUSH(*roles, const oa_role *) = role;
    }
    return oa_rows_end(rows);
}

oa_error *oa_role_insert(oa_db *db, const oa_role *role)
{
    return oa_db_run(db, NULL,
                     "INSERT INTO role (id, org_id, name, type, permissions, required_fields, summary, created_at)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                     "iitittti", role->id, role->org_id, role->name, (int64_t)role->type, role->permissions,
                     role->required_fields, role->summary, role->created_at);
}

oa_error *oa_role_update(oa_db *db, const oa_role *role)
{
    return oa_db_run(db, NULL,
                     "UPDATE role SET name = $2, permissions = $3, required_fields = $4, summary = $5,"
                     " version = version + 1 WHERE id = $1",
                     "itttt", role->id, role->name, role->permissions, role->required_fields, role->summary);
}

oa_error *oa_role_count_uses(oa_db *db, oa_id id, int64_t *members, int64_t *invitations)
{
    OA_TRY(oa_db_int(db, members, 0, "SELECT count(*) FROM membership WHERE role_id = $1 AND status <> 3", "i", id));
    return oa_db_int(db, invitations, 0, "SELECT count(*) FROM invitation WHERE role_id = $1 AND status = 1", "i", id);
}

oa_error *oa_role_delete(oa_db *db, oa_id id)
{
    OA_TRY(oa_db_run(db, NULL, "UPDATE membership SET role_id = 6 WHERE role_id = $1 AND status = 3", "i", id));
    OA_TRY(oa_db_run(db, NULL, "UPDATE invitation SET role_id = 6 WHERE role_id = $1 AND status <> 1", "i", id));
    return oa_db_run(db, NULL, "DELETE FROM role WHERE id = $1", "i", id);
}

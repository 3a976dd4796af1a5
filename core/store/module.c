/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/module.h"

static const oa_module *read_module(oa_rows *rows, apr_pool_t *pool)
{
    oa_module *module = apr_pcalloc(pool, sizeof(*module));
    module->name = oa_rows_copy(rows, 0, pool);
    module->admins_only = oa_rows_int(rows, 1) != 0;
    return module;
}

oa_error *oa_module_list(oa_db *db, apr_array_header_t **modules, apr_pool_t *pool)
{
    oa_rows *rows;
    *modules = apr_array_make(pool, 16, sizeof(const oa_module *));
    OA_TRY(oa_db_select(db, &rows, "SELECT name, admins_only FROM module ORDER BY name", NULL));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*modules, const oa_module *) = read_module(rows, pool);
    }
    return oa_rows_end(rows);
}

oa_error *oa_module_find(oa_db *db, const char *name, const oa_module **module, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, "SELECT name, admins_only FROM module WHERE name = $1", "t", name));
    *module = oa_rows_next(rows) ? read_module(rows, pool) : NULL;
    return oa_rows_end(rows);
}

oa_error *oa_module_insert(oa_db *db, const oa_module *module)
{
    return oa_db_run(db, NULL, "INSERT INTO module (name, admins_only) VALUES ($1, $2)", "ti", module->name,
                     (int64_t)module->admins_only);
}

oa_error *oa_module_mark(oa_db *db, const char *name, bool admins_only)
{
    return oa_db_run(db, NULL, "UPDATE module SET admins_only = $2 WHERE name = $1", "ti", name, (int64_t)admins_only);
}

oa_error *oa_module_delete(oa_db *db, const char *name)
{
    return oa_db_run(db, NULL, "DELETE FROM module WHERE name = $1", "t", name);
}

/* A slug has none of the characters that LIKE takes for more than themselves. */
oa_error *oa_module_count_uses(oa_db *db, const char *name, int64_t *roles, int64_t *members, int64_t *invitations)
{
    OA_TRY(oa_db_int(db, roles, 0, "SELECT count(*) FROM role WHERE ' ' || permissions LIKE '% ' || $1 || ':%'", "t",
                     name));
    OA_TRY(oa_db_int(db, members, 0,
                     "SELECT count(*) FROM membership_module mm JOIN membership m"
                     " ON m.org_id = mm.org_id AND m.account_id = mm.account_id WHERE mm.module = $1 AND m.status <> 3",
                     "t", name));
    return oa_db_int(db, invitations, 0,
                     "SELECT count(*) FROM invitation WHERE ' ' || modules || ' ' LIKE '% ' || $1 || ' %' AND status = 1",
                     "t", name);
}

oa_error *oa_module_admins_only(oa_db *db, const char **modules, apr_pool_t *pool)
{
    oa_rows *rows;
    apr_array_header_t *names = apr_array_make(pool, 8, sizeof(const char *));
    OA_TRY(oa_db_select(db, &rows, "SELECT name FROM module WHERE admins_only = 1 ORDER BY name", NULL));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(names, const char *) = oa_rows_copy(rows, 0, pool);
    }
    *modules = apr_array_pstrcat(pool, names, ' ');
    return oa_rows_end(rows);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/api.h"

#define API_SELECT                                                                                             \
    "SELECT w.id, w.org_id, w.name, w.summary, w.service_account_id, w.created_at, w.version, o.slug, a.email," \
    " w.users"                                                                                                 \
    " FROM web_api w JOIN organization o ON o.id = w.org_id JOIN account a ON a.id = w.service_account_id"     \
    " WHERE w.removed_at = 0 "

static const oa_api *read_api(oa_rows *rows, apr_pool_t *pool)
{
    oa_api *api = apr_pcalloc(pool, sizeof(*api));
    api->id = oa_rows_int(rows, 0);
    api->org_id = oa_rows_int(rows, 1);
    api->name = oa_rows_copy(rows, 2, pool);
    api->summary = oa_rows_copy(rows, 3, pool);
    api->service_account_id = oa_rows_int(rows, 4);
    api->created_at = oa_rows_int(rows, 5);
    api->version = oa_rows_int(rows, 6);
    api->org_slug = oa_rows_copy(rows, 7, pool);
    api->service_email = oa_rows_copy(rows, 8, pool);
    api->users = oa_rows_int(rows, 9);
    return api;
}

oa_error *oa_api_find(oa_db *db, oa_id id, const oa_api **api, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, API_SELECT "AND w.id = $1", "i", id));
    *api = oa_rows_next(rows) ? read_api(rows, pool) : NULL;
    return oa_rows_end(rows);
}

oa_error *oa_api_find_name(oa_db *db, const char *name, oa_id org, const oa_api **api, int64_t *count,
                           apr_pool_t *pool)
{
    oa_rows *rows;
    *api = NULL;
    *count = 0;
    OA_TRY(org != 0 ? oa_db_select(db, &rows, API_SELECT "AND w.name = $1 AND w.org_id = $2", "ti", name, org)
                    : oa_db_select(db, &rows, API_SELECT "AND w.name = $1 ORDER BY w.id LIMIT 2", "t", name));
    while (oa_rows_next(rows)) {
        *api = *api == NULL ? read_api(rows, pool) : *api;
        ++*count;
    }
    return oa_rows_end(rows);
}

static const char all_sql[] = API_SELECT "AND w.id > $1 ORDER BY w.id LIMIT $2";
static const char of_org_sql[] = API_SELECT "AND w.org_id = $3 AND w.id > $1 ORDER BY w.id LIMIT $2";

oa_error *oa_api_list(oa_db *db, oa_id org, oa_id after, int64_t limit, apr_array_header_t **apis, apr_pool_t *pool)
{
    oa_rows *rows;
    *apis = apr_array_make(pool, 16, sizeof(const oa_api *));
    OA_TRY(org != 0 ? oa_db_select(db, &rows, of_org_sql, "iii", after, limit, org) : oa_db_select(db, &rows, all_sql, "ii", after, limit));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*apis, const oa_api *) = read_api(rows, pool);
    }
    return oa_rows_end(rows);
}

oa_error *oa_api_attached(oa_db *db, oa_id account, apr_array_header_t **apis, apr_pool_t *pool)
{
    oa_rows *rows;
    *apis = apr_array_make(pool, 8, sizeof(const oa_api *));
    OA_TRY(oa_db_select(db, &rows,
                        API_SELECT "AND w.id IN (SELECT api_id FROM attachment WHERE account_id = $1) ORDER BY w.id", "i",
                        account));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*apis, const oa_api *) = read_api(rows, pool);
    }
    return oa_rows_end(rows);
}

oa_error *oa_api_insert(oa_db *db, const oa_api *api)
{
    return oa_db_run(db, NULL,
                     "INSERT INTO web_api (id, org_id, name, summary, service_account_id, created_at)"
                     " VALUES ($1, $2, $3, $4, $5, $6)",
                     "iittii", api->id, api->org_id, api->name, api->summary, api->service_account_id,
                     api->created_at);
}

oa_error *oa_api_set_summary(oa_db *db, oa_id id, const char *summary)
{
    return oa_db_run(db, NULL, "UPDATE web_api SET summary = $2, version = version + 1 WHERE id = $1", "it", id,
                     summary);
}

oa_error *oa_api_remove(oa_db *db, oa_id id, oa_time now, int64_t *attachments)
{
    OA_TRY(oa_db_run(db, NULL, "UPDATE web_api SET removed_at = $2, version = version + 1 WHERE id = $1", "ii", id,
                     now));
    return oa_db_run(db, attachments, "DELETE FROM attachment WHERE api_id = $1", "i", id);
}

oa_error *oa_api_attach(oa_db *db, oa_id api, oa_id account, oa_time now, int64_t *changed)
{
    return oa_db_run(db, changed,
                     "INSERT INTO attachment (account_id, api_id, created_at) VALUES ($1, $2, $3)"
                     " ON CONFLICT (account_id, api_id) DO NOTHING",
                     "iii", account, api, now);
}

oa_error *oa_api_detach(oa_db *db, oa_id api, oa_id account, int64_t *changed)
{
    return oa_db_run(db, changed, "DELETE FROM attachment WHERE account_id = $1 AND api_id = $2", "ii", account, api);
}

oa_error *oa_api_is_attached(oa_db *db, oa_id api, oa_id account, bool *attached)
{
    int64_t count = 0;
    OA_TRY(oa_db_int(db, &count, 0, "SELECT count(*) FROM attachment WHERE account_id = $1 AND api_id = $2", "ii",
                     account, api));
    *attached = count > 0;
    return NULL;
}

oa_error *oa_api_has_any(oa_db *db, oa_id account, oa_id org, bool *has)
{
    int64_t count = 0;
    OA_TRY(oa_db_int(db, &count, 0,
                     "SELECT count(*) FROM attachment t JOIN web_api w ON w.id = t.api_id"
                     " WHERE t.account_id = $1 AND w.org_id = $2 AND w.removed_at = 0",
                     "ii", account, org));
    *has = count > 0;
    return NULL;
}

static const oa_api_user *read_user(oa_rows *rows, apr_pool_t *pool)
{
    oa_api_user *user = apr_pcalloc(pool, sizeof(*user));
    user->account_id = oa_rows_int(rows, 0);
    user->email = oa_rows_copy(rows, 1, pool);
    user->first_name = oa_rows_copy(rows, 2, pool);
    user->last_name = oa_rows_copy(rows, 3, pool);
    user->account_status = (int)oa_rows_int(rows, 4);
    user->membership_status = (int)oa_rows_int(rows, 5);
    user->attached_at = oa_rows_int(rows, 6);
    return user;
}

oa_error *oa_api_users(oa_db *db, const oa_api *api, oa_id after, int64_t limit, apr_array_header_t **users,
                       apr_pool_t *pool)
{
    oa_rows *rows;
    *users = apr_array_make(pool, 16, sizeof(const oa_api_user *));
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT a.id, a.email, a.first_name, a.last_name, a.status,"
                        " COALESCE((SELECT m.status FROM membership m"
                        "            WHERE m.org_id = $2 AND m.account_id = a.id AND m.status <> 3), 0), t.created_at"
                        " FROM attachment t JOIN account a ON a.id = t.account_id"
                        " WHERE t.api_id = $1 AND t.account_id > $3 AND t.account_id <> $5"
                        " ORDER BY t.account_id LIMIT $4",
                        "iiiii", api->id, api->org_id, after, limit, api->service_account_id));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*users, const oa_api_user *) = read_user(rows, pool);
    }
    return oa_rows_end(rows);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/key.h"

#include <apr_strings.h>

#define KEY_SELECT                                                                                             \
    "SELECT k.id, k.account_id, k.org_id, k.kind, k.name, k.covers_all, k.networks, k.replaces, k.overlap,"    \
    " k.created_at, k.created_by, k.expires_at, k.revoked_at, k.last_used_at, k.version, a.email, o.slug,"     \
    " k.replaced_by, k.sealed IS NOT NULL"                                                                     \
    " FROM api_key k JOIN account a ON a.id = k.account_id JOIN organization o ON o.id = k.org_id "

static const oa_stored_key *read_key(oa_rows *rows, apr_pool_t *pool)
{
    oa_stored_key *key = apr_pcalloc(pool, sizeof(*key));
    key->id = oa_rows_int(rows, 0);
    key->account_id = oa_rows_int(rows, 1);
    key->org_id = oa_rows_int(rows, 2);
    key->kind = (int)oa_rows_int(rows, 3);
    key->name = oa_rows_copy(rows, 4, pool);
    key->covers_all = oa_rows_int(rows, 5) != 0;
    key->networks = oa_rows_copy(rows, 6, pool);
    key->replaces = oa_rows_int(rows, 7);
    key->overlap = oa_rows_int(rows, 8);
    key->created_at = oa_rows_int(rows, 9);
    key->created_by = oa_rows_int(rows, 10);
    key->expires_at = oa_rows_int(rows, 11);
    key->revoked_at = oa_rows_int(rows, 12);
    key->last_used_at = oa_rows_int(rows, 13);
    key->version = oa_rows_int(rows, 14);
    key->email = oa_rows_copy(rows, 15, pool);
    key->org_slug = oa_rows_copy(rows, 16, pool);
    key->replaced_by = oa_rows_int(rows, 17);
    key->sealed = oa_rows_int(rows, 18) != 0;
    return key;
}

oa_error *oa_key_find(oa_db *db, oa_id id, const oa_stored_key **key, apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows, KEY_SELECT "WHERE k.id = $1", "i", id));
    *key = oa_rows_next(rows) ? read_key(rows, pool) : NULL;
    return oa_rows_end(rows);
}

const char oa_key_states[] = "active retiring expired revoked";

oa_key_state oa_key_state_at(const oa_stored_key *key, oa_time now)
{
    if (key->revoked_at != 0) {
        return OA_KEY_REVOKED;
    }
    if (key->expires_at != 0 && key->expires_at <= now) {
        return OA_KEY_EXPIRED;
    }
    return key->replaced_by != 0 ? OA_KEY_RETIRING : OA_KEY_ACTIVE;
}

/* The same said in SQL: see the test that holds both against each other. */
#define LISTED                                                                                                 \
    " AND k.id > $3 AND ($5 = 0 OR $5 = CASE WHEN k.revoked_at > 0 THEN 4 WHEN k.expires_at > 0"               \
    " AND k.expires_at <= $6 THEN 3 WHEN k.replaced_by > 0 THEN 2 ELSE 1 END)"                                 \
    " AND ($7 = 0 OR (k.revoked_at = 0 AND k.expires_at > $6 AND k.expires_at <= $7)) ORDER BY k.id LIMIT $4"

/* Each by the index that serves it. */
static const char of_account[] = KEY_SELECT "WHERE k.account_id = $1 AND ($2 = 0 OR k.org_id = $2)" LISTED;
static const char of_org[] = KEY_SELECT "WHERE $1 = 0 AND k.org_id = $2" LISTED;
static const char of_all[] = KEY_SELECT "WHERE $1 = 0 AND $2 = 0" LISTED;

static oa_error *read_keys(oa_rows *rows, apr_array_header_t **keys, apr_pool_t *pool)
{
    *keys = apr_array_make(pool, 16, sizeof(const oa_stored_key *));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*keys, const oa_stored_key *) = read_key(rows, pool);
    }
    return oa_rows_end(rows);
}

oa_error *oa_key_list(oa_db *db, const oa_key_query *query, apr_array_header_t **keys, apr_pool_t *pool)
{
    oa_rows *rows;
    const char *sql = query->account != 0 ? of_account : query->org != 0 ? of_org : of_all;
    OA_TRY(oa_db_select(db, &rows, sql, "iiiiiii", query->account, query->org, query->after, query->limit,
                        (int64_t)query->state, query->now, query->expires_before));
    return read_keys(rows, keys, pool);
}

oa_error *oa_key_ending(oa_db *db, oa_id org, oa_time now, oa_time until, int64_t limit, apr_array_header_t **keys,
                        apr_pool_t *pool)
{
    oa_rows *rows;
    OA_TRY(oa_db_select(db, &rows,
                        KEY_SELECT "WHERE k.org_id = $1 AND k.expires_at > 0 AND k.expires_at > $2 AND k.expires_at <= $3"
                                   " AND k.revoked_at = 0 AND k.replaced_by = 0 ORDER BY k.expires_at, k.id LIMIT $4",
                        "iiii", (int64_t)org, (int64_t)now, (int64_t)until, limit));
    return read_keys(rows, keys, pool);
}

oa_error *oa_key_insert(oa_db *db, const oa_stored_key *key, const unsigned char verifier[OA_DIGEST_SIZE])
{
    return oa_db_run(db, NULL,
                     "INSERT INTO api_key (id, account_id, org_id, kind, name, verifier, covers_all, networks,"
                     " replaces, overlap, created_at, created_by, expires_at)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                     "iiiitbitiiiii", key->id, key->account_id, key->org_id, (int64_t)key->kind, key->name,
                     (const void *)verifier, (size_t)OA_DIGEST_SIZE, (int64_t)key->covers_all, key->networks,
                     key->replaces, key->overlap, key->created_at, key->created_by, key->expires_at);
}

oa_error *oa_key_cover(oa_db *db, oa_id key, oa_id api)
{
    return oa_db_run(db, NULL, "INSERT INTO key_api (key_id, api_id) VALUES ($1, $2)", "ii", key, api);
}

oa_error *oa_key_cover_same(oa_db *db, oa_id from, oa_id to)
{
    return oa_db_run(db, NULL, "INSERT INTO key_api (key_id, api_id) SELECT $2, api_id FROM key_api WHERE key_id = $1",
                     "ii", from, to);
}

oa_error *oa_key_apis(oa_db *db, oa_id key, apr_array_header_t **names, apr_pool_t *pool)
{
    oa_rows *rows;
    *names = apr_array_make(pool, 4, sizeof(const char *));
    OA_TRY(oa_db_select(db, &rows,
                        "SELECT w.name FROM key_api ka JOIN web_api w ON w.id = ka.api_id"
                        " WHERE ka.key_id = $1 AND w.removed_at = 0 ORDER BY w.name",
                        "i", key));
    while (oa_rows_next(rows)) {
        APR_ARRAY_PUSH(*names, const char *) = oa_rows_copy(rows, 0, pool);
    }
    return oa_rows_end(rows);
}

oa_error *oa_key_update(oa_db *db, const oa_stored_key *key)
{
    return oa_db_run(db, NULL,
                     "UPDATE api_key SET name = $2, networks = $3, expires_at = $4, version = version + 1 WHERE id = $1",
                     "itti", key->id, key->name, key->networks, key->expires_at);
}

oa_error *oa_key_replace(oa_db *db, oa_id old, oa_id new)
{
    return oa_db_run(db, NULL, "UPDATE api_key SET replaced_by = $2, version = version + 1 WHERE id = $1", "ii", old,
                     new);
}

oa_error *oa_key_seal(oa_db *db, oa_id id, const void *sealed, size_t size)
{
    return oa_db_run(db, NULL, "UPDATE api_key SET sealed = $2 WHERE id = $1", "ib", id, sealed, size);
}

oa_error *oa_key_sealed(oa_db *db, oa_id id, const void **sealed, size_t *size, apr_pool_t *pool)
{
    oa_rows *rows;
    *sealed = NULL;
    *size = 0;
    OA_TRY(oa_db_select(db, &rows, "SELECT sealed FROM api_key WHERE id = $1 AND sealed IS NOT NULL", "i", id));
    if (oa_rows_next(rows)) {
        const void *found = oa_rows_blob(rows, 0, size);
        *sealed = apr_pmemdup(pool, found, *size);
    }
    return oa_rows_end(rows);
}

/* What is revoked is never shown again. */
#define REVOKE "UPDATE api_key SET revoked_at = $2, sealed = NULL, version = version + 1 WHERE "

oa_error *oa_key_revoke(oa_db *db, oa_id id, oa_time now)
{
    OA_TRY(oa_db_run(db, NULL,
                     "UPDATE api_key SET replaced_by = 0, version = version + 1"
                     " WHERE replaced_by = $1 AND id = (SELECT replaces FROM api_key WHERE id = $1)",
                     "i", id));
    return oa_db_run(db, NULL, REVOKE "id = $1", "ii", id, now);
}

oa_error *oa_key_revoke_all(oa_db *db, oa_id account, oa_time now, int64_t *keys)
{
    return oa_db_run(db, keys, REVOKE "account_id = $1 AND revoked_at = 0", "ii", account, now);
}

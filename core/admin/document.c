/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/document.h"

#include "core/admin/call.h"

static oa_error *is_site(oa_store *store, oa_db *db, const oa_actor *actor, bool *site, apr_pool_t *pool)
{
    oa_call call = {.actor = actor, .store = store, .db = db, .pool = pool, .now = oa_clock_now()};
    *site = false;
    return actor->kind == OA_ACTOR_NOBODY ? NULL : oa_actor_is_site(&call, site);
}

/* Whether the store answers; strangers hear no more than that. */
static oa_error *show_health(oa_store *store, const oa_actor *actor, const char *mount, oa_json **result,
                             apr_pool_t *pool)
{
    oa_db *db;
    oa_standing standing;
    bool site = false;
    (void)mount;
    OA_TRY(oa_store_take(store, OA_DB_ADMIN, &db, pool));
    oa_error *error = oa_db_begin(db, false);
    error = error == NULL ? oa_store_verify(store, db, &standing) : error;
    error = error == NULL ? is_site(store, db, actor, &site, pool) : error;
    oa_db_rollback(db);
    oa_store_give(store, db);
    OA_TRY(error);
    *result = oa_json_object(pool);
    oa_json_set_text(*result, "status", "ok");
    if (site) {
        oa_json_set_text(*result, "version", PACKAGE_VERSION);
        oa_json_set_int(*result, "epoch", standing.epoch);
        oa_json_set_int(*result, "position", standing.position);
    }
    return NULL;
}

const oa_document oa_documents[] = {
    {"health.show", "/v1/health", "whether the service can do its work", "Health", show_health},
    {"openapi.show", "/v1/openapi.json", "this description", NULL, oa_openapi_make},
    {.path = NULL}};

/* SPDX-License-Identifier: Apache-2.0 */
/* The one way of an operation: check, begin, permission, run, audit event, commit. */
#include "core/admin/argument.h"
#include "core/admin/etag.h"
#include "core/admin/repeat.h"
#include "core/admin/resolve.h"
#include "core/auth/pace.h"
#include "core/store/audit.h"
#include "core/store/module.h"
#include "core/store/setting.h"

static oa_error *not_allowed(oa_call *call)
{
    return oa_error_make(call->pool, OA_NOT_ALLOWED, "%s is for SuperAdmins and the local operator",
                         call->operation->name);
}

static oa_error *require_site(oa_call *call)
{
    bool site;
    OA_TRY(oa_actor_is_site(call, &site));
    return site ? NULL : not_allowed(call);
}

static oa_error *require_org(oa_call *call)
{
    return call->org != 0 ? oa_actor_require(call, call->org, call->operation->permission) : require_site(call);
}

/* Resolves what the arguments name and checks the permission, as early as the organization is known: who lacks it learns
 * nothing of what is inside. */
static oa_error *authorize(oa_call *call)
{
    const oa_operation *operation = call->operation;
    if (call->actor->kind == OA_ACTOR_NOBODY && operation->scope != OA_SCOPE_PUBLIC) {
        return oa_error_make(call->pool, OA_NOT_ALLOWED, "%s is for authenticated users", operation->name);
    }
    bool scoped = operation->scope == OA_SCOPE_ORG || operation->scope == OA_SCOPE_HOME;
    if (operation->scope == OA_SCOPE_SITE) {
        OA_TRY(require_site(call));
    }
    OA_TRY(oa_resolve_org(call));
    bool known = call->org != 0;
    if (scoped && known) {
        OA_TRY(require_org(call));
    }
    OA_TRY(oa_resolve_target(call));
    if (scoped && !known) {
        OA_TRY(require_org(call));
    }
    return operation->scope == OA_SCOPE_HOME ? oa_actor_require_home(call) : NULL;
}

static oa_error *record(oa_call *call)
{
    const oa_actor *actor = call->actor;
    static const char *const kinds[] = {
        [OA_ACTOR_LOCAL] = "local", [OA_ACTOR_USER] = "user", [OA_ACTOR_NOBODY] = "nobody"};
    oa_event event = {
        .at = call->now,
        .actor_kind = kinds[actor->kind],
        .actor_id = actor->kind == OA_ACTOR_USER ? actor->user_id : 0,
        .actor_name = actor->name != NULL ? actor->name : "",
        .action = call->operation->name,
        .org_id = call->event_org != 0 ? call->event_org : call->org,
        .target_id = call->target_id,
        .target_name = call->target_name != NULL ? call->target_name : "",
        .address = actor->address != NULL ? actor->address : "",
        .detail = oa_json_canonical(call->detail, call->pool),
        .about = call->about,
    };
    const oa_id resolved[] = {call->user, call->key, call->api, call->invitation};
    for (size_t i = 0; i < sizeof resolved / sizeof *resolved; i++) {
        oa_call_concerns(call, resolved[i]);
    }
    return oa_audit_append(call->db, oa_store_subkey(call->store, OA_SUBKEY_AUDIT), &event);
}

static oa_error *change(oa_call *call, oa_done *done)
{
    OA_TRY(oa_call_replay(call, &done->result));
    done->replayed = done->result != NULL;
    if (done->replayed) {
        return NULL;
    }
    OA_TRY(oa_etag_check(call));
    OA_TRY(call->operation->run(call, &done->result));
    OA_TRY(record(call));
    done->etag = oa_etag_after(call, done->result);
    return oa_call_keep(call, done->result);
}

static oa_error *look(oa_call *call, oa_done *done)
{
    OA_TRY(call->operation->run(call, &done->result));
    done->etag = oa_etag_after(call, done->result);
    return NULL;
}

static oa_error *inside(oa_call *call, oa_done *done)
{
    OA_TRY(oa_setting_load(call->db, &call->settings, call->pool));
    OA_TRY(oa_module_admins_only(call->db, &call->admin_modules, call->pool));
    OA_TRY(authorize(call));
    return call->operation->changes ? change(call, done) : look(call, done);
}

static oa_error *transact(oa_call *call, oa_done *done)
{
    OA_TRY(oa_db_begin(call->db, call->operation->changes));
    oa_error *error = inside(call, done);
    if (error != NULL || call->dry_run) {
        oa_db_rollback(call->db);
    } else {
        error = oa_db_commit(call->db);
    }
    if (error != NULL) {
        *done = (oa_done){.result = call->reasons};
    }
    return error;
}

static oa_error *perform(oa_call *call, const oa_json *arguments, oa_done *done)
{
    oa_json *clean;
    OA_TRY(oa_arguments_check(call->operation, arguments, &clean, &call->detail, call->pool));
    call->arguments = clean;
    if (call->operation->before != NULL) {
        OA_TRY(call->operation->before(call));
    }
    OA_TRY(oa_store_take(call->store, OA_DB_ADMIN, &call->db, call->pool));
    oa_error *error = transact(call, done);
    oa_store_give(call->store, call->db);
    return error;
}

oa_error *oa_perform_so(oa_store *store, const oa_actor *actor, const char *name, const oa_json *arguments,
                        const oa_manner *manner, oa_done *done, apr_pool_t *pool)
{
    static const oa_manner as_such;
    oa_call call = {.operation = oa_operation_find(name), .actor = actor, .store = store, .pool = pool,
                    .now = oa_clock_now(), .manner = manner != NULL ? manner : &as_such};
    int64_t began = oa_pace_now();
    *done = (oa_done){0};
    call.dry_run = call.manner->dry_run;
    call.about = apr_array_make(pool, 4, sizeof(oa_id));
    if (call.operation == NULL) {
        return oa_error_make(pool, OA_USAGE, "there is no operation \"%s\"", oa_quoted(name, pool));
    }
    oa_error *error = perform(&call, arguments, done);
    if (call.operation->pace > 0) {
        oa_pace_hold(began, call.operation->pace);
    }
    return error;
}

oa_error *oa_perform(oa_store *store, const oa_actor *actor, const char *name, const oa_json *arguments, bool dry_run,
                     oa_json **result, apr_pool_t *pool)
{
    oa_done done;
    const oa_manner manner = {.dry_run = dry_run};
    oa_error *error = oa_perform_so(store, actor, name, arguments, &manner, &done, pool);
    *result = done.result;
    return error;
}

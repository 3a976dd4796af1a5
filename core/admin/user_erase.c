/* SPDX-License-Identifier: Apache-2.0 */
/* The end of an account: what is personal goes, the record of what it did stays under its id. */
#include "core/admin/guard.h"
#include "core/admin/operations.h"
#include "core/admin/user.h"
#include "core/model/tombstone.h"
#include "core/store/erase.h"

static oa_error *refuse_service(oa_call *call, const oa_user *user)
{
    bool service;
    OA_TRY(oa_user_is_service(call->db, user->id, &service));
    return !service ? NULL
                    : oa_error_make(call->pool, OA_CONFLICT, "\"%s\" is the service account of a Web API: remove that", user->email);
}

static oa_error *erase(oa_call *call, const oa_user *user, oa_erased *erased)
{
    oa_guard guard;
    OA_TRY(oa_guard_begin(call, user->id, 0, &guard));
    OA_TRY(oa_user_erase(call->db, oa_store_subkey(call->store, OA_SUBKEY_AUDIT), user, call->now, erased));
    return oa_guard_end(call, &guard);
}

static oa_error *run_erase(oa_call *call, oa_json **result)
{
    const oa_user *user;
    oa_erased erased;
    OA_TRY(oa_call_user(call, &user));
    OA_TRY(oa_actor_may_act_on_account(call, user->id, user->home_org_id, false));
    OA_TRY(refuse_service(call, user));
    OA_TRY(erase(call, user, &erased));
    const char *id = oa_id_format(OA_KIND_USER, user->id, call->pool);
    call->target_name = oa_tombstone_email(user->id, call->pool);
    oa_json_set_text(call->detail, "user", id); /* may have been named by e-mail */
    oa_json_set_int(call->detail, "keys_revoked", erased.keys);
    oa_json_set_int(call->detail, "events", erased.events);
    *result = oa_json_object(call->pool);
    oa_json_set_text(*result, "id", id);
    oa_json_set_text(*result, "email", call->target_name);
    oa_json_set_int(*result, "keys_revoked", erased.keys);
    oa_json_set_int(*result, "events", erased.events);
    return NULL;
}

const oa_operation oa_op_user_erase = {
    .name = "user.erase",
    .summary = "erase a person's data for good: the account ends everywhere, a tombstone keeps its id and its record",
    .permission = "users:delete",
    .scope = OA_SCOPE_HOME,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/erase",
    .columns = "id email keys_revoked events",
    .answers = "Erased",
    .run = run_erase,
    .parameters = OA_PARAMETERS{OA_P_USER, OA_P_ORG_OF_USER, OA_P_END}};

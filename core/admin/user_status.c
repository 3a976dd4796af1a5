/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/guard.h"
#include "core/admin/operations.h"
#include "core/admin/user.h"
#include "core/model/status.h"

static oa_error *already(oa_call *call, const char *status)
{
    return oa_error_make(call->pool, OA_CONFLICT, "\"%s\" is %s already", call->target_name, status);
}

/* ACTIVE <-> DEACTIVATED, in one organization. */
static oa_error *set_membership(oa_call *call, oa_membership_status status, oa_json **result)
{
    const oa_membership *membership;
    oa_guard guard;
    OA_TRY(oa_call_membership(call, &membership));
    OA_TRY(oa_actor_may_act_on(call, call->user, call->org));
    if (membership->status == (int)status) {
        return already(call, oa_membership_status_name(status));
    }
    OA_TRY(oa_guard_begin(call, call->user, call->org, &guard));
    OA_TRY(oa_membership_set_status(call->db, call->user, call->org, status));
    OA_TRY(oa_guard_end(call, &guard));
    return oa_user_answer(call, result);
}

static oa_error *run_activate(oa_call *call, oa_json **result)
{
    return set_membership(call, OA_MEMBERSHIP_ACTIVE, result);
}

static oa_error *run_deactivate(oa_call *call, oa_json **result)
{
    return set_membership(call, OA_MEMBERSHIP_DEACTIVATED, result);
}

static oa_error *run_ban(oa_call *call, oa_json **result)
{
    const oa_user *user;
    oa_guard guard;
    OA_TRY(oa_call_user(call, &user));
    OA_TRY(oa_actor_may_act_on_account(call, user->id, user->home_org_id, false));
    if (user->status == OA_ACCOUNT_BANNED) {
        return already(call, oa_account_status_name(OA_ACCOUNT_BANNED));
    }
    OA_TRY(oa_guard_begin(call, user->id, 0, &guard));
    OA_TRY(oa_user_set_status(call->db, user->id, OA_ACCOUNT_BANNED, call->now));
    OA_TRY(oa_user_end_sessions(call->db, user->id, call->now));
    OA_TRY(oa_guard_end(call, &guard));
    oa_json_set_text(call->detail, "old_status", oa_account_status_name(user->status));
    return oa_user_answer(call, result);
}

static oa_error *run_validate(oa_call *call, oa_json **result)
{
    const oa_user *user;
    OA_TRY(oa_call_user(call, &user));
    OA_TRY(oa_actor_may_act_on_account(call, user->id, user->home_org_id, false));
    OA_TRY(oa_user_validate(call->db, user->id, call->now));
    oa_json_set_text(call->detail, "old_status", oa_account_status_name(user->status));
    oa_json_set_int(call->detail, "failures", user->failures);
    return oa_user_answer(call, result);
}

const oa_operation oa_op_user_activate = {
    .name = "user.activate",
    .summary = "let a deactivated user into the organization again",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/activate",
    .columns = "id email role status",
    .answers = "User",
    .run = run_activate,
    .parameters = OA_PARAMETERS{OA_P_USER, OA_P_ORG_OF_USER, OA_P_END}};

const oa_operation oa_op_user_deactivate = {
    .name = "user.deactivate",
    .summary = "keep a user out of the organization, who stays in its list",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/deactivate",
    .columns = "id email role status",
    .answers = "User",
    .run = run_deactivate,
    .parameters = OA_PARAMETERS{OA_P_USER, OA_P_ORG_OF_USER, OA_P_END}};

const oa_operation oa_op_user_ban = {
    .name = "user.ban",
    .summary = "ban an account everywhere, until it is validated",
    .permission = "users:edit",
    .scope = OA_SCOPE_HOME,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/ban",
    .columns = "id email role status",
    .answers = "User",
    .run = run_ban,
    .parameters = OA_PARAMETERS{OA_P_USER, OA_P_ORG_OF_USER, OA_P_END}};

const oa_operation oa_op_user_validate = {
    .name = "user.validate",
    .summary = "make a DENIED, BANNED or INACTIVE account VALIDATED and clear its count of failures",
    .permission = "users:edit",
    .scope = OA_SCOPE_HOME,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/validate",
    .columns = "id email role status",
    .answers = "User",
    .run = run_validate,
    .parameters = OA_PARAMETERS{OA_P_USER, OA_P_ORG_OF_USER, OA_P_END}};

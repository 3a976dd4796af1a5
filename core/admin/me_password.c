/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/operations.h"
#include "core/admin/password.h"
#include "core/admin/user.h"

/* The old password goes the way of any log-in, so that guesses at it are counted and the tenth locks the account. */
static oa_error *before_set(oa_call *call)
{
    if (call->actor->kind != OA_ACTOR_USER) {
        return oa_error_make(call->pool, OA_UNAUTHENTICATED, "this is for users: log in");
    }
    oa_error *error = oa_call_login(call, call->actor->name, oa_argument(call, "current"));
    if (error != NULL && error->code == OA_UNAUTHENTICATED) {
        error->message = "the current password is not right";
        error->field = "current";
        error->reason = OA_BECAUSE_PASSWORD_WRONG;
    }
    OA_TRY(error);
    if (call->login->account != call->actor->user_id) { /* the address went to somebody else meanwhile */
        return oa_login_refusal(call->pool);
    }
    return oa_password_prepare(call);
}

static oa_error *run_set(oa_call *call, oa_json **result)
{
    const oa_user *user;
    OA_TRY(oa_actor_account(call, &user));
    OA_TRY(oa_login_account(call, &user));
    OA_TRY(oa_password_set(call, user, call->actor->session_id));
    OA_TRY(oa_actor_account(call, &user));
    call->event_org = user->home_org_id;
    call->target_id = user->id;
    call->target_name = user->email;
    return oa_user_describe(call, user, NULL, NULL, result);
}

const oa_operation oa_op_me_set_password = {
    .name = "me.set-password",
    .summary = "change one's own password; ends one's other sessions",
    .scope = OA_SCOPE_NONE,
    .changes = true,
    .method = "POST",
    .path = "/v1/me/password",
    .answers = "User",
    .run = run_set,
    .before = before_set,
    .remote = true,
    .parameters = OA_PARAMETERS{
        {"current", OA_TYPE_SECRET, OA_REQUIRED, "the password until now", NULL},
        {"password", OA_TYPE_SECRET, OA_REQUIRED, "the new password", NULL},
        OA_P_END}};

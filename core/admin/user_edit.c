/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/argument.h"
#include "core/admin/operations.h"
#include "core/admin/password.h"
#include "core/admin/user.h"
#include "core/model/status.h"
#include "core/store/link.h"

/* A new e-mail or password lets its giver sign in as the account, so nothing that the account holds may exceed the actor. */
static oa_error *edit_email(oa_call *call, oa_user *user)
{
    const oa_user *taken;
    const char *email = oa_argument(call, "email");
    if (email == NULL || strcmp(email, user->email) == 0) {
        return NULL;
    }
    OA_TRY(oa_actor_may_act_on_account(call, user->id, user->home_org_id, true));
    OA_TRY(oa_user_find_email(call->db, email, &taken, call->pool));
    if (taken != NULL) {
        oa_error *error = oa_error_because(OA_BECAUSE_EMAIL_TAKEN,
                                           oa_error_make(call->pool, OA_CONFLICT, "there is another account \"%s\"", email));
        error->field = "email";
        return error;
    }
    oa_json_set_text(call->detail, "old_email", user->email);
    user->email = email;
    return oa_link_void(call->db, user->id, call->now); /* what was mailed to the old address */
}

static oa_error *edit_account(oa_call *call)
{
    const oa_user *stored;
    OA_TRY(oa_actor_require_home(call));
    OA_TRY(oa_call_user(call, &stored));
    oa_user user = *stored;
    OA_TRY(oa_actor_may_act_on_account(call, user.id, user.home_org_id, false));
    OA_TRY(edit_email(call, &user));
    user.first_name = oa_argument_given(call, "first_name") ? oa_argument(call, "first_name") : user.first_name;
    user.last_name = oa_argument_given(call, "last_name") ? oa_argument(call, "last_name") : user.last_name;
    OA_TRY(oa_user_merge_fields(call, stored->fields, &user.fields));
    OA_TRY(oa_user_keep_fields(call, &user, stored));
    return oa_user_update(call->db, &user);
}

static bool edits_role_alone(const oa_call *call)
{
    static const char *const others[] = {"email", "first_name", "last_name", "set"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (oa_argument_given(call, others[i])) {
            return false;
        }
    }
    return oa_argument_given(call, "role");
}

/* The account belongs to its home organization, the role to the membership in this one. The fields come first, which the role may ask for. */
static oa_error *run_edit(oa_call *call, oa_json **result)
{
    if (!edits_role_alone(call)) {
        OA_TRY(edit_account(call));
    }
    if (oa_argument_given(call, "role")) {
        OA_TRY(oa_user_change_role(call));
    }
    return oa_user_answer(call, result);
}

const oa_operation oa_op_user_edit = {
    .name = "user.edit",
    .summary = "change a user's e-mail, names, fields and role",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "PATCH",
    .path = "/v1/orgs/{org}/users/{user}",
    .columns = "id email first_name last_name",
    .answers = "User",
    .renamed = "set:fields",
    .run = run_edit,
    .parameters = OA_PARAMETERS{
        OA_P_USER,
        OA_P_ORG_OF_USER,
        {"email", OA_TYPE_EMAIL, 0, "the new e-mail address", NULL},
        {"first_name", OA_TYPE_NAME, OA_CLEARS, "first name", NULL},
        {"last_name", OA_TYPE_NAME, OA_CLEARS, "last name", NULL},
        {"set", OA_TYPE_PAIR, 0, "a further field, as department=Sales; department= takes it away", NULL},
        {"role", OA_TYPE_ROLE, 0, "the new role in the organization, by id or exact name", NULL},
        OA_P_END}};

static oa_error *run_set_password(oa_call *call, oa_json **result)
{
    const oa_user *user;
    OA_TRY(oa_actor_may_act_on_account(call, call->user, call->home_org, true));
    OA_TRY(oa_call_user(call, &user));
    OA_TRY(oa_password_set(call, user, 0));
    if (oa_argument_flag(call, "validate")) {
        OA_TRY(oa_user_validate(call->db, call->user, call->now));
    }
    return oa_user_answer(call, result);
}

const oa_operation oa_op_user_set_password = {
    .name = "user.set-password",
    .summary = "set a user's password; ends the user's sessions",
    .permission = "users:edit",
    .scope = OA_SCOPE_HOME,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/set-password",
    .columns = "id email status",
    .answers = "User",
    .before = oa_password_prepare,
    .run = run_set_password,
    .parameters = OA_PARAMETERS{
        OA_P_USER,
        OA_P_ORG_OF_USER,
        {"password", OA_TYPE_SECRET, OA_REQUIRED, "the new password", NULL},
        {"validate", OA_TYPE_FLAG, 0, "also make the account VALIDATED again", NULL},
        OA_P_END}};

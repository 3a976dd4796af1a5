/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/argument.h"
#include "core/admin/extent.h"
#include "core/admin/operations.h"
#include "core/admin/password.h"
#include "core/admin/user.h"
#include "core/model/status.h"

static oa_error *require_new_email(oa_call *call, const char *email)
{
    const oa_user *taken;
    OA_TRY(oa_user_find_email(call->db, email, &taken, call->pool));
    if (taken == NULL) {
        return NULL;
    }
    oa_error *error = oa_error_because(OA_BECAUSE_EMAIL_TAKEN,
                                       oa_error_make(call->pool, OA_CONFLICT,
                                                     "there is an account \"%s\" already: add it to the organization instead", email));
    error->field = "email";
    return error;
}

static const char *text_or_empty(const oa_call *call, const char *name)
{
    const char *text = oa_argument(call, name);
    return text != NULL ? text : "";
}

static oa_error *run_create(oa_call *call, oa_json **result)
{
    const oa_role *role;
    oa_extent extent;
    oa_user user = {.id = oa_id_make(call->now),
                    .kind = oa_argument_flag(call, "system") ? OA_USER_SYSTEM : OA_USER_PERSON,
                    .email = oa_argument(call, "email"),
                    .first_name = text_or_empty(call, "first_name"),
                    .last_name = text_or_empty(call, "last_name"),
                    .home_org_id = call->org,
                    .created_at = call->now};
    OA_TRY(oa_resolve_role(call, call->org, oa_argument(call, "role"), &role));
    OA_TRY(oa_extent_read(call, &extent));
    OA_TRY(oa_extent_may_grant(call, 0, call->org, role, &extent));
    OA_TRY(require_new_email(call, user.email));
    OA_TRY(oa_user_merge_fields(call, "{}", &user.fields));
    OA_TRY(oa_user_require_fields(call, role, &user));
    OA_TRY(oa_user_insert(call->db, &user));
    OA_TRY(oa_extent_join(call, user.id, call->org, role->id, &extent));
    OA_TRY(oa_password_set(call, &user, 0));
    call->user = user.id;
    return oa_user_answer(call, result);
}

const oa_operation oa_op_user_create = {
    .name = "user.create",
    .summary = "create a user, a person or a system user, in an organization",
    .permission = "users:create",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users",
    .columns = "id email role status",
    .answers = "User",
    .status = 201,
    .renamed = "set:fields " OA_EXTENT_RENAMED,
    .before = oa_password_prepare,
    .run = run_create,
    .parameters = OA_PARAMETERS{
        {"email", OA_TYPE_EMAIL, OA_REQUIRED | OA_POSITIONAL, "the user's e-mail address", NULL},
        OA_P_ORG,
        OA_P_ROLE,
        OA_P_EXTENT,
        {"first_name", OA_TYPE_NAME, OA_CLEARS, "first name", NULL},
        {"last_name", OA_TYPE_NAME, OA_CLEARS, "last name", NULL},
        {"system", OA_TYPE_FLAG, 0, "a system user (robot), not a person", NULL},
        {"set", OA_TYPE_PAIR, 0, "a further field, as department=Sales", NULL},
        {"password", OA_TYPE_SECRET, 0, "a first password; without one the user has keys only", NULL},
        OA_P_END}};

/* Joins one account that exists; the e-mail as it was given is blamed. */
static oa_error *add(oa_call *call, const char *email, const oa_role *role, const oa_extent *extent, const oa_user **user)
{
    const oa_membership *membership;
    OA_TRY(oa_user_find_email(call->db, email, user, call->pool));
    if (*user == NULL) {
        oa_error *error = oa_error_because(OA_BECAUSE_NO_ACCOUNT,
                                           oa_error_make(call->pool, OA_NOT_FOUND,
                                                         "there is no account \"%s\": create the user, or send an invitation", email));
        error->field = "email";
        return error;
    }
    OA_TRY(oa_membership_find(call->db, (*user)->id, call->org, &membership, call->pool));
    if (membership != NULL && membership->status != OA_MEMBERSHIP_REMOVED) {
        oa_error *error = oa_error_because(OA_BECAUSE_MEMBER_ALREADY,
                                           oa_error_make(call->pool, OA_CONFLICT,
                                                         "\"%s\" belongs to the organization already", email));
        error->field = "email";
        return error;
    }
    OA_TRY(oa_actor_may_act_on(call, (*user)->id, call->org)); /* a membership here would decide, over a stronger one above */
    OA_TRY(oa_extent_may_grant(call, (*user)->id, call->org, role, extent));
    OA_TRY(oa_user_require_fields(call, role, *user));
    return oa_extent_join(call, (*user)->id, call->org, role->id, extent);
}

static oa_error *run_add(oa_call *call, oa_json **result)
{
    const oa_role *role;
    const oa_user *user;
    const oa_membership *membership;
    oa_extent extent;
    const oa_json *emails = oa_argument_list(call, "email");
    oa_json *item;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(oa_resolve_role(call, call->org, oa_argument(call, "role"), &role));
    OA_TRY(oa_extent_read(call, &extent));
    for (size_t i = 0; i < oa_json_size(emails); i++) {
        OA_TRY(add(call, oa_json_text(oa_json_at(emails, i)), role, &extent, &user));
        OA_TRY(oa_membership_find(call->db, user->id, call->org, &membership, call->pool));
        OA_TRY(oa_user_describe(call, user, membership, NULL, &item));
        oa_json_append(items, item);
        oa_call_concerns(call, user->id);
        call->target_id = oa_json_size(emails) == 1 ? user->id : 0;
        call->target_name = oa_json_size(emails) == 1 ? user->email : NULL;
    }
    *result = oa_page(call, items, 0);
    return NULL;
}

const oa_operation oa_op_user_add = {
    .name = "user.add",
    .summary = "add users who have an account already to an organization",
    .permission = "users:create",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/members",
    .columns = "id email role status",
    .answers = "User*",
    .renamed = "email:emails " OA_EXTENT_RENAMED,
    .run = run_add,
    .parameters = OA_PARAMETERS{
        {"email", OA_TYPE_EMAIL, OA_REQUIRED | OA_POSITIONAL | OA_LIST, "the accounts, by e-mail", NULL},
        OA_P_ORG,
        OA_P_ROLE,
        OA_P_EXTENT,
        OA_P_END}};

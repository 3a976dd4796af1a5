/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/extent.h"
#include "core/admin/operations.h"
#include "core/admin/user.h"
#include "core/base/text.h"
#include "core/model/status.h"

#include <apr_strings.h>

static oa_json *fields_of(oa_call *call, const oa_user *user)
{
    oa_json *fields;
    oa_error *error = oa_json_parse(user->fields, strlen(user->fields), &fields, call->pool);
    return error == NULL && oa_json_type_of(fields) == OA_JSON_OBJECT ? fields : oa_json_object(call->pool);
}

static oa_error *describe_membership(oa_call *call, const oa_user *user, const oa_membership *membership, oa_json *object)
{
    oa_extent extent;
    oa_json_set_text(object, "org_id", oa_id_format(OA_KIND_ORG, membership->org_id, call->pool));
    oa_json_set_text(object, "role", membership->role.name);
    oa_json_set_text(object, "role_id", oa_id_format(OA_KIND_ROLE, membership->role.id, call->pool));
    oa_json_set_bool(object, "home", membership->org_id == user->home_org_id);
    oa_json_set_time(object, "joined_at", membership->joined_at);
    if (membership->modules != NULL) { /* NULL in a list */
        OA_TRY(oa_extent_of(call, membership, &extent));
        oa_extent_tell(call, &extent, "", object);
    }
    return NULL;
}

oa_error *oa_user_at_home(oa_call *call, apr_hash_t *homes, oa_id org, bool *stands)
{
    oa_grants grants;
    const char *known = homes != NULL ? apr_hash_get(homes, &org, sizeof org) : NULL;
    if (known != NULL) {
        *stands = *known != '\0';
        return NULL;
    }
    OA_TRY(oa_actor_grants(call, org, &grants));
    *stands = grants.type != 0;
    if (homes != NULL) {
        apr_hash_set(homes, apr_pmemdup(call->pool, &org, sizeof org), sizeof org, *stands ? "yes" : "");
    }
    return NULL;
}

/* What the home organization keeps about an account is for those who stand there. */
static oa_error *describe_account(oa_call *call, const oa_user *user, apr_hash_t *homes, oa_json *object)
{
    bool stands;
    OA_TRY(oa_user_at_home(call, homes, user->home_org_id, &stands));
    if (stands) {
        oa_json_set_time(object, "status_since", user->status_since);
        oa_json_set_int(object, "failures", user->failures);
        oa_json_set_bool(object, "has_password", user->has_password);
        oa_json_set(object, "fields", fields_of(call, user));
    }
    return NULL;
}

oa_error *oa_user_describe(oa_call *call, const oa_user *user, const oa_membership *membership, apr_hash_t *homes, oa_json **result)
{
    oa_json *object = oa_json_object(call->pool);
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_USER, user->id, call->pool));
    oa_json_set_text(object, "email", user->email);
    oa_json_set_text(object, "kind", user->kind == OA_USER_SYSTEM ? "system" : "person");
    oa_json_set_text(object, "first_name", user->first_name);
    oa_json_set_text(object, "last_name", user->last_name);
    if (membership != NULL) {
        OA_TRY(describe_membership(call, user, membership, object));
    }
    oa_json_set_text(object, "status",
                     oa_listed_status(user->status, membership != NULL ? membership->status : OA_MEMBERSHIP_ACTIVE));
    oa_json_set_text(object, "account_status", oa_account_status_name(user->status));
    OA_TRY(describe_account(call, user, homes, object));
    oa_json_set_time(object, "last_login_at", user->last_login_at);
    oa_json_set_time(object, "created_at", user->created_at);
    oa_json_set_int(object, "version", user->version);
    *result = object;
    return NULL;
}

oa_error *oa_user_answer(oa_call *call, oa_json **result)
{
    const oa_user *user;
    const oa_membership *membership;
    OA_TRY(oa_call_user(call, &user));
    OA_TRY(oa_membership_find(call->db, call->user, call->org, &membership, call->pool));
    bool member = membership != NULL && membership->status != OA_MEMBERSHIP_REMOVED;
    call->target_id = user->id;
    call->target_name = user->email;
    return oa_user_describe(call, user, member ? membership : NULL, NULL, result);
}

static oa_error *run_show(oa_call *call, oa_json **result)
{
    const oa_membership *membership;
    OA_TRY(oa_call_membership(call, &membership));
    return oa_user_answer(call, result);
}

const oa_operation oa_op_user_show = {
    .name = "user.show",
    .summary = "show a user of an organization",
    .permission = "users:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/users/{user}",
    .answers = "User",
    .run = run_show,
    .etag = true,
    .parameters = OA_PARAMETERS{OA_P_USER, OA_P_ORG_OF_USER, OA_P_END}};

oa_error *oa_user_read_query(oa_call *call, oa_listed_query *query)
{
    const oa_role *role;
    const char *sort = oa_argument(call, "sort");
    query->org = call->org;
    query->search = oa_text_fold(oa_argument(call, "search"), call->pool);
    query->sort = sort != NULL ? sort : "created";
    query->now = call->now;
    query->status = oa_listed_status_parse(oa_argument(call, "status"));
    if (oa_argument_given(call, "role")) {
        OA_TRY(oa_resolve_role(call, call->org, oa_argument(call, "role"), &role));
        query->role = role->id;
    }
    return NULL;
}

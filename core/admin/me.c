/* SPDX-License-Identifier: Apache-2.0 */
/* One's own profile: who I am, and what I may do where. */
#include "core/admin/extent.h"
#include "core/admin/me.h"
#include "core/admin/operations.h"
#include "core/admin/user.h"
#include "core/model/status.h"

static oa_error *describe_membership(oa_call *call, const oa_user *user, const oa_membership *membership, oa_json **object)
{
    const oa_org *org;
    oa_grants grants;
    oa_extent extent;
    OA_TRY(oa_org_find(call->db, membership->org_id, &org, call->pool));
    OA_TRY(oa_actor_grants(call, membership->org_id, &grants));
    *object = oa_json_object(call->pool);
    oa_json_set_text(*object, "org_id", oa_id_format(OA_KIND_ORG, org->id, call->pool));
    oa_json_set_text(*object, "org", org->slug);
    oa_json_set_text(*object, "org_name", org->name);
    oa_json_set_bool(*object, "home", org->id == user->home_org_id);
    oa_json_set_text(*object, "role", membership->role.name);
    oa_json_set_text(*object, "role_id", oa_id_format(OA_KIND_ROLE, membership->role.id, call->pool));
    oa_json_set_text(*object, "status", oa_membership_status_name(membership->status));
    oa_json_set_bool(*object, "suspended", membership->org_status != OA_ORG_ACTIVE);
    oa_json_set_bool(*object, "reaches_below", membership->reach == OA_REACH_BELOW);
    oa_json_set_time(*object, "joined_at", membership->joined_at);
    OA_TRY(oa_extent_of(call, membership, &extent));
    oa_extent_tell(call, &extent, "", *object);
    return oa_me_permissions(call, &grants, *object);
}

static oa_error *describe_memberships(oa_call *call, const oa_user *user, oa_json *object)
{
    apr_array_header_t *memberships;
    oa_json *array = oa_json_array(call->pool);
    bool site;
    OA_TRY(oa_membership_list(call->db, user->id, &memberships, call->pool));
    for (int i = 0; i < memberships->nelts; i++) {
        const oa_membership *membership = APR_ARRAY_IDX(memberships, i, const oa_membership *);
        oa_json *item;
        if (membership->status != OA_MEMBERSHIP_REMOVED) {
            OA_TRY(describe_membership(call, user, membership, &item));
            oa_json_append(array, item);
        }
    }
    OA_TRY(oa_actor_is_site(call, &site));
    oa_json_set_bool(object, "site", site);
    oa_json_set(object, "memberships", array);
    return NULL;
}

static oa_error *describe_apis(oa_call *call, const oa_user *user, oa_json *object)
{
    apr_array_header_t *apis;
    oa_json *array = oa_json_array(call->pool);
    OA_TRY(oa_api_attached(call->db, user->id, &apis, call->pool));
    for (int i = 0; i < apis->nelts; i++) {
        const oa_api *api = APR_ARRAY_IDX(apis, i, const oa_api *);
        oa_json *item = oa_json_object(call->pool);
        oa_json_set_text(item, "id", oa_id_format(OA_KIND_API, api->id, call->pool));
        oa_json_set_text(item, "name", api->name);
        oa_json_set_text(item, "org", api->org_slug);
        oa_json_set_text(item, "org_id", oa_id_format(OA_KIND_ORG, api->org_id, call->pool));
        oa_json_append(array, item);
    }
    oa_json_set(object, "apis", array);
    return NULL;
}

static oa_error *answer(oa_call *call, oa_json **result)
{
    const oa_user *user;
    OA_TRY(oa_actor_account(call, &user));
    call->event_org = user->home_org_id;
    call->target_id = user->id;
    call->target_name = user->email;
    OA_TRY(oa_user_describe(call, user, NULL, NULL, result));
    oa_json_set_text(*result, "session_id", oa_id_format(OA_KIND_SESSION, call->actor->session_id, call->pool));
    oa_json_set_text(*result, "key_id", oa_id_format(OA_KIND_KEY, call->actor->key_id, call->pool));
    OA_TRY(describe_memberships(call, user, *result));
    return describe_apis(call, user, *result);
}

const oa_operation oa_op_me_show = {
    .name = "me.show",
    .summary = "show one's own profile: names, memberships, and what one may do in each",
    .scope = OA_SCOPE_NONE,
    .method = "GET",
    .path = "/v1/me",
    .answers = "Me",
    .run = answer,
    .remote = true,
    .etag = true,
    .parameters = OA_PARAMETERS{OA_P_END}};

static oa_error *run_edit(oa_call *call, oa_json **result)
{
    const oa_user *stored;
    OA_TRY(oa_actor_account(call, &stored));
    oa_user user = *stored;
    user.first_name = oa_argument_given(call, "first_name") ? oa_argument(call, "first_name") : user.first_name;
    user.last_name = oa_argument_given(call, "last_name") ? oa_argument(call, "last_name") : user.last_name;
    OA_TRY(oa_user_keep_fields(call, &user, stored));
    OA_TRY(oa_user_update(call->db, &user));
    return answer(call, result);
}

const oa_operation oa_op_me_edit = {
    .name = "me.edit",
    .summary = "change one's own names",
    .scope = OA_SCOPE_NONE,
    .changes = true,
    .method = "PATCH",
    .path = "/v1/me",
    .answers = "Me",
    .run = run_edit,
    .remote = true,
    .parameters = OA_PARAMETERS{
        {"first_name", OA_TYPE_NAME, OA_CLEARS, "first name", NULL},
        {"last_name", OA_TYPE_NAME, OA_CLEARS, "last name", NULL},
        OA_P_END}};

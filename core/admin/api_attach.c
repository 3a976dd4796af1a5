/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/api.h"
#include "core/admin/argument.h"
#include "core/admin/key.h"
#include "core/admin/operations.h"
#include "core/model/status.h"

/* A personal key that covers this Web API and nothing else. It carries the user's rights in the organization, so P4 holds. */
static oa_error *issue_key(oa_call *call, const oa_api *api, const oa_user *user, oa_json *item)
{
    const char *text;
    oa_stored_key row = {.account_id = user->id, .org_id = api->org_id, .name = api->name, .networks = ""};
    OA_TRY(oa_actor_may_speak_for(call, user->id, api->org_id));
    OA_TRY(oa_key_make(call, &row, &text));
    OA_TRY(oa_key_cover(call->db, row.id, api->id));
    oa_json_set_text(item, "key_id", oa_id_format(OA_KIND_KEY, row.id, call->pool));
    oa_json_set_text(item, "key", text);
    return NULL;
}

static oa_error *attach(oa_call *call, const oa_api *api, const char *who, oa_json **item)
{
    const oa_user *user;
    int64_t changed;
    OA_TRY(oa_resolve_anybody(call, who, &user));
    OA_TRY(oa_api_attach(call->db, api->id, user->id, call->now, &changed));
    if (changed == 0) {
        oa_error *error = oa_error_because(OA_BECAUSE_ATTACHED_ALREADY,
                                           oa_error_make(call->pool, OA_CONFLICT,
                                                         "the Web API \"%s\" is attached to \"%s\" already", api->name, user->email));
        error->field = "user";
        return error;
    }
    oa_call_concerns(call, user->id);
    *item = oa_json_object(call->pool);
    oa_json_set_text(*item, "id", oa_id_format(OA_KIND_USER, user->id, call->pool));
    oa_json_set_text(*item, "email", user->email);
    oa_json_set_text(*item, "api", api->name);
    return oa_argument_flag(call, "key") ? issue_key(call, api, user, *item) : NULL;
}

/* The ids of the keys go into the audit event, the keys into the answer alone. */
static void note_keys(oa_call *call, const oa_json *items)
{
    oa_json *ids = oa_json_array(call->pool);
    for (size_t i = 0; i < oa_json_size(items); i++) {
        oa_json_append_text(ids, oa_json_get_text(oa_json_at(items, i), "key_id"));
    }
    oa_json_set(call->detail, "key_ids", ids);
}

static oa_error *run_attach(oa_call *call, oa_json **result)
{
    const oa_api *api;
    oa_json *item = NULL;
    const oa_json *users = oa_argument_list(call, "user");
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(oa_call_api(call, &api));
    for (size_t i = 0; i < oa_json_size(users); i++) {
        OA_TRY(attach(call, api, oa_json_text(oa_json_at(users, i)), &item));
        oa_json_append(items, item);
    }
    *result = oa_page(call, items, 0);
    if (oa_argument_flag(call, "key")) {
        note_keys(call, items);
        if (oa_json_size(items) == 1) {
            oa_json_set_text(*result, "key", oa_json_get_text(item, "key"));
        }
    }
    return NULL;
}

#define API_USERS {"user", OA_TYPE_USER, OA_REQUIRED | OA_LIST, "the users, by id or e-mail", NULL}

const oa_operation oa_op_api_attach = {
    .name = "api.attach",
    .summary = "attach a Web API to users, also from outside the organization",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/apis/{api}/attachments",
    .columns = "id email api key_id key",
    .alone = "key",
    .answers = "Attachments",
    .renamed = "user:users",
    .run = run_attach,
    .parameters = OA_PARAMETERS{
        OA_P_API, API_USERS, OA_P_ORG_OF_THING,
        {"key", OA_TYPE_FLAG, 0, "issue each a personal key that covers this Web API, shown this once", NULL},
        OA_P_END}};

static oa_error *detach(oa_call *call, const oa_api *api, const char *who, oa_json *items)
{
    const oa_user *user;
    int64_t changed = 0;
    oa_error *error = oa_resolve_anybody(call, who, &user);
    if (error != NULL && error->code != OA_NOT_FOUND) {
        return error;
    }
    if (error == NULL && user->id != api->service_account_id) {
        OA_TRY(oa_api_detach(call->db, api->id, user->id, &changed));
    }
    if (changed == 0) {
        error = oa_error_make(call->pool, OA_NOT_FOUND, "the Web API \"%s\" is not attached to \"%s\"", api->name,
                              oa_quoted(who, call->pool));
        error->field = "user";
        return error;
    }
    oa_call_concerns(call, user->id);
    oa_json *item = oa_json_object(call->pool);
    oa_json_set_text(item, "id", oa_id_format(OA_KIND_USER, user->id, call->pool));
    oa_json_set_text(item, "email", user->email);
    oa_json_set_text(item, "api", api->name);
    oa_json_append(items, item);
    return NULL;
}

static oa_error *run_detach(oa_call *call, oa_json **result)
{
    const oa_api *api;
    const oa_json *users = oa_argument_list(call, "user");
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(oa_call_api(call, &api));
    for (size_t i = 0; i < oa_json_size(users); i++) {
        OA_TRY(detach(call, api, oa_json_text(oa_json_at(users, i)), items));
    }
    *result = oa_page(call, items, 0);
    return NULL;
}

const oa_operation oa_op_api_detach = {
    .name = "api.detach",
    .summary = "take a Web API from users",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "DELETE",
    .path = "/v1/orgs/{org}/apis/{api}/attachments",
    .columns = "id email api",
    .answers = "Attachment*",
    .renamed = "user:users",
    .run = run_detach,
    .parameters = OA_PARAMETERS{OA_P_API, API_USERS, OA_P_ORG_OF_THING, OA_P_END}};

/* An outsider's names and status are its home organization's affair. */
static oa_json *describe(oa_call *call, const oa_api_user *user)
{
    bool member = user->membership_status != 0;
    oa_json *object = oa_json_object(call->pool);
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_USER, user->account_id, call->pool));
    oa_json_set_text(object, "email", user->email);
    oa_json_set_text(object, "first_name", member ? user->first_name : "");
    oa_json_set_text(object, "last_name", member ? user->last_name : "");
    oa_json_set_text(object, "status",
                     member ? oa_listed_status(user->account_status, user->membership_status) : NULL);
    oa_json_set_bool(object, "outsider", !member);
    oa_json_set_time(object, "attached_at", user->attached_at);
    return object;
}

static oa_error *run_users(oa_call *call, oa_json **result)
{
    const oa_api *api;
    int64_t limit;
    apr_array_header_t *users;
    oa_id last = 0;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(oa_call_api(call, &api));
    OA_TRY(oa_argument_limit(call, &limit));
    OA_TRY(oa_api_users(call->db, api, oa_argument_after(call), limit + 1, &users, call->pool));
    for (int i = 0; i < users->nelts && i < limit; i++) {
        const oa_api_user *user = APR_ARRAY_IDX(users, i, const oa_api_user *);
        oa_json_append(items, describe(call, user));
        last = user->account_id;
    }
    *result = oa_page(call, items, users->nelts > limit ? last : 0);
    return NULL;
}

const oa_operation oa_op_api_users = {
    .name = "api.users",
    .summary = "list who has a Web API attached",
    .permission = "users:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/apis/{api}/users",
    .columns = "id email first_name last_name status outsider attached_at",
    .answers = "ApiUser*",
    .run = run_users,
    .parameters = OA_PARAMETERS{OA_P_API, OA_P_ORG_OF_THING, OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

/* Of this organization: what others attached to the user is their affair. */
static oa_error *run_of_user(oa_call *call, oa_json **result)
{
    apr_array_header_t *apis;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(oa_api_attached(call->db, call->user, &apis, call->pool));
    for (int i = 0; i < apis->nelts; i++) {
        const oa_api *api = APR_ARRAY_IDX(apis, i, const oa_api *);
        if (api->org_id == call->org) {
            oa_json_append(items, oa_api_describe(call, api));
        }
    }
    *result = oa_page(call, items, 0);
    return NULL;
}

const oa_operation oa_op_user_apis = {
    .name = "user.apis",
    .summary = "list the Web APIs of an organization that a user has attached",
    .permission = "users:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/users/{user}/apis",
    .columns = "id name summary users",
    .answers = "Api*",
    .run = run_of_user,
    .parameters = OA_PARAMETERS{OA_P_USER, OA_P_ORG_OF_USER, OA_P_END}};

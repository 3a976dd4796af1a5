/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/api.h"

#include "core/admin/argument.h"
#include "core/admin/guard.h"
#include "core/admin/key.h"
#include "core/admin/operations.h"
#include "core/base/text.h"
#include "core/model/status.h"

#include <apr_strings.h>

oa_error *oa_call_api(oa_call *call, const oa_api **api)
{
    OA_TRY(oa_api_find(call->db, call->api, api, call->pool));
    if (*api == NULL) {
        return oa_error_make(call->pool, OA_FAILED, "the Web API of the call is gone");
    }
    call->target_id = (*api)->id;
    call->target_name = (*api)->name;
    return NULL;
}

oa_json *oa_api_describe(oa_call *call, const oa_api *api)
{
    oa_json *object = oa_json_object(call->pool);
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_API, api->id, call->pool));
    oa_json_set_text(object, "name", api->name);
    oa_json_set_text(object, "summary", api->summary);
    oa_json_set_text(object, "org", api->org_slug);
    oa_json_set_text(object, "org_id", oa_id_format(OA_KIND_ORG, api->org_id, call->pool));
    oa_json_set_text(object, "service_account", api->service_email);
    oa_json_set_text(object, "service_account_id", oa_id_format(OA_KIND_USER, api->service_account_id, call->pool));
    oa_json_set_int(object, "users", api->users);
    oa_json_set_time(object, "created_at", api->created_at);
    oa_json_set_int(object, "version", api->version);
    return object;
}

static oa_error *require_free_name(oa_call *call, const char *name)
{
    const oa_api *taken;
    int64_t count;
    OA_TRY(oa_api_find_name(call->db, name, call->org, &taken, &count, call->pool));
    if (taken == NULL) {
        return NULL;
    }
    oa_error *error = oa_error_because(OA_BECAUSE_NAME_TAKEN,
                                       oa_error_make(call->pool, OA_CONFLICT,
                                                     "the organization has a Web API \"%s\" already", name));
    error->field = "name";
    return error;
}

/* reports@apis.acme.invalid (RFC 2606: no mail goes there); where that is taken by a removed Web API's, or the
 * slug makes no domain, one of the ids. */
static oa_error *choose_email(oa_call *call, const char *name, oa_id api, const char **email)
{
    const oa_org *org;
    const oa_user *taken = NULL;
    OA_TRY(oa_call_org(call, &org));
    const char *wanted = apr_psprintf(call->pool, "%s@apis.%s.invalid", name, org->slug);
    oa_error *error = oa_email_normalize("name", wanted, email, call->pool);
    if (error == NULL) {
        OA_TRY(oa_user_find_email(call->db, *email, &taken, call->pool));
    }
    if (error == NULL && taken == NULL) {
        return NULL;
    }
    wanted = apr_psprintf(call->pool, "%s@apis.%s.invalid", oa_cursor_format(api, call->pool),
                          oa_cursor_format(org->id, call->pool));
    return oa_email_normalize("name", wanted, email, call->pool);
}

/* It reaches as far as who registers the Web API. */
static oa_error *join(oa_call *call, oa_id account)
{
    bool reaches;
    OA_TRY(oa_membership_put(call->db, account, call->org, OA_ROLE_ID_API_USER, call->now));
    OA_TRY(oa_actor_reaches_below(call, call->org, &reaches));
    return reaches ? NULL : oa_membership_confine(call->db, account, call->org, OA_REACH_HERE, "");
}

static oa_error *make_service_account(oa_call *call, const char *name, oa_id api, oa_id *account)
{
    oa_user user = {.id = oa_id_make(call->now), .kind = OA_USER_SYSTEM, .first_name = "", .last_name = name,
                    .fields = "{}", .home_org_id = call->org, .created_at = call->now};
    OA_TRY(choose_email(call, name, api, &user.email));
    OA_TRY(oa_user_insert(call->db, &user));
    *account = user.id;
    return join(call, user.id);
}

static oa_error *run_register(oa_call *call, oa_json **result)
{
    int64_t attached;
    const char *text;
    const oa_api *made;
    const char *summary = oa_argument(call, "summary");
    oa_api api = {.id = oa_id_make(call->now), .org_id = call->org, .name = oa_argument(call, "name"),
                  .summary = summary != NULL ? summary : "", .created_at = call->now};
    OA_TRY(require_free_name(call, api.name));
    OA_TRY(make_service_account(call, api.name, api.id, &api.service_account_id));
    OA_TRY(oa_api_insert(call->db, &api));
    OA_TRY(oa_api_attach(call->db, api.id, api.service_account_id, call->now, &attached));
    oa_stored_key row = {.account_id = api.service_account_id, .org_id = call->org, .name = api.name,
                         .covers_all = true, .networks = ""};
    OA_TRY(oa_key_make(call, &row, &text));
    call->api = api.id;
    OA_TRY(oa_call_api(call, &made));
    *result = oa_api_describe(call, made);
    oa_json_set_text(*result, "key_id", oa_id_format(OA_KIND_KEY, row.id, call->pool));
    oa_json_set_text(*result, "key", text);
    oa_json_set_text(call->detail, "key_id", oa_id_format(OA_KIND_KEY, row.id, call->pool));
    return NULL;
}

const oa_operation oa_op_api_register = {
    .name = "api.register",
    .summary = "register a Web API and make its own key, shown this once",
    .permission = "apis:create",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/apis",
    .columns = "id name org key_id key",
    .alone = "key",
    .answers = "ApiWithKey",
    .status = 201,
    .run = run_register,
    .parameters = OA_PARAMETERS{
        {"name", OA_TYPE_SLUG, OA_REQUIRED | OA_POSITIONAL, "its name: a-z, 0-9 and -", NULL},
        OA_P_ORG,
        {"summary", OA_TYPE_TEXT, OA_CLEARS, "what it is, in one line", NULL},
        OA_P_END}};

static oa_error *run_list(oa_call *call, oa_json **result)
{
    int64_t limit;
    apr_array_header_t *apis;
    oa_id last = 0;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(oa_argument_limit(call, &limit));
    OA_TRY(oa_api_list(call->db, call->org, oa_argument_after(call), limit + 1, &apis, call->pool));
    for (int i = 0; i < apis->nelts && i < limit; i++) {
        const oa_api *api = APR_ARRAY_IDX(apis, i, const oa_api *);
        oa_json_append(items, oa_api_describe(call, api));
        last = api->id;
    }
    *result = oa_page(call, items, apis->nelts > limit ? last : 0);
    return NULL;
}

const oa_operation oa_op_api_list = {
    .name = "api.list",
    .summary = "list an organization's Web APIs",
    .permission = "apis:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/apis",
    .columns = "id name summary org users created_at",
    .answers = "Api*",
    .run = run_list,
    .parameters = OA_PARAMETERS{OA_P_ORG_OR_ALL, OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

static oa_error *run_show(oa_call *call, oa_json **result)
{
    const oa_api *api;
    OA_TRY(oa_call_api(call, &api));
    *result = oa_api_describe(call, api);
    return NULL;
}

const oa_operation oa_op_api_show = {
    .name = "api.show",
    .summary = "show a Web API",
    .permission = "apis:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/apis/{api}",
    .answers = "Api",
    .run = run_show,
    .etag = true,
    .parameters = OA_PARAMETERS{OA_P_API, OA_P_ORG_OF_THING, OA_P_END}};

static oa_error *run_edit(oa_call *call, oa_json **result)
{
    if (oa_argument_given(call, "summary")) {
        OA_TRY(oa_api_set_summary(call->db, call->api, oa_argument(call, "summary")));
    }
    return run_show(call, result);
}

const oa_operation oa_op_api_edit = {
    .name = "api.edit",
    .summary = "change a Web API's summary",
    .permission = "apis:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "PATCH",
    .path = "/v1/orgs/{org}/apis/{api}",
    .columns = "id name summary org",
    .answers = "Api",
    .run = run_edit,
    .parameters = OA_PARAMETERS{
        OA_P_API, OA_P_ORG_OF_THING, {"summary", OA_TYPE_TEXT, OA_CLEARS, "what it is, in one line", NULL}, OA_P_END}};

static oa_error *run_remove(oa_call *call, oa_json **result)
{
    const oa_api *api;
    int64_t attachments = 0, keys = 0, none;
    oa_guard guard;
    OA_TRY(oa_call_api(call, &api));
    OA_TRY(oa_actor_may_act_on(call, api->service_account_id, api->org_id)); /* somebody may have given it another role */
    OA_TRY(oa_guard_begin(call, api->service_account_id, api->org_id, &guard));
    OA_TRY(oa_key_revoke_all(call->db, api->service_account_id, call->now, &keys));
    OA_TRY(oa_membership_remove(call->db, api->service_account_id, api->org_id, call->now, &none, &none));
    OA_TRY(oa_api_remove(call->db, api->id, call->now, &attachments));
    OA_TRY(oa_guard_end(call, &guard));
    oa_json_set_int(call->detail, "keys_revoked", keys);
    oa_json_set_int(call->detail, "users_detached", attachments);
    *result = oa_api_describe(call, api);
    return NULL;
}

const oa_operation oa_op_api_remove = {
    .name = "api.remove",
    .summary = "remove a Web API: its own key is revoked and it is taken from all users",
    .permission = "apis:delete",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "DELETE",
    .path = "/v1/orgs/{org}/apis/{api}",
    .columns = "id name org",
    .answers = "Api",
    .run = run_remove,
    .parameters = OA_PARAMETERS{OA_P_API, OA_P_ORG_OF_THING, OA_P_END}};

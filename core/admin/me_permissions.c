/* SPDX-License-Identifier: Apache-2.0 */
/* What one may do in an organization, so that a face can offer just that. */
#include "core/admin/me.h"

#include "core/admin/operations.h"
#include "core/admin/resolve.h"
#include "core/store/module.h"

#include <apr_strings.h>

/* What is done in the project's own modules; and what, besides, is usual in a site's. */
static const char *const actions[] = {"view", "create", "edit", "delete", "run", "statistics"};
enum { OWN_ACTIONS = 4, ACTIONS = sizeof actions / sizeof actions[0] };

/* Figures are kept of the Web APIs, and of what else a site counts. */
static bool is_done_in(const char *module, size_t action)
{
    bool counted = strcmp(module, "apis") == 0 && strcmp(actions[action], "statistics") == 0;
    return action < OWN_ACTIONS || counted || !oa_module_is_own(module);
}

static void add_module(const oa_grants *grants, const char *module, oa_json *permissions, apr_pool_t *pool)
{
    for (size_t i = 0; i < ACTIONS; i++) {
        if (is_done_in(module, i) && oa_grants_allow_action(grants, module, actions[i])) {
            oa_json_append_text(permissions, apr_pstrcat(pool, module, ":", actions[i], NULL));
        }
    }
}

oa_error *oa_me_permissions(oa_call *call, const oa_grants *grants, oa_json *object)
{
    apr_array_header_t *modules;
    oa_json *permissions = oa_json_array(call->pool);
    OA_TRY(oa_module_list(call->db, &modules, call->pool));
    for (int i = 0; i < modules->nelts && grants->type != 0; i++) {
        add_module(grants, APR_ARRAY_IDX(modules, i, const oa_module *)->name, permissions, call->pool);
    }
    oa_json_set_text(object, "role_type", grants->type != 0 ? oa_role_type_name(grants->type) : NULL);
    oa_json_set(object, "permissions", permissions);
    oa_json_set(object, "patterns", oa_json_words(grants->type != 0 ? grants->permissions : "", call->pool));
    return NULL;
}

static oa_error *run_permissions(oa_call *call, oa_json **result)
{
    const oa_user *user;
    const oa_org *org;
    oa_grants grants;
    OA_TRY(oa_actor_account(call, &user));
    OA_TRY(oa_call_org(call, &org));
    OA_TRY(oa_actor_grants(call, org->id, &grants));
    *result = oa_json_object(call->pool);
    oa_json_set_text(*result, "org_id", oa_id_format(OA_KIND_ORG, org->id, call->pool));
    oa_json_set_text(*result, "org", org->slug);
    oa_json_set_text(*result, "org_name", org->name);
    oa_json_set(*result, "modules", oa_json_words(grants.modules != NULL ? grants.modules : "", call->pool));
    return oa_me_permissions(call, &grants, *result);
}

const oa_operation oa_op_me_permissions = {
    .name = "me.permissions",
    .summary = "show what one may do in an organization, by whichever membership decides there",
    .scope = OA_SCOPE_NONE,
    .method = "GET",
    .path = "/v1/me/permissions",
    .answers = "MyPermissions",
    .run = run_permissions,
    .remote = true,
    .parameters = OA_PARAMETERS{OA_P_ORG, OA_P_END}};

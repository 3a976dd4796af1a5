/* SPDX-License-Identifier: Apache-2.0 */
/* The modules of the site: any slug can be one; those named here are offered where roles are made, and can be marked "administrators only". */
#include "core/store/module.h"

#include "core/admin/operations.h"
#include "core/model/status.h"
#include "core/store/membership.h"

/* The marked ones are read by every decision. */
enum { MODULES_MAX = 200 };

static oa_json *describe(oa_call *call, const oa_module *module)
{
    oa_json *object = oa_json_object(call->pool);
    bool own = oa_module_is_own(module->name);
    oa_json_set_text(object, "name", module->name);
    oa_json_set_bool(object, "admins_only", module->admins_only || oa_module_is_for_administrators(module->name, ""));
    oa_json_set_bool(object, "built_in", own);
    return object;
}

/* module.list, module.show */

/* For who belongs to some organization, whichever it is. */
static oa_error *require_member(oa_call *call)
{
    const struct oa_user *user;
    apr_array_header_t *memberships;
    if (call->actor->kind == OA_ACTOR_LOCAL) {
        return NULL;
    }
    OA_TRY(oa_actor_account(call, &user));
    OA_TRY(oa_membership_list(call->db, call->actor->user_id, &memberships, call->pool));
    for (int i = 0; i < memberships->nelts; i++) {
        if (APR_ARRAY_IDX(memberships, i, const oa_membership *)->status == OA_MEMBERSHIP_ACTIVE) {
            return NULL;
        }
    }
    return oa_error_make(call->pool, OA_NOT_ALLOWED, "%s is for members of an organization", call->operation->name);
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    apr_array_header_t *modules;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(require_member(call));
    OA_TRY(oa_module_list(call->db, &modules, call->pool));
    for (int i = 0; i < modules->nelts; i++) {
        oa_json_append(items, describe(call, APR_ARRAY_IDX(modules, i, const oa_module *)));
    }
    *result = oa_page(call, items, 0);
    return NULL;
}

const oa_operation oa_op_module_list = {
    .name = "module.list",
    .summary = "list the modules that roles give permissions in",
    .scope = OA_SCOPE_NONE,
    .method = "GET",
    .path = "/v1/modules",
    .columns = "name admins_only built_in",
    .answers = "Module*",
    .run = run_list,
    .parameters = OA_PARAMETERS{OA_P_END}};

static oa_error *find(oa_call *call, const oa_module **module)
{
    const char *name = oa_argument(call, "module");
    OA_TRY(oa_module_find(call->db, name, module, call->pool));
    call->target_name = name;
    if (*module != NULL) {
        return NULL;
    }
    oa_error *error = oa_error_make(call->pool, OA_NOT_FOUND, "there is no module \"%s\": module list shows them", name);
    error->field = "module";
    return error;
}

static oa_error *run_show(oa_call *call, oa_json **result)
{
    const oa_module *module;
    OA_TRY(require_member(call));
    OA_TRY(find(call, &module));
    *result = describe(call, module);
    return NULL;
}

#define MODULE_POSITIONAL {"module", OA_TYPE_SLUG, OA_REQUIRED | OA_POSITIONAL, "the module, by name", NULL}

const oa_operation oa_op_module_show = {
    .name = "module.show",
    .summary = "show a module",
    .scope = OA_SCOPE_NONE,
    .method = "GET",
    .path = "/v1/modules/{module}",
    .answers = "Module",
    .run = run_show,
    .etag = true,
    .parameters = OA_PARAMETERS{MODULE_POSITIONAL, OA_P_END}};

/* module.create, module.edit, module.remove */

static oa_error *require_new(oa_call *call, const char *name)
{
    apr_array_header_t *modules;
    OA_TRY(oa_module_list(call->db, &modules, call->pool));
    for (int i = 0; i < modules->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(modules, i, const oa_module *)->name, name) == 0) {
            oa_error *error = oa_error_because(OA_BECAUSE_NAME_TAKEN,
                                               oa_error_make(call->pool, OA_CONFLICT, "there is a module \"%s\" already", name));
            error->field = "name";
            return error;
        }
    }
    return modules->nelts < MODULES_MAX
               ? NULL
               : oa_error_make(call->pool, OA_CONFLICT, "a site names %d modules at most: remove one first", MODULES_MAX);
}

static oa_error *run_create(oa_call *call, oa_json **result)
{
    const oa_module module = {.name = oa_argument(call, "name"), .admins_only = oa_argument_flag(call, "admins_only")};
    OA_TRY(require_new(call, module.name));
    OA_TRY(oa_module_insert(call->db, &module));
    call->target_name = module.name;
    *result = describe(call, &module);
    return NULL;
}

const oa_operation oa_op_module_create = {
    .name = "module.create",
    .summary = "name a module of the site",
    .scope = OA_SCOPE_SITE,
    .changes = true,
    .method = "POST",
    .path = "/v1/modules",
    .columns = "name admins_only",
    .answers = "Module",
    .status = 201,
    .run = run_create,
    .parameters = OA_PARAMETERS{
        {"name", OA_TYPE_SLUG, OA_REQUIRED | OA_POSITIONAL, "its name, as in permissions and OrgAuthModule", NULL},
        {"admins_only", OA_TYPE_FLAG, 0, "no other role reaches it, whatever its permissions say", NULL},
        OA_P_END}};

static oa_error *run_edit(oa_call *call, oa_json **result)
{
    const oa_module *stored;
    OA_TRY(find(call, &stored));
    oa_module module = *stored;
    module.admins_only = oa_argument_given(call, "admins_only") ? oa_argument_flag(call, "admins_only") : module.admins_only;
    if (!module.admins_only && oa_module_is_for_administrators(module.name, "")) {
        oa_error *error = oa_error_make(call->pool, OA_CONFLICT, "the module \"%s\" is for administrators by its nature", module.name);
        error->field = "admins_only";
        return error;
    }
    OA_TRY(oa_module_mark(call->db, module.name, module.admins_only));
    oa_json_set_bool(call->detail, "old_admins_only", stored->admins_only);
    *result = describe(call, &module);
    return NULL;
}

const oa_operation oa_op_module_edit = {
    .name = "module.edit",
    .summary = "mark a module for administrators only, or open it to all roles; holds at the next request",
    .scope = OA_SCOPE_SITE,
    .changes = true,
    .method = "PATCH",
    .path = "/v1/modules/{module}",
    .columns = "name admins_only",
    .answers = "Module",
    .run = run_edit,
    .parameters = OA_PARAMETERS{
        MODULE_POSITIONAL,
        {"admins_only", OA_TYPE_FLAG, 0, "no other role reaches it; =false opens it to every role that has permissions in it", NULL},
        OA_P_END}};

/* What nobody names any more can go; what is marked would be opened by that. */
static oa_error *require_removable(oa_call *call, const oa_module *module)
{
    int64_t roles, members, invitations;
    if (oa_module_is_own(module->name)) {
        return oa_error_because(OA_BECAUSE_BUILT_IN,
                                oa_error_make(call->pool, OA_CONFLICT, "the module \"%s\" is built in", module->name));
    }
    if (module->admins_only) {
        return oa_error_make(call->pool, OA_CONFLICT,
                             "the module \"%s\" is for administrators only, and would be open to all roles without its mark: take that away first",
                             module->name);
    }
    OA_TRY(oa_module_count_uses(call->db, module->name, &roles, &members, &invitations));
    return roles + members + invitations == 0
               ? NULL
               : oa_error_because(OA_BECAUSE_IN_USE,
                                  oa_error_make(call->pool, OA_CONFLICT,
                                                "the module \"%s\" is named by %" PRId64 " roles, and %" PRId64 " members and %" PRId64
                                                " pending invitations are confined to it",
                                                module->name, roles, members, invitations));
}

static oa_error *run_remove(oa_call *call, oa_json **result)
{
    const oa_module *module;
    OA_TRY(find(call, &module));
    OA_TRY(require_removable(call, module));
    OA_TRY(oa_module_delete(call->db, module->name));
    *result = describe(call, module);
    return NULL;
}

const oa_operation oa_op_module_remove = {
    .name = "module.remove",
    .summary = "remove a module that no role names and nobody is confined to",
    .scope = OA_SCOPE_SITE,
    .changes = true,
    .method = "DELETE",
    .path = "/v1/modules/{module}",
    .columns = "name",
    .answers = "Module",
    .run = run_remove,
    .parameters = OA_PARAMETERS{MODULE_POSITIONAL, OA_P_END}};

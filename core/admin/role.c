/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/argument.h"
#include "core/admin/operations.h"
#include "core/admin/resolve.h"
#include "core/base/text.h"

#include <apr_strings.h>

enum { REQUIRED_FIELDS_MAX = 20 };

static oa_json *describe(oa_call *call, const oa_role *role)
{
    oa_json *object = oa_json_object(call->pool);
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_ROLE, role->id, call->pool));
    oa_json_set_text(object, "name", role->name);
    oa_json_set_text(object, "type", oa_role_type_name(role->type));
    oa_json_set_bool(object, "built_in", role->org_id == 0);
    oa_json_set_text(object, "org_id", oa_id_format(OA_KIND_ORG, role->org_id, call->pool));
    oa_json_set(object, "permissions", oa_json_words(role->permissions, call->pool));
    oa_json_set(object, "required_fields", oa_json_words(role->required_fields, call->pool));
    oa_json_set_text(object, "summary", role->summary);
    oa_json_set_int(object, "version", role->version);
    return object;
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    int64_t limit;
    apr_array_header_t *roles;
    oa_id last = 0;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(oa_argument_limit(call, &limit));
    OA_TRY(oa_role_list(call->db, call->org, oa_argument_after(call), limit + 1, &roles, call->pool));
    for (int i = 0; i < roles->nelts && i < limit; i++) {
        const oa_role *role = APR_ARRAY_IDX(roles, i, const oa_role *);
        oa_json_append(items, describe(call, role));
        last = role->id;
    }
    *result = oa_page(call, items, roles->nelts > limit ? last : 0);
    return NULL;
}

const oa_operation oa_op_role_list = {
    .name = "role.list",
    .summary = "list the built-in roles and those of an organization",
    .permission = "roles:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/roles",
    .columns = "id name type permissions summary",
    .answers = "Role*",
    .run = run_list,
    .parameters = OA_PARAMETERS{OA_P_ORG_OR_ALL, OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

/* The role that the call is about: without an organization (the whole site) any. */
static oa_error *call_role(oa_call *call, const oa_role **role)
{
    const char *text = oa_argument(call, "role");
    oa_error *error = call->org != 0 ? oa_resolve_role(call, call->org, text, role)
                                     : oa_resolve_role_anywhere(call, text, role);
    if (error != NULL) {
        bool absent = error->code == OA_INVALID && strcmp(error->field, "role") == 0;
        error->code = absent ? OA_NOT_FOUND : error->code;
        return error;
    }
    call->org = (*role)->org_id != 0 ? (*role)->org_id : call->org;
    call->target_id = (*role)->id;
    call->target_name = (*role)->name;
    return NULL;
}

static oa_error *run_show(oa_call *call, oa_json **result)
{
    const oa_role *role;
    OA_TRY(call_role(call, &role));
    *result = describe(call, role);
    return NULL;
}

#define ROLE_POSITIONAL {"role", OA_TYPE_ROLE, OA_REQUIRED | OA_POSITIONAL, "the role, by id or exact name", NULL}

const oa_operation oa_op_role_show = {
    .name = "role.show",
    .summary = "show a role",
    .permission = "roles:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/roles/{role}",
    .answers = "Role",
    .run = run_show,
    .etag = true,
    .parameters = OA_PARAMETERS{ROLE_POSITIONAL, OA_P_ORG_OF_THING, OA_P_END}};

/* No role of an organization is called like another that holds there, whatever the case or width of its letters. */
static oa_error *require_free_name(oa_call *call, const char *name, oa_id self)
{
    apr_array_header_t *roles;
    const char *wanted = oa_text_fold(name, call->pool);
    if (oa_text_mixes_scripts(name)) {
        return oa_error_field(call->pool, "name", "\"%s\" mixes alphabets that look alike: spell it in one", oa_quoted(name, call->pool));
    }
    OA_TRY(oa_role_list(call->db, call->org, 0, INT32_MAX, &roles, call->pool));
    for (int i = 0; i < roles->nelts; i++) {
        const oa_role *role = APR_ARRAY_IDX(roles, i, const oa_role *);
        if (role->id != self && strcmp(oa_text_fold(role->name, call->pool), wanted) == 0) {
            oa_error *error = oa_error_because(OA_BECAUSE_NAME_TAKEN,
                                               oa_error_make(call->pool, OA_CONFLICT,
                                                             "there is a role \"%s\" already", role->name));
            error->field = "name";
            return error;
        }
    }
    return NULL;
}

static oa_error *read_permissions(oa_call *call, oa_role_type type, const char **permissions)
{
    const oa_json *list = oa_argument_list(call, "permission");
    int count = (int)oa_json_size(list);
    const char **patterns = apr_palloc(call->pool, sizeof(*patterns) * (size_t)(count + 1));
    for (int i = 0; i < count; i++) {
        patterns[i] = oa_json_text(oa_json_at(list, (size_t)i));
    }
    return oa_permissions_normalize("permission", patterns, count, type, call->admin_modules, permissions,
                                    call->pool);
}

static bool is_field_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return length > 0 && length <= 64 && name[length] == '\0' && name[0] >= 'a';
}

static oa_error *read_required(oa_call *call, const char **fields)
{
    const oa_json *list = oa_argument_list(call, "required_field");
    apr_array_header_t *names = apr_array_make(call->pool, 4, sizeof(const char *));
    for (size_t i = 0; i < oa_json_size(list); i++) {
        const char *name = oa_json_text(oa_json_at(list, i));
        if (!is_field_name(name) || i >= REQUIRED_FIELDS_MAX) {
            return oa_error_field(call->pool, "required_field",
                                  "required field \"%s\" is not right: at most %d names of a-z, 0-9 and _",
                                  oa_quoted(name, call->pool), REQUIRED_FIELDS_MAX);
        }
        APR_ARRAY_PUSH(names, const char *) = name;
    }
    *fields = apr_array_pstrcat(call->pool, names, ' ');
    return NULL;
}

static oa_error *require_grantable(oa_call *call, const oa_role *role)
{
    oa_grants grants = oa_role_grants(call, role);
    return oa_actor_may_grant(call, call->org, &grants);
}

/* Whoever has the role may have it below, too. */
static oa_error *require_grantable_below(oa_call *call, const oa_role *role)
{
    oa_org_uses uses;
    oa_grants grants = oa_role_grants(call, role);
    OA_TRY(oa_org_count_uses(call->db, call->org, &uses));
    return uses.below > 0 ? oa_actor_may_grant_below(call, call->org, &grants) : NULL;
}

static oa_error *answer(oa_call *call, oa_id id, oa_json **result)
{
    const oa_role *role;
    OA_TRY(oa_role_find(call->db, id, &role, call->pool));
    call->target_id = role->id;
    call->target_name = role->name;
    *result = describe(call, role);
    return NULL;
}

static oa_error *run_create(oa_call *call, oa_json **result)
{
    const char *type = oa_argument(call, "type");
    const char *summary = oa_argument(call, "summary");
    oa_role role = {.id = oa_id_make(call->now), .org_id = call->org, .name = oa_argument(call, "name"),
                    .summary = summary != NULL ? summary : "", .created_at = call->now};
    role.type = type != NULL && strcmp(type, oa_role_type_name(OA_ROLE_ADMINISTRATOR)) == 0 ? OA_ROLE_ADMINISTRATOR
                                                                                      : OA_ROLE_USER;
    OA_TRY(require_free_name(call, role.name, 0));
    OA_TRY(read_permissions(call, (oa_role_type)role.type, &role.permissions));
    OA_TRY(read_required(call, &role.required_fields));
    OA_TRY(require_grantable(call, &role));
    OA_TRY(oa_role_insert(call->db, &role));
    return answer(call, role.id, result);
}

#define ROLE_PERMISSION(flags)                                                                                 \
    {"permission", OA_TYPE_PERMISSION, (flags) | OA_LIST, "a permission, module:action; either may be *", NULL}
#define ROLE_REQUIRED                                                                                          \
    {"required_field", OA_TYPE_TEXT, OA_LIST | OA_CLEARS, "a field that users with this role must have, as first_name", \
     NULL}
#define ROLE_SUMMARY {"summary", OA_TYPE_TEXT, OA_CLEARS, "what it is for, in one line", NULL}

const oa_operation oa_op_role_create = {
    .name = "role.create",
    .summary = "make a role of an organization's own, of permissions that you hold yourself",
    .permission = "roles:create",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/roles",
    .columns = "id name type permissions",
    .answers = "Role",
    .status = 201,
    .renamed = "permission:permissions required_field:required_fields",
    .run = run_create,
    .parameters = OA_PARAMETERS{
        {"name", OA_TYPE_NAME, OA_REQUIRED | OA_POSITIONAL, "its name", NULL},
        OA_P_ORG,
        ROLE_PERMISSION(OA_REQUIRED),
        {"type", OA_TYPE_CHOICE, 0, "administrator may reach modules that are for administrators only; else user",
         "user administrator"},
        ROLE_REQUIRED, ROLE_SUMMARY, OA_P_END}};

/* One of the organization's own, that holds no more than the actor does. */
static oa_error *call_own_role(oa_call *call, const oa_role **role)
{
    OA_TRY(call_role(call, role));
    if ((*role)->org_id == 0) {
        return oa_error_because(OA_BECAUSE_BUILT_IN,
                                oa_error_make(call->pool, OA_CONFLICT,
                                              "the role \"%s\" is built in: make one of your own instead", (*role)->name));
    }
    return require_grantable(call, *role);
}

static oa_error *run_edit(oa_call *call, oa_json **result)
{
    const oa_role *stored;
    OA_TRY(call_own_role(call, &stored));
    oa_role role = *stored;
    if (oa_argument_given(call, "name")) {
        role.name = oa_argument(call, "name");
        OA_TRY(require_free_name(call, role.name, role.id));
    }
    if (oa_argument_given(call, "permission")) {
        OA_TRY(read_permissions(call, (oa_role_type)role.type, &role.permissions));
    }
    if (oa_argument_given(call, "required_field")) {
        OA_TRY(read_required(call, &role.required_fields));
    }
    role.summary = oa_argument_given(call, "summary") ? oa_argument(call, "summary") : role.summary;
    OA_TRY(require_grantable(call, &role));
    OA_TRY(require_grantable_below(call, &role));
    OA_TRY(oa_role_update(call->db, &role));
    oa_json_set_text(call->detail, "old_permissions", stored->permissions);
    return answer(call, role.id, result);
}

const oa_operation oa_op_role_edit = {
    .name = "role.edit",
    .summary = "change a role of an organization's own; lists replace what was there",
    .permission = "roles:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "PATCH",
    .path = "/v1/orgs/{org}/roles/{role}",
    .columns = "id name type permissions",
    .answers = "Role",
    .renamed = "permission:permissions required_field:required_fields",
    .run = run_edit,
    .parameters = OA_PARAMETERS{ROLE_POSITIONAL,
                                OA_P_ORG_OF_THING,
                                {"name", OA_TYPE_NAME, 0, "its new name", NULL},
                                ROLE_PERMISSION(0),
                                ROLE_REQUIRED,
                                ROLE_SUMMARY,
                                OA_P_END}};

static oa_error *run_remove(oa_call *call, oa_json **result)
{
    const oa_role *role;
    int64_t members, invitations;
    OA_TRY(call_own_role(call, &role));
    OA_TRY(oa_role_count_uses(call->db, role->id, &members, &invitations));
    if (members + invitations > 0) {
        return oa_error_because(OA_BECAUSE_IN_USE,
                                oa_error_make(call->pool, OA_CONFLICT,
                                              "%" PRId64 " users and %" PRId64 " pending invitations have the role \"%s\": give them another first",
                                              members, invitations, role->name));
    }
    *result = describe(call, role);
    return oa_role_delete(call->db, role->id);
}

const oa_operation oa_op_role_remove = {
    .name = "role.remove",
    .summary = "remove a role of an organization's own that nobody has",
    .permission = "roles:delete",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "DELETE",
    .path = "/v1/orgs/{org}/roles/{role}",
    .columns = "id name",
    .answers = "Role",
    .run = run_remove,
    .parameters = OA_PARAMETERS{ROLE_POSITIONAL, OA_P_ORG_OF_THING, OA_P_END}};

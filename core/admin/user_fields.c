/* SPDX-License-Identifier: Apache-2.0 */
/* What an account's names, fields, role and password must be like. */
#include "core/admin/argument.h"
#include "core/admin/import.h"
#include "core/admin/user.h"
#include "core/model/status.h"

#include <apr_strings.h>

typedef struct merging {
    oa_json *into;
    const oa_json *over;
} merging;

static bool keep_old(void *context, const char *name, const oa_json *value)
{
    merging *merge = context;
    if (oa_json_get(merge->over, name) == NULL) {
        oa_json_set_text(merge->into, name, oa_json_text(value));
    }
    return true;
}

static bool take_new(void *context, const char *name, const oa_json *value)
{
    merging *merge = context;
    const char *text = oa_json_text(value);
    if (text != NULL && *text != '\0') {
        oa_json_set_text(merge->into, name, text);
    }
    return true;
}

oa_error *oa_user_merge_fields(oa_call *call, const char *fields, const char **merged)
{
    oa_json *old;
    merging merge = {oa_json_object(call->pool), oa_argument_list(call, "set")};
    OA_TRY(oa_json_parse(fields, strlen(fields), &old, call->pool));
    oa_json_each(old, keep_old, &merge);
    if (merge.over != NULL) {
        oa_json_each(merge.over, take_new, &merge);
    }
    if (oa_json_size(merge.into) > OA_USER_FIELDS_MAX) {
        return oa_error_because(OA_BECAUSE_TOO_MANY, oa_error_field(call->pool, "set", "a user has at most %d further fields", OA_USER_FIELDS_MAX));
    }
    *merged = oa_json_canonical(merge.into, call->pool);
    return NULL;
}

static bool field_is_filled(const oa_user *user, const oa_json *fields, const char *name)
{
    const char *value = strcmp(name, "first_name") == 0  ? user->first_name
                        : strcmp(name, "last_name") == 0 ? user->last_name
                                                         : oa_json_get_text(fields, name);
    return value != NULL && *value != '\0';
}

static bool takes(const oa_call *call, const char *name)
{
    const oa_parameter *parameter = call->operation->parameters;
    while (parameter->name != NULL && strcmp(parameter->name, name) != 0) {
        parameter++;
    }
    return parameter->name != NULL;
}

/* The argument that could have filled the field; of an import, the column; where there is none, the role that asks for it. */
static void blame(const oa_call *call, const char *name, oa_error *error)
{
    bool own = strcmp(name, "first_name") == 0 || strcmp(name, "last_name") == 0;
    if (call->operation->accepts != NULL) {
        error->field = own ? name : apr_pstrcat(call->pool, OA_IMPORT_FIELD, name, NULL);
    } else if (own && takes(call, name)) {
        error->field = name;
    } else if (!own && takes(call, "set")) {
        error->field = "set";
        error->member = name;
    } else {
        error->field = takes(call, "role") ? "role" : NULL;
    }
}

/* All that are empty; the message of the first names them all. */
static oa_error *lacks(const oa_call *call, const oa_role *role, const oa_user *user, const apr_array_header_t *names)
{
    oa_error *first = NULL;
    for (int i = names->nelts - 1; i >= 0; i--) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);
        oa_error *error = oa_error_make(call->pool, OA_INVALID, "the role \"%s\" asks for %s, and \"%s\" has none", role->name,
                                        i == 0 ? apr_array_pstrcat(call->pool, names, ' ') : name, user->email);
        error->reason = OA_BECAUSE_FIELD_REQUIRED;
        blame(call, name, error);
        bool apart = error->field != NULL && strcmp(error->field, "role") != 0; /* else the first says it for all */
        error->next = apart ? first : NULL;
        first = error;
    }
    return first;
}

static oa_error *require(oa_call *call, const oa_role *role, const oa_user *user, const oa_user *before)
{
    oa_json *fields, *fields_before = NULL;
    apr_array_header_t *names = apr_array_make(call->pool, 2, sizeof(const char *));
    char *rest = apr_pstrdup(call->pool, role->required_fields);
    OA_TRY(oa_json_parse(user->fields, strlen(user->fields), &fields, call->pool));
    if (before != NULL) {
        OA_TRY(oa_json_parse(before->fields, strlen(before->fields), &fields_before, call->pool));
    }
    for (char *name = strsep(&rest, " "); name != NULL; name = strsep(&rest, " ")) {
        if (*name != '\0' && !field_is_filled(user, fields, name) &&
            (before == NULL || field_is_filled(before, fields_before, name))) {
            APR_ARRAY_PUSH(names, const char *) = name;
        }
    }
    return lacks(call, role, user, names);
}

oa_error *oa_user_require_fields(oa_call *call, const oa_role *role, const oa_user *user)
{
    return require(call, role, user, NULL);
}

oa_error *oa_user_keep_fields(oa_call *call, const oa_user *user, const oa_user *before)
{
    apr_array_header_t *memberships;
    OA_TRY(oa_membership_list(call->db, user->id, &memberships, call->pool));
    for (int i = 0; i < memberships->nelts; i++) {
        const oa_membership *membership = APR_ARRAY_IDX(memberships, i, const oa_membership *);
        if (membership->status != OA_MEMBERSHIP_REMOVED) {
            OA_TRY(require(call, &membership->role, user, before));
        }
    }
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What an account's names, fields, role and password must be like. */
#include "core/admin/argument.h"
#include "core/admin/user.h"

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
        return oa_error_field(call->pool, "set", "a user has at most %d further fields", OA_USER_FIELDS_MAX);
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

oa_error *oa_user_require_fields(oa_call *call, const oa_role *role, const oa_user *user)
{
    oa_json *fields;
    char *rest = apr_pstrdup(call->pool, role->required_fields);
    OA_TRY(oa_json_parse(user->fields, strlen(user->fields), &fields, call->pool));
    for (char *name = strsep(&rest, " "); name != NULL; name = strsep(&rest, " ")) {
        if (*name != '\0' && !field_is_filled(user, fields, name)) {
            bool own = strcmp(name, "first_name") == 0 || strcmp(name, "last_name") == 0;
            return oa_error_field(call->pool, own ? name : "set", "the role \"%s\" asks for %s, and \"%s\" has none",
                                  role->name, name, user->email);
        }
    }
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/setting.h"

#include "core/admin/argument.h"
#include "core/admin/operations.h"

static oa_error *describe(oa_call *call, const oa_setting_row *row, oa_json **result)
{
    const char *value;
    OA_TRY(oa_setting_get(call->db, row->name, &value, call->pool));
    oa_json *object = oa_json_object(call->pool);
    oa_json_set_text(object, "name", row->name);
    oa_json_set_text(object, "value", value != NULL ? value : row->initial);
    oa_json_set_text(object, "default", row->initial);
    oa_json_set_bool(object, "is_set", value != NULL);
    oa_json_set_text(object, "help", row->help);
    *result = object;
    return NULL;
}

static oa_error *find(oa_call *call, const oa_setting_row **row)
{
    const char *name = oa_argument(call, "name");
    *row = oa_setting_find(name);
    if (*row == NULL) {
        oa_error *error = oa_error_make(call->pool, OA_NOT_FOUND,
                                        "there is no setting \"%s\": setting list shows them all",
                                        oa_quoted(name, call->pool));
        error->field = "name";
        return error;
    }
    call->target_name = (*row)->name;
    return NULL;
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    oa_json *items = oa_json_array(call->pool);
    for (const oa_setting_row *row = oa_setting_rows; row->name != NULL; row++) {
        oa_json *object;
        OA_TRY(describe(call, row, &object));
        oa_json_append(items, object);
    }
    *result = oa_page(call, items, 0);
    return NULL;
}

const oa_operation oa_op_setting_list = {
    .name = "setting.list",
    .summary = "list all settings, their values and defaults",
    .scope = OA_SCOPE_SITE,
    .method = "GET",
    .path = "/v1/settings",
    .columns = "name value default help",
    .answers = "Setting*",
    .run = run_list,
    .parameters = OA_PARAMETERS{OA_P_END}};

static oa_error *run_get(oa_call *call, oa_json **result)
{
    const oa_setting_row *row;
    OA_TRY(find(call, &row));
    return describe(call, row, result);
}

#define SETTING_NAME {"name", OA_TYPE_TEXT, OA_REQUIRED | OA_POSITIONAL, "the setting, as login.deny_after", NULL}

const oa_operation oa_op_setting_get = {
    .name = "setting.get",
    .summary = "show one setting",
    .scope = OA_SCOPE_SITE,
    .answers = "Setting",
    .run = run_get,
    .parameters = OA_PARAMETERS{SETTING_NAME, OA_P_END}};

/* Else a SuperAdmin, who is one of the site and not of the host, could have a program run there, or a file sent to a relay of his. */
static oa_error *require_host(oa_call *call, const oa_setting_row *row, const char *value)
{
    if (call->actor->kind == OA_ACTOR_LOCAL || !oa_setting_names_file(row, value)) {
        return NULL;
    }
    return oa_error_make(call->pool, OA_NOT_ALLOWED, "%s names a file of the host: that is set there, with orgauth setting set", row->name);
}

/* Nor does he choose who is told the password that the host keeps for its relay. */
static oa_error *require_same_relay(oa_call *call, const oa_setting_row *row, const char *value)
{
    const char *relay = call->settings.mail_relay;
    if (call->actor->kind == OA_ACTOR_LOCAL || strcmp(row->name, "mail.relay") != 0 || *value == '\0' ||
        call->settings.mail_password_file == NULL || (relay != NULL && strcmp(relay, value) == 0)) {
        return NULL;
    }
    return oa_error_make(call->pool, OA_NOT_ALLOWED,
                         "another relay would be told what mail.password_file holds, a file of the host: clear that setting first, or set the relay there, "
                         "with orgauth setting set");
}

static oa_error *run_set(oa_call *call, oa_json **result)
{
    const oa_setting_row *row;
    const char *old;
    const char *value = oa_argument(call, "value");
    OA_TRY(find(call, &row));
    OA_TRY(oa_setting_get(call->db, row->name, &old, call->pool));
    OA_TRY(require_host(call, row, value));
    OA_TRY(require_same_relay(call, row, value));
    if (*value != '\0') {
        OA_TRY(row->parse(&call->settings, row, value, call->pool));
    }
    OA_TRY(oa_setting_put(call->db, row->name, *value != '\0' ? value : NULL));
    oa_json_set_text(call->detail, "old_value", old != NULL ? old : row->initial);
    return describe(call, row, result);
}

const oa_operation oa_op_setting_set = {
    .name = "setting.set",
    .summary = "change one setting; it holds at the next request",
    .scope = OA_SCOPE_SITE,
    .changes = true,
    .method = "PATCH",
    .path = "/v1/settings",
    .columns = "name value default",
    .answers = "Setting",
    .entry = "name value",
    .run = run_set,
    .parameters = OA_PARAMETERS{
        SETTING_NAME,
        {"value", OA_TYPE_TEXT, OA_REQUIRED | OA_POSITIONAL | OA_CLEARS, "its new value; empty: back to the default",
         NULL},
        OA_P_END}};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of all operations in the order of the manual, and what their rows have in common. The row of user.ban is
 * oa_op_user_ban, in the file of its function.
 */
#ifndef OA_ADMIN_OPERATIONS_H
#define OA_ADMIN_OPERATIONS_H

#include "core/admin/call.h"

#define OA_OPERATIONS(X)                                                                                     \
    X(org_create) X(org_list) X(org_show) X(org_edit) X(org_remove) X(org_messages)         \
    X(org_statistics)                                                                                        \
    X(user_create) X(user_add) X(user_list) X(user_show) X(user_edit) X(user_set_role) X(user_confine)       \
    X(user_activate)                                                                                         \
    X(user_deactivate) X(user_ban) X(user_validate) X(user_remove) X(user_erase)                            \
    X(user_set_password)                                                                                     \
    X(user_apis) X(user_import) X(user_export)                                                               \
    X(user_send_reset) X(user_messages)                                                                      \
    X(invitation_send) X(invitation_list) X(invitation_show) X(invitation_resend) X(invitation_revoke)       \
    X(invitation_open) X(invitation_accept)                                                                  \
    X(api_register) X(api_list) X(api_show) X(api_edit) X(api_remove) X(api_attach) X(api_detach)            \
    X(api_users) X(api_import)                                                                               \
    X(key_issue) X(key_list) X(key_show) X(key_edit) X(key_rotate) X(key_revoke) X(key_reveal) X(key_jwks)   \
    X(role_list) X(role_show) X(role_create) X(role_edit) X(role_remove)                                     \
    X(module_list) X(module_show) X(module_create) X(module_edit) X(module_remove)                           \
    X(audit_list) X(audit_export) X(audit_verify)                                                            \
    X(setting_list) X(setting_get) X(setting_set)                                                            \
    X(mail_list) X(mail_retry)                                                                               \
    X(session_create) X(session_end) X(reset_request) X(reset_set)                                           \
    X(me_show) X(me_permissions) X(me_edit) X(me_set_password) X(me_sessions) X(me_end_session)              \
    X(me_keys) X(me_show_key) X(me_issue_key) X(me_rotate_key) X(me_revoke_key) X(me_reveal_key)             \
    X(me_messages)

#define OA_OPERATION_DECLARE(name) extern const oa_operation oa_op_##name;
OA_OPERATIONS(OA_OPERATION_DECLARE)
#undef OA_OPERATION_DECLARE

/* Parameters that many rows share. */
#define OA_PARAMETERS (const oa_parameter[])
#define OA_P_ORG {"org", OA_TYPE_ORG, OA_REQUIRED, "the organization, by id or slug", NULL}
#define OA_P_ORG_OF_USER {"org", OA_TYPE_ORG, 0, "the organization, by id or slug; else the user's home organization", NULL}
#define OA_P_ORG_OF_THING {"org", OA_TYPE_ORG, 0, "the organization that it belongs to, by id or slug", NULL}
#define OA_P_ORG_OR_ALL {"org", OA_TYPE_ORG, 0, "only this organization, by id or slug", NULL}
#define OA_P_USER {"user", OA_TYPE_USER, OA_REQUIRED | OA_POSITIONAL, "the user, by id or e-mail", NULL}
#define OA_P_ROLE {"role", OA_TYPE_ROLE, OA_REQUIRED, "the role, by id or exact name", NULL}
#define OA_P_API {"api", OA_TYPE_API, OA_REQUIRED | OA_POSITIONAL, "the Web API, by id or name", NULL}
#define OA_P_KEY {"key", OA_TYPE_KEY, OA_REQUIRED | OA_POSITIONAL, "the key, by id", NULL}
#define OA_P_USER_OF_KEY {"user", OA_TYPE_USER, 0, "the user whose key it is, by id or e-mail", NULL}
#define OA_P_LIMIT {"limit", OA_TYPE_INTEGER, 0, "how many at most, 1 to 1000; else 100", NULL}
#define OA_P_AFTER {"after", OA_TYPE_CURSOR, 0, "the next page: what the page before gave as next", NULL}
#define OA_P_END {.name = NULL}

#endif

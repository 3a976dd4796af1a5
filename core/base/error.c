/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/error.h"

#include <apr_strings.h>
#include <stdarg.h>
#include <stdlib.h>

static const oa_code_row rows[] = {
    [OA_USAGE] = {"usage", 400, 2},
    [OA_INVALID] = {"invalid", 400, 5},
    [OA_NOT_FOUND] = {"not_found", 404, 3},
    [OA_NOT_ALLOWED] = {"not_allowed", 403, 4},
    [OA_CONFLICT] = {"conflict", 409, 5},
    [OA_BUSY] = {"busy", 503, 75},
    [OA_UNAVAILABLE] = {"unavailable", 503, 1},
    [OA_UNAUTHENTICATED] = {"unauthenticated", 401, 4},
    [OA_TOO_MANY] = {"too_many", 429, 75},
    [OA_NO_SUCH_METHOD] = {"no_such_method", 405, 2},
    [OA_NOT_ACCEPTABLE] = {"not_acceptable", 406, 2},
    [OA_PRECONDITION] = {"precondition_failed", 412, 5},
    [OA_PRECONDITION_REQUIRED] = {"precondition_required", 428, 2},
    [OA_TOO_LARGE] = {"too_large", 413, 5},
    [OA_MEDIA_TYPE] = {"media_type", 415, 2},
    [OA_UNPROCESSABLE] = {"unprocessable", 422, 5},
    [OA_FAILED] = {"failed", 500, 1},
};

static const char *const reasons[OA_BECAUSE_LAST + 1] = {
    [OA_BECAUSE_LOGIN_REFUSED] = "login_refused",
    [OA_BECAUSE_PASSWORD_WRONG] = "password_wrong",
    [OA_BECAUSE_PASSWORD_SHORT] = "password_short",
    [OA_BECAUSE_PASSWORD_LONG] = "password_long",
    [OA_BECAUSE_PASSWORD_EASY] = "password_easy",
    [OA_BECAUSE_NOT_AN_EMAIL] = "not_an_email",
    [OA_BECAUSE_NOT_A_NAME] = "not_a_name",
    [OA_BECAUSE_MALFORMED] = "malformed",
    [OA_BECAUSE_EMAIL_TAKEN] = "email_taken",
    [OA_BECAUSE_NAME_TAKEN] = "name_taken",
    [OA_BECAUSE_NO_ACCOUNT] = "no_account",
    [OA_BECAUSE_MEMBER_ALREADY] = "member_already",
    [OA_BECAUSE_INVITED_ALREADY] = "invited_already",
    [OA_BECAUSE_ATTACHED_ALREADY] = "attached_already",
    [OA_BECAUSE_PERMISSION_LACKING] = "permission_lacking",
    [OA_BECAUSE_GRANTS_MORE] = "grants_more",
    [OA_BECAUSE_STRONGER_USER] = "stronger_user",
    [OA_BECAUSE_MANAGED_ELSEWHERE] = "managed_elsewhere",
    [OA_BECAUSE_LAST_ADMINISTRATOR] = "last_administrator",
    [OA_BECAUSE_LAST_SUPERADMIN] = "last_superadmin",
    [OA_BECAUSE_IN_USE] = "in_use",
    [OA_BECAUSE_BUILT_IN] = "built_in",
    [OA_BECAUSE_LINK_OVER] = "link_over",
    [OA_BECAUSE_KEY_OVER] = "key_over",
    [OA_BECAUSE_MISSING] = "missing",
    [OA_BECAUSE_REPEATED] = "repeated",
    [OA_BECAUSE_NOT_A_KIND] = "not_a_kind",
    [OA_BECAUSE_NOT_AN_ACTION] = "not_an_action",
    [OA_BECAUSE_NOT_A_MODULE] = "not_a_module",
    [OA_BECAUSE_NOT_A_VALUE] = "not_a_value",
    [OA_BECAUSE_TOO_MANY] = "too_many",
    [OA_BECAUSE_NO_ROLE] = "no_role",
    [OA_BECAUSE_NO_API] = "no_api",
    [OA_BECAUSE_FIELD_REQUIRED] = "field_required",
    [OA_BECAUSE_ACCOUNT_ALREADY] = "account_already",
    [OA_BECAUSE_MEMBER_OTHERWISE] = "member_otherwise",
    [OA_BECAUSE_MEMBER_UNATTACHED] = "member_unattached",
    [OA_BECAUSE_INVITED_OTHERWISE] = "invited_otherwise",
    [OA_BECAUSE_NOT_BY_INVITATION] = "not_by_invitation",
};

const char *oa_reason_name(oa_reason reason)
{
    return (unsigned)reason <= OA_BECAUSE_LAST ? reasons[reason] : NULL;
}

const oa_code_row *oa_code_of(oa_code code)
{
    return (unsigned)code <= OA_FAILED ? &rows[code] : &rows[OA_FAILED];
}

/* One line, whatever a caller quoted in it: a message goes to a terminal, a log and a header. */
static const char *one_line(apr_pool_t *pool, const char *format, va_list arguments)
{
    char *text = apr_pvsprintf(pool, format, arguments);
    for (char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = '?';
        }
    }
    return text;
}

static oa_error *make(apr_pool_t *pool, oa_code code, const char *field, const char *message)
{
    oa_error *error = apr_palloc(pool, sizeof(*error));
    if (error == NULL) {
        abort();
    }
    *error = (oa_error){.code = code, .message = message, .field = field};
    return error;
}

oa_error *oa_error_make(apr_pool_t *pool, oa_code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *message = one_line(pool, format, arguments);
    va_end(arguments);
    return make(pool, code, NULL, message);
}

oa_error *oa_error_field(apr_pool_t *pool, const char *field, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *message = one_line(pool, format, arguments);
    va_end(arguments);
    return make(pool, OA_INVALID, field, message);
}

oa_error *oa_error_because(oa_reason reason, oa_error *error)
{
    error->reason = reason;
    return error;
}

oa_error *oa_error_detail(apr_pool_t *pool, oa_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error->detail = one_line(pool, format, arguments);
    va_end(arguments);
    return error;
}

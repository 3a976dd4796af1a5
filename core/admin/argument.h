/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments against the parameters of an operation's row. Pure: no store. */
#ifndef OA_ADMIN_ARGUMENT_H
#define OA_ADMIN_ARGUMENT_H

#include "core/admin/operation.h"

/* Checks `arguments`: every member a parameter of the right type, form and length; none that is required missing. *clean is a new
 * object with the spelling that the store knows (e-mails normalized, names trimmed); *told the same without the secrets, for
 * the audit event. OA_USAGE for a missing or unknown argument, OA_INVALID for a wrong value; both name it in `field`. */
oa_error *oa_arguments_check(const oa_operation *operation, const oa_json *arguments, oa_json **clean, oa_json **told,
                             apr_pool_t *pool);

/* Whether an account may have a field of that name: 1 to 64 of a-z, 0-9 and _, beginning with a letter. */
bool oa_field_name_is_valid(const char *name);

/* `text` fit for a message of one line: control characters and what exceeds 100 octets replaced. */
const char *oa_quoted(const char *text, apr_pool_t *pool);

#endif

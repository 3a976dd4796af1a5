/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations on oneself share. */
#ifndef OA_ADMIN_ME_H
#define OA_ADMIN_ME_H

#include "core/admin/call.h"

/* Sets what the grants allow: `permissions` in the project's own modules and those that the site has named, spelled out; `patterns` and `role_type`
 * for any other module. */
oa_error *oa_me_permissions(oa_call *call, const oa_grants *grants, oa_json *object);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* An organization's place among the others. */
#ifndef OA_ADMIN_ORG_MOVE_H
#define OA_ADMIN_ORG_MOVE_H

#include "core/admin/resolve.h"

/* OA_INVALID on `parent` where an organization with `levels` below it would be too deep under `parent` (0: at the top). */
oa_error *oa_org_require_depth(oa_call *call, oa_id parent, int64_t levels);

/* OA_NOT_ALLOWED unless the actor holds `permission` above the organization: what an organization cannot do to itself. */
oa_error *oa_org_require_above(oa_call *call, const oa_org *org, const char *permission);

/* Puts it where argument `parent` says, if that is given: org->parent_id. */
oa_error *oa_org_move(oa_call *call, oa_org *org);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the spelling of an argument to the stored thing. What another organization owns is answered exactly as what does
 * not exist: OA_NOT_FOUND, in the same words.
 */
#ifndef OA_ADMIN_RESOLVE_H
#define OA_ADMIN_RESOLVE_H

#include "core/admin/call.h"
#include "core/store/api.h"
#include "core/store/key.h"
#include "core/store/membership.h"
#include "core/store/org.h"
#include "core/store/user.h"

/* call->org from argument `org` (or, where an operation has that, `parent`); 0 where not given. */
oa_error *oa_resolve_org(oa_call *call);

/* An organization that argument `field` names by id or slug. */
oa_error *oa_resolve_org_named(oa_call *call, const char *field, const char *text, oa_id *id);

/* call->user and home_org, key, api from the arguments of these names; call->org from them where it is 0 yet. */
oa_error *oa_resolve_target(oa_call *call);

/* An account for what reaches beyond the organization of the call: by e-mail wherever it is at home, since who knows the address learns nothing by
 * that; by id only one that the organization knows. */
oa_error *oa_resolve_anybody(oa_call *call, const char *text, const oa_user **user);

/* The role that `text` names by id or exact name: a built-in one or one of organization `org`. */
oa_error *oa_resolve_role(oa_call *call, oa_id org, const char *text, const oa_role **role);

/* A Web API of organization `org` by id or name. */
oa_error *oa_resolve_api(oa_call *call, oa_id org, const char *text, const oa_api **api);

/* The same where no organization is given: by id, or by a name that one organization alone uses, of those that the actor knows. */
oa_error *oa_resolve_api_anywhere(oa_call *call, const char *text, const oa_api **api);
oa_error *oa_resolve_role_anywhere(oa_call *call, const char *text, const oa_role **role);

/* The stored things that the call is about. */
oa_error *oa_call_org(oa_call *call, const oa_org **org);
oa_error *oa_call_user(oa_call *call, const oa_user **user);

/* The membership (not REMOVED) of call->user in call->org; OA_NOT_FOUND where there is none. */
oa_error *oa_call_membership(oa_call *call, const oa_membership **membership);

#endif

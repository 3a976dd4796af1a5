/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An operation under way: what its function gets from oa_perform, and what it leaves for the audit event.
 */
#ifndef OA_ADMIN_CALL_H
#define OA_ADMIN_CALL_H

#include "core/admin/operation.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/model/permission.h"
#include "core/model/setting.h"

struct oa_call {
    const oa_operation *operation;
    const oa_actor *actor;
    const oa_json *arguments;  /* checked: names, types, spelling; e-mails normalized */
    oa_store *store;
    oa_db *db;                 /* in a transaction, a writing one where operation->changes */
    apr_pool_t *pool;
    oa_time now;
    oa_settings settings;
    const char *admin_modules;

    /* Resolved by oa_perform from the arguments of these names before the permission is checked; 0 where there is none. What the
     * actor must not know of is OA_NOT_FOUND. */
    oa_id org;
    oa_id user;
    oa_id home_org;            /* of `user` */

    /* For the audit event. oa_perform fills org, target from the above; the function may say better. */
    oa_id event_org;
    oa_id target_id;
    const char *target_name;
    oa_json *detail;           /* an object; what changed, without secrets */
};

/* Arguments by name; NULL, 0, false where not given. */
const char *oa_argument(const oa_call *call, const char *name);
int64_t oa_argument_int(const oa_call *call, const char *name);
bool oa_argument_flag(const oa_call *call, const char *name);
bool oa_argument_given(const oa_call *call, const char *name);
const oa_json *oa_argument_list(const oa_call *call, const char *name);

/* The actor's grants in organization `org`: those of its membership there or, reaching down, of one above. The local operator has SuperAdmin's. type 0: none. */
oa_error *oa_actor_grants(oa_call *call, oa_id org, oa_grants *grants);

/* OA_NOT_ALLOWED unless the actor holds `permission` in `org`; OA_NOT_FOUND where it may not know of `org` at all. */
oa_error *oa_actor_require(oa_call *call, oa_id org, const char *permission);

/* P4: OA_NOT_ALLOWED unless the actor holds in `org` all that a role with `theirs` allows. */
oa_error *oa_actor_may_grant(oa_call *call, oa_id org, const oa_grants *theirs);

#endif

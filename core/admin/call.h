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

#include <apr_tables.h>

struct oa_login;
struct oa_role;
struct oa_user;

struct oa_call {
    const oa_operation *operation;
    const oa_actor *actor;
    const oa_manner *manner;   /* never NULL: has the file of the call */
    const oa_json *arguments;  /* checked: names, types, spelling; e-mails normalized */
    oa_store *store;
    oa_db *db;                 /* in a transaction, a writing one where operation->changes */
    apr_pool_t *pool;
    oa_time now;
    bool dry_run;              /* nothing made here will be kept: a key's text is not given out */
    oa_settings settings;
    const char *admin_modules;
    void *prepared;            /* what operation->before left for operation->run */
    struct oa_login *login;    /* likewise, where it checked a password (password.h) */
    oa_json *reasons;          /* beside an error: all that is wrong, for the answer; NULL: the error says it */

    /* Resolved by oa_perform from the arguments of these names before the permission is checked; 0 where there is none. What the
     * actor must not know of is OA_NOT_FOUND. */
    oa_id org;
    oa_id user;
    oa_id home_org;            /* of `user` */
    oa_id key;                 /* its organization is `org` */
    oa_id api;                 /* its organization is `org` */
    oa_id invitation;          /* its organization is `org` */

    /* For the audit event. oa_perform fills org, target from the above; the function may say better. */
    oa_id event_org;
    oa_id target_id;
    const char *target_name;
    apr_array_header_t *about; /* of oa_call_concerns */
    oa_json *detail;           /* an object; what changed, without secrets */
};

/* The audit event is found by that thing, too: one of several that the call is about. What the arguments resolve to, the target, and whose id or address
 * stands in the detail need not be told. */
void oa_call_concerns(oa_call *call, oa_id id);

/* Arguments by name; NULL, 0, false where not given. */
const char *oa_argument(const oa_call *call, const char *name);
int64_t oa_argument_int(const oa_call *call, const char *name);
bool oa_argument_flag(const oa_call *call, const char *name);
bool oa_argument_given(const oa_call *call, const char *name);
oa_duration oa_argument_duration(const oa_call *call, const char *name);
oa_time oa_argument_time(const oa_call *call, const char *name);
const oa_json *oa_argument_list(const oa_call *call, const char *name);

/* `limit`, OA_PAGE_DEFAULT where not given; OA_INVALID outside 1 to OA_PAGE_MAX. */
oa_error *oa_argument_limit(const oa_call *call, int64_t *limit);

/* `after` as the id that it spells; 0 where not given. */
oa_id oa_argument_after(const oa_call *call);

/* The spelling of a cursor after the item `id`. */
const char *oa_cursor_format(oa_id id, apr_pool_t *pool);

/* {"items": items, "next": cursor after the item `last`, or null where last is 0}. */
oa_json *oa_page(const oa_call *call, oa_json *items, oa_id last);

/* The actor's grants in organization `org`: those of its membership there or, reaching down, of one above. The local operator has SuperAdmin's. type 0: none. */
oa_error *oa_actor_grants(oa_call *call, oa_id org, oa_grants *grants);

/* OA_NOT_ALLOWED unless the actor holds `permission` in `org`; OA_NOT_FOUND where it may not know of `org` at all. */
oa_error *oa_actor_require(oa_call *call, oa_id org, const char *permission);

/* The operation's permission in the home organization of call->user; where the call names another one, it is asked for there too, so that
 * nobody looks into it. */
oa_error *oa_actor_require_home(oa_call *call);

/* Whether the actor is a SuperAdmin or the local operator. */
oa_error *oa_actor_is_site(oa_call *call, bool *site);

/* The actor's own account, judged again inside the transaction. OA_UNAUTHENTICATED for who has none, or where it, the key or the session that
 * it came with does not hold any more. */
oa_error *oa_actor_account(oa_call *call, const struct oa_user **user);

/* P4: OA_NOT_ALLOWED unless the actor holds in `org` all that a role with `theirs` allows. */
oa_error *oa_actor_may_grant(oa_call *call, oa_id org, const oa_grants *theirs);

/* The same for all organizations below `org`. */
oa_error *oa_actor_may_grant_below(oa_call *call, oa_id org, const oa_grants *theirs);

/* Whether what the actor holds in `org` holds in all organizations below, too. */
oa_error *oa_actor_reaches_below(oa_call *call, oa_id org, bool *reaches);

/* P4: OA_NOT_ALLOWED when `account` holds in `org` what the actor does not, or is a SuperAdmin and the actor is not. A DEACTIVATED
 * membership counts as if it were ACTIVE. */
oa_error *oa_actor_may_act_on(oa_call *call, oa_id account, oa_id org);

/* The same for what yields a credential of the account (a key, new or shown again): besides, the actor reaches below where the account does and there
 * are organizations, and is that account or holds users:edit in its home organization. Else an organization could add somebody of another one and go as
 * that person wherever a place looks at who calls and not at the organization. */
oa_error *oa_actor_may_speak_for(oa_call *call, oa_id account, oa_id org);

/* The same as oa_actor_may_act_on for what acts on the account as a whole: in its home organization and those above; with `everywhere`
 * in all its organizations, and those below that it reaches, for what would let the actor sign in as that account. */
oa_error *oa_actor_may_act_on_account(oa_call *call, oa_id account, oa_id home, bool everywhere);

/* The grants of a role by itself. */
oa_grants oa_role_grants(const oa_call *call, const struct oa_role *role);

#endif

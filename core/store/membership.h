/* SPDX-License-Identifier: Apache-2.0 */
/* Who belongs to which organization in which role. All functions run inside the caller's transaction. */
#ifndef OA_STORE_MEMBERSHIP_H
#define OA_STORE_MEMBERSHIP_H

#include "core/base/clock.h"
#include "core/store/role.h"

#include <apr_tables.h>

enum { OA_REACH_HERE = 1, OA_REACH_BELOW = 2 };

typedef struct oa_membership {
    oa_id account_id;
    oa_id org_id;
    int status;          /* oa_membership_status */
    int reach;           /* OA_REACH_… */
    oa_time joined_at;
    int64_t version;
    int org_status;      /* OA_ORG_… */
    const char *modules; /* the member is confined to these, one space between; "" = not confined */
    oa_role role;
} oa_membership;

/* *membership = NULL where there is none; REMOVED ones are found. */
oa_error *oa_membership_find(oa_db *db, oa_id account, oa_id org, const oa_membership **membership, apr_pool_t *pool);

/* All of an account, also REMOVED ones: array of const oa_membership *. */
oa_error *oa_membership_list(oa_db *db, oa_id account, apr_array_header_t **memberships, apr_pool_t *pool);

/* Joins, or joins again after a removal: ACTIVE, reaching down, not confined to modules. */
oa_error *oa_membership_put(oa_db *db, oa_id account, oa_id org, oa_id role, oa_time now);

/* Confines a member: OA_REACH_…, and to modules (one space between; "": to none, that is not at all). */
oa_error *oa_membership_confine(oa_db *db, oa_id account, oa_id org, int reach, const char *modules);

oa_error *oa_membership_set_role(oa_db *db, oa_id account, oa_id org, oa_id role);

/* ACTIVE or DEACTIVATED. */
oa_error *oa_membership_set_status(oa_db *db, oa_id account, oa_id org, int status);

/* REMOVED; revokes the keys that the account has for that organization and takes the organization's Web APIs from it. Counts both. */
oa_error *oa_membership_remove(oa_db *db, oa_id account, oa_id org, oa_time now, int64_t *keys, int64_t *attachments);

/* Whether the account is a SuperAdmin: an ACTIVE membership with that role anywhere; `in_force`: and in an organization that is not suspended. */
oa_error *oa_membership_is_site(oa_db *db, oa_id account, bool in_force, bool *site);

/* Whether the account has anything to do with `org`: not REMOVED from it, at home in it, or with one of its Web APIs. */
oa_error *oa_membership_is_known(oa_db *db, oa_id account, oa_id org, bool *known);

/* P4's two promises. An Administrator of an organization is who has the role Administrator or SuperAdmin there, usable when the membership is
 * ACTIVE and the account VALIDATED; a SuperAdmin's organization must not be suspended either. */
oa_error *oa_membership_count_administrators(oa_db *db, oa_id org, int64_t *usable);
oa_error *oa_membership_count_site(oa_db *db, int64_t *usable);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/guard.h"

#include "core/model/status.h"
#include "core/store/membership.h"
#include "core/store/org.h"

oa_error *oa_guard_begin(oa_call *call, oa_id account, oa_id org, oa_guard *guard)
{
    apr_array_header_t *memberships;
    guard->orgs = apr_array_make(call->pool, 2, sizeof(oa_id));
    guard->site = false;
    OA_TRY(oa_membership_list(call->db, account, &memberships, call->pool));
    for (int i = 0; i < memberships->nelts; i++) {
        const oa_membership *membership = APR_ARRAY_IDX(memberships, i, const oa_membership *);
        if (membership->status != OA_MEMBERSHIP_ACTIVE || (org != 0 && membership->org_id != org) ||
            (membership->role.id != OA_ROLE_ID_SUPERADMIN && membership->role.id != OA_ROLE_ID_ADMINISTRATOR)) {
            continue;
        }
        APR_ARRAY_PUSH(guard->orgs, oa_id) = membership->org_id;
        guard->site = guard->site || membership->role.id == OA_ROLE_ID_SUPERADMIN;
    }
    return NULL;
}

oa_error *oa_guard_begin_org(oa_call *call, oa_guard *guard)
{
    int64_t usable = 0;
    guard->orgs = apr_array_make(call->pool, 1, sizeof(oa_id));
    OA_TRY(oa_membership_count_site(call->db, &usable));
    guard->site = usable > 0;
    return NULL;
}

static oa_error *require_administrator(oa_call *call, oa_id org)
{
    int64_t usable = 0;
    const oa_org *found;
    oa_grants mine;
    OA_TRY(oa_membership_count_administrators(call->db, org, &usable));
    if (usable > 0) {
        return NULL;
    }
    OA_TRY(oa_actor_grants(call, org, &mine));
    OA_TRY(oa_org_find(call->db, org, &found, call->pool));
    if (mine.type == 0 || found == NULL) { /* one that the actor must not hear of */
        return oa_error_because(OA_BECAUSE_LAST_ADMINISTRATOR,
                                oa_error_make(call->pool, OA_CONFLICT,
                                              "another organization would have no usable Administrator left: "
                                              "deactivate or remove the user here, or ask a SuperAdmin"));
    }
    return oa_error_because(OA_BECAUSE_LAST_ADMINISTRATOR,
                            oa_error_make(call->pool, OA_CONFLICT,
                                          "organization \"%s\" would have no usable Administrator left: give another user that role first",
                                          found->slug));
}

oa_error *oa_guard_end(oa_call *call, const oa_guard *guard)
{
    int64_t usable = 1;
    if (guard->site) {
        OA_TRY(oa_membership_count_site(call->db, &usable));
    }
    if (usable == 0) {
        return oa_error_because(OA_BECAUSE_LAST_SUPERADMIN,
                                oa_error_make(call->pool, OA_CONFLICT,
                                              "the site would have no usable SuperAdmin left: give another user that role first"));
    }
    for (int i = 0; i < guard->orgs->nelts; i++) {
        OA_TRY(require_administrator(call, APR_ARRAY_IDX(guard->orgs, i, oa_id)));
    }
    return NULL;
}

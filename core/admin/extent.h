/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a membership reaches (P3): the modules that it is confined to; whether it holds in all organizations below; and the chosen ones below
 * in which the user is a member besides. Each of these is a membership of its own: it begins with the same role and modules, and goes on by itself.
 */
#ifndef OA_ADMIN_EXTENT_H
#define OA_ADMIN_EXTENT_H

#include "core/admin/resolve.h"

typedef struct oa_extent {
    const char *modules;          /* one space between; "" = not confined */
    int reach;                    /* OA_REACH_… */
    apr_array_header_t *sub_orgs; /* oa_id */
} oa_extent;

/* The parameters that say it; in REST module and sub_org are lists with the names of OA_EXTENT_RENAMED. */
#define OA_P_EXTENT                                                                                                        \
    {"module", OA_TYPE_SLUG, OA_LIST, "confine them to these modules", NULL},                                              \
    {"reach", OA_TYPE_CHOICE, 0, "here: this organization only; below: all below too; else as far as you reach", "here below"}, \
    {"sub_org", OA_TYPE_ORG, OA_LIST, "reach these organizations below, and not all; by id or slug", NULL}
#define OA_EXTENT_RENAMED "module:modules sub_org:sub_orgs"

/* What the arguments say of a new membership in call->org. Said nothing: not confined, and as far as the actor reaches. */
oa_error *oa_extent_read(oa_call *call, oa_extent *extent);

/* That of a membership which was found whole; of the organizations below, those that the actor may know of. */
oa_error *oa_extent_of(oa_call *call, const oa_membership *membership, oa_extent *extent);

/* What the arguments say in place of what `extent` says; what they do not say stays. */
oa_error *oa_extent_change(oa_call *call, oa_extent *extent);

/* Sets the members `modules`, `reach` and `sub_orgs` of an object, `prefix` before their names. */
void oa_extent_tell(oa_call *call, const oa_extent *extent, const char *prefix, oa_json *object);

/* P4: OA_NOT_ALLOWED unless the actor holds all that a member of `org` with `role` holds by that, and may add `account` (0: a new one) to the
 * sub_orgs. */
oa_error *oa_extent_may_grant(oa_call *call, oa_id account, oa_id org, const oa_role *role, const oa_extent *extent);

/* Makes the account a member of `org` (ACTIVE), and of the sub_orgs where it is none yet. */
oa_error *oa_extent_join(oa_call *call, oa_id account, oa_id org, oa_id role, const oa_extent *extent);

/* The second half of it. */
oa_error *oa_extent_join_below(oa_call *call, oa_id account, oa_id role, const oa_extent *extent);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What a member is confined to: modules, and how far below the membership reaches. */
#include "core/admin/argument.h"
#include "core/admin/extent.h"
#include "core/admin/operations.h"
#include "core/admin/user.h"

/* Those of `all` that are not among `kept`. */
static apr_array_header_t *without(const apr_array_header_t *all, const apr_array_header_t *kept, apr_pool_t *pool)
{
    apr_array_header_t *rest = apr_array_make(pool, 2, sizeof(oa_id));
    for (int i = 0; i < all->nelts; i++) {
        bool found = false;
        for (int j = 0; j < kept->nelts; j++) {
            found = found || APR_ARRAY_IDX(all, i, oa_id) == APR_ARRAY_IDX(kept, j, oa_id);
        }
        if (!found) {
            APR_ARRAY_PUSH(rest, oa_id) = APR_ARRAY_IDX(all, i, oa_id);
        }
    }
    return rest;
}

/* Out of an organization below that is not chosen any more: as user.remove there. */
static oa_error *leave(oa_call *call, oa_id org)
{
    int64_t keys, attachments;
    OA_TRY(oa_actor_require(call, org, "users:delete"));
    return oa_user_leave(call, org, &keys, &attachments);
}

static oa_error *leave_all(oa_call *call, const apr_array_header_t *orgs)
{
    for (int i = 0; i < orgs->nelts; i++) {
        OA_TRY(leave(call, APR_ARRAY_IDX(orgs, i, oa_id)));
    }
    return NULL;
}

static oa_error *require_something(oa_call *call)
{
    static const char *const names[] = {"module", "reach", "sub_org"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (oa_argument_given(call, names[i])) {
            return NULL;
        }
    }
    return oa_error_make(call->pool, OA_USAGE, "say what to confine the user to: module, reach or sub_org");
}

static oa_error *run_confine(oa_call *call, oa_json **result)
{
    const oa_membership *membership;
    oa_extent old, wanted;
    OA_TRY(require_something(call));
    OA_TRY(oa_call_membership(call, &membership));
    OA_TRY(oa_actor_may_act_on(call, call->user, call->org));
    OA_TRY(oa_extent_of(call, membership, &old));
    wanted = old;
    OA_TRY(oa_extent_change(call, &wanted));
    oa_extent added = {wanted.modules, wanted.reach, without(wanted.sub_orgs, old.sub_orgs, call->pool)};
    OA_TRY(oa_extent_may_grant(call, call->user, call->org, &membership->role, &added));
    OA_TRY(oa_membership_confine(call->db, call->user, call->org, wanted.reach, wanted.modules));
    OA_TRY(oa_extent_join_below(call, call->user, membership->role.id, &added));
    OA_TRY(leave_all(call, without(old.sub_orgs, wanted.sub_orgs, call->pool)));
    oa_extent_tell(call, &old, "old_", call->detail);
    return oa_user_answer(call, result);
}

const oa_operation oa_op_user_confine = {
    .name = "user.confine",
    .summary = "confine a user to modules, to this organization or to chosen ones below, or end that; what is not said stays",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/confine",
    .columns = "id email role modules reach sub_orgs",
    .answers = "User",
    .renamed = OA_EXTENT_RENAMED,
    .run = run_confine,
    .parameters = OA_PARAMETERS{
        OA_P_USER,
        OA_P_ORG_OF_USER,
        {"module", OA_TYPE_SLUG, OA_LIST | OA_CLEARS, "confine to this module; none: to no module, that is not at all", NULL},
        {"reach", OA_TYPE_CHOICE, 0, "here: this organization only; below: all below too", "here below"},
        {"sub_org", OA_TYPE_ORG, OA_LIST | OA_CLEARS, "a member of this organization below, by id or slug, and of no other one there", NULL},
        OA_P_END}};

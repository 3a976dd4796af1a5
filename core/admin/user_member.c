/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/extent.h"
#include "core/admin/guard.h"
#include "core/admin/operations.h"
#include "core/admin/user.h"
#include "core/model/status.h"
#include "core/store/invitation.h"

/* The role, as far as the membership reaches. */
static oa_error *may_grant(oa_call *call, const oa_membership *membership, const oa_role *role)
{
    const oa_extent extent = {membership->modules, membership->reach, apr_array_make(call->pool, 0, sizeof(oa_id))};
    return oa_extent_may_grant(call, call->user, call->org, role, &extent);
}

oa_error *oa_user_change_role(oa_call *call)
{
    const oa_membership *membership;
    const oa_role *role;
    const oa_user *user;
    oa_guard guard;
    OA_TRY(oa_call_membership(call, &membership));
    OA_TRY(oa_actor_may_act_on(call, call->user, call->org));
    OA_TRY(oa_resolve_role(call, call->org, oa_argument(call, "role"), &role));
    OA_TRY(may_grant(call, membership, role));
    OA_TRY(oa_call_user(call, &user));
    OA_TRY(oa_user_require_fields(call, role, user));
    OA_TRY(oa_guard_begin(call, call->user, call->org, &guard));
    OA_TRY(oa_membership_set_role(call->db, call->user, call->org, role->id));
    OA_TRY(oa_guard_end(call, &guard));
    oa_json_set_text(call->detail, "old_role", membership->role.name);
    return NULL;
}

static oa_error *run_set_role(oa_call *call, oa_json **result)
{
    OA_TRY(oa_user_change_role(call));
    return oa_user_answer(call, result);
}

const oa_operation oa_op_user_set_role = {
    .name = "user.set-role",
    .summary = "change a user's role in an organization",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/set-role",
    .columns = "id email role status",
    .answers = "User",
    .run = run_set_role,
    .parameters = OA_PARAMETERS{OA_P_USER, OA_P_ROLE, OA_P_ORG_OF_USER, OA_P_END}};

/* An invitation of before, that was never used, is no way back. */
static oa_error *revoke_invitation(oa_call *call, oa_id org)
{
    const oa_user *user;
    const oa_invitation *invitation;
    OA_TRY(oa_call_user(call, &user));
    OA_TRY(oa_invitation_find_pending(call->db, org, user->email, &invitation, call->pool));
    if (invitation == NULL) {
        return NULL;
    }
    oa_json_set_text(call->detail, "invitation_revoked", oa_id_format(OA_KIND_INVITATION, invitation->id, call->pool));
    return oa_invitation_settle(call->db, invitation->id, OA_INVITATION_REVOKED);
}

oa_error *oa_user_leave(oa_call *call, oa_id org, int64_t *keys, int64_t *attachments)
{
    oa_guard guard;
    OA_TRY(oa_actor_may_act_on(call, call->user, org));
    OA_TRY(oa_guard_begin(call, call->user, org, &guard));
    OA_TRY(oa_membership_remove(call->db, call->user, org, call->now, keys, attachments));
    OA_TRY(revoke_invitation(call, org));
    return oa_guard_end(call, &guard);
}

/* The account stays, with all that it did; its way into this organization ends. */
static oa_error *run_remove(oa_call *call, oa_json **result)
{
    const oa_membership *membership;
    int64_t keys = 0, attachments = 0;
    OA_TRY(oa_call_membership(call, &membership));
    OA_TRY(oa_user_leave(call, call->org, &keys, &attachments));
    oa_json_set_text(call->detail, "old_role", membership->role.name);
    oa_json_set_int(call->detail, "keys_revoked", keys);
    oa_json_set_int(call->detail, "apis_detached", attachments);
    return oa_user_answer(call, result);
}

const oa_operation oa_op_user_remove = {
    .name = "user.remove",
    .summary = "remove a user from an organization; keys for it are revoked, the record stays",
    .permission = "users:delete",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "DELETE",
    .path = "/v1/orgs/{org}/users/{user}",
    .columns = "id email",
    .answers = "User",
    .run = run_remove,
    .parameters = OA_PARAMETERS{OA_P_USER, OA_P_ORG_OF_USER, OA_P_END}};

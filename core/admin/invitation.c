/* SPDX-License-Identifier: Apache-2.0 */
/* Invitations that were sent: looked at, sent again, taken back. */
#include "core/admin/invitation.h"

#include "core/admin/operations.h"
#include "core/model/status.h"

#include <apr_strings.h>
#include <stdlib.h>

apr_array_header_t *oa_ids_read(const char *words, apr_pool_t *pool)
{
    apr_array_header_t *ids = apr_array_make(pool, 4, sizeof(oa_id));
    char *end = NULL;
    for (const char *at = words; *at != '\0'; at = end) {
        oa_id id = strtoll(at, &end, 10);
        if (end == at) {
            break;
        }
        APR_ARRAY_PUSH(ids, oa_id) = id;
    }
    return ids;
}

/* Names of those that are still there. */
static oa_error *apis_of(oa_call *call, const oa_invitation *invitation, oa_json *array)
{
    apr_array_header_t *ids = oa_ids_read(invitation->apis, call->pool);
    for (int i = 0; i < ids->nelts; i++) {
        const oa_api *api;
        OA_TRY(oa_api_find(call->db, APR_ARRAY_IDX(ids, i, oa_id), &api, call->pool));
        if (api != NULL) {
            oa_json_append_text(array, api->name);
        }
    }
    return NULL;
}

oa_error *oa_invitation_describe(oa_call *call, const oa_invitation *invitation, oa_json **result)
{
    oa_json *object = oa_json_object(call->pool), *apis = oa_json_array(call->pool);
    const oa_extent extent = {invitation->modules, invitation->reach, oa_ids_read(invitation->sub_orgs, call->pool)};
    OA_TRY(apis_of(call, invitation, apis));
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_INVITATION, invitation->id, call->pool));
    oa_json_set_text(object, "email", invitation->email);
    oa_json_set_text(object, "org_id", oa_id_format(OA_KIND_ORG, invitation->org_id, call->pool));
    oa_json_set_text(object, "org", invitation->org_slug);
    oa_json_set_text(object, "role", invitation->role_id != 0 ? invitation->role : NULL);
    oa_json_set_text(object, "role_id", oa_id_format(OA_KIND_ROLE, invitation->role_id, call->pool));
    oa_json_set_bool(object, "external", invitation->role_id == 0);
    oa_json_set_text(object, "first_name", invitation->first_name);
    oa_json_set_text(object, "last_name", invitation->last_name);
    oa_extent_tell(call, &extent, "", object);
    oa_json_set(object, "apis", apis);
    oa_json_set_text(object, "status", oa_invitation_status_name(oa_invitation_standing(invitation, call->now)));
    oa_json_set_text(object, "invited_by", invitation->inviter[0] != '\0' ? invitation->inviter : NULL);
    oa_json_set_time(object, "created_at", invitation->created_at);
    oa_json_set_time(object, "expires_at", invitation->expires_at);
    oa_json_set_time(object, "accepted_at", invitation->accepted_at);
    oa_json_set_text(object, "user_id", oa_id_format(OA_KIND_USER, invitation->account_id, call->pool));
    oa_json_set_int(object, "version", invitation->version);
    *result = object;
    return NULL;
}

oa_error *oa_invitation_mail(oa_call *call, const oa_invitation *invitation, oa_made_link *link)
{
    oa_json *facts = oa_json_object(call->pool);
    oa_json_set_text(facts, "org", invitation->org_name);
    oa_json_set_text(facts, "role", invitation->role_id != 0 ? invitation->role : "a guest who uses its Web APIs");
    oa_json_set_text(facts, "inviter", invitation->inviter[0] != '\0' ? invitation->inviter : "The administration");
    oa_json_set_time(facts, "expires_at", invitation->expires_at);
    return oa_link_mail(call, "invitation", invitation->email, facts, link);
}

/* An organization that was moved away since is none of those below any more. */
oa_error *oa_invitation_extent(oa_call *call, const oa_invitation *invitation, oa_extent *extent)
{
    apr_array_header_t *ids = oa_ids_read(invitation->sub_orgs, call->pool);
    *extent = (oa_extent){invitation->modules, invitation->reach, apr_array_make(call->pool, ids->nelts, sizeof(oa_id))};
    for (int i = 0; i < ids->nelts; i++) {
        oa_id id = APR_ARRAY_IDX(ids, i, oa_id);
        bool below;
        OA_TRY(oa_org_is_below(call->db, id, invitation->org_id, &below, call->pool));
        if (below) {
            APR_ARRAY_PUSH(extent->sub_orgs, oa_id) = id;
        }
    }
    return NULL;
}

oa_id oa_invitation_inviter(const oa_call *call)
{
    return call->actor->kind == OA_ACTOR_USER ? call->actor->user_id : 0;
}

static oa_error *may_offer(oa_call *call, const oa_invitation *invitation, const oa_role *role, oa_id org)
{
    OA_TRY(oa_actor_require(call, org, "users:create"));
    if (invitation->apis[0] != '\0') {
        OA_TRY(oa_actor_require(call, invitation->org_id, "users:edit"));
    }
    const oa_extent extent = {invitation->modules, org == invitation->org_id ? invitation->reach : OA_REACH_BELOW,
                              apr_array_make(call->pool, 0, sizeof(oa_id))};
    return role->id != 0 ? oa_extent_may_grant(call, 0, org, role, &extent) : NULL;
}

oa_error *oa_invitation_is_backed(oa_call *call, const oa_invitation *invitation, const oa_role *role, oa_id org, bool *backed)
{
    const oa_actor inviter = {.kind = OA_ACTOR_USER, .user_id = invitation->invited_by, .name = invitation->inviter};
    oa_call as_inviter = *call;
    as_inviter.actor = &inviter;
    oa_error *error = invitation->invited_by != 0 ? may_offer(&as_inviter, invitation, role, org) : NULL;
    *backed = error == NULL;
    return error != NULL && error->code != OA_NOT_ALLOWED && error->code != OA_NOT_FOUND ? error : NULL;
}

/* List and show -------------------------------------------------------------------------------------------- */

static const char statuses[] = "PENDING ACCEPTED EXPIRED REVOKED";

/* The number of a word of `statuses`; 0 where none is given. */
static int status_of(const char *word)
{
    for (int status = OA_INVITATION_PENDING; word != NULL && status <= OA_INVITATION_REVOKED; status++) {
        if (strcmp(oa_invitation_status_name(status), word) == 0) {
            return status;
        }
    }
    return 0;
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    oa_invitation_query query = {.org = call->org, .status = status_of(oa_argument(call, "status")), .now = call->now, .after = oa_argument_after(call)};
    apr_array_header_t *invitations;
    oa_id last = 0;
    oa_json *items = oa_json_array(call->pool);
    OA_TRY(oa_argument_limit(call, &query.limit));
    int64_t limit = query.limit++;
    OA_TRY(oa_invitation_list(call->db, &query, &invitations, call->pool));
    for (int i = 0; i < invitations->nelts && i < limit; i++) {
        const oa_invitation *invitation = APR_ARRAY_IDX(invitations, i, const oa_invitation *);
        oa_json *object;
        OA_TRY(oa_invitation_describe(call, invitation, &object));
        oa_json_append(items, object);
        last = invitation->id;
    }
    *result = oa_page(call, items, invitations->nelts > limit ? last : 0);
    return NULL;
}

const oa_operation oa_op_invitation_list = {
    .name = "invitation.list",
    .summary = "list the invitations of an organization, or all",
    .permission = "users:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/invitations",
    .answers = "Invitation*",
    .columns = "id email role apis status expires_at invited_by",
    .run = run_list,
    .parameters = OA_PARAMETERS{
        OA_P_ORG_OR_ALL,
        {"status", OA_TYPE_CHOICE, 0, "only invitations of this status", statuses},
        OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

static oa_error *find(oa_call *call, const oa_invitation **invitation)
{
    OA_TRY(oa_invitation_find(call->db, call->invitation, invitation, call->pool));
    return *invitation != NULL ? NULL : oa_error_make(call->pool, OA_FAILED, "the invitation of the call is gone");
}

static oa_error *run_show(oa_call *call, oa_json **result)
{
    const oa_invitation *invitation;
    OA_TRY(find(call, &invitation));
    return oa_invitation_describe(call, invitation, result);
}

#define OA_P_INVITATION {"invitation", OA_TYPE_TEXT, OA_REQUIRED | OA_POSITIONAL, "the invitation, by id", NULL}

const oa_operation oa_op_invitation_show = {
    .name = "invitation.show",
    .summary = "show an invitation, never its link",
    .permission = "users:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/invitations/{invitation}",
    .answers = "Invitation",
    .run = run_show,
    .etag = true,
    .parameters = OA_PARAMETERS{OA_P_INVITATION, OA_P_ORG_OF_THING, OA_P_END}};

/* Resend and revoke ---------------------------------------------------------------------------------------- */

static oa_error *require_open(oa_call *call, const oa_invitation *invitation)
{
    int standing = oa_invitation_standing(invitation, call->now);
    if (standing == OA_INVITATION_PENDING || standing == OA_INVITATION_EXPIRED) {
        return NULL;
    }
    return oa_error_make(call->pool, OA_CONFLICT, "the invitation of \"%s\" is %s", invitation->email,
                         oa_invitation_status_name(standing));
}

/* Whoever sends an invitation again grants what it grants. */
static oa_error *require_grant(oa_call *call, const oa_invitation *invitation)
{
    const oa_role *role;
    oa_extent extent;
    if (invitation->role_id == 0) {
        return NULL;
    }
    OA_TRY(oa_role_find(call->db, invitation->role_id, &role, call->pool));
    OA_TRY(oa_invitation_extent(call, invitation, &extent));
    return oa_extent_may_grant(call, 0, invitation->org_id, role, &extent);
}

static oa_error *require_no_other(oa_call *call, const oa_invitation *invitation)
{
    const oa_invitation *other;
    OA_TRY(oa_invitation_find_pending(call->db, invitation->org_id, invitation->email, &other, call->pool));
    if (other == NULL || other->id == invitation->id) {
        return NULL;
    }
    return oa_error_make(call->pool, OA_CONFLICT, "there is a newer invitation of \"%s\": %s", invitation->email,
                         oa_id_format(OA_KIND_INVITATION, other->id, call->pool));
}

static oa_error *run_resend(oa_call *call, oa_json **result)
{
    const oa_invitation *invitation;
    oa_made_link link;
    OA_TRY(oa_link_may_print(call));
    OA_TRY(find(call, &invitation));
    OA_TRY(require_open(call, invitation));
    OA_TRY(require_grant(call, invitation));
    OA_TRY(require_no_other(call, invitation));
    oa_link_make(call, "invitations", &link);
    OA_TRY(oa_invitation_renew(call->db, invitation->id, link.digest, oa_invitation_inviter(call),
                               call->now + call->settings.invitation_valid_for));
    OA_TRY(find(call, &invitation));
    OA_TRY(oa_invitation_mail(call, invitation, &link));
    OA_TRY(oa_invitation_describe(call, invitation, result));
    oa_link_tell(call, &link, *result);
    return NULL;
}

const oa_operation oa_op_invitation_resend = {
    .name = "invitation.resend",
    .summary = "send an invitation again, with a new link and expiry; the link before is void",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/invitations/{invitation}/resend",
    .answers = "SentInvitation",
    .columns = "id email status expires_at mail link",
    .run = run_resend,
    .parameters = OA_PARAMETERS{OA_P_INVITATION, OA_P_ORG_OF_THING, OA_P_PRINT_LINK, OA_P_END}};

static oa_error *run_revoke(oa_call *call, oa_json **result)
{
    const oa_invitation *invitation;
    OA_TRY(find(call, &invitation));
    OA_TRY(require_open(call, invitation));
    OA_TRY(require_grant(call, invitation));
    if (invitation->status == OA_INVITATION_EXPIRED) {
        return oa_error_make(call->pool, OA_CONFLICT, "the invitation of \"%s\" has expired", invitation->email);
    }
    OA_TRY(oa_invitation_settle(call->db, invitation->id, OA_INVITATION_REVOKED));
    OA_TRY(find(call, &invitation));
    return oa_invitation_describe(call, invitation, result);
}

const oa_operation oa_op_invitation_revoke = {
    .name = "invitation.revoke",
    .summary = "take an invitation back: its link is void",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "DELETE",
    .path = "/v1/orgs/{org}/invitations/{invitation}",
    .answers = "Invitation",
    .columns = "id email status",
    .run = run_revoke,
    .parameters = OA_PARAMETERS{OA_P_INVITATION, OA_P_ORG_OF_THING, OA_P_END}};

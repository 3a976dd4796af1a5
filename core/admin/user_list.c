/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One list of an organization's users. Who is invited and has not accepted yet is in it where asked for: first, by the time of the invitation; the users
 * follow in the order that was asked for. A cursor is the id of the last item, an invitation's or a user's.
 */
#include "core/admin/operations.h"
#include "core/admin/user.h"
#include "core/model/status.h"
#include "core/store/invitation.h"

typedef struct listing {
    oa_listed_query users;
    oa_listed_query invited;
    int64_t left;    /* room on the page */
    oa_json *items;
    oa_id last;      /* of the page so far */
    bool more;       /* than fit */
} listing;

/* The members that a user has, as far as there are such of somebody who is none yet. */
static oa_json *describe_invited(oa_call *call, const oa_invitation *invitation)
{
    oa_json *object = oa_json_object(call->pool);
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_INVITATION, invitation->id, call->pool));
    oa_json_set_text(object, "email", invitation->email);
    oa_json_set_text(object, "kind", "person");
    oa_json_set_text(object, "first_name", invitation->first_name);
    oa_json_set_text(object, "last_name", invitation->last_name);
    oa_json_set_text(object, "org_id", oa_id_format(OA_KIND_ORG, invitation->org_id, call->pool));
    oa_json_set_text(object, "role", invitation->role_id != 0 ? invitation->role : NULL);
    oa_json_set_text(object, "role_id", oa_id_format(OA_KIND_ROLE, invitation->role_id, call->pool));
    oa_json_set_text(object, "status", "INVITED");
    oa_json_set_text(object, "account_status", NULL);
    oa_json_set_time(object, "last_login_at", 0);
    oa_json_set_time(object, "created_at", invitation->created_at);
    oa_json_set_time(object, "expires_at", invitation->expires_at);
    oa_json_set_int(object, "version", invitation->version);
    return object;
}

static oa_error *add_invited(oa_call *call, listing *all)
{
    apr_array_header_t *found;
    all->invited.limit = all->left + 1;
    OA_TRY(oa_invitation_waiting(call->db, &all->invited, &found, call->pool));
    all->more = found->nelts > all->left;
    for (int i = 0; i < found->nelts && all->left > 0; i++, all->left--) {
        const oa_invitation *invitation = APR_ARRAY_IDX(found, i, const oa_invitation *);
        oa_json_append(all->items, describe_invited(call, invitation));
        all->last = invitation->id;
    }
    return NULL;
}

static oa_error *add_users(oa_call *call, listing *all)
{
    apr_array_header_t *found;
    apr_hash_t *homes = apr_hash_make(call->pool);
    all->users.limit = all->left + 1;
    OA_TRY(oa_user_list(call->db, &all->users, &found, call->pool));
    all->more = found->nelts > all->left;
    for (int i = 0; i < found->nelts && all->left > 0; i++, all->left--) {
        const oa_member *member = APR_ARRAY_IDX(found, i, const oa_member *);
        oa_json *item;
        OA_TRY(oa_user_describe(call, &member->user, &member->membership, homes, &item));
        oa_json_append(all->items, item);
        all->last = member->user.id;
    }
    return NULL;
}

/* Whether the page before ended among the invitations, or this is the first one. */
static oa_error *is_among_invited(oa_call *call, oa_id after, bool *among)
{
    const oa_invitation *invitation = NULL;
    if (after != 0) {
        OA_TRY(oa_invitation_find(call->db, after, &invitation, call->pool));
    }
    *among = after == 0 || (invitation != NULL && invitation->org_id == call->org);
    return NULL;
}

static oa_error *fill(oa_call *call, listing *all, bool with_invited, bool with_users)
{
    oa_id after = oa_argument_after(call);
    bool among = false;
    if (with_invited) {
        OA_TRY(is_among_invited(call, after, &among));
    }
    if (among) {
        all->invited.after = after;
        OA_TRY(add_invited(call, all));
    }
    if (all->more || !with_users) {
        return NULL;
    }
    all->users.after = among ? 0 : after;
    return add_users(call, all);
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    const char *status = oa_argument(call, "status");
    bool only = status != NULL && strcmp(status, "INVITED") == 0;
    listing all = {.items = oa_json_array(call->pool)};
    OA_TRY(oa_user_read_query(call, &all.users));
    OA_TRY(oa_argument_limit(call, &all.left));
    all.invited = all.users;
    all.invited.status = OA_LISTED_INVITED;
    OA_TRY(fill(call, &all, only || oa_argument_flag(call, "invited"), !only));
    *result = oa_page(call, all.items, all.more ? all.last : 0);
    return NULL;
}

const oa_operation oa_op_user_list = {
    .name = "user.list",
    .summary = "list the users of an organization, and who is invited",
    .permission = "users:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/users",
    .columns = "id email first_name last_name role status last_login_at",
    .answers = "ListedUser*",
    .renamed = "search:q",
    .run = run_list,
    .parameters = OA_PARAMETERS{
        OA_P_ORG,
        {"search", OA_TYPE_TEXT, OA_CLEARS, "part of first name, last name or e-mail", NULL},
        {"status", OA_TYPE_CHOICE, 0, "only users of this status", "VALIDATED DENIED BANNED INACTIVE DEACTIVATED INVITED"},
        {"invited", OA_TYPE_FLAG, 0, "also who is invited and has not accepted yet, before the users", NULL},
        {"role", OA_TYPE_ROLE, 0, "only users with this role, by id or exact name", NULL},
        {"sort", OA_TYPE_CHOICE, 0, "order, - downwards; else by creation", oa_listed_sorts},
        OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

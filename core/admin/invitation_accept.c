/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invited person's side. The link is worth what was offered and no more, as long as whoever sent it may offer that: for an address that has
 * an account, only that account, logged in, can accept; and it lifts no lock.
 */
#include "core/admin/argument.h"
#include "core/admin/invitation.h"
#include "core/admin/operations.h"
#include "core/admin/password.h"
#include "core/admin/user.h"
#include "core/model/status.h"

#include <apr_strings.h>

static oa_error *stale(oa_call *call)
{
    return oa_error_because(OA_BECAUSE_LINK_OVER,
                            oa_error_make(call->pool, OA_NOT_FOUND,
                                          "the invitation does not hold any more: it was accepted, taken back, sent again or has expired: "
                                          "ask for a new one"));
}

/* The invitation that argument `token` opens and that can be accepted now. */
static oa_error *find_open(oa_call *call, oa_db *db, const oa_invitation **invitation)
{
    unsigned char digest[OA_DIGEST_SIZE];
    *invitation = NULL;
    if (oa_link_digest(call, oa_argument(call, "token"), digest)) {
        OA_TRY(oa_invitation_find_digest(db, digest, invitation, call->pool));
    }
    return *invitation != NULL && oa_invitation_standing(*invitation, call->now) == OA_INVITATION_PENDING ? NULL : stale(call);
}

/* The role that is offered; all empty for an outsider. */
static oa_error *find_role(oa_call *call, const oa_invitation *invitation, const oa_role **role)
{
    static const oa_role none = {.name = "", .permissions = "", .required_fields = "", .summary = ""};
    *role = NULL;
    if (invitation->role_id != 0) {
        OA_TRY(oa_role_find(call->db, invitation->role_id, role, call->pool));
    }
    *role = *role != NULL ? *role : &none;
    return NULL;
}

static oa_error *require_backed(oa_call *call, const oa_invitation *invitation, const oa_role *role)
{
    bool backed;
    OA_TRY(oa_invitation_is_backed(call, invitation, role, invitation->org_id, &backed));
    return backed ? NULL
                  : oa_error_make(call->pool, OA_CONFLICT, "whoever sent the invitation may not offer this any more: ask for a new one");
}

/* Opening --------------------------------------------------------------------------------------------------- */

static oa_error *run_open(oa_call *call, oa_json **result)
{
    const oa_invitation *invitation;
    const oa_role *role;
    const oa_user *user;
    oa_json *all;
    OA_TRY(find_open(call, call->db, &invitation));
    OA_TRY(find_role(call, invitation, &role));
    OA_TRY(require_backed(call, invitation, role));
    OA_TRY(oa_user_find_email(call->db, invitation->email, &user, call->pool));
    OA_TRY(oa_invitation_describe(call, invitation, &all));
    *result = oa_json_object(call->pool);
    oa_json_set_text(*result, "email", invitation->email);
    oa_json_set_text(*result, "org", invitation->org_slug);
    oa_json_set_text(*result, "org_name", invitation->org_name);
    oa_json_set_text(*result, "role", invitation->role_id != 0 ? invitation->role : NULL);
    oa_json_set_bool(*result, "external", invitation->role_id == 0);
    oa_json_set(*result, "apis", (oa_json *)(uintptr_t)oa_json_get(all, "apis"));
    oa_json_set_text(*result, "first_name", invitation->first_name);
    oa_json_set_text(*result, "last_name", invitation->last_name);
    oa_json_set_text(*result, "invited_by", invitation->inviter[0] != '\0' ? invitation->inviter : NULL);
    oa_json_set_bool(*result, "has_account", user != NULL);
    oa_json_set(*result, "required_fields", oa_json_words(role->required_fields, call->pool));
    oa_json_set_int(*result, "password_min_length", call->settings.password_min_length);
    oa_json_set_time(*result, "expires_at", invitation->expires_at);
    return NULL;
}

#define OA_P_TOKEN {"token", OA_TYPE_SECRET, OA_REQUIRED, "the token of the link", NULL}

const oa_operation oa_op_invitation_open = {
    .name = "invitation.open",
    .summary = "show what a mailed link invites to; uses nothing up",
    .scope = OA_SCOPE_PUBLIC,
    .method = "GET",
    .path = "/v1/invitations/{token}",
    .answers = "OpenInvitation",
    .run = run_open,
    .remote = true,
    .parameters = OA_PARAMETERS{OA_P_TOKEN, OA_P_END}};

/* Accepting ------------------------------------------------------------------------------------------------- */

/* A hash only for a link that holds and an account that is to be made; both are judged again within the transaction. */
static oa_error *before_accept(oa_call *call)
{
    const oa_invitation *invitation;
    const oa_user *user = NULL;
    oa_db *db;
    OA_TRY(oa_store_take(call->store, OA_DB_LOOKUP, &db, call->pool));
    oa_error *error = find_open(call, db, &invitation);
    if (error == NULL) {
        error = oa_user_find_email(db, invitation->email, &user, call->pool);
    }
    oa_store_give(call->store, db);
    OA_TRY(error);
    return user == NULL ? oa_password_prepare(call) : NULL;
}

typedef struct allowing {
    const char *fields;
    const oa_json *stored;
    const char *foreign, *taken; /* the first that is not asked for; that is filled already */
} allowing;

static bool is_to_fill(void *context, const char *name, const oa_json *value)
{
    allowing *all = context;
    const char *stored = all->stored != NULL ? oa_json_get_text(all->stored, name) : NULL;
    if (!oa_words_have(all->fields, name)) {
        all->foreign = name;
    } else if (stored != NULL && strcmp(stored, oa_json_text(value)) != 0) {
        all->taken = name;
    }
    return all->foreign == NULL && all->taken == NULL;
}

/* Of the further fields, those that the role asks for are for the invited person to fill, and no more than that: what is there was written by the home
 * organization. `user` NULL: there is no account yet. */
static oa_error *check_fields(oa_call *call, const oa_role *role, const oa_user *user)
{
    allowing all = {.fields = role->required_fields};
    const oa_json *set = oa_argument_list(call, "set");
    oa_json *stored = NULL;
    if (user != NULL) {
        OA_TRY(oa_json_parse(user->fields, strlen(user->fields), &stored, call->pool));
    }
    all.stored = stored;
    if (set != NULL) {
        oa_json_each(set, is_to_fill, &all);
    }
    if (all.foreign == NULL && all.taken == NULL) {
        return NULL;
    }
    return oa_error_field(call->pool, "set",
                          all.foreign != NULL ? "the role does not ask for \"%s\"" : "\"%s\" is for the account's home organization to change",
                          oa_quoted(all.foreign != NULL ? all.foreign : all.taken, call->pool));
}

static const char *chosen(const oa_call *call, const char *name, const char *offered)
{
    return oa_argument_given(call, name) ? oa_argument(call, name) : offered;
}

static oa_error *make_account(oa_call *call, const oa_invitation *invitation, const oa_role *role, const oa_user **made)
{
    OA_TRY(check_fields(call, role, NULL));
    oa_user user = {.id = oa_id_make(call->now), .kind = OA_USER_PERSON, .email = invitation->email,
                    .first_name = chosen(call, "first_name", invitation->first_name),
                    .last_name = chosen(call, "last_name", invitation->last_name),
                    .home_org_id = invitation->org_id, .created_at = call->now};
    if (oa_argument(call, "password") == NULL) {
        return oa_error_field(call->pool, "password", "choose a password");
    }
    if (call->prepared == NULL) { /* there was an account when the password would have been hashed */
        return oa_error_make(call->pool, OA_BUSY, "the account was removed at this moment: try again");
    }
    OA_TRY(oa_user_merge_fields(call, "{}", &user.fields));
    OA_TRY(oa_user_require_fields(call, role, &user));
    OA_TRY(oa_user_insert(call->db, &user));
    OA_TRY(oa_password_set(call, &user, 0));
    return oa_user_find(call->db, user.id, made, call->pool);
}

/* A link that somebody else read gets nobody into an account. A key is not its owner who reads mail. */
static oa_error *require_owner(oa_call *call, const oa_user *user)
{
    const oa_user *actor;
    if (call->actor->kind != OA_ACTOR_USER || call->actor->key_id != 0) {
        return oa_error_make(call->pool, OA_UNAUTHENTICATED,
                             "there is an account \"%s\": log in with it and then accept the invitation", user->email);
    }
    OA_TRY(oa_actor_account(call, &actor));
    if (actor->id != user->id) {
        return oa_error_make(call->pool, OA_CONFLICT, "the invitation is for \"%s\", and you are \"%s\": log in as the one invited",
                             user->email, actor->email);
    }
    if (oa_argument_given(call, "password")) {
        return oa_error_field(call->pool, "password", "the account keeps its password: accept without one");
    }
    return NULL;
}

static oa_error *use_account(oa_call *call, const oa_role *role, const oa_user **user)
{
    oa_user changed = **user;
    OA_TRY(require_owner(call, *user));
    OA_TRY(check_fields(call, role, *user));
    if (oa_argument_given(call, "set")) {
        OA_TRY(oa_user_merge_fields(call, (*user)->fields, &changed.fields));
        OA_TRY(oa_user_update(call->db, &changed));
    }
    OA_TRY(oa_user_require_fields(call, role, &changed));
    return oa_user_find(call->db, changed.id, user, call->pool);
}

/* Once, for whoever comes first. */
static oa_error *use_up(oa_call *call, const oa_invitation *invitation, oa_id account)
{
    unsigned char digest[OA_DIGEST_SIZE];
    bool used = false;
    if (oa_link_digest(call, oa_argument(call, "token"), digest)) {
        OA_TRY(oa_invitation_use(call->db, invitation->id, digest, account, call->now, &used));
    }
    return used ? NULL : stale(call);
}

/* Where the inviter lost what he offered, the organization below is none of those that were offered. */
static oa_error *read_offer(oa_call *call, const oa_invitation *invitation, const oa_role *role, oa_extent *extent)
{
    oa_extent all;
    OA_TRY(oa_invitation_extent(call, invitation, &all));
    *extent = all;
    extent->sub_orgs = apr_array_make(call->pool, all.sub_orgs->nelts, sizeof(oa_id));
    for (int i = 0; i < all.sub_orgs->nelts; i++) {
        oa_id org = APR_ARRAY_IDX(all.sub_orgs, i, oa_id);
        bool backed;
        OA_TRY(oa_invitation_is_backed(call, invitation, role, org, &backed));
        if (backed) {
            APR_ARRAY_PUSH(extent->sub_orgs, oa_id) = org;
        }
    }
    return NULL;
}

static oa_error *join_all(oa_call *call, oa_id account, const oa_invitation *invitation, const oa_role *role)
{
    const oa_membership *membership;
    oa_extent extent;
    OA_TRY(oa_membership_find(call->db, account, invitation->org_id, &membership, call->pool));
    if (membership != NULL && membership->status != OA_MEMBERSHIP_REMOVED) {
        return oa_error_because(OA_BECAUSE_MEMBER_ALREADY,
                                oa_error_make(call->pool, OA_CONFLICT,
                                              "\"%s\" belongs to the organization already", invitation->email));
    }
    OA_TRY(read_offer(call, invitation, role, &extent));
    return oa_extent_join(call, account, invitation->org_id, role->id, &extent);
}

static oa_error *attach_all(oa_call *call, oa_id account, const oa_invitation *invitation)
{
    apr_array_header_t *ids = oa_ids_read(invitation->apis, call->pool);
    for (int i = 0; i < ids->nelts; i++) {
        const oa_api *api;
        int64_t changed;
        OA_TRY(oa_api_find(call->db, APR_ARRAY_IDX(ids, i, oa_id), &api, call->pool));
        if (api != NULL && api->org_id == invitation->org_id) {
            OA_TRY(oa_api_attach(call->db, api->id, account, call->now, &changed));
        }
    }
    return NULL;
}

static oa_error *require_active_org(oa_call *call, oa_id id)
{
    const oa_org *org;
    OA_TRY(oa_org_find(call->db, id, &org, call->pool));
    return org != NULL && org->status == OA_ORG_ACTIVE
               ? NULL
               : oa_error_make(call->pool, OA_CONFLICT, "the organization is suspended: try again when it is not");
}

static oa_error *answer(oa_call *call, const oa_invitation *invitation, const oa_user *user, oa_json **result)
{
    const oa_membership *membership;
    OA_TRY(oa_membership_find(call->db, user->id, invitation->org_id, &membership, call->pool));
    bool member = membership != NULL && membership->status != OA_MEMBERSHIP_REMOVED;
    call->event_org = invitation->org_id;
    call->target_id = user->id;
    call->target_name = user->email;
    oa_json_set_text(call->detail, "invitation_id", oa_id_format(OA_KIND_INVITATION, invitation->id, call->pool));
    return oa_user_describe(call, user, member ? membership : NULL, NULL, result);
}

static oa_error *run_accept(oa_call *call, oa_json **result)
{
    const oa_invitation *invitation;
    const oa_role *role;
    const oa_user *user;
    OA_TRY(find_open(call, call->db, &invitation));
    OA_TRY(require_active_org(call, invitation->org_id));
    OA_TRY(find_role(call, invitation, &role));
    OA_TRY(require_backed(call, invitation, role));
    OA_TRY(oa_user_find_email(call->db, invitation->email, &user, call->pool));
    OA_TRY(user == NULL ? make_account(call, invitation, role, &user) : use_account(call, role, &user));
    OA_TRY(use_up(call, invitation, user->id));
    if (invitation->role_id != 0) {
        OA_TRY(join_all(call, user->id, invitation, role));
    }
    OA_TRY(attach_all(call, user->id, invitation));
    return answer(call, invitation, user, result);
}

const oa_operation oa_op_invitation_accept = {
    .name = "invitation.accept",
    .summary = "accept an invitation by its mailed link, which is used up: set names and a password, or be logged in",
    .scope = OA_SCOPE_PUBLIC,
    .changes = true,
    .method = "POST",
    .path = "/v1/invitations/{token}",
    .answers = "User",
    .renamed = "set:fields",
    .run = run_accept,
    .before = before_accept,
    .remote = true,
    .parameters = OA_PARAMETERS{
        OA_P_TOKEN,
        {"first_name", OA_TYPE_NAME, OA_CLEARS, "first name; else as in the invitation", NULL},
        {"last_name", OA_TYPE_NAME, OA_CLEARS, "last name; else as in the invitation", NULL},
        {"password", OA_TYPE_SECRET, 0, "the password of a new account", NULL},
        {"set", OA_TYPE_PAIR, 0, "a further field that the role asks for", NULL},
        OA_P_END}};

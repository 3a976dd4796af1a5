/* SPDX-License-Identifier: Apache-2.0 */
/* What an actor holds where, and P4: nobody grants, or acts on, more than that. */
#include "core/admin/call.h"

#include "core/model/status.h"
#include "core/store/key.h"
#include "core/store/membership.h"
#include "core/store/org.h"
#include "core/store/session.h"
#include "core/store/user.h"

oa_grants oa_role_grants(const oa_call *call, const struct oa_role *role)
{
    oa_grants grants = {(oa_role_type)role->type, role->permissions, "", call->admin_modules};
    return grants;
}

static oa_grants member_grants(const oa_call *call, const oa_membership *membership)
{
    oa_grants grants = oa_role_grants(call, &membership->role);
    grants.modules = membership->modules;
    return grants;
}

static oa_grants site_grants(const oa_call *call)
{
    oa_grants grants = {OA_ROLE_SITE, "*:*", "", call->admin_modules};
    return grants;
}

static oa_grants no_grants(const oa_call *call)
{
    oa_grants grants = {(oa_role_type)0, "", "", call->admin_modules};
    return grants;
}

static bool in_force(const oa_membership *membership)
{
    return membership->status == OA_MEMBERSHIP_ACTIVE && membership->org_status == OA_ORG_ACTIVE;
}

/* Whether no other membership is to be asked: this one decides or, DEACTIVATED, keeps its user out. One of a suspended organization gives nothing. */
static bool settles(const oa_membership *membership, bool dormant, const oa_membership **deciding)
{
    if (membership == NULL || membership->status == OA_MEMBERSHIP_REMOVED) {
        return false;
    }
    *deciding = dormant || in_force(membership) ? membership : NULL;
    return *deciding != NULL || membership->status != OA_MEMBERSHIP_ACTIVE;
}

/* The membership that decides in `org`: the direct one, else the nearest above that reaches down. With `dormant` also
 * one that is not in force now. NULL: none. */
static oa_error *find_deciding(oa_call *call, oa_id account, oa_id org, bool dormant, const oa_membership **deciding)
{
    const oa_membership *membership;
    apr_array_header_t *above;
    *deciding = NULL;
    OA_TRY(oa_membership_find(call->db, account, org, &membership, call->pool));
    if (settles(membership, dormant, deciding)) {
        return NULL;
    }
    OA_TRY(oa_org_above(call->db, org, &above, call->pool));
    for (int i = 0; i < above->nelts; i++) {
        OA_TRY(oa_membership_find(call->db, account, APR_ARRAY_IDX(above, i, oa_id), &membership, call->pool));
        if (membership != NULL && membership->reach == OA_REACH_BELOW && settles(membership, dormant, deciding)) {
            return NULL;
        }
    }
    return NULL;
}

/* The membership of the key's organization, where it holds in `org`: there and, reaching down, below. NULL: none. */
static oa_error *find_of_key(oa_call *call, oa_id org, const oa_membership **found)
{
    const oa_stored_key *key;
    const oa_membership *membership = NULL;
    bool below = false;
    *found = NULL;
    OA_TRY(oa_key_find(call->db, call->actor->key_id, &key, call->pool));
    if (key == NULL) {
        return NULL;
    }
    OA_TRY(oa_membership_find(call->db, call->actor->user_id, key->org_id, &membership, call->pool));
    if (membership == NULL || !in_force(membership)) {
        return NULL;
    }
    if (key->org_id != org && membership->reach == OA_REACH_BELOW) {
        OA_TRY(oa_org_is_below(call->db, org, key->org_id, &below, call->pool));
    }
    *found = key->org_id == org || below ? membership : NULL;
    return NULL;
}

/* With a key only the membership of the key's organization counts, and it carries nobody past what decides for its user: of two memberships the lesser
 * holds, and none of two that cannot be compared. */
static oa_error *find_deciding_for_key(oa_call *call, oa_id org, const oa_membership **deciding)
{
    const oa_membership *of_key, *own;
    *deciding = NULL;
    OA_TRY(find_of_key(call, org, &of_key));
    if (of_key == NULL || of_key->org_id == org) {
        *deciding = of_key;
        return NULL;
    }
    OA_TRY(find_deciding(call, call->actor->user_id, org, false, &own));
    if (own == NULL) {
        return NULL; /* kept out there */
    }
    const oa_grants key = member_grants(call, of_key), user = member_grants(call, own);
    *deciding = oa_grants_cover(&key, &user) ? own : oa_grants_cover(&user, &key) ? of_key : NULL;
    return NULL;
}

static oa_error *session_stands(oa_call *call, bool *stands)
{
    const oa_session *session = NULL;
    if (call->actor->session_id != 0) {
        OA_TRY(oa_session_find(call->db, call->actor->session_id, &session, call->pool));
    }
    *stands = call->actor->session_id == 0 || (session != NULL && session->account_id == call->actor->user_id);
    return NULL;
}

/* Whether the actor may act at all, judged again inside the transaction: its account and the key or session that it came with. */
static oa_error *actor_stands(oa_call *call, bool *stands)
{
    const oa_user *user;
    const oa_stored_key *key = NULL;
    *stands = false;
    OA_TRY(oa_user_find(call->db, call->actor->user_id, &user, call->pool));
    if (user == NULL || user->status != OA_ACCOUNT_VALIDATED) {
        return NULL;
    }
    if (call->actor->key_id != 0) {
        OA_TRY(oa_key_find(call->db, call->actor->key_id, &key, call->pool));
        if (key == NULL || key->account_id != user->id || key->revoked_at != 0 ||
            (key->expires_at != 0 && key->expires_at <= call->now)) {
            return NULL;
        }
    }
    return session_stands(call, stands);
}

oa_error *oa_actor_account(oa_call *call, const struct oa_user **user)
{
    bool stands = false;
    if (call->actor->kind == OA_ACTOR_USER) {
        OA_TRY(actor_stands(call, &stands));
    }
    if (!stands) {
        return oa_error_make(call->pool, OA_UNAUTHENTICATED, "this is for users: log in, or present a key");
    }
    return oa_user_find(call->db, call->actor->user_id, user, call->pool);
}

oa_error *oa_actor_is_site(oa_call *call, bool *site)
{
    *site = call->actor->kind == OA_ACTOR_LOCAL;
    if (!*site) {
        bool stands;
        OA_TRY(actor_stands(call, &stands));
        if (stands) {
            OA_TRY(oa_membership_is_site(call->db, call->actor->user_id, true, site));
        }
    }
    return NULL;
}

/* The membership by which the actor acts in `org`; NULL: none, or none is needed (*site). */
static oa_error *find_own(oa_call *call, oa_id org, bool *site, const oa_membership **deciding)
{
    bool stands;
    *deciding = NULL;
    OA_TRY(oa_actor_is_site(call, site));
    if (*site) {
        return NULL;
    }
    OA_TRY(actor_stands(call, &stands));
    if (!stands) {
        return NULL;
    }
    return call->actor->key_id != 0 ? find_deciding_for_key(call, org, deciding)
                                    : find_deciding(call, call->actor->user_id, org, false, deciding);
}

oa_error *oa_actor_grants(oa_call *call, oa_id org, oa_grants *grants)
{
    const oa_membership *deciding;
    bool site;
    OA_TRY(find_own(call, org, &site, &deciding));
    *grants = site ? site_grants(call) : deciding != NULL ? member_grants(call, deciding) : no_grants(call);
    return NULL;
}

oa_error *oa_actor_reaches_below(oa_call *call, oa_id org, bool *reaches)
{
    const oa_membership *deciding;
    OA_TRY(find_own(call, org, reaches, &deciding));
    *reaches = *reaches || (deciding != NULL && deciding->reach == OA_REACH_BELOW);
    return NULL;
}

static oa_error *org_name(oa_call *call, oa_id id, const char **name)
{
    const oa_org *org;
    OA_TRY(oa_org_find(call->db, id, &org, call->pool));
    *name = org != NULL ? org->slug : "?";
    return NULL;
}

oa_error *oa_actor_require(oa_call *call, oa_id org, const char *permission)
{
    oa_grants grants;
    const char *name;
    OA_TRY(oa_actor_grants(call, org, &grants));
    if (grants.type == OA_ROLE_SITE || (grants.type != 0 && oa_grants_allow(&grants, permission))) {
        return NULL;
    }
    OA_TRY(org_name(call, org, &name));
    if (grants.type == 0) {
        return oa_error_make(call->pool, OA_NOT_FOUND, "there is no organization \"%s\"", name);
    }
    return oa_error_because(OA_BECAUSE_PERMISSION_LACKING,
                            oa_error_make(call->pool, OA_NOT_ALLOWED,
                                          "you lack the permission %s in organization \"%s\"", permission, name));
}

oa_error *oa_actor_require_home(oa_call *call)
{
    oa_grants grants;
    OA_TRY(oa_actor_grants(call, call->home_org, &grants));
    if (grants.type != 0) {
        return oa_actor_require(call, call->home_org, call->operation->permission);
    }
    return oa_error_because(OA_BECAUSE_MANAGED_ELSEWHERE,
                            oa_error_make(call->pool, OA_NOT_ALLOWED,
                                          "the account is managed by its home organization: you may change its membership only"));
}

oa_error *oa_actor_may_grant(oa_call *call, oa_id org, const oa_grants *theirs)
{
    oa_grants mine;
    OA_TRY(oa_actor_grants(call, org, &mine));
    if (mine.type == OA_ROLE_SITE || (mine.type != 0 && oa_grants_cover(&mine, theirs))) {
        return NULL;
    }
    return oa_error_because(OA_BECAUSE_GRANTS_MORE,
                            oa_error_make(call->pool, OA_NOT_ALLOWED,
                                          "you may not grant what you do not hold yourself: choose a lesser role"));
}

/* Where the actor is a member by itself, that decides, however strong it is above. */
oa_error *oa_actor_may_grant_below(oa_call *call, oa_id org, const oa_grants *theirs)
{
    bool reaches, below;
    apr_array_header_t *own;
    OA_TRY(oa_actor_reaches_below(call, org, &reaches));
    if (!reaches) {
        return oa_error_because(OA_BECAUSE_GRANTS_MORE,
                                oa_error_make(call->pool, OA_NOT_ALLOWED,
                                              "you may not grant what you do not hold yourself: you do not reach the organizations below"));
    }
    if (call->actor->kind != OA_ACTOR_USER) {
        return NULL;
    }
    OA_TRY(oa_membership_list(call->db, call->actor->user_id, &own, call->pool));
    for (int i = 0; i < own->nelts; i++) {
        const oa_membership *membership = APR_ARRAY_IDX(own, i, const oa_membership *);
        OA_TRY(oa_org_is_below(call->db, membership->org_id, org, &below, call->pool));
        if (below && membership->status != OA_MEMBERSHIP_REMOVED) {
            OA_TRY(oa_actor_may_grant(call, membership->org_id, theirs));
        }
    }
    return NULL;
}

static oa_error *stronger(const oa_call *call)
{
    return oa_error_because(OA_BECAUSE_STRONGER_USER,
                            oa_error_make(call->pool, OA_NOT_ALLOWED,
                                          "you may not do this to a user who holds more than you do: ask a stronger administrator"));
}

/* Whether the organizations below `org` are the actor's as well. Where there are none, nothing is held in them. */
static oa_error *covers_below(oa_call *call, oa_id org, const oa_grants *theirs, bool *covered)
{
    int64_t below;
    OA_TRY(oa_org_count_below(call->db, org, 0, &below));
    oa_error *error = below > 0 ? oa_actor_may_grant_below(call, org, theirs) : NULL;
    *covered = error == NULL;
    return error == NULL || error->code == OA_NOT_ALLOWED ? NULL : error;
}

/* Whether the actor holds all that `theirs` holds: where that membership is; and, for what lets the actor `speak` for its user, below, if it reaches there.
 * Oneself one is equal to. */
static oa_error *require_cover(oa_call *call, const oa_membership *theirs, bool speak)
{
    oa_grants mine, grants = member_grants(call, theirs);
    bool self = call->actor->kind == OA_ACTOR_USER && call->actor->user_id == theirs->account_id;
    OA_TRY(oa_actor_grants(call, theirs->org_id, &mine));
    bool covered = mine.type == OA_ROLE_SITE || (mine.type != 0 && oa_grants_cover(&mine, &grants));
    if (covered && speak && !self && theirs->reach == OA_REACH_BELOW) {
        OA_TRY(covers_below(call, theirs->org_id, &grants, &covered));
    }
    return covered ? NULL : stronger(call);
}

/* Done: the actor may all; else an error where the account is a SuperAdmin. */
static oa_error *require_not_site(oa_call *call, oa_id account, bool *done)
{
    bool theirs;
    OA_TRY(oa_actor_is_site(call, done));
    if (*done) {
        return NULL;
    }
    OA_TRY(oa_membership_is_site(call->db, account, false, &theirs));
    return theirs ? stronger(call) : NULL;
}

static oa_error *may_act_on(oa_call *call, oa_id account, oa_id org, bool speak)
{
    bool done;
    const oa_membership *deciding;
    OA_TRY(require_not_site(call, account, &done));
    if (done) {
        return NULL;
    }
    OA_TRY(find_deciding(call, account, org, true, &deciding));
    return deciding != NULL ? require_cover(call, deciding, speak) : NULL; /* there: who administers below is not the equal of who does above */
}

oa_error *oa_actor_may_act_on(oa_call *call, oa_id account, oa_id org)
{
    return may_act_on(call, account, org, false);
}

/* Whether the actor administers the account where it is at home. */
static oa_error *administers_home(oa_call *call, oa_id account, bool *does)
{
    const oa_user *user;
    oa_grants grants;
    *does = false;
    OA_TRY(oa_user_find(call->db, account, &user, call->pool));
    if (user != NULL) {
        OA_TRY(oa_actor_grants(call, user->home_org_id, &grants));
        *does = oa_grants_allow(&grants, "users:edit");
    }
    return NULL;
}

oa_error *oa_actor_may_speak_for(oa_call *call, oa_id account, oa_id org)
{
    bool may = call->actor->kind == OA_ACTOR_USER && call->actor->user_id == account;
    OA_TRY(may_act_on(call, account, org, true));
    if (!may) {
        OA_TRY(administers_home(call, account, &may));
    }
    return may ? NULL
               : oa_error_make(call->pool, OA_NOT_ALLOWED,
                               "the account is at home in another organization, and a key speaks for it everywhere: its user "
                               "issues one in the own profile, or its home organization does");
}

static bool concerns(const oa_membership *membership, oa_id home, const apr_array_header_t *above)
{
    bool found = membership->org_id == home;
    for (int i = 0; i < above->nelts; i++) {
        found = found || APR_ARRAY_IDX(above, i, oa_id) == membership->org_id;
    }
    return found;
}

oa_error *oa_actor_may_act_on_account(oa_call *call, oa_id account, oa_id home, bool everywhere)
{
    bool done;
    apr_array_header_t *memberships, *above;
    OA_TRY(require_not_site(call, account, &done));
    if (done) {
        return NULL;
    }
    OA_TRY(oa_org_above(call->db, home, &above, call->pool));
    OA_TRY(oa_membership_list(call->db, account, &memberships, call->pool));
    for (int i = 0; i < memberships->nelts; i++) {
        const oa_membership *membership = APR_ARRAY_IDX(memberships, i, const oa_membership *);
        if (membership->status != OA_MEMBERSHIP_REMOVED && (everywhere || concerns(membership, home, above))) {
            OA_TRY(require_cover(call, membership, everywhere));
        }
    }
    return NULL;
}

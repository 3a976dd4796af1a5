/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/resolve.h"

#include "core/admin/argument.h"
#include "core/model/status.h"
#include "core/store/invitation.h"

static oa_error *absent(oa_call *call, const char *field, const char *thing, const char *text)
{
    oa_error *error = oa_error_make(call->pool, OA_NOT_FOUND, "there is no %s \"%s\"", thing,
                                    oa_quoted(text, call->pool));
    error->field = field;
    return error;
}

/* In the organization of the call, or anywhere. */
static oa_error *absent_here(oa_call *call, const char *field, const char *thing, const char *text)
{
    const char *org = oa_argument(call, "org");
    if (org == NULL) {
        return absent(call, field, thing, text);
    }
    oa_error *error = oa_error_make(call->pool, OA_NOT_FOUND, "there is no %s \"%s\" in organization \"%s\"", thing,
                                    oa_quoted(text, call->pool), oa_quoted(org, call->pool));
    error->field = field;
    return error;
}

/* Whether the actor may know that organization `org` exists. */
static oa_error *stands_in(oa_call *call, oa_id org, bool *stands)
{
    oa_grants grants;
    OA_TRY(oa_actor_grants(call, org, &grants));
    *stands = grants.type != 0;
    return NULL;
}

/* In what is about the actor itself, an outsider knows the organizations whose Web APIs it has. */
static oa_error *knows_org(oa_call *call, oa_id org, bool *knows)
{
    OA_TRY(stands_in(call, org, knows));
    if (!*knows && call->operation->scope == OA_SCOPE_NONE && call->actor->kind == OA_ACTOR_USER) {
        return oa_api_has_any(call->db, call->actor->user_id, org, knows);
    }
    return NULL;
}

oa_error *oa_resolve_org_named(oa_call *call, const char *field, const char *text, oa_id *id)
{
    const oa_org *org;
    bool stands = false;
    oa_id wanted;
    OA_TRY(oa_id_parse(OA_KIND_ORG, text, &wanted) ? oa_org_find(call->db, wanted, &org, call->pool)
                                                   : oa_org_find_slug(call->db, text, &org, call->pool));
    if (org != NULL) {
        OA_TRY(knows_org(call, org->id, &stands));
    }
    if (!stands) {
        return absent(call, field, "organization", text);
    }
    *id = org->id;
    return NULL;
}

oa_error *oa_resolve_org(oa_call *call)
{
    static const char *const names[] = {"org", "parent"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *text = oa_argument(call, names[i]);
        if (text != NULL) {
            return oa_resolve_org_named(call, names[i], text, &call->org);
        }
    }
    return NULL;
}

static oa_error *find_account(oa_call *call, const char *text, const oa_user **user)
{
    oa_id id;
    OA_TRY(oa_id_parse(OA_KIND_USER, text, &id) ? oa_user_find(call->db, id, user, call->pool)
                                                : oa_user_find_email(call->db, text, user, call->pool));
    return *user != NULL && (*user)->erased_at == 0 ? NULL : absent(call, "user", "user", text);
}

oa_error *oa_resolve_anybody(oa_call *call, const char *text, const oa_user **user)
{
    oa_id id;
    bool known;
    OA_TRY(find_account(call, text, user));
    OA_TRY(oa_actor_is_site(call, &known));
    if (!known && oa_id_parse(OA_KIND_USER, text, &id)) {
        OA_TRY(oa_membership_is_known(call->db, id, call->org, &known));
        return known ? NULL : absent(call, "user", "user", text);
    }
    return NULL;
}

/* In the organization of the call, or, where none is given, at home where the actor stands. */
static oa_error *resolve_user(oa_call *call, const char *text)
{
    const oa_user *user;
    bool known;
    oa_error *error = find_account(call, text, &user);
    if (error != NULL) {
        return error->code == OA_NOT_FOUND ? absent_here(call, "user", "user", text) : error;
    }
    OA_TRY(call->org != 0 ? oa_membership_is_known(call->db, user->id, call->org, &known)
                          : stands_in(call, user->home_org_id, &known));
    if (!known) {
        return absent_here(call, "user", "user", text);
    }
    call->user = user->id;
    call->home_org = user->home_org_id;
    call->org = call->org != 0 ? call->org : user->home_org_id;
    call->target_id = user->id;
    call->target_name = user->email;
    return NULL;
}

/* In what is about the actor itself, its own keys and no others, also not those of the organizations that it stands in. */
static oa_error *knows_key(oa_call *call, const oa_stored_key *key, bool *knows)
{
    if (call->operation->scope != OA_SCOPE_NONE) {
        return stands_in(call, key->org_id, knows);
    }
    *knows = call->actor->kind == OA_ACTOR_USER && call->actor->user_id == key->account_id;
    return NULL;
}

static oa_error *resolve_key(oa_call *call, const char *text)
{
    oa_id id = 0;
    bool knows = false;
    const oa_stored_key *key = NULL;
    if (oa_id_parse(OA_KIND_KEY, text, &id)) {
        OA_TRY(oa_key_find(call->db, id, &key, call->pool));
    }
    if (key != NULL && (call->org == 0 || call->org == key->org_id)) {
        OA_TRY(knows_key(call, key, &knows));
    }
    if (!knows) {
        return absent_here(call, "key", "key", text);
    }
    call->key = key->id;
    call->org = key->org_id;
    call->target_id = key->id;
    call->target_name = key->email;
    oa_call_concerns(call, key->account_id);
    return NULL;
}

/* `user` beside `key` only narrows: the key must be that user's. */
static oa_error *require_owner(oa_call *call)
{
    const oa_stored_key *key;
    OA_TRY(oa_key_find(call->db, call->key, &key, call->pool));
    if (key == NULL || key->account_id != call->user) {
        return absent_here(call, "key", "key", oa_argument(call, "key"));
    }
    call->target_id = key->id;
    return NULL;
}

static oa_error *find_api(oa_call *call, oa_id org, const char *text, const oa_api **api, int64_t *count)
{
    oa_id id;
    if (!oa_id_parse(OA_KIND_API, text, &id)) {
        return oa_api_find_name(call->db, text, org, api, count, call->pool);
    }
    *count = 1;
    OA_TRY(oa_api_find(call->db, id, api, call->pool));
    if (*api != NULL && org != 0 && (*api)->org_id != org) {
        *api = NULL;
    }
    return NULL;
}

static oa_error *no_api(oa_call *call, const char *text)
{
    return oa_error_because(OA_BECAUSE_NO_API, absent_here(call, "api", "Web API", text));
}

oa_error *oa_resolve_api(oa_call *call, oa_id org, const char *text, const oa_api **api)
{
    int64_t count;
    OA_TRY(find_api(call, org, text, api, &count));
    return *api != NULL ? NULL : no_api(call, text);
}

static oa_error *ambiguous(oa_call *call, const char *thing, const char *text)
{
    return oa_error_field(call->pool, "org", "several organizations have a %s \"%s\": name one with org", thing,
                          oa_quoted(text, call->pool));
}

oa_error *oa_resolve_api_anywhere(oa_call *call, const char *text, const oa_api **api)
{
    int64_t count;
    bool site, stands = false;
    OA_TRY(oa_actor_is_site(call, &site));
    OA_TRY(find_api(call, call->org, text, api, &count));
    if (count > 1 && site) {
        return ambiguous(call, "Web API", text);
    }
    if (*api != NULL && count == 1) {
        OA_TRY(stands_in(call, (*api)->org_id, &stands));
    }
    return stands ? NULL : no_api(call, text);
}

static oa_error *resolve_api(oa_call *call, const char *text)
{
    const oa_api *api;
    OA_TRY(oa_resolve_api_anywhere(call, text, &api));
    call->api = api->id;
    call->org = api->org_id;
    call->target_id = api->id;
    call->target_name = api->name;
    return NULL;
}

static oa_error *resolve_invitation(oa_call *call, const char *text)
{
    oa_id id = 0;
    bool stands = false;
    const oa_invitation *invitation = NULL;
    if (oa_id_parse(OA_KIND_INVITATION, text, &id)) {
        OA_TRY(oa_invitation_find(call->db, id, &invitation, call->pool));
    }
    if (invitation != NULL && (call->org == 0 || call->org == invitation->org_id)) {
        OA_TRY(stands_in(call, invitation->org_id, &stands));
    }
    if (!stands) {
        return absent_here(call, "invitation", "invitation", text);
    }
    call->invitation = invitation->id;
    call->org = invitation->org_id;
    call->target_id = invitation->id;
    call->target_name = invitation->email;
    return NULL;
}

static bool is_filter(const oa_call *call, const char *name)
{
    const oa_parameter *parameter = call->operation->parameters;
    while (parameter->name != NULL && strcmp(parameter->name, name) != 0) {
        parameter++;
    }
    return (parameter->flags & OA_FILTER) != 0;
}

oa_error *oa_resolve_target(oa_call *call)
{
    static const struct {
        const char *name;
        oa_error *(*resolve)(oa_call *call, const char *text);
    } targets[] = {{"key", resolve_key}, {"api", resolve_api}, {"invitation", resolve_invitation}, {"user", resolve_user}};
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        const char *text = oa_argument(call, targets[i].name); /* NULL for a list: the function resolves that */
        if (text != NULL && !is_filter(call, targets[i].name)) {
            OA_TRY(targets[i].resolve(call, text));
        }
    }
    return call->key != 0 && call->user != 0 ? require_owner(call) : NULL;
}

static oa_error *no_role(oa_call *call, const char *text)
{
    return oa_error_because(OA_BECAUSE_NO_ROLE,
                            oa_error_field(call->pool, "role", "there is no role \"%s\" here: role list shows them; names are exact",
                                           oa_quoted(text, call->pool)));
}

oa_error *oa_resolve_role(oa_call *call, oa_id org, const char *text, const oa_role **role)
{
    oa_id id;
    OA_TRY(oa_id_parse(OA_KIND_ROLE, text, &id) ? oa_role_find(call->db, id, role, call->pool)
                                                : oa_role_find_name(call->db, text, org, role, call->pool));
    return *role != NULL && ((*role)->org_id == 0 || (*role)->org_id == org) ? NULL : no_role(call, text);
}

oa_error *oa_resolve_role_anywhere(oa_call *call, const char *text, const oa_role **role)
{
    oa_id id;
    int64_t count = 1;
    bool stands = false;
    OA_TRY(oa_id_parse(OA_KIND_ROLE, text, &id) ? oa_role_find(call->db, id, role, call->pool)
                                                : oa_role_find_anywhere(call->db, text, role, &count, call->pool));
    if (*role != NULL && (*role)->org_id != 0) {
        OA_TRY(stands_in(call, (*role)->org_id, &stands));
    }
    if (*role == NULL || ((*role)->org_id != 0 && !stands)) {
        return no_role(call, text);
    }
    return count > 1 ? ambiguous(call, "role", text) : NULL;
}

oa_error *oa_call_org(oa_call *call, const oa_org **org)
{
    OA_TRY(oa_org_find(call->db, call->org, org, call->pool));
    return *org != NULL ? NULL : oa_error_make(call->pool, OA_FAILED, "the organization of the call is gone");
}

oa_error *oa_call_user(oa_call *call, const oa_user **user)
{
    OA_TRY(oa_user_find(call->db, call->user, user, call->pool));
    return *user != NULL ? NULL : oa_error_make(call->pool, OA_FAILED, "the user of the call is gone");
}

oa_error *oa_call_membership(oa_call *call, const oa_membership **membership)
{
    OA_TRY(oa_membership_find(call->db, call->user, call->org, membership, call->pool));
    if (*membership != NULL && (*membership)->status != OA_MEMBERSHIP_REMOVED) {
        return NULL;
    }
    return absent_here(call, "user", "user", oa_argument(call, "user"));
}

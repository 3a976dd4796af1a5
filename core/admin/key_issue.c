/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/argument.h"
#include "core/admin/key.h"
#include "core/admin/operations.h"
#include "core/model/status.h"

/* How long an old key serves beside the new one, where nothing else is said. */
#define OVERLAP_DEFAULT OA_DAY

oa_error *oa_key_answer(oa_call *call, oa_id id, const char *text, oa_json **result)
{
    const oa_stored_key *key;
    OA_TRY(oa_key_find(call->db, id, &key, call->pool));
    call->event_org = key->org_id;
    call->target_id = key->id;
    call->target_name = key->email;
    oa_json_set_text(call->detail, "key_id", oa_id_format(OA_KIND_KEY, key->id, call->pool));
    OA_TRY(oa_key_describe(call, key, result));
    oa_json_set_text(*result, "key", text);
    return NULL;
}

/* A key is for an organization that its user belongs to, or one of whose Web APIs the user has. */
static oa_error *require_standing(oa_call *call)
{
    const oa_membership *membership;
    bool site, known = false;
    OA_TRY(oa_membership_find(call->db, call->user, call->org, &membership, call->pool));
    OA_TRY(oa_membership_is_site(call->db, call->user, true, &site));
    if (site || (membership != NULL && membership->status != OA_MEMBERSHIP_REMOVED)) {
        return NULL;
    }
    OA_TRY(oa_api_has_any(call->db, call->user, call->org, &known));
    return known ? NULL
                 : oa_error_make(call->pool, OA_CONFLICT,
                                 "\"%s\" neither belongs to the organization nor has one of its Web APIs: add the user, or "
                                 "attach a Web API",
                                 call->target_name);
}

static oa_error *cover(oa_call *call, oa_id key, const oa_json *names)
{
    const oa_api *api;
    bool attached;
    for (size_t i = 0; i < oa_json_size(names); i++) {
        OA_TRY(oa_resolve_api(call, call->org, oa_json_text(oa_json_at(names, i)), &api));
        OA_TRY(oa_api_is_attached(call->db, api->id, call->user, &attached));
        if (!attached) {
            return oa_error_field(call->pool, "api", "the Web API \"%s\" is not attached to \"%s\": attach it first",
                                  api->name, call->target_name);
        }
        OA_TRY(oa_key_cover(call->db, key, api->id));
        oa_call_concerns(call, api->id);
    }
    return NULL;
}

oa_error *oa_key_issue(oa_call *call, oa_json **result)
{
    const char *text;
    const char *name = oa_argument(call, "name");
    const oa_json *apis = oa_argument_list(call, "api");
    OA_TRY(require_standing(call));
    oa_stored_key row = {.account_id = call->user, .org_id = call->org, .name = name != NULL ? name : "",
                         .kind = oa_argument_flag(call, "jwt") ? OA_KEY_JWT : OA_KEY_OPAQUE,
                         .covers_all = apis == NULL, .expires_at = oa_key_expiry(call, 0)};
    OA_TRY(oa_key_networks(call, &row.networks));
    OA_TRY(oa_key_make(call, &row, &text));
    OA_TRY(cover(call, row.id, apis));
    return oa_key_answer(call, row.id, text, result);
}

static oa_error *run_issue(oa_call *call, oa_json **result)
{
    OA_TRY(oa_actor_may_speak_for(call, call->user, call->org));
    return oa_key_issue(call, result);
}

const oa_operation oa_op_key_issue = {
    .name = "key.issue",
    .summary = "issue a key to a user; it is shown this once",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/keys",
    .columns = "id key name user org apis expires_at",
    .alone = "key",
    .answers = "NewKey",
    .status = 201,
    .renamed = "api:apis network:networks",
    .run = run_issue,
    .parameters = OA_PARAMETERS{
        {"user", OA_TYPE_USER, OA_REQUIRED, "whose key it is, by id or e-mail", NULL},
        OA_P_ORG_OF_USER,
        OA_P_KEY_ISSUE,
        OA_P_END}};

static oa_error *require_rotatable(oa_call *call, const oa_stored_key *old)
{
    if (old->revoked_at != 0 || (old->expires_at != 0 && old->expires_at <= call->now)) {
        return oa_error_because(OA_BECAUSE_KEY_OVER,
                                oa_error_make(call->pool, OA_CONFLICT,
                                              "the key is %s: issue a new one instead", old->revoked_at != 0 ? "revoked" : "expired"));
    }
    if (old->replaces != 0) {
        return oa_error_make(call->pool, OA_CONFLICT,
                             "the key replaces %s and was not used yet: use it first, or revoke it and rotate the old one",
                             oa_id_format(OA_KIND_KEY, old->replaces, call->pool));
    }
    return NULL;
}

oa_error *oa_key_rotate(oa_call *call, oa_json **result)
{
    const oa_stored_key *old;
    const char *text;
    OA_TRY(oa_call_key(call, &old));
    OA_TRY(require_rotatable(call, old));
    oa_stored_key row = {.account_id = old->account_id, .org_id = old->org_id, .kind = old->kind, .name = old->name,
                         .covers_all = old->covers_all, .networks = old->networks, .replaces = old->id,
                         .overlap = oa_argument_given(call, "overlap") ? oa_argument_duration(call, "overlap")
                                                                       : OVERLAP_DEFAULT,
                         .expires_at = oa_key_expiry(call, old->expires_at)};
    OA_TRY(oa_key_make(call, &row, &text));
    OA_TRY(oa_key_cover_same(call->db, old->id, row.id));
    OA_TRY(oa_key_replace(call->db, old->id, row.id));
    return oa_key_answer(call, row.id, text, result);
}

static oa_error *run_rotate(oa_call *call, oa_json **result)
{
    const oa_stored_key *old;
    OA_TRY(oa_call_key(call, &old));
    OA_TRY(oa_actor_may_speak_for(call, old->account_id, old->org_id));
    return oa_key_rotate(call, result);
}

const oa_operation oa_op_key_rotate = {
    .name = "key.rotate",
    .summary = "make a key that replaces another, which retires some time after the new one is first used",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/keys/{key}/rotate",
    .columns = "id key name user org replaces expires_at",
    .alone = "key",
    .answers = "NewKey",
    .status = 201,
    .run = run_rotate,
    .parameters = OA_PARAMETERS{
        OA_P_KEY,
        OA_P_USER_OF_KEY,
        OA_P_ORG_OF_THING,
        OA_P_KEY_ROTATE,
        OA_P_END}};

/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/key.h"

#include "core/admin/operations.h"

#include <apr_strings.h>

static const char *const state_words[] = {
    [OA_KEY_ACTIVE] = "active", [OA_KEY_RETIRING] = "retiring", [OA_KEY_EXPIRED] = "expired", [OA_KEY_REVOKED] = "revoked"};

/* The state that the argument `status` names, 0 where it is not given. */
static oa_key_state state_asked(const oa_call *call)
{
    const char *word = oa_argument(call, "status");
    for (int state = OA_KEY_ACTIVE; word != NULL && state <= OA_KEY_REVOKED; state++) {
        if (strcmp(word, state_words[state]) == 0) {
            return (oa_key_state)state;
        }
    }
    return 0;
}

static oa_json *networks_of(const oa_call *call, const oa_stored_key *key)
{
    oa_json *networks = oa_json_array(call->pool);
    char *rest = apr_pstrdup(call->pool, key->networks);
    for (char *word = apr_strtok(rest, " ", &rest); word != NULL; word = apr_strtok(NULL, " ", &rest)) {
        oa_json_append_text(networks, word);
    }
    return networks;
}

static oa_error *describe_cover(oa_call *call, const oa_stored_key *key, oa_json *object)
{
    apr_array_header_t *names;
    oa_json *apis = oa_json_array(call->pool);
    OA_TRY(oa_key_apis(call->db, key->id, &names, call->pool));
    for (int i = 0; i < names->nelts; i++) {
        oa_json_append_text(apis, APR_ARRAY_IDX(names, i, const char *));
    }
    oa_json_set_bool(object, "covers_all", key->covers_all);
    oa_json_set(object, "apis", apis);
    return NULL;
}

oa_error *oa_key_describe(oa_call *call, const oa_stored_key *key, oa_json **result)
{
    oa_json *object = oa_json_object(call->pool);
    oa_json_set_text(object, "id", oa_id_format(OA_KIND_KEY, key->id, call->pool));
    oa_json_set_text(object, "name", key->name);
    oa_json_set_text(object, "user", key->email);
    oa_json_set_text(object, "user_id", oa_id_format(OA_KIND_USER, key->account_id, call->pool));
    oa_json_set_text(object, "org", key->org_slug);
    oa_json_set_text(object, "org_id", oa_id_format(OA_KIND_ORG, key->org_id, call->pool));
    oa_json_set_text(object, "status", state_words[oa_key_state_at(key, call->now)]);
    OA_TRY(describe_cover(call, key, object));
    oa_json_set_bool(object, "jwt", key->kind == OA_KEY_JWT);
    oa_json_set(object, "networks", networks_of(call, key));
    oa_json_set_bool(object, "can_reveal", call->settings.key_reveal && key->sealed && key->revoked_at == 0);
    oa_json_set_text(object, "replaces", oa_id_format(OA_KIND_KEY, key->replaces, call->pool));
    oa_json_set_text(object, "replaced_by", oa_id_format(OA_KIND_KEY, key->replaced_by, call->pool));
    oa_json_set_time(object, "created_at", key->created_at);
    oa_json_set_time(object, "expires_at", key->expires_at);
    oa_json_set_time(object, "revoked_at", key->revoked_at);
    oa_json_set_time(object, "last_used_at", key->last_used_at);
    oa_json_set_int(object, "version", key->version);
    *result = object;
    return NULL;
}

oa_error *oa_key_page(oa_call *call, oa_id user, oa_id org, oa_json **result)
{
    apr_array_header_t *keys;
    oa_id last = 0;
    oa_json *items = oa_json_array(call->pool);
    oa_key_query query = {.account = user, .org = org, .state = state_asked(call), .now = call->now,
                          .after = oa_argument_after(call)};
    if (oa_argument_given(call, "expires_within")) {
        query.expires_before = call->now + oa_argument_duration(call, "expires_within");
    }
    OA_TRY(oa_argument_limit(call, &query.limit));
    int64_t limit = query.limit++;
    OA_TRY(oa_key_list(call->db, &query, &keys, call->pool));
    for (int i = 0; i < keys->nelts && i < limit; i++) {
        const oa_stored_key *key = APR_ARRAY_IDX(keys, i, const oa_stored_key *);
        oa_json *object;
        OA_TRY(oa_key_describe(call, key, &object));
        oa_json_append(items, object);
        last = key->id;
    }
    *result = oa_page(call, items, keys->nelts > limit ? last : 0);
    return NULL;
}

static oa_error *run_list(oa_call *call, oa_json **result)
{
    bool site;
    OA_TRY(oa_actor_is_site(call, &site));
    /* A user's keys for other organizations are those organizations' affair. */
    return oa_key_page(call, call->user, site && !oa_argument_given(call, "org") ? 0 : call->org, result);
}

const oa_operation oa_op_key_list = {
    .name = "key.list",
    .summary = "list the keys of a user or of an organization, never the keys themselves",
    .permission = "users:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/users/{user}/keys /v1/orgs/{org}/keys",
    .columns = "id name user org status expires_at last_used_at",
    .answers = "Key*",
    .run = run_list,
    .parameters = OA_PARAMETERS{
        {"user", OA_TYPE_USER, 0, "only keys of this user, by id or e-mail", NULL},
        {"status", OA_TYPE_CHOICE, 0, "only keys that are so", oa_key_states},
        {"expires_within", OA_TYPE_DURATION, 0, "only keys that end within this time, as 30d", NULL},
        OA_P_ORG_OR_ALL, OA_P_LIMIT, OA_P_AFTER, OA_P_END}};

oa_error *oa_call_key(oa_call *call, const oa_stored_key **key)
{
    OA_TRY(oa_key_find(call->db, call->key, key, call->pool));
    return *key != NULL ? NULL : oa_error_make(call->pool, OA_FAILED, "the key of the call is gone");
}

static oa_error *run_show(oa_call *call, oa_json **result)
{
    const oa_stored_key *key;
    OA_TRY(oa_call_key(call, &key));
    return oa_key_describe(call, key, result);
}

const oa_operation oa_op_key_show = {
    .name = "key.show",
    .summary = "show what is known of a key, never the key itself",
    .permission = "users:view",
    .scope = OA_SCOPE_ORG,
    .method = "GET",
    .path = "/v1/orgs/{org}/users/{user}/keys/{key}",
    .answers = "Key",
    .run = run_show,
    .etag = true,
    .parameters = OA_PARAMETERS{OA_P_KEY, OA_P_USER_OF_KEY, OA_P_ORG_OF_THING, OA_P_END}};

oa_error *oa_key_end(oa_call *call, oa_json **result)
{
    const oa_stored_key *key;
    OA_TRY(oa_call_key(call, &key));
    if (key->revoked_at != 0) {
        return oa_error_because(OA_BECAUSE_KEY_OVER,
                                oa_error_make(call->pool, OA_CONFLICT,
                                              "the key is revoked already, since %s", oa_time_format(key->revoked_at, call->pool)));
    }
    OA_TRY(oa_key_revoke(call->db, key->id, call->now));
    OA_TRY(oa_call_key(call, &key));
    return oa_key_describe(call, key, result);
}

static oa_error *run_revoke(oa_call *call, oa_json **result)
{
    const oa_stored_key *key;
    OA_TRY(oa_call_key(call, &key));
    OA_TRY(oa_actor_may_act_on(call, key->account_id, key->org_id));
    return oa_key_end(call, result);
}

const oa_operation oa_op_key_revoke = {
    .name = "key.revoke",
    .summary = "revoke a key: it is refused from the next request on",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "DELETE",
    .path = "/v1/orgs/{org}/users/{user}/keys/{key}",
    .columns = "id name user org status",
    .answers = "Key",
    .run = run_revoke,
    .parameters = OA_PARAMETERS{OA_P_KEY, OA_P_USER_OF_KEY, OA_P_ORG_OF_THING, OA_P_END}};

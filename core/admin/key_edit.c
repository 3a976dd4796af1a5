/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/argument.h"
#include "core/admin/key.h"
#include "core/admin/operations.h"
#include "core/model/network.h"

#include <apr_strings.h>

oa_time oa_key_expiry(const oa_call *call, oa_time otherwise)
{
    oa_duration life = oa_argument_duration(call, "expires");
    if (!oa_argument_given(call, "expires")) {
        return otherwise;
    }
    return life == 0 ? 0 : call->now + life;
}

oa_error *oa_key_networks(oa_call *call, const char **networks)
{
    const oa_json *list = oa_argument_list(call, "network");
    *networks = "";
    if (oa_json_size(list) > OA_NETWORKS_MAX) {
        return oa_error_field(call->pool, "network", "at most %d networks for one key", OA_NETWORKS_MAX);
    }
    for (size_t i = 0; i < oa_json_size(list); i++) {
        const char *clean;
        OA_TRY(oa_network_clean("network", oa_json_text(oa_json_at(list, i)), &clean, call->pool));
        if (!oa_words_have(*networks, clean)) {
            *networks = apr_pstrcat(call->pool, *networks, **networks != '\0' ? " " : "", clean, NULL);
        }
    }
    return NULL;
}

/* A token says by itself when it ends, also to those who verify it offline. */
static oa_error *require_expiry(oa_call *call, const oa_stored_key *key, oa_time expires_at)
{
    bool later = key->expires_at != 0 && (expires_at == 0 || expires_at > key->expires_at);
    if (key->kind == OA_KEY_JWT && later) {
        return oa_error_field(call->pool, "expires",
                              "a JWT holds its expiry in itself, so it can only be brought forward: rotate the key");
    }
    return NULL;
}

static oa_error *run_edit(oa_call *call, oa_json **result)
{
    const oa_stored_key *stored;
    OA_TRY(oa_call_key(call, &stored));
    OA_TRY(oa_actor_may_act_on(call, stored->account_id, stored->org_id));
    if (stored->revoked_at != 0) {
        return oa_error_because(OA_BECAUSE_KEY_OVER,
                                oa_error_make(call->pool, OA_CONFLICT, "the key is revoked: issue a new one instead"));
    }
    oa_stored_key key = *stored;
    key.name = oa_argument_given(call, "name") ? oa_argument(call, "name") : key.name;
    key.expires_at = oa_key_expiry(call, key.expires_at);
    OA_TRY(require_expiry(call, stored, key.expires_at));
    if (oa_argument_given(call, "network")) {
        OA_TRY(oa_key_networks(call, &key.networks));
    }
    OA_TRY(oa_key_update(call->db, &key));
    OA_TRY(oa_call_key(call, &stored));
    return oa_key_describe(call, stored, result);
}

const oa_operation oa_op_key_edit = {
    .name = "key.edit",
    .summary = "change what a key is called, the networks that it is taken from, and when it expires",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "PATCH",
    .path = "/v1/orgs/{org}/users/{user}/keys/{key}",
    .columns = "id name user org status networks expires_at",
    .answers = "Key",
    .renamed = "network:networks",
    .run = run_edit,
    .parameters = OA_PARAMETERS{
        OA_P_KEY,
        OA_P_USER_OF_KEY,
        OA_P_ORG_OF_THING,
        {"name", OA_TYPE_NAME, OA_CLEARS, "what the key is for", NULL},
        {"network", OA_TYPE_TEXT, OA_LIST | OA_CLEARS, "take it from these networks alone; none: from everywhere", NULL},
        {"expires", OA_TYPE_DURATION, OA_CLEARS, "how long it is valid from now on, as 90d; 0: for ever", NULL},
        OA_P_END}};

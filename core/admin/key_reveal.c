/* SPDX-License-Identifier: Apache-2.0 */
/* Keys shown again where the site allows that, and the public key that anybody may see. */
#include "core/admin/key.h"
#include "core/admin/operations.h"
#include "core/base/jwt.h"
#include "core/model/claims.h"

static oa_error *require_revealable(oa_call *call, const oa_stored_key *key)
{
    if (!call->settings.key_reveal) {
        return oa_error_make(call->pool, OA_NOT_ALLOWED,
                             "keys are shown once here: the setting key.reveal is off; rotate the key instead");
    }
    if (key->revoked_at != 0) {
        return oa_error_because(OA_BECAUSE_KEY_OVER,
                                oa_error_make(call->pool, OA_CONFLICT, "the key is revoked: issue a new one instead"));
    }
    if (!key->sealed) {
        return oa_error_make(call->pool, OA_CONFLICT,
                             "the key was issued while the setting key.reveal was off: rotate it instead");
    }
    return NULL;
}

oa_error *oa_key_reveal(oa_call *call, oa_json **result)
{
    const oa_stored_key *key;
    const void *sealed;
    size_t size;
    OA_TRY(oa_call_key(call, &key));
    OA_TRY(require_revealable(call, key));
    OA_TRY(oa_key_sealed(call->db, key->id, &sealed, &size, call->pool));
    const oa_secret *text = oa_secret_make(NULL, size, call->pool);
    if (!oa_unseal(oa_store_subkey(call->store, OA_SUBKEY_REVEAL), oa_id_format(OA_KIND_KEY, key->id, call->pool),
                   sealed, size, text->bytes)) {
        return oa_error_make(call->pool, OA_CONFLICT,
                             "the key cannot be shown: it was sealed with another master secret; rotate it instead");
    }
    return oa_key_answer(call, key->id, call->dry_run ? NULL : (const char *)text->bytes, result);
}

static oa_error *run_reveal(oa_call *call, oa_json **result)
{
    const oa_stored_key *key;
    OA_TRY(oa_call_key(call, &key));
    OA_TRY(oa_actor_may_speak_for(call, key->account_id, key->org_id));
    return oa_key_reveal(call, result);
}

const oa_operation oa_op_key_reveal = {
    .name = "key.reveal",
    .summary = "show a key again, where the setting key.reveal was on when it was issued and is now",
    .permission = "users:edit",
    .scope = OA_SCOPE_ORG,
    .changes = true,
    .method = "POST",
    .path = "/v1/orgs/{org}/users/{user}/keys/{key}/reveal",
    .columns = "id key name user org",
    .alone = "key",
    .answers = "NewKey",
    .run = run_reveal,
    .parameters = OA_PARAMETERS{OA_P_KEY, OA_P_USER_OF_KEY, OA_P_ORG_OF_THING, OA_P_END}};

static oa_error *run_jwks(oa_call *call, oa_json **result)
{
    const oa_jwt_key *key = oa_jwt_key_make(oa_store_subkey(call->store, OA_SUBKEY_JWT), call->pool);
    const char *store_id;
    oa_json *keys = oa_json_array(call->pool);
    OA_TRY(oa_store_id(call->db, &store_id, call->pool));
    oa_json_append(keys, oa_jwt_jwk(key, call->pool));
    *result = oa_json_object(call->pool);
    oa_json_set(*result, "keys", keys);
    oa_json_set_text(*result, "issuer", oa_issuer(store_id, call->pool)); /* RFC 7517 section 5: further members are ignored */
    return NULL;
}

const oa_operation oa_op_key_jwks = {
    .name = "key.jwks",
    .summary = "show the public key that JWT keys are verified with, and their issuer",
    .scope = OA_SCOPE_PUBLIC,
    .method = "GET",
    .path = "/v1/jwks.json",
    .answers = "Jwks",
    .run = run_jwks,
    .parameters = OA_PARAMETERS{OA_P_END}};

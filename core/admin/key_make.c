/* SPDX-License-Identifier: Apache-2.0 */
#include "core/admin/key.h"
#include "core/base/jwt.h"
#include "core/model/claims.h"
#include "core/model/key.h"

/* A key in the making: what its holder gets, and what the store keeps of it. */
typedef struct made {
    const char *text;
    unsigned char verifier[OA_DIGEST_SIZE];
} made;

static oa_error *make_opaque(oa_call *call, const oa_stored_key *row, made *key)
{
    oa_key parts = {.id = row->id};
    char *spelled = (char *)oa_secret_make(NULL, OA_KEY_LENGTH + 1, call->pool)->bytes;
    oa_random(parts.secret, sizeof(parts.secret));
    oa_digest(oa_store_subkey(call->store, OA_SUBKEY_API_KEY), parts.secret, sizeof(parts.secret), key->verifier);
    oa_key_format(&parts, spelled);
    oa_wipe(&parts.secret, sizeof(parts.secret));
    key->text = spelled;
    return NULL;
}

/* The digest is over the whole token, so that no other one with the same claims is taken. */
static oa_error *make_jwt(oa_call *call, const oa_stored_key *row, made *key)
{
    oa_claims claims = {.user = row->account_id, .org = row->org_id, .key = row->id, .issued_at = call->now,
                        .expires_at = row->expires_at};
    OA_TRY(oa_store_id(call->db, &claims.store_id, call->pool));
    const oa_secret *token = oa_jwt_sign(oa_store_subkey(call->store, OA_SUBKEY_JWT),
                                         oa_claims_write(&claims, call->pool), call->pool);
    oa_digest(oa_store_subkey(call->store, OA_SUBKEY_API_KEY), token->bytes, token->size, key->verifier);
    key->text = (const char *)token->bytes;
    return NULL;
}

static oa_error *seal(oa_call *call, oa_id id, const char *text)
{
    size_t size = strlen(text);
    unsigned char *sealed = apr_palloc(call->pool, size + OA_SEAL_EXTRA);
    if (!call->settings.key_reveal) {
        return NULL;
    }
    oa_seal(oa_store_subkey(call->store, OA_SUBKEY_REVEAL), oa_id_format(OA_KIND_KEY, id, call->pool), text, size,
            sealed);
    return oa_key_seal(call->db, id, sealed, size + OA_SEAL_EXTRA);
}

oa_error *oa_key_make(oa_call *call, oa_stored_key *row, const char **text)
{
    made key;
    row->id = oa_id_make(call->now);
    row->kind = row->kind != 0 ? row->kind : OA_KEY_OPAQUE;
    row->created_at = call->now;
    row->created_by = call->actor->kind == OA_ACTOR_USER ? call->actor->user_id : 0;
    OA_TRY(row->kind == OA_KEY_JWT ? make_jwt(call, row, &key) : make_opaque(call, row, &key));
    OA_TRY(oa_key_insert(call->db, row, key.verifier));
    OA_TRY(seal(call, row->id, key.text));
    *text = call->dry_run ? NULL : key.text;
    return NULL;
}

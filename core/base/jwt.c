/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/jwt.h"

#include "core/base/base32.h"

#include <apr_strings.h>

enum { KID_BYTES = (OA_JWT_KID_SIZE - 1) / 8 * 5 };

static const char *encode_json(const oa_json *value, apr_pool_t *pool)
{
    const char *text = oa_json_format(value, false, pool);
    return oa_base64url_encode(text, strlen(text), pool);
}

static const char *header_of(const char *kid, apr_pool_t *pool)
{
    oa_json *header = oa_json_object(pool);
    oa_json_set_text(header, "alg", "EdDSA");
    oa_json_set_text(header, "typ", "JWT");
    oa_json_set_text(header, "kid", kid);
    return encode_json(header, pool);
}

const oa_jwt_key *oa_jwt_key_make(const unsigned char seed[OA_SUBKEY_SIZE], apr_pool_t *pool)
{
    oa_jwt_key *key = apr_pcalloc(pool, sizeof(*key));
    unsigned char digest[OA_DIGEST_SIZE];
    oa_sign_public(seed, key->public);
    oa_digest(NULL, key->public, sizeof(key->public), digest);
    oa_base32_encode(digest, KID_BYTES, key->kid);
    key->header = header_of(key->kid, pool);
    return key;
}

const oa_secret *oa_jwt_sign(const unsigned char seed[OA_SUBKEY_SIZE], const oa_json *claims, apr_pool_t *pool)
{
    unsigned char signature[OA_SIGNATURE_SIZE];
    const oa_jwt_key *key = oa_jwt_key_make(seed, pool);
    const char *signed_part = apr_pstrcat(pool, key->header, ".", encode_json(claims, pool), NULL);
    oa_sign(seed, signed_part, strlen(signed_part), signature);
    char *token = apr_pstrcat(pool, signed_part, ".", oa_base64url_encode(signature, sizeof(signature), pool), NULL);
    const oa_secret *made = oa_secret_make(token, strlen(token), pool);
    oa_wipe(token, strlen(token));
    return made;
}

/* The parts of a token: the second begins after the first dot, the third after the second. */
typedef struct parts {
    const char *claims;
    size_t claims_size;
    const char *signature;
    size_t signature_size;
} parts;

/* The alphabet has no dot, so that a further one is refused with the signature. */
static bool take_apart(const oa_jwt_key *key, const char *token, size_t size, parts *found)
{
    size_t header = strlen(key->header);
    if (size > OA_JWT_MAX || size <= header || memcmp(token, key->header, header) != 0 || token[header] != '.') {
        return false;
    }
    found->claims = token + header + 1;
    const char *dot = memchr(found->claims, '.', size - header - 1);
    if (dot == NULL) {
        return false;
    }
    found->claims_size = (size_t)(dot - found->claims);
    found->signature = dot + 1;
    found->signature_size = size - (size_t)(found->signature - token);
    return true;
}

bool oa_jwt_verify(const oa_jwt_key *key, const char *token, size_t size, oa_json **claims, apr_pool_t *pool)
{
    parts found;
    size_t signature_size, claims_size;
    if (!take_apart(key, token, size, &found)) {
        return false;
    }
    const unsigned char *signature = oa_base64url_decode(found.signature, found.signature_size, &signature_size, pool);
    const unsigned char *text = oa_base64url_decode(found.claims, found.claims_size, &claims_size, pool);
    if (signature == NULL || text == NULL || signature_size != OA_SIGNATURE_SIZE ||
        !oa_sign_matches(key->public, token, (size_t)(found.signature - token) - 1, signature)) {
        return false;
    }
    return oa_json_parse((const char *)text, claims_size, claims, pool) == NULL &&
           oa_json_type_of(*claims) == OA_JSON_OBJECT;
}

oa_json *oa_jwt_jwk(const oa_jwt_key *key, apr_pool_t *pool)
{
    oa_json *jwk = oa_json_object(pool);
    oa_json_set_text(jwk, "kty", "OKP");
    oa_json_set_text(jwk, "crv", "Ed25519");
    oa_json_set_text(jwk, "alg", "EdDSA");
    oa_json_set_text(jwk, "use", "sig");
    oa_json_set_text(jwk, "kid", key->kid);
    oa_json_set_text(jwk, "x", oa_base64url_encode(key->public, sizeof(key->public), pool));
    return jwk;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON Web Tokens (RFC 7519) in the compact form of RFC 7515, signed with Ed25519 ("EdDSA", RFC 8037) and with nothing else. No
 * algorithm is negotiated: a site has one signing key, so its tokens have one header, and any other header is refused byte for byte before
 * anything of it is understood. So there is no `alg`, `kid`, `jwk`, `jku`, `x5u` or `crit` of a stranger's choice.
 */
#ifndef OA_BASE_JWT_H
#define OA_BASE_JWT_H

#include "core/base/crypto.h"
#include "core/base/json.h"

enum {
    OA_JWT_MAX = 8192,    /* octets of a token; longer ones are refused unread */
    OA_JWT_KID_SIZE = 17  /* 16 characters of base 32 and a NUL */
};

/* The public half of a signing key: all that is needed to verify. */
typedef struct oa_jwt_key {
    unsigned char public[OA_SIGN_PUBLIC_SIZE];
    char kid[OA_JWT_KID_SIZE]; /* 80 bits of the BLAKE2b-256 of `public`, in base 32 */
    const char *header;        /* first part of each of its tokens: {"alg":"EdDSA","typ":"JWT","kid":"…"} in base64url */
} oa_jwt_key;

/* Of the key with this seed (OA_SUBKEY_JWT). */
const oa_jwt_key *oa_jwt_key_make(const unsigned char seed[OA_SUBKEY_SIZE], apr_pool_t *pool);

/* The claims (an object) as a signed token. The caller keeps them small enough for OA_JWT_MAX. */
const oa_secret *oa_jwt_sign(const unsigned char seed[OA_SUBKEY_SIZE], const oa_json *claims, apr_pool_t *pool);

/* True when `token` is one of `key`: exactly three parts in strict base64url, the header of the key, a right signature, and one JSON object
 * without duplicate members, which *claims then is. Nothing of a token with a wrong signature is parsed. */
bool oa_jwt_verify(const oa_jwt_key *key, const char *token, size_t size, oa_json **claims, apr_pool_t *pool);

/* The key as a JWK (RFC 7517, RFC 8037 section 2): kty, crv, alg, use, kid, x. */
oa_json *oa_jwt_jwk(const oa_jwt_key *key, apr_pool_t *pool);

#endif
